import {
  lockMarks,
  ownLock,
  type LockHolder,
  type LockReport,
  type LockStrip,
  type ReportState,
} from '../../shared/lockReport';
import type { DecodedLock, LayoutRefusal } from '../../shared/lockWords';
import type { LockBeside, PlacedLock } from '../../shared/placedLock';
import { lockAddress } from '../key';
import { judgeLock } from '../lock';
import type { LockAddress, LockPeek, Native, ProcessScan } from '../native';
import type { OpenSegment } from '../openSegment';
import { absent, judgeDecoded, judgeStatus, type Judged } from './judge';
import type { LockLayout } from './layout';
import { LockBytes } from './lockBytes';
import { LockHistory } from './lockHistory';
import { Owners, unknownHolder } from './owners';
import { SemaphoreLook } from './semaphoreLook';
import { Unchanged } from './unchanged';

/** What a watch needs of an open segment. */
export type WatchedSegment = Pick<OpenSegment, 'key' | 'read' | 'info' | 'holdsLock'>;

interface Track {
  readonly history: LockHistory;
  readonly bytes: LockBytes;
  readonly semaphore: SemaphoreLook;
  readonly judged: Unchanged<unknown, unknown, Judged>;
  readonly report: Unchanged<Judged, PlacedLock | null, LockReport>;
  shown: string;
  sinceMs: number;
  sinceFirstLook: boolean;
}

/**
 * Looks at the locks of one open segment: its own and those that the user placed. Takes none and writes nothing; times
 * are those of `now`, ms since the epoch. To be told of every scan of processes: without one that is younger than an
 * owner, nobody is called dead. To be closed.
 */
export class LockWatch {
  readonly #tracks = new Map<string, Track>();
  readonly #owners: Owners;
  readonly #address: LockAddress | null;

  constructor(
    private readonly native: Pick<
      Native,
      'LockLook' | 'threadEntry' | 'threadEntries' | 'processMappings' | 'programAbi'
    >,
    private readonly segment: WatchedSegment,
    private readonly placed: () => readonly PlacedLock[],
    private readonly now: () => number,
  ) {
    this.#owners = new Owners(native);
    this.#address = lockAddress(segment.key);
  }

  /** An owner is not found, and only a scan can tell whether it lives. */
  get wantsScan(): boolean {
    return this.#owners.wantsScan;
  }

  /** Where the programs of this segment keep the words of their locks; null: they are not supported. */
  get layout(): LockLayout | null {
    const { layout } = this.#owners;
    return typeof layout === 'string' ? null : layout;
  }

  /** Who has the segment mapped, by a scan that began at `startedMs`. */
  took(scan: Pick<ProcessScan, 'mappings' | 'denied'>, startedMs: number): void {
    const { info } = this.segment;
    if (info !== null) this.#owners.took(scan, info, startedMs);
  }

  /** One look at every lock, its own first where it has one; adds to the histories. A few us each. */
  peek(): readonly LockReport[] {
    const nowMs = this.now();
    const placed = this.placed();
    const own = this.#address === null ? [] : [this.#report(ownLock, null, nowMs)];
    const reports = [...own, ...placed.map((lock) => this.#report(lock.id, lock, nowMs))];
    if (this.#tracks.size > reports.length) this.#forget(reports);
    return reports;
  }

  /** Keeps no semaphore open until the next look. */
  close(): void {
    for (const { semaphore } of this.#tracks.values()) semaphore.close();
  }

  /** The last minute of a lock that was looked at; null: it never was. */
  history(id: string): LockStrip | null {
    return this.#tracks.get(id)?.history.strip(this.now()) ?? null;
  }

  #report(id: string, placed: PlacedLock | null, nowMs: number): LockReport {
    const track = this.#track(id);
    const judged = this.#judge(id, placed, track, nowMs);
    const { state, waiters } = judged;
    track.history.add(nowMs, markOf(state), waiters === 'some' ? 1 : (waiters ?? 0));
    return track.report.of(judged, placed, () => reported(id, placed, judged, track, nowMs));
  }

  #judge(id: string, placed: PlacedLock | null, track: Track, nowMs: number): Judged {
    if (placed === null) return this.#ownStatus(track);
    if (placed.place === 'named') {
      const peek = track.semaphore.peek(placed.semaphore);
      return track.judged.of(peek, placed, () => judgeNamed(peek, placed));
    }
    const { layout } = this.#owners;
    if (typeof layout === 'string') {
      return track.judged.of(layout, placed, () => refused(layout));
    }
    const lock = track.bytes.decode(this.segment, placed, layout);
    if (lock === null) return absent;
    const holder = this.#holder(id, lock, nowMs);
    return track.judged.of(lock, holder, () => judgeDecoded(lock, holder, placed.counts));
  }

  #ownStatus(track: Track): Judged {
    const address = this.#address;
    if (address === null) return absent;
    const peek = track.semaphore.peek(address);
    const { holdsLock } = this.segment;
    return track.judged.of(peek, holdsLock, () => {
      return judgeStatus(judgeLock(peek, address.mechanism, holdsLock), peek, false);
    });
  }

  #holder(id: string, { owner, state }: DecodedLock, nowMs: number): LockHolder | null {
    if (owner === null) return null;
    if (state !== 'owner-died') return this.#owners.of(id, owner, this.segment.info, nowMs);
    return { ...unknownHolder(owner), life: 'dead', certainty: 'certain' };
  }

  #track(id: string): Track {
    const known = this.#tracks.get(id);
    if (known !== undefined) return known;
    const made: Track = {
      history: new LockHistory(),
      bytes: new LockBytes(),
      semaphore: new SemaphoreLook(this.native),
      judged: new Unchanged(),
      report: new Unchanged(),
      shown: '',
      sinceMs: 0,
      sinceFirstLook: true,
    };
    this.#tracks.set(id, made);
    return made;
  }

  #forget(reports: readonly LockReport[]): void {
    const kept = new Set(reports.map(({ id }) => id));
    for (const [id, { semaphore }] of [...this.#tracks]) {
      if (kept.has(id)) continue;
      semaphore.close();
      this.#tracks.delete(id);
      this.#owners.forget(id);
    }
  }
}

/** A report of what was not the same at the look before. */
function reported(
  id: string,
  placed: PlacedLock | null,
  judged: Judged,
  track: Track,
  nowMs: number,
): LockReport {
  const { state, holder } = judged;
  const shown = `${state} ${String(holder?.tid)} ${String(holder?.pid)}`;
  if (shown !== track.shown) {
    track.sinceFirstLook = track.shown === '';
    track.shown = shown;
    track.sinceMs = nowMs;
  }
  const { sinceMs, sinceFirstLook } = track;
  return { id, placed, ...judged, sinceMs, sinceFirstLook };
}

function judgeNamed(peek: LockPeek, { semaphore, counts }: LockBeside): Judged {
  return judgeStatus(judgeLock(peek, semaphore.mechanism, false), peek, counts);
}

function refused(refusal: LayoutRefusal): Judged {
  return { ...absent, state: 'unsupported', certainty: 'unknown', refusal };
}

function markOf(state: ReportState): number {
  if (state === 'free') return lockMarks.free;
  if (state === 'held' || state === 'ours' || state === 'read') return lockMarks.held;
  const isTrouble = ['stale', 'damaged', 'owner-died', 'inconsistent', 'not-recoverable'].includes(state);
  return isTrouble ? lockMarks.trouble : 0;
}
