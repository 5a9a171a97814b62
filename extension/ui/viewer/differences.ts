import type { Host } from '../../shared/protocol';
import type { Comparing } from '../comparing';
import type { Shown } from './shown';

type Answers = Pick<Host, 'nextDifference' | 'countDifferences' | 'stopDifference' | 'stopComparing'>;

/** Answers what is asked about a comparison. */
export function differenceAnswers(shown: Shown, comparing: Comparing): Answers {
  return {
    nextDifference: (request) => shown.work('compare', () => comparing.find(request)),
    countDifferences: () => shown.work('compare', () => comparing.count()),
    stopDifference: () => {
      comparing.stop();
      return Promise.resolve();
    },
    stopComparing: () => {
      comparing.end();
      return Promise.resolve();
    },
  };
}
