import type { Frame, Host, Viewer } from '../../extension/shared/protocol';
import type { Call } from './badMessages';

type Arguments<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...args: infer Given) => unknown
    ? Given extends readonly [infer Argument, ...unknown[]]
      ? readonly Argument[]
      : readonly [undefined]
    : never;
};

const bytes = (length: number): Uint8Array => new Uint8Array(length);
const scope = { start: 0, length: null, alignment: 1 } as const;

/** Every call that a view makes, on a segment of some KiB; what they write lies within the first KiB. */
export const hostCalls: readonly Call[] = calls<Host>({
  ready: [undefined],
  watch: [{ offset: 0, length: 1024 }],
  pace: [{ hertz: 60, paused: false, underLock: true }],
  edit: [
    { offset: 100, bytes: bytes(4).fill(7), expected: bytes(4) },
    { offset: 100, bytes: bytes(4), expected: bytes(4).fill(7) },
  ],
  undo: [undefined],
  redo: [undefined],
  cursor: [{ offset: 3, length: 0, start: 3 }],
  focused: [undefined],
  act: [{ action: 'copyKey' }],
  hash: [{ offset: 0, length: 100, names: ['crc32', 'md5'] }],
  stopHash: [undefined],
  read: [{ ranges: [{ offset: 4000, length: 1024 }] }],
  clipboard: [undefined],
  copy: [{ text: 'text' }],
  find: [
    { ...scope, kind: 'hex', pattern: '00 ?1' },
    { ...scope, kind: 'text', text: 'a', encoding: 'utf8', matchCase: false },
    { ...scope, kind: 'number', text: '1..5', type: 'uint16', endian: 'both' },
    { ...scope, kind: 'changed', since: 1 },
  ],
  stopFind: [undefined],
  recheck: [{ id: 1, offsets: [0, 4095], lengths: [1, 1] }],
  wantMap: [{ buckets: 64 }],
  markChanges: [undefined],
  freeze: [{ offset: 200, bytes: bytes(2) }],
  thaw: [undefined],
  putBookmark: [{ id: 'a', name: 'first', colour: 'red', offset: 0, length: 4, type: 'bytes' }],
  dropBookmark: [{ id: 'a' }],
  repairLock: [{ id: 'a' }],
  dropLock: [{ id: 'a' }],
  processDeed: [{ deed: 'copyPid', pid: 1 }],
  nextDifference: [{ from: 0, direction: 'next' }],
  countDifferences: [undefined],
  stopDifference: [undefined],
  stopComparing: [undefined],
  complain: [{ message: 'it broke' }],
});

const frame: Frame = {
  sequence: 5,
  offset: 0,
  length: 64,
  runs: null,
  bytes: bytes(64),
  holes: [],
  copy: 'unlocked',
  size: 1024,
  lock: { kind: 'systemv', state: 'held', holder: { pid: 7, name: 'peer' }, waiters: 1, value: 0 },
  rate: 60,
};

/** Every call that an extension host makes. */
export const viewCalls: readonly Call[] = calls<Viewer>({
  frame: [frame, { ...frame, runs: [0, 4, 8, 4], bytes: bytes(8), holes: null }],
  describe: [
    {
      label: 'other',
      nativeKey: 'posix:/other',
      kindText: 'POSIX',
      owner: 'dev',
      mode: '0600',
      access: 'observe',
      writable: true,
      readOnlyReason: null,
      attachCount: 1,
      attached: [
        {
          pid: 7,
          name: 'peer',
          commandLine: 'peer',
          owner: 'dev',
          part: 'creator',
          alive: false,
          writable: false,
          mappings: [],
          us: false,
        },
      ],
      presence: 'live',
      notice: null,
      standing: [7],
      routeText: '',
      canUndo: true,
      canRedo: true,
    },
  ],
  reveal: [{ offset: 100, length: 4 }],
  perform: [{ gesture: 'selectAll' }],
  focus: [undefined],
  found: [
    { id: 1, offsets: [1], lengths: [1], total: 1, capped: false, done: true, progress: 1, error: null },
  ],
  map: [{ size: 1024, data: bytes(64), hole: bytes(64), heat: bytes(64) }],
  hashing: [{ fraction: 0.5 }],
  compared: [{ kind: 'moment', title: 'then', detail: '', size: 1024, stop: null, notice: null }, null],
  otherFrame: [frame],
  stopFrame: [frame],
  comparing: [{ fraction: 0.5 }],
  paced: [{ hertz: 30, paused: false, underLock: false }],
  frozen: [{ offset: 0, length: 1, writes: 1, skips: 0, limit: 60, ended: null, message: null }, null],
  locks: [
    {
      rows: [
        {
          id: 'own',
          state: 'held',
          words: 'Held',
          kind: 'Semaphore',
          offset: null,
          name: '',
          facts: ['since then'],
          certainty: 'certain',
          sinceMs: 1,
          sinceFirstLook: true,
          troubles: [],
          isPlaced: false,
          strip: [1, 9],
        },
      ],
      deadlocks: ['A waits for B'],
    },
  ],
  bookmarked: [[{ id: 'a', name: 'first', colour: 'red', offset: 0, length: 4, type: 'bytes' }]],
});

function calls<Methods>(all: Arguments<Methods>): readonly Call[] {
  return Object.entries<readonly unknown[]>(all).flatMap(([method, given]) =>
    given.map((argument) => ({ method, argument })),
  );
}
