import type { Bookmarks } from '../../core/bookmarks';
import type { Host } from '../../shared/protocol';
import type { Shown } from './shown';

type Answers = Pick<Host, 'putBookmark' | 'dropBookmark'>;

/** Answers what is done to the bookmarks of the segment. */
export function bookmarkAnswers(shown: Shown, bookmarks: Bookmarks): Answers {
  return {
    putBookmark: (bookmark) => shown.work('bookmark', ({ segment }) => bookmarks.put(segment.id, bookmark)),
    dropBookmark: ({ id }) => shown.work('bookmark', ({ segment }) => bookmarks.drop(segment.id, id)),
  };
}
