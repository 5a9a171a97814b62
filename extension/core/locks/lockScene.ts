import type { Deadlock } from '../../shared/deadlock';
import type { LockFinding } from '../../shared/lockFinding';
import type { LockReport } from '../../shared/lockReport';
import type { PlacedLock } from '../../shared/placedLock';
import type { Mapping, Native, ProcessScan } from '../native';
import { deadlocks } from './deadlocks';
import { diagnoseLock, semaphoreOf, type LockEvidence } from './diagnose';
import type { LockLayout } from './layout';
import { LockWatch, type WatchedSegment } from './lockWatch';
import { secondStrip } from './secondStrip';
import { waitsFor } from './waits';

/** A lock, and what is wrong with it. */
export interface SeenLock {
  readonly report: LockReport;
  readonly findings: readonly LockFinding[];
}

interface Evidence extends LockEvidence {
  readonly startedMs: number;
  readonly mappings: readonly Mapping[];
}

const nothing: Evidence = {
  startedMs: -Infinity,
  semaphores: { mappings: [], denied: 0 },
  waits: [],
  attached: [],
  mappings: [],
};

/** The locks of one open segment together: how each is, what is wrong with it, who waits for whom. Changes nothing. To be closed. */
export class LockScene {
  readonly #watch: LockWatch;
  #evidence = nothing;
  #reports: readonly LockReport[] = [];

  constructor(
    private readonly native: Native,
    private readonly segment: WatchedSegment,
    placed: () => readonly PlacedLock[],
  ) {
    this.#watch = new LockWatch(native, segment, placed, Date.now);
  }

  /** As of LockWatch. */
  get wantsScan(): boolean {
    return this.#watch.wantsScan;
  }

  /** As of LockWatch. */
  get layout(): LockLayout | null {
    return this.#watch.layout;
  }

  /** One look at every lock; what lies behind it is as of the last scan, where that tells of the state that it is in. */
  peek(): readonly SeenLock[] {
    this.#reports = this.#watch.peek();
    return this.#reports.map((report) => ({ report, findings: this.#findings(report) }));
  }

  /** Circles among those that were seen by the last look and the last scan. */
  deadlocks(): readonly Deadlock[] {
    const { waits, mappings, semaphores } = this.#evidence;
    const links = waitsFor(this.#reports, waits, mappings, semaphores.mappings, ({ id }) => id);
    return deadlocks(
      this.#reports.map(({ id, holder }) => ({ lock: id, holder })),
      links,
    );
  }

  /** As LockRow has it; empty where it never was looked at. */
  strip(id: string): readonly number[] {
    const strip = this.#watch.history(id);
    return strip === null ? [] : secondStrip(strip);
  }

  /** Who has the segment, by a scan that began at `startedMs`; looks who waits and who has the semaphores open. */
  async took(scan: Pick<ProcessScan, 'mappings' | 'denied'>, startedMs: number): Promise<void> {
    this.#watch.took(scan, startedMs);
    const { info, key } = this.segment;
    const reports = this.#watch.peek();
    if (info === null || reports.length === 0) {
      this.#evidence = nothing;
      return;
    }
    const mappings = scan.mappings.filter(
      ({ device, inode, shmid }) => device === info.device && inode === info.inode && shmid === info.shmid,
    );
    const isPosix = reports.some((report) => semaphoreOf(report, key)?.mechanism === 'posix');
    const semaphores = isPosix ? await this.native.scanSemaphores() : nothing.semaphores;
    const isTaken = reports.some(({ state }) => state !== 'free' && state !== 'none');
    const attached = [...new Set(mappings.map(({ pid }) => pid))];
    const pids = new Set([...attached, ...semaphores.mappings.map(({ pid }) => pid)]);
    const { waits } = isTaken ? await this.native.scanWaits([...pids]) : nothing;
    this.#evidence = { startedMs, semaphores, waits, attached, mappings };
  }

  /** A scan of its own, and a look after it. Closed then. */
  async inspect(): Promise<readonly SeenLock[]> {
    try {
      this.peek();
      const startedMs = Date.now();
      await this.took(await this.native.scanProcesses(), startedMs);
      return this.peek();
    } finally {
      this.close();
    }
  }

  /** As of LockWatch. */
  close(): void {
    this.#watch.close();
  }

  #findings(report: LockReport): readonly LockFinding[] {
    // What was seen before it came to this state says nothing of it.
    return report.sinceMs <= this.#evidence.startedMs
      ? diagnoseLock(report, semaphoreOf(report, this.segment.key), this.#evidence)
      : diagnoseLock(report, null, nothing);
  }
}
