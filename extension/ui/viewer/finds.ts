import { SegmentError } from '../../core/errors';
import type { Host } from '../../shared/protocol';
import type { Finder } from '../finder';

type Answers = Pick<Host, 'find' | 'stopFind' | 'recheck' | 'wantMap' | 'markChanges'>;

/** Answers what is asked about the whole of the segment. `finder` gives null where none is shown. */
export function findAnswers(finder: () => Finder | null): Answers {
  const shown = (): Finder => {
    const found = finder();
    if (found === null) throw new SegmentError('closed', 'no segment is shown');
    return found;
  };
  return {
    find: (query) => Promise.resolve(shown().find(query)),
    stopFind: () => {
      finder()?.stopFind();
      return Promise.resolve();
    },
    recheck: async (hits) => shown().recheck(hits),
    wantMap: ({ buckets }) => {
      finder()?.wantMap(buckets);
      return Promise.resolve();
    },
    markChanges: () => Promise.resolve(finder()?.mark() ?? { since: null }),
  };
}
