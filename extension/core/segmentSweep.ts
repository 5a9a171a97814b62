import type { Sweep, SweepMap, SweepProgress } from './native';

/** A sweep over an open segment, until stop(). See Sweep of the addon. */
export class SegmentSweep {
  #stopped = false;
  #lastMark = -1;

  /** For OpenSegment: `hasHandle` tells whether it still has the handle; `failed` takes what the sweep failed with. */
  constructor(
    private readonly sweep: Sweep,
    private readonly hasHandle: () => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** False once stopped, and once the segment was let go of, or is reached by another handle. */
  get isCurrent(): boolean {
    return !this.#stopped && this.hasHandle();
  }

  get progress(): SweepProgress {
    return this.sweep.progress;
  }

  /** Of `buckets` equal parts of the whole segment. null where the sweep failed, which shows in presence. */
  map(buckets: number): SweepMap | null {
    try {
      return this.sweep.map(0, this.sweep.progress.size, buckets);
    } catch (error) {
      this.failed(error);
      return null;
    }
  }

  /** Share of one core; 0 rests. */
  budget(share: number): void {
    this.sweep.budget(share);
  }

  mark(): number {
    this.#lastMark = this.sweep.mark();
    return this.#lastMark;
  }

  /** What was found changed after a mark, at most `most` runs of it. null too for a mark that is none of this sweep. */
  changedSince(mark: number, most: number): ReturnType<Sweep['changedSince']> | null {
    if (!Number.isInteger(mark) || mark < 0 || mark > this.#lastMark) return null;
    try {
      return this.sweep.changedSince(mark, most);
    } catch (error) {
      this.failed(error);
      return null;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.sweep.stop();
  }
}
