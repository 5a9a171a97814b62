import { integer, shape, text } from '../check';
import { longestText, longestWindow } from '../limits';
import type { Window } from '../protocol';

/** A place in a segment, or a length of it. */
export const offset = integer(0);
/** A text that is shown on a line. */
export const anyText = text(longestText);
/** What is on screen. */
export const window = shape<Window>({ offset, length: integer(0, longestWindow) });
/** Bytes of a segment, as many as you like. */
export const range = shape<{ readonly offset: number; readonly length: number }>({ offset, length: offset });
