import type {
  Compared,
  Difference,
  DifferenceCount,
  DifferenceRequest,
} from '../../extension/shared/compare';
import { hostChecks } from '../../extension/shared/checks';
import { overlap, without } from '../../extension/shared/extents';
import { Fault, type ErrorCode } from '../../extension/shared/fault';
import type { Bookmark } from '../../extension/shared/bookmark';
import type { FreezeEnd } from '../../extension/shared/frozen';
import type { LockStatus } from '../../extension/shared/lock';
import type {
  Cursor,
  Description,
  EditReply,
  Found,
  Frame,
  Host,
  Pace,
  Peek,
  Peeked,
  ProcessDeed,
  Viewer,
  Welcome,
  Window,
} from '../../extension/shared/protocol';
import { plainReading, readAs, type Reading } from '../../extension/shared/reading';
import type { HashReply, HashRequest } from '../../extension/shared/hashes';
import { soughtOf, type Query, type Sought } from '../../extension/shared/query';
import { connect, type Port } from '../../extension/shared/rpc';
import { strings } from '../../extension/shared/strings';
import { countNaively, findNaively } from './naiveDifference';

/** What a test gives the page before the view starts; everything has a default. */
export interface Setup {
  readonly size?: number;
  /** Bytes from an offset on, as Latin-1 text. */
  readonly texts?: readonly { readonly offset: number; readonly text: string }[];
  readonly description?: Partial<Description> | null;
  /** Pairs of first byte and length: pages that have no memory until something is written there. */
  readonly holes?: readonly number[];
  readonly lock?: Partial<LockStatus>;
  readonly pace?: Pace;
  readonly bytesPerRow?: 8 | 16 | 32;
  /** What the settings say. */
  readonly reading?: Partial<Reading>;
  readonly place?: 'editor' | 'panel';
  /** What getState() gives. */
  readonly state?: unknown;
}

const page = 4096;

/** A host of the view inside its own page: a sparse segment of any size, Live's and Editor's rules, no ticks. */
export class FakeHost implements Host {
  #finds = 0;
  readonly calls: { readonly method: string; readonly argument: unknown }[] = [];
  readonly copied: string[] = [];
  clipboardText = '';
  marked: readonly Bookmark[] = [];
  frozen: { readonly offset: number; readonly bytes: Uint8Array } | null = null;
  size: number;
  description: Description | null;
  lock: LockStatus;
  cursorAt: Cursor = { offset: 0, start: 0, length: 0 };
  window: Window = { offset: 0, length: 0 };
  /** While true an edit waits for `release()`. */
  holdEdits = false;
  /** While true nothing is looked at. */
  holdLooks = false;
  /** While true a hash waits for `releaseHashes()`. */
  holdHashes = false;
  /** While true nothing is found until tellFound(). */
  holdFinds = false;
  /** While true a search does not begin until beginFind(). */
  holdBegin = false;
  #begin: (() => void) | null = null;
  /** What was looked for last. */
  query: Query | null = null;
  /** Parts of the map that are wanted. */
  buckets = 0;
  /** What a mark gives. */
  since: number | null = 7;
  /** The next edit, undo, redo or search fails so. */
  refuseNext: { readonly code: ErrorCode; readonly message: string } | null = null;
  frames = 0;
  holes: readonly number[] = [];
  readonly viewer: Viewer;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #undo: { offset: number; before: Uint8Array; after: Uint8Array }[] = [];
  readonly #redo: { offset: number; before: Uint8Array; after: Uint8Array }[] = [];
  readonly #held: (() => void)[] = [];
  readonly #hashes: { readonly resolve: () => void; readonly reject: (fault: Fault) => void }[] = [];
  #pace: Pace;
  #inFlight: Promise<void> | null = null;
  #again = false;

  constructor(
    port: Port,
    private readonly setup: Setup,
  ) {
    this.size = setup.size ?? 1024;
    this.#pace = setup.pace ?? { hertz: 30, paused: false, underLock: false };
    this.lock = { kind: 'systemv', state: 'free', holder: null, waiters: 0, value: 1, ...setup.lock };
    this.description = setup.description === null ? null : { ...described, ...setup.description };
    this.holes = setup.holes ?? [];
    for (const { offset, text } of setup.texts ?? []) this.poke(offset, latin1(text));
    this.viewer = connect<Host, Viewer>(port, this, hostChecks, (line) => {
      this.calls.push({ method: 'log', argument: line });
    }).remote;
  }

  get pace_(): Pace {
    return this.#pace;
  }

  ready(): Promise<Welcome> {
    this.#note('ready', undefined);
    return Promise.resolve({
      description: this.description,
      pace: this.#pace,
      reading: readAs(plainReading, { bytesPerRow: this.setup.bytesPerRow ?? 16, ...this.setup.reading }),
      strings,
      place: this.setup.place ?? 'editor',
    });
  }

  watch(window: Window): Promise<void> {
    this.#note('watch', window);
    this.window = window;
    void this.look();
    void this.lookOther();
    return Promise.resolve();
  }

  async pace(pace: Pace): Promise<void> {
    this.#note('pace', pace);
    this.#refuse();
    this.#pace = pace;
    await this.look();
  }

  async edit({ offset, bytes, expected }: Parameters<Host['edit']>[0]): Promise<EditReply> {
    this.#note('edit', { offset, bytes: [...bytes], expected: [...expected] });
    await this.#gate();
    return this.#exchange(offset, expected, bytes, () => {
      this.#undo.push({ offset, before: expected, after: bytes });
      this.#redo.length = 0;
    });
  }

  async undo(): Promise<EditReply> {
    this.#note('undo', undefined);
    await this.#gate();
    const step = this.#undo.at(-1);
    if (!step) return { outcome: 'nothing-to-do', offset: 0, found: null };
    return this.#exchange(step.offset, step.after, step.before, () => {
      this.#undo.pop();
      this.#redo.push(step);
    });
  }

  async redo(): Promise<EditReply> {
    this.#note('redo', undefined);
    await this.#gate();
    const step = this.#redo.at(-1);
    if (!step) return { outcome: 'nothing-to-do', offset: 0, found: null };
    return this.#exchange(step.offset, step.before, step.after, () => {
      this.#redo.pop();
      this.#undo.push(step);
    });
  }

  cursor(cursor: Cursor): Promise<void> {
    this.cursorAt = cursor;
    return Promise.resolve();
  }

  focused(): Promise<void> {
    this.#note('focused', undefined);
    return Promise.resolve();
  }

  act(request: Parameters<Host['act']>[0]): Promise<void> {
    this.#note('act', request);
    return Promise.resolve();
  }

  async hash(request: HashRequest): Promise<HashReply> {
    this.#note('hash', request);
    this.stopHashes('superseded');
    if (this.holdHashes) {
      await new Promise<void>((resolve, reject) => this.#hashes.push({ resolve, reject }));
    }
    const bytes = this.#read(
      request.offset,
      Math.max(0, Math.min(request.length, this.size - request.offset)),
    );
    return {
      texts: request.names.map((name) => ({ name, text: `${name}:${checksum(bytes)}` })),
      length: bytes.length,
      locked: this.lock.state === 'ours',
    };
  }

  stopHash(): Promise<void> {
    this.#note('stopHash', undefined);
    this.stopHashes('stopped');
    return Promise.resolve();
  }

  stopHashes(why: string): void {
    for (const { reject } of this.#hashes.splice(0)) reject(new Fault('closed', why));
  }

  releaseHashes(): void {
    this.holdHashes = false;
    for (const { resolve } of this.#hashes.splice(0)) resolve();
  }

  read({ ranges }: Peek): Promise<Peeked> {
    this.#note('read', ranges);
    return Promise.resolve({
      found: ranges.map(({ offset, length }) =>
        this.#read(offset, Math.max(0, Math.min(length, this.size - offset))),
      ),
    });
  }

  clipboard(): Promise<{ readonly text: string }> {
    return Promise.resolve({ text: this.clipboardText });
  }

  freeze(range: { readonly offset: number; readonly bytes: Uint8Array }): Promise<void> {
    this.#note('freeze', { offset: range.offset, bytes: [...range.bytes] });
    this.frozen = range;
    return this.tellFrozen(0, 0, null);
  }

  async thaw(): Promise<void> {
    this.#note('thaw', undefined);
    await this.tellFrozen(3, 0, 'stopped');
  }

  /** Says how the freeze goes. */
  async tellFrozen(writes: number, skips: number, ended: FreezeEnd | null): Promise<void> {
    if (this.frozen === null) return;
    const { offset, bytes } = this.frozen;
    const counts = { offset, length: bytes.length, writes, skips, limit: 60, ended, message: null };
    await this.viewer.frozen(counts);
    if (ended === null) return;
    this.frozen = null;
    await this.viewer.frozen(null);
  }

  putBookmark(bookmark: Bookmark): Promise<void> {
    this.#note('putBookmark', bookmark);
    return this.mark([...this.marked.filter(({ id }) => id !== bookmark.id), bookmark]);
  }

  dropBookmark({ id }: { readonly id: string }): Promise<void> {
    this.#note('dropBookmark', id);
    return this.mark(this.marked.filter((bookmark) => bookmark.id !== id));
  }

  /** Has these bookmarks from now on. */
  mark(bookmarks: readonly Bookmark[]): Promise<void> {
    this.marked = [...bookmarks].sort((a, b) => a.offset - b.offset);
    return this.viewer.bookmarked(this.marked);
  }

  repairLock(request: { readonly id: string }): Promise<void> {
    this.#note('repairLock', request);
    return Promise.resolve();
  }

  dropLock(request: { readonly id: string }): Promise<void> {
    this.#note('dropLock', request);
    return Promise.resolve();
  }

  processDeed(request: { readonly deed: ProcessDeed; readonly pid: number }): Promise<void> {
    this.#note('processDeed', request);
    return Promise.resolve();
  }

  copy({ text }: { readonly text: string }): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }

  /** What the segment is compared with, beside its own bytes. */
  other: { readonly compared: Compared; bytes: Uint8Array } | null = null;
  /** While true a search for a difference waits for `releaseSearch()`. */
  holdSearch = false;
  readonly #searches: { readonly resolve: () => void; readonly reject: (fault: Fault) => void }[] = [];

  /** Begins to compare with these bytes; null: ends it. */
  async compare(compared: Partial<Compared> | null, bytes: readonly number[] = []): Promise<void> {
    if (compared === null) this.other = null;
    else {
      const whole = {
        kind: 'moment',
        title: 'Moment 14:03:12, copied unlocked',
        detail: '',
        stop: null,
        notice: null,
      } as const;
      this.other = { compared: { ...whole, size: bytes.length, ...compared }, bytes: Uint8Array.from(bytes) };
    }
    await this.viewer.compared(this.other?.compared ?? null);
    await this.lookOther();
  }

  /** Sends the other side's bytes of the window. */
  async lookOther(): Promise<void> {
    if (!this.other || this.window.length === 0) return;
    await this.viewer.otherFrame(this.#frameOf(this.other.bytes));
  }

  /** Sends what the window held at the stop at which a program stands. */
  async lookAtStop(bytes: readonly number[]): Promise<void> {
    await this.viewer.stopFrame(this.#frameOf(Uint8Array.from(bytes)));
  }

  #frameOf(all: Uint8Array): Frame {
    const { offset, length } = this.window;
    const bytes = all.slice(offset, offset + length);
    return {
      sequence: ++this.frames,
      offset,
      length: bytes.length,
      runs: null,
      bytes,
      holes: [],
      copy: 'unlocked',
      size: all.length,
      lock: { kind: 'none', state: 'none', holder: null, waiters: null, value: null },
      rate: 0,
    };
  }

  async nextDifference(request: DifferenceRequest): Promise<Difference | null> {
    this.#note('nextDifference', request);
    if (this.holdSearch) {
      await new Promise<void>((resolve, reject) => this.#searches.push({ resolve, reject }));
    }
    return findNaively(...this.#sides(), request);
  }

  countDifferences(): Promise<DifferenceCount> {
    this.#note('countDifferences', undefined);
    return Promise.resolve(countNaively(...this.#sides()));
  }

  stopDifference(): Promise<void> {
    this.#note('stopDifference', undefined);
    for (const { reject } of this.#searches.splice(0)) reject(new Fault('closed', 'given up'));
    return Promise.resolve();
  }

  releaseSearch(): void {
    this.holdSearch = false;
    for (const { resolve } of this.#searches.splice(0)) resolve();
  }

  stopComparing(): Promise<void> {
    this.#note('stopComparing', undefined);
    return this.compare(null);
  }

  #sides(): readonly [Uint8Array, Uint8Array] {
    const other = this.other?.bytes ?? new Uint8Array(0);
    return [this.#read(0, this.size), other];
  }

  async find(query: Query): Promise<{ readonly id: number }> {
    this.#note('find', query);
    this.#refuse();
    this.#finds += 1;
    this.query = query;
    if (this.holdBegin) await new Promise<void>((resolve) => (this.#begin = resolve));
    if (!this.holdFinds) setTimeout(() => void this.tellFound(this.#hits(query)));
    return { id: this.#finds };
  }

  /** Lets the held search begin. */
  beginFind(): void {
    this.holdBegin = false;
    this.#begin?.();
  }

  /** Says what was found by the search that was asked for last. */
  async tellFound(part: Partial<Found>): Promise<void> {
    const offsets = part.offsets ?? [];
    const lengths = offsets.map(() => 1);
    const none = { total: offsets.length, capped: false, done: true, progress: 1, error: null };
    await this.viewer.found({ id: this.#finds, lengths, ...none, ...part, offsets });
  }

  stopFind(): Promise<void> {
    this.#note('stopFind', undefined);
    return Promise.resolve();
  }

  recheck(hits: Parameters<Host['recheck']>[0]): Promise<{ readonly still: readonly boolean[] }> {
    this.#note('recheck', hits);
    const { query } = this;
    return Promise.resolve({
      still: hits.offsets.map((offset, at) => {
        const bytes = this.#read(offset, hits.lengths[at] ?? 0);
        if (query?.kind === 'changed') return true;
        return query === null || lengthAt(soughtOf(query), bytes, 0) !== null;
      }),
    });
  }

  wantMap({ buckets }: { readonly buckets: number }): Promise<void> {
    this.#note('wantMap', buckets);
    this.buckets = buckets;
    return Promise.resolve();
  }

  /** Tells the map that was asked for: shares of each part, by a rule of the test. */
  tellMap(
    of: (at: number, buckets: number) => readonly [data: number, hole: number, heat: number],
  ): Promise<void> {
    const parts = Array.from({ length: this.buckets }, (_, at) => of(at, this.buckets));
    const lane = (index: 0 | 1 | 2): Uint8Array => Uint8Array.from(parts, (part) => part[index]);
    return this.viewer.map({ size: this.size, data: lane(0), hole: lane(1), heat: lane(2) });
  }

  markChanges(): Promise<{ readonly since: number | null }> {
    this.#note('markChanges', undefined);
    return Promise.resolve({ since: this.since });
  }

  complain(request: { readonly message: string }): Promise<void> {
    this.#note('complain', request);
    return Promise.resolve();
  }

  /** Another program writes. */
  poke(offset: number, bytes: readonly number[] | Uint8Array): void {
    bytes.forEach((value, index) => {
      const at = offset + index;
      const number = Math.floor(at / page);
      let held = this.#pages.get(number);
      if (!held) this.#pages.set(number, (held = new Uint8Array(page)));
      held[at - number * page] = value;
      this.holes = without(this.holes, number * page, (number + 1) * page);
    });
  }

  /** What the segment has. */
  peek(offset: number, length: number): number[] {
    return [...this.#read(offset, length)];
  }

  /** One look at the window; resolves when it has been painted. */
  async look(): Promise<void> {
    if (this.#inFlight) {
      this.#again = true;
      return;
    }
    if (this.holdLooks || this.description?.presence !== 'live' || this.window.length === 0) return;
    const { offset, length } = this.window;
    const bytes = this.#read(offset, Math.max(0, Math.min(length, this.size - offset)));
    const frame: Frame = {
      sequence: ++this.frames,
      offset,
      length: bytes.length,
      runs: null,
      bytes,
      holes: overlap(this.holes, offset, offset + bytes.length),
      copy: this.lock.state === 'ours' || this.#pace.underLock ? 'locked' : 'unlocked',
      size: this.size,
      lock: this.lock,
      rate: this.#pace.hertz,
    };
    this.#inFlight = this.viewer.frame(frame);
    await this.#inFlight;
    this.#inFlight = null;
    if (this.#again) {
      this.#again = false;
      await this.look();
    }
  }

  /** Resolves when the view has taken what was sent to it last. */
  async settled(): Promise<void> {
    await this.#inFlight;
  }

  /** Says something new about the segment. */
  describe(change: Partial<Description> | null): Promise<void> {
    this.description = change === null ? null : { ...described, ...this.description, ...change };
    return this.viewer.describe(this.description);
  }

  /** Lets held edits go on. */
  release(): void {
    this.holdEdits = false;
    for (const go of this.#held.splice(0)) go();
  }

  #note(method: string, argument: unknown): void {
    this.calls.push({ method, argument });
  }

  async #gate(): Promise<void> {
    if (this.holdEdits) await new Promise<void>((resolve) => this.#held.push(resolve));
    this.#refuse();
  }

  #refuse(): void {
    const refused = this.refuseNext;
    this.refuseNext = null;
    if (refused) throw new Fault(refused.code, refused.message);
  }

  #exchange(offset: number, expected: Uint8Array, bytes: Uint8Array, written: () => void): EditReply {
    const found = this.#read(offset, bytes.length);
    if (found.some((value, index) => value !== expected[index]))
      return { outcome: 'conflict', offset, found };
    this.poke(offset, bytes);
    written();
    queueMicrotask(() => void this.look());
    return { outcome: 'written', offset, found: null };
  }

  /** Every hit of a pattern, looked for byte by byte. */
  #hits(query: Query): Partial<Found> {
    const end = query.length === null ? this.size : query.start + query.length;
    const bytes = this.#read(0, end);
    const sought = soughtOf(query);
    const offsets: number[] = [];
    const lengths: number[] = [];
    for (let at = query.start; at < end; at++) {
      const length = at % query.alignment === 0 ? lengthAt(sought, bytes, at) : null;
      if (length === null || at + length > end) continue;
      offsets.push(at);
      lengths.push(length);
    }
    return { offsets, lengths };
  }

  #read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) {
      const at = offset + index;
      const number = Math.floor(at / page);
      bytes[index] = this.#pages.get(number)?.[at - number * page] ?? 0;
    }
    return bytes;
  }
}

/** Length of a hit there; null: none. Of what is no pattern, there is never one. */
function lengthAt(sought: Sought, bytes: Uint8Array, at: number): number | null {
  if (sought.kind !== 'patterns') return null;
  const found = sought.patterns.find(({ bytes: wanted, mask }) =>
    wanted.every((byte, index) => ((bytes[at + index] ?? 0) & (mask[index] ?? 0)) === byte),
  );
  return found?.bytes.length ?? null;
}

/** Stands for a hash: other bytes, another text. */
function checksum(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return sum.toString(16).padStart(8, '0');
}

const described: Description = {
  label: 'mySharedMemoryKey',
  nativeKey: 'systemv:/tmp/qipc_sharedmemory_mySharedMemoryKey',
  kindText: 'Qt · System V',
  owner: 'dev',
  mode: '0600',
  access: 'observe',
  writable: true,
  readOnlyReason: null,
  attachCount: 2,
  attached: [
    {
      pid: 4711,
      name: 'producer',
      commandLine: './producer',
      owner: 'dev',
      part: 'attached' as const,
      alive: true,
      writable: true,
      mappings: [{ address: '7f0000400000', offset: 0, length: 4096 }],
      us: false,
    },
    {
      pid: 4712,
      name: 'consumer',
      commandLine: './consumer',
      owner: 'dev',
      part: 'attached' as const,
      alive: true,
      writable: true,
      mappings: [{ address: '7f0000400000', offset: 0, length: 4096 }],
      us: false,
    },
  ],
  presence: 'live',
  notice: null,
  standing: [],
  routeText: 'Read through the mapping of producer (4711); leaves no trace.',
  canUndo: false,
  canRedo: false,
};

function latin1(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index) & 0xff);
}

declare global {
  interface Window {
    fake: FakeHost;
    setup: Setup;
    acquireVsCodeApi: () => unknown;
    savedState: unknown;
  }
}

/** Puts the fake host where VS Code would be. Messages are cloned, as VS Code does. */
export function install(): void {
  const listeners = new Set<(message: unknown) => void>();
  window.savedState = window.setup.state;
  window.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of listeners) listener(copy);
      });
    },
    getState: () => window.savedState,
    setState: (state: unknown) => {
      window.savedState = structuredClone(state);
    },
  });
  window.fake = new FakeHost(
    {
      post: (message) => {
        const data: unknown = structuredClone(message);
        setTimeout(() => window.dispatchEvent(new MessageEvent('message', { data })));
      },
      onMessage: (listener) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
    window.setup,
  );
}
