import { flag, integer, nullable, oneOf, shape, text } from '../check';
import type { Compared, Difference, DifferenceCount, DifferenceRequest } from '../compare';
import { longestText } from '../limits';
import { anyText, offset } from './places';

export const compared = shape<Compared>({
  kind: oneOf('moment', 'segment', 'file'),
  title: anyText,
  detail: text(4 * longestText),
  size: offset,
  stop: nullable(anyText),
  notice: nullable(anyText),
});

export const differenceRequest = shape<DifferenceRequest>({
  from: offset,
  direction: oneOf('next', 'previous'),
});

export const difference = shape<Difference>({ offset, length: integer(1), wrapped: flag });
export const differenceCount = shape<DifferenceCount>({ bytes: offset, unpaired: offset });
