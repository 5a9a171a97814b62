import { bytes, flag, integer, list, nothing, nullable, number, oneOf, shape, text, texts } from './check';
import type { Check, Checks } from './check';
import { bookmarkColours, bookmarkTypes, longestName, mostBookmarks, type Bookmark } from './bookmark';
import type { Compared, Difference, DifferenceCount, DifferenceRequest } from './compare';
import { encodings } from './encoding';
import { Fault } from './fault';
import { hashNames, longestHashed, type HashName, type HashReply, type HashRequest } from './hashes';
import type { Frozen } from './frozen';
import { gestureIds } from './gestures';
import type { LockStatus, ProcessName } from './lock';
import { numberTypes } from './numberType';
import type {
  AttachedProcess,
  Cursor,
  Description,
  Edit,
  EditReply,
  Found,
  Frame,
  Host,
  Pace,
  SegmentMap,
  Peek,
  Peeked,
  Viewer,
  Welcome,
  Window,
} from './protocol';
import { alignments, longestSought, mostHits, type Query } from './query';
import { formats, groups, rowLengths, type Reading, type RowLength } from './reading';

/** Most bytes that a view may ask for at once. */
export const longestWindow = 1024 * 1024;
/** Most runs of one frame; the addon tells everything where there would be more. */
const mostRuns = 1024;
/** Most bytes of one edit. */
export const longestEdit = 65536;
/** Most parts of a map. */
export const mostBuckets = 4096;
const mostRechecked = 1000;
/** Most characters of one copy to the clipboard: a mebibyte of bytes as source text. */
export const longestCopy = 8 * 1024 * 1024;
const mostRanges = 256;
const longestText = 4096;

const offset = integer(0);
const anyText = text(longestText);

const windowCheck = shape<Window>({ offset, length: integer(0, longestWindow) });
const pace = shape<Pace>({ hertz: integer(1, 60), paused: flag, underLock: flag });
const cursor = shape<Cursor>({ offset, length: offset, start: offset });
const range = shape<{ readonly offset: number; readonly length: number }>({ offset, length: offset });

const editShape = shape<Edit>({ offset, bytes: bytes(1, longestEdit), expected: bytes(1, longestEdit) });

const edit: Check<Edit> = (value) => {
  const checked = editShape(value);
  if (checked.bytes.length === checked.expected.length) return checked;
  throw new Fault(
    'invalid-size',
    `${String(checked.bytes.length)} bytes to write over ${String(checked.expected.length)} seen`,
  );
};

const hashName: Check<HashName> = oneOf(...hashNames);

const processName = shape<ProcessName>({ pid: integer(0), name: anyText });

const lock = shape<LockStatus>({
  kind: oneOf('none', 'systemv', 'posix'),
  state: oneOf('none', 'free', 'held', 'ours', 'stale', 'damaged', 'unreadable'),
  holder: nullable(processName),
  waiters: nullable(integer(0)),
  value: nullable(integer(0)),
});

const frameShape = shape<Frame>({
  sequence: integer(0),
  offset,
  length: integer(0, longestWindow),
  runs: nullable(list(integer(0, longestWindow), 2 * mostRuns)),
  bytes: bytes(0, longestWindow),
  copy: oneOf('unlocked', 'locked', 'busy'),
  size: offset,
  lock,
  rate: number(0, 1000),
});

const frame: Check<Frame> = (value) => {
  const checked = frameShape(value);
  const { runs, length, bytes: told } = checked;
  const total = runs === null ? length : totalOf(runs, length);
  if (total === told.length) return checked;
  throw new Fault('invalid-size', `${String(told.length)} bytes for ${String(total)} that are told`);
};

/** Bytes in runs that ascend within `length`; throws where they do not. */
function totalOf(runs: readonly number[], length: number): number {
  let total = 0;
  let end = 0;
  for (let at = 0; at < runs.length; at += 2) {
    const start = runs[at] ?? 0;
    const count = runs[at + 1] ?? 0;
    if (start < end || count === 0 || start + count > length) {
      throw new Fault('invalid-size', `a run of ${String(count)} at ${String(start)} of ${String(length)}`);
    }
    end = start + count;
    total += count;
  }
  return total;
}

const address: Check<string> = (value) => {
  const checked = text(16)(value);
  if (/^[0-9a-f]+$/.test(checked)) return checked;
  throw new Fault('unsupported', 'expected an address in hex digits');
};

const attached = shape<AttachedProcess>({
  pid: integer(0),
  name: anyText,
  commandLine: text(1024 * 1024),
  alive: flag,
  writable: flag,
  address: nullable(address),
  us: flag,
});

const description = shape<Description>({
  label: anyText,
  nativeKey: text(4 * longestText),
  kindText: anyText,
  owner: anyText,
  mode: anyText,
  access: oneOf('observe', 'attach'),
  writable: flag,
  readOnlyReason: nullable(anyText),
  attachCount: nullable(integer(0)),
  attached: list(attached, 65536),
  presence: oneOf('live', 'waiting', 'removed', 'recreated', 'denied', 'failed'),
  notice: nullable(anyText),
  routeText: anyText,
  canUndo: flag,
  canRedo: flag,
});

const offsets = list(offset, mostHits);
const lengths = list(integer(0), mostHits);
const id = integer(1);

const scope = {
  start: offset,
  length: nullable(offset),
  alignment: oneOf(...alignments),
};

const whats: Readonly<Record<Query['kind'], Check<Query>>> = {
  hex: shape<Extract<Query, { kind: 'hex' }>>({
    ...scope,
    kind: oneOf('hex'),
    pattern: text(16 * longestSought),
  }),
  text: shape<Extract<Query, { kind: 'text' }>>({
    ...scope,
    kind: oneOf('text'),
    text: text(longestSought),
    encoding: oneOf(...encodings),
    matchCase: flag,
  }),
  number: shape<Extract<Query, { kind: 'number' }>>({
    ...scope,
    kind: oneOf('number'),
    text: anyText,
    type: oneOf(...numberTypes),
    endian: oneOf('little', 'big', 'both'),
  }),
  regex: shape<Extract<Query, { kind: 'regex' }>>({
    ...scope,
    kind: oneOf('regex'),
    source: text(longestSought),
    ignoreCase: flag,
  }),
  changed: shape<Extract<Query, { kind: 'changed' }>>({ ...scope, kind: oneOf('changed'), since: offset }),
};

const kind = shape<Pick<Query, 'kind'>>({ kind: oneOf('hex', 'text', 'number', 'regex', 'changed') });

const query: Check<Query> = (value) => whats[kind(value).kind](value);

const found = shape<Found>({
  id,
  offsets,
  lengths,
  total: offset,
  capped: flag,
  done: flag,
  progress: number(0, 1),
  error: nullable(anyText),
});

const buckets = bytes(0, mostBuckets);
const map = shape<SegmentMap>({ size: offset, data: buckets, hole: buckets, heat: buckets });

const recheck = shape<Parameters<Host['recheck']>[0]>({
  id,
  offsets: list(offset, mostRechecked),
  lengths: list(integer(1, longestWindow), mostRechecked),
});

const reading = shape<Reading>({
  bytesPerRow: oneOf<RowLength>(...rowLengths),
  format: oneOf(...formats),
  group: oneOf(...groups),
  endian: oneOf('little', 'big'),
  encoding: oneOf(...encodings),
  colourByClass: flag,
  dimZeros: flag,
  // Who has the segment mapped where is not known before it is looked at.
  base: oneOf('offset'),
});

const peekShape = shape<Peek>({ ranges: list(windowCheck, mostRanges) });

const peek: Check<Peek> = (value) => {
  const checked = peekShape(value);
  const total = checked.ranges.reduce((sum, { length }) => sum + length, 0);
  if (total <= longestWindow) return checked;
  throw new Fault('invalid-size', `${String(total)} bytes; at most ${String(longestWindow)}`);
};

const name: Check<string> = (value) => {
  const checked = text(longestName)(value);
  if (checked.trim() !== '') return checked;
  throw new Fault('invalid-size', 'a name without a character');
};

const bookmark = shape<Bookmark>({
  id: text(100),
  name,
  colour: oneOf(...bookmarkColours),
  offset,
  length: integer(1),
  type: oneOf(...bookmarkTypes),
});

const frozen = shape<Frozen>({
  offset,
  length: integer(1),
  writes: integer(0),
  skips: integer(0),
  limit: integer(0),
  ended: nullable(oneOf('stopped', 'limit', 'detached', 'failed')),
  message: nullable(anyText),
});

const compared = shape<Compared>({
  kind: oneOf('moment', 'segment', 'file'),
  title: anyText,
  detail: text(4 * longestText),
  size: offset,
  notice: nullable(anyText),
});

/** What the extension host takes from a view. */
export const hostChecks: Checks<Host> = {
  ready: nothing,
  watch: windowCheck,
  pace,
  edit,
  undo: nothing,
  redo: nothing,
  cursor,
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
      'importBookmarks',
      'recreate',
      'remove',
      'goTo',
      'reopen',
      'copyKey',
      'openInEditor',
      'showLog',
    ),
  }),
  hash: shape<HashRequest>({
    offset,
    length: integer(1, longestHashed),
    names: list(hashName, hashNames.length),
  }),
  stopHash: nothing,
  read: peek,
  clipboard: nothing,
  copy: shape({ text: text(longestCopy) }),
  find: query,
  stopFind: nothing,
  recheck,
  wantMap: shape({ buckets: integer(0, mostBuckets) }),
  markChanges: nothing,
  freeze: shape({ offset, bytes: bytes(1, longestEdit) }),
  thaw: nothing,
  putBookmark: bookmark,
  dropBookmark: shape({ id: text(100) }),
  nextDifference: shape<DifferenceRequest>({ from: offset, direction: oneOf('next', 'previous') }),
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
  comparing: shape({ fraction: number(0, 1) }),
  paced: pace,
  frozen: nullable(frozen),
  bookmarked: list(bookmark, mostBookmarks),
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
  hash: shape<HashReply>({
    texts: list(shape({ name: hashName, text: text(128) }), hashNames.length),
    length: integer(1, longestHashed),
    locked: flag,
  }),
  nextDifference: nullable(shape<Difference>({ offset, length: integer(1), wrapped: flag })),
  countDifferences: shape<DifferenceCount>({ bytes: offset, unpaired: offset }),
  clipboard: shape({ text: text(longestCopy) }),
  read: shape<Peeked>({ found: list(bytes(0, longestWindow), mostRanges) }),
  edit: shape<EditReply>({
    outcome: oneOf('written', 'conflict', 'nothing-to-do'),
    offset,
    found: nullable(bytes(0, longestEdit)),
  }),
};
