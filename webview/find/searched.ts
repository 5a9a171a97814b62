import { bytesText } from '../header';
import { text } from '../texts';
import type { Results } from './results';

/** The bytes that a search was to go through. */
export interface Searched {
  readonly length: number;
  /** They are those of the selection, not the whole segment. */
  readonly isPart: boolean;
}

/**
 * How a search ended, in words: that nothing was found, or why and where it ended before it had looked everywhere. ''
 * while it runs, and where the hits say all there is to say.
 */
export function outcomeText(results: Results): string {
  if (!results.done) return '';
  if (results.error !== null) return [results.error, reachedText(results)].join(' ').trimEnd();
  if (results.isComplete) return results.count === 0 ? text('find.none') : '';
  if (results.reached === 0) return text('find.stopped.nowhere');
  const { isPart } = results.searched;
  const reached = bytesText(results.reached);
  if (results.count > 0) return text(isPart ? 'find.stopped.someInPart' : 'find.stopped.some', reached);
  return text(isPart ? 'find.stopped.noneInPart' : 'find.stopped.none', reached);
}

/** How far a search came that failed. */
function reachedText({ reached, searched }: Results): string {
  if (reached === 0) return '';
  return text(searched.isPart ? 'find.failed.reachedInPart' : 'find.failed.reached', bytesText(reached));
}
