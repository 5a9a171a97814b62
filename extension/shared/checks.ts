import { bytes, flag, integer, list, nothing, nullable, number, oneOf, shape, text, texts } from './check';
import type { Checks } from './check';
import { mostBookmarks } from './bookmark';
import { bookmark } from './checks/bookmarks';
import { compared, difference, differenceCount, differenceRequest } from './checks/compare';
import { description } from './checks/description';
import { edit, editReply, freeze, frozen } from './checks/edits';
import { found, id, map, query, recheck } from './checks/finds';
import { hashReply, hashRequest } from './checks/hashes';
import { lockPicture } from './checks/lockRows';
import { cursor, frame, pace, peek } from './checks/picture';
import { anyText, offset, range, window } from './checks/places';
import { reading } from './checks/reading';
import { gestureIds } from './gestures';
import { longestCopy, longestText, longestWindow, mostBuckets, mostRanges, mostRechecked } from './limits';
import { processDeeds, type Host, type Peeked, type Viewer, type Welcome } from './protocol';

/** What the extension host takes from a view. */
export const hostChecks: Checks<Host> = {
  ready: nothing,
  watch: window,
  pace,
  edit,
  undo: nothing,
  redo: nothing,
  cursor,
  focused: nothing,
  act: shape({
    action: oneOf(
      'lock',
      'unlock',
      'attach',
      'detach',
      'write',
      'writeFile',
      'save',
      'saveSelection',
      'exportBookmarks',
      'compareWith',
      'rememberMoment',
      'changesSinceStop',
      'breakOnChange',
      'copyAddress',
      'showInMemoryView',
      'importBookmarks',
      'recreate',
      'remove',
      'goTo',
      'findLocks',
      'addLock',
      'pairSemaphore',
      'repairLock',
      'reopen',
      'copyKey',
      'openInEditor',
      'showLog',
    ),
  }),
  hash: hashRequest,
  stopHash: nothing,
  read: peek,
  clipboard: nothing,
  copy: shape({ text: text(longestCopy) }),
  find: query,
  stopFind: nothing,
  recheck,
  wantMap: shape({ buckets: integer(0, mostBuckets) }),
  markChanges: nothing,
  freeze,
  thaw: nothing,
  putBookmark: bookmark,
  dropBookmark: shape({ id: text(100) }),
  repairLock: shape({ id: text(100) }),
  dropLock: shape({ id: text(100) }),
  processDeed: shape({ deed: oneOf(...processDeeds), pid: integer(1) }),
  nextDifference: differenceRequest,
  countDifferences: nothing,
  stopDifference: nothing,
  stopComparing: nothing,
  complain: shape({ message: anyText }),
};

/** What a view takes from the extension host. */
export const viewerChecks: Checks<Viewer> = {
  frame,
  describe: nullable(description),
  reveal: range,
  perform: shape({ gesture: oneOf(...gestureIds) }),
  focus: nothing,
  found,
  map,
  hashing: shape({ fraction: number(0, 1) }),
  compared: nullable(compared),
  otherFrame: frame,
  stopFrame: frame,
  comparing: shape({ fraction: number(0, 1) }),
  paced: pace,
  frozen: nullable(frozen),
  bookmarked: list(bookmark, mostBookmarks),
  locks: lockPicture,
};

/** For the view: the host's answers, where their shape matters. */
export const replyChecks = {
  ready: shape<Welcome>({
    description: nullable(description),
    pace,
    reading,
    strings: texts(longestText),
    place: oneOf('editor', 'panel'),
  }),
  find: shape<{ readonly id: number }>({ id }),
  recheck: shape<{ readonly still: readonly boolean[] }>({ still: list(flag, mostRechecked) }),
  markChanges: shape<{ readonly since: number | null }>({ since: nullable(offset) }),
  hash: hashReply,
  nextDifference: nullable(difference),
  countDifferences: differenceCount,
  clipboard: shape({ text: text(longestCopy) }),
  read: shape<Peeked>({ found: list(bytes(0, longestWindow), mostRanges) }),
  edit: editReply,
};
