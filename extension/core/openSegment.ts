import type { LockStatus } from '../shared/lock';
import type { Presence, Window } from '../shared/protocol';
import { accessFacts, attachedOthers } from './attached';
import type { Consent } from './consent';
import { SegmentError, segmentError, type ErrorFacts } from './errors';
import { Emitter, type Event } from './event';
import { identityOf, sameShownInfo } from './identity';
import { type NativeKey, formatKey, isFile, legacyNameOf, lockAddress, segmentAddress } from './key';
import type {
  DetachResult,
  ExchangeResult,
  Native,
  ReadRoute,
  SearchRequest,
  Segment,
  SegmentInfo,
} from './native';
import { SegmentLock, type LockWait } from './segmentLock';
import { SegmentSearch } from './segmentSearch';
import { SegmentSweep } from './segmentSweep';
import { SegmentWatch } from './segmentWatch';
import { checkRange, overwrite } from './write';

/** What is asked of a segment, without the segment. */
type SearchOf<Request> = Request extends unknown ? Omit<Request, 'segment'> : never;

/** How often the name is asked whether it still leads here, and a missing one whether it has appeared. */
const watchMs = 400;
/**
 * The first while a watch looks at size, removal and lock 10 times a second anyway. From `occasionMs` on it is done
 * when the watch has something to tell: to wake up for it alone costs several times as much.
 */
const watchedMs = 800;
const occasionMs = 600;
/** For the lock that a detach takes, where the caller says nothing. */
const detachTimeoutMs = 2000;
/** The same when everything ends. */
const shutTimeoutMs = 500;

/**
 * One segment that somebody looks at or that we are attached to. Everything that changes it is serialised. Once
 * the segment has gone, its memory is let go of, so that we never keep it alive; what is left is the presence.
 */
export class OpenSegment {
  readonly id: string;
  #presence: Presence = 'waiting';
  #fault: SegmentError | null = null;
  #handle: Segment | null = null;
  #info: SegmentInfo | null = null;
  #route: ReadRoute;
  #references = 0;
  #checks = 0;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #verifiedAt = 0;
  #watches: readonly SegmentWatch[] = [];
  #work: Promise<unknown> = Promise.resolve();
  readonly #lock: SegmentLock;
  readonly #changed = new Emitter<void>();
  /** Presence, access, info, or our hold of the lock changed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  /** For Segments alone: `onUnused` is called when nobody has it checked out and we are no part of it. */
  constructor(
    private readonly native: Native,
    readonly key: NativeKey,
    private readonly onUnused: (segment: OpenSegment) => void,
    private readonly consent: Consent,
  ) {
    this.id = formatKey(key);
    this.#lock = new SegmentLock(native, lockAddress(key));
    this.#route = isFile(key) ? 'file' : 'momentary';
  }

  get presence(): Presence {
    return this.#presence;
  }

  /** Why presence is denied or failed. */
  get fault(): SegmentError | null {
    return this.#fault;
  }

  get access(): 'observe' | 'attach' {
    return this.#handle?.access ?? 'observe';
  }

  get writable(): boolean {
    return this.#handle?.writable ?? false;
  }

  /** What a refusal to write should say: that we only observe, or whose segment it is. */
  get whyReadOnly(): ErrorFacts {
    if (this.access === 'observe') return { rule: 'observing' };
    return this.#info === null ? {} : { owner: this.#info.owner, mode: this.#info.mode };
  }

  /** How the last read reached the bytes. */
  get route(): ReadRoute {
    return this.#handle?.route ?? this.#route;
  }

  /** What the system said last, at most a second ago while live; the last known after it went. */
  get info(): SegmentInfo | null {
    return this.#info;
  }

  /** Which segment it is, as Segment.identity of the addon; null while there is none. */
  get identity(): string | null {
    return this.#handle?.identity ?? null;
  }

  /** Peeked now, up to 40 us; the same object as long as nothing changes. */
  get lock(): LockStatus {
    return this.#lock.status;
  }

  get holdsLock(): boolean {
    return this.#lock.held;
  }

  /** Resolves when what was asked for so far is done: after a checkout, presence and info are known then. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Bytes now; 0 while not live. Notices a segment that was removed or resized. */
  get size(): number {
    if (!this.#handle) return 0;
    try {
      const { size, removed } = this.#handle.state();
      if (removed) this.#verify();
      else if (size !== this.#info?.size) this.#refreshInfo();
      return this.#presence === 'live' ? size : 0;
    } catch (error) {
      this.#fail(error);
      return 0;
    }
  }

  /**
   * Copies as many bytes as there are; 0 while not live. Never throws for what a peer did: a removed or refused
   * segment shows in `presence`.
   */
  read(offset: number, target: Uint8Array): number {
    if (!this.#handle) return 0;
    try {
      return this.#handle.read(offset, target);
    } catch (error) {
      this.#fail(error);
      return 0;
    }
  }

  /**
   * Looks at these bytes, the size and the lock `hertz` times a second, and calls `changed` when there is something
   * new. null while not live, and where it cannot be (see presence). To be stopped by the caller.
   */
  watch({ offset, length }: Window, hertz: number, changed: () => void): SegmentWatch | null {
    return this.#begin((segment, current, failed) => {
      const request = { segment, offset, length, hertz, lock: this.#lock.address };
      const told = (): void => {
        if (current() && performance.now() - this.#verifiedAt > occasionMs) {
          this.#verify();
          this.#schedule();
        }
        changed();
      };
      const watch = new SegmentWatch(this.native.watch(request, told), current, failed);
      this.#watches = [...this.#watches, watch];
      return watch;
    });
  }

  /** The next byte that may be anything but a hole, see Segment of the addon; null also while not live. */
  nextData(offset: number): number | null {
    try {
      return this.#handle?.nextData(offset) ?? null;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** What of these bytes is a hole, see Segment of the addon; nothing while not live. */
  holes(offset: number, length: number): readonly number[] {
    try {
      return this.#handle?.holes(offset, length) ?? [];
    } catch (error) {
      this.#fail(error);
      return [];
    }
  }

  /** Goes over all bytes again and again within `budget` of a core. null while not live. To be stopped by the caller. */
  sweep(budget: number, changed: () => void): SegmentSweep | null {
    return this.#begin((segment, current, failed) => {
      const sweep = this.native.sweep({ segment, budget }, changed);
      return new SegmentSweep(sweep, current, failed);
    });
  }

  /** Goes over the bytes once. null while not live. Ends by itself, or is stopped by the caller. */
  search(request: SearchOf<SearchRequest>, told: () => void): SegmentSearch | null {
    return this.#begin((segment, current, failed) => {
      const search = this.native.search({ ...request, segment }, told);
      return new SegmentSearch(search, current, failed);
    });
  }

  /** Becomes a peer as Qt counts it. Throws `not-found`, `permission-denied` with owner and mode, and others. */
  attach(write: boolean): Promise<void> {
    return this.#serialise(async () => {
      if (this.access === 'attach' && (this.writable || !write)) return;
      const handle = await this.#openHandle('attach', write);
      this.#replace(handle);
    });
  }

  /**
   * Leaves by Qt's rule: under the lock where one exists; the last to leave a Qt segment of System V removes it,
   * unless it was an orphan before we came. Releases the lock where we hold it. Throws `busy` naming the holder,
   * still attached then.
   */
  detach(
    options: { readonly removeIfLast?: boolean; readonly timeoutMs?: number } = {},
  ): Promise<DetachResult> {
    return this.#serialise(async () => {
      const handle = this.#handle;
      if (handle?.access !== 'attach') throw new SegmentError('closed', 'This segment is not attached.');
      const { removeIfLast = this.#isQtSystemV, timeoutMs = detachTimeoutMs } = options;
      const result = await handle
        .detach({ removeIfLast, lock: this.#lock.toTake, timeoutMs })
        .catch((error: unknown) => {
          throw this.#lock.explain(error, timeoutMs);
        });
      this.#lock.release();
      await this.#left(result.removedSegment);
      return result;
    });
  }

  /**
   * Gives back an attachment that was made for one piece of work: by the same rule, but a lock that we hold stays ours,
   * and where another keeps the lock for longer than `timeoutMs`, we go without it. Never rejects for that.
   */
  leave(timeoutMs: number): Promise<void> {
    return this.#serialise(async () => {
      const handle = this.#handle;
      if (handle?.access !== 'attach') return;
      const request = { removeIfLast: this.#isQtSystemV, lock: this.#lock.toTake, timeoutMs };
      const isRemoved = await handle.detach(request).then(
        ({ removedSegment }) => removedSegment,
        () => {
          handle.close();
          return false;
        },
      );
      if (isRemoved) this.#lock.release();
      await this.#left(isRemoved);
    });
  }

  /** Takes the lock until releaseLock(). Throws `busy` naming the holder, `not-found` where `create` is false. */
  acquireLock(wait: LockWait): Promise<void> {
    return this.#serialise(async () => {
      await this.#lock.acquire(wait);
      if (this.#closed) this.#lock.release();
      this.#changed.fire();
    });
  }

  releaseLock(): void {
    this.#lock.release();
    this.#changed.fire();
    this.#settle();
  }

  /**
   * Lock (unless we hold it or none exists), compare with `expected`, write, unlock, in one native call. Other
   * bytes there: `written` is false and nothing changes. Throws `busy`, `invalid-size` past the end,
   * `permission-denied` where not attached for writing, `gone`.
   */
  exchange(
    offset: number,
    expected: Uint8Array,
    bytes: Uint8Array,
    timeoutMs: number,
  ): Promise<ExchangeResult> {
    return this.#serialise(async () => {
      const segment = this.#writableHandle();
      checkRange(offset, bytes.length, segment.state().size);
      const request = { segment, offset, expected, bytes, timeoutMs };
      const lock = this.#lock.toTake;
      return this.native.exchange({ ...request, lock }).catch((error: unknown) => {
        // Its last user removed the lock since we looked: then there is none to take.
        const isGone =
          lock !== null && segmentError(error).code === 'not-found' && this.#lock.toTake === null;
        if (isGone) return this.native.exchange({ ...request, lock: null });
        throw this.#lock.explain(error, timeoutMs);
      });
    });
  }

  /**
   * Copies under the lock, held for the one native call that copies; how many bytes. null: there is no lock, or it was
   * not free within the time, and nothing was copied. Throws `gone` and others as read does not.
   */
  async copyLocked(offset: number, target: Uint8Array, timeoutMs: number): Promise<number | null> {
    const [segment, lock] = [this.#handle, this.#lock.toTake];
    if (!segment || lock === null) return null;
    try {
      return (await this.native.copyLocked({ segment, lock, offset, target, timeoutMs })).count;
    } catch (error) {
      const { code } = segmentError(error);
      if (code === 'busy' || code === 'not-found' || code === 'permission-denied') return null;
      throw error;
    }
  }

  /**
   * Lets one thread look again that waits for the word at `offset`: for a lock that was written free. How many there
   * were, 0 or 1. Throws as exchange does.
   */
  wake(offset: number): number {
    return this.native.wakeWaiters(this.#writableHandle(), offset);
  }

  /** Writes under the lock without comparing. Refuses a range past the end before the first byte. */
  write(offset: number, bytes: Uint8Array, timeoutMs: number): Promise<void> {
    return this.#serialise(async () => {
      const segment = this.#writableHandle();
      checkRange(offset, bytes.length, segment.state().size);
      await overwrite(this.native, segment, this.#lock, offset, bytes, timeoutMs);
    });
  }

  /** The user allows what is private to another user to be opened: see Consent. Then reopen(). */
  allow(): void {
    this.consent.give(this.native.info(segmentAddress(this.key)));
  }

  /** Looks again where the key leads: after removed, recreated, denied or failed. Keeps no attachment. */
  reopen(): Promise<void> {
    return this.#serialise(async () => {
      this.#letGo();
      this.#presence = 'waiting';
      await this.#observe();
      this.#changed.fire();
    });
  }

  /** Runs `work` while nothing else of ours changes this segment. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#serialise(work);
  }

  /** Once per checkout. The last one closes it, unless we are attached or hold the lock. */
  dispose(): void {
    if (this.#references === 0) return;
    this.#references -= 1;
    this.#settle();
  }

  /** For Segments: one more user. */
  retain(): this {
    this.#references += 1;
    if (this.#references === 1 && !this.#handle) this.#observeSoon();
    return this;
  }

  /** For Segments: takes over a segment that was just created or replaced. */
  adopt(handle: Segment, createdLock: boolean): void {
    if (createdLock) this.#lock.markCreated();
    this.#replace(handle);
  }

  /**
   * For Segments: gives back and leaves everything. Removes no segment, also as the last one of Qt's: nobody was told,
   * and a window that is loaded again would find its segment gone.
   */
  async shut(): Promise<void> {
    this.#references = 0;
    if (this.access === 'attach') {
      await this.detach({ removeIfLast: false, timeoutMs: shutTimeoutMs }).catch(() => undefined);
    }
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#letGo();
    await this.#removeOwnLock().catch(() => undefined);
    if (this.#isQtSystemV) await this.#lock.abandon(shutTimeoutMs).catch(() => undefined);
    this.#changed.dispose();
  }

  /** Begins something on the present handle; what fails shows in presence. */
  #begin<T>(
    start: (handle: Segment, isCurrent: () => boolean, failed: (error: unknown) => void) => T,
  ): T | null {
    const handle = this.#handle;
    if (!handle) return null;
    const failed = (error: unknown): void => {
      if (this.#handle === handle) this.#fail(error);
    };
    try {
      return start(handle, () => this.#handle === handle, failed);
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** After the handle of an attachment was given back. */
  async #left(isRemoved: boolean): Promise<void> {
    this.#handle = null;
    await this.#removeOwnLock();
    if (isRemoved) this.#become('removed');
    else if (this.#references > 0) await this.#observe();
    else this.#become('waiting');
    this.#settle();
  }

  get #isQtSystemV(): boolean {
    return this.key.type === 'systemv' && legacyNameOf(this.key)?.role === 'memory';
  }

  #serialise<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(() => {
      if (this.#closed) throw new SegmentError('closed', `${this.id} is closed.`);
      return work();
    });
    this.#work = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw segmentError(error);
    });
  }

  #observeSoon(): void {
    this.#serialise(async () => {
      if (!this.#handle) await this.#observe();
    }).catch(() => undefined);
  }

  /** Opens for looking; what fails shows in presence. */
  async #observe(): Promise<void> {
    try {
      this.#replace(await this.#openHandle('observe', false));
    } catch (error) {
      if (this.#closed) return;
      const failure = segmentError(error);
      if (failure.code === 'not-found' || failure.code === 'gone') {
        // What a process does not have any more never comes back.
        if (this.key.type === 'process') this.#become('removed');
        else if (this.#presence !== 'removed') this.#become('waiting');
      } else this.#fail(failure);
    }
    this.#schedule();
  }

  async #openHandle(access: 'observe' | 'attach', write: boolean): Promise<Segment> {
    const address = segmentAddress(this.key);
    const options = { access, write, lastDetachRemoves: this.#isQtSystemV };
    const open = async (): Promise<Segment> => {
      this.consent.check(() => this.native.info(address));
      return this.native.open(address, options);
    };
    const handle = await open().catch((error: unknown) => {
      throw segmentError(error, accessFacts(this.native, this.key, error));
    });
    if (access === 'observe') await handle.findRoute().catch(() => undefined);
    if (!this.#closed) return handle;
    handle.close();
    throw new SegmentError('closed', `${this.id} is closed.`);
  }

  #replace(handle: Segment): void {
    const before = this.#handle;
    this.#handle = handle;
    this.#fault = null;
    before?.close();
    this.#info = handle.info();
    this.#presence = 'live';
    this.#schedule();
    this.#changed.fire();
  }

  #writableHandle(): Segment {
    const handle = this.#handle;
    if (!handle)
      throw this.#fault ?? new SegmentError('gone', `${this.id} is not there (${this.#presence}).`);
    if (!handle.writable) {
      throw new SegmentError(
        'permission-denied',
        `${this.id} is not attached for writing.`,
        this.whyReadOnly,
      );
    }
    return handle;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#presence === 'denied' || this.#presence === 'failed') return;
    if (!this.#handle && (this.#references === 0 || this.key.type === 'process')) return;
    this.#watches = this.#watches.filter(({ isCurrent }) => isCurrent);
    this.#timer = setTimeout(
      () => {
        this.#watch();
      },
      this.#watches.length > 0 ? watchedMs : watchMs,
    ).unref();
  }

  #watch(): void {
    if (this.#presence === 'waiting') {
      this.#observeSoon();
      return;
    }
    if (this.#handle) this.#check(this.#handle);
    else this.#become(this.#find() ? 'recreated' : 'removed');
    this.#schedule();
  }

  /** A cheap look, and at least every 800 ms whether the segment lives and its name still leads to it. */
  #check(handle: Segment): void {
    this.#checks += 1;
    if (this.#watches.length > 0 || this.#checks % 2 === 0) this.#verify();
    else {
      try {
        if (handle.state().removed) this.#verify();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  /** Whether the segment lives and its name still leads to it. */
  #verify(): void {
    const handle = this.#handle;
    if (!handle) return;
    this.#verifiedAt = performance.now();
    try {
      const { removed } = handle.state();
      const named = this.#find();
      const isOther = named !== null && identityOf(named) !== handle.identity;
      // A System V segment lives on without its key file (temp cleaners delete those): its bytes stay true.
      const isGone = removed || (named === null && isFile(this.key));
      if (isOther || isGone) {
        this.#letGo();
        this.#become(isOther ? 'recreated' : 'removed');
      } else {
        this.#refreshInfo();
        if (handle.route === 'momentary' && named?.attachCount)
          void handle.findRoute().catch(() => undefined);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the name leads to now; null where nowhere. */
  #find(): SegmentInfo | null {
    try {
      const info = this.native.info(segmentAddress(this.key));
      return info.removed ? null : info;
    } catch (error) {
      const failure = segmentError(error);
      if (failure.code === 'not-found' || failure.code === 'gone') return null;
      // What we may not look at by name is judged by the handle that we have.
      if (failure.code === 'permission-denied') return this.#handle?.info() ?? null;
      throw failure;
    }
  }

  #refreshInfo(): void {
    const info = this.#handle?.info() ?? null;
    const isSame = sameShownInfo(info, this.#info);
    this.#info = info;
    if (!isSame) this.#changed.fire();
  }

  #fail(error: unknown): void {
    const failure = segmentError(error, accessFacts(this.native, this.key, error));
    this.#letGo();
    if (failure.code === 'gone' || failure.code === 'not-found') {
      this.#become('removed');
      this.#schedule();
      return;
    }
    this.#fault = failure;
    this.#become(failure.code === 'permission-denied' ? 'denied' : 'failed');
  }

  #become(presence: Presence): void {
    if (presence === this.#presence) return;
    this.#presence = presence;
    this.#changed.fire();
    // Attached, it was kept although nobody looks at it; what went keeps nothing.
    this.#settle();
  }

  #letGo(): void {
    this.#route = this.route;
    this.#handle?.close();
    this.#handle = null;
    this.#lock.release();
  }

  async #removeOwnLock(): Promise<void> {
    if (!this.#lock.created || this.#lock.held) return;
    const { attached, unseen } = await attachedOthers(this.native, this.key);
    if (attached.length === 0 && unseen === 0) this.#lock.removeIfOurs();
  }

  #settle(): void {
    if (this.#references === 0 && this.access === 'observe' && !this.holdsLock) this.onUnused(this);
  }
}
