import type { SegmentMap } from '../shared/protocol';
import type { Disposable } from './event';
import type { SegmentSweep } from './segmentSweep';
import type { OpenSegment } from './segments';

/**
 * The map of a whole segment for one viewer, and what changed since a mark. The sweep behind it runs while the viewer is
 * visible and wants a map or has set a mark; else it rests and reads nothing, but keeps what it knows, so that it finds
 * afterwards what changed meanwhile. Another segment under the same key starts anew.
 */
export class SweepMap {
  #buckets = 0;
  #visible = true;
  #marked = false;
  #inFlight = false;
  #overdue = false;
  #disposed = false;
  #sweep: SegmentSweep | null = null;
  readonly #watching: Disposable;

  /** `budget`: share of one core, 0 for none; asked anew at every change of what is wanted. */
  constructor(
    private readonly segment: OpenSegment,
    private readonly send: (map: SegmentMap) => Promise<void>,
    private readonly budget: () => number,
  ) {
    this.#watching = segment.onDidChange(() => {
      this.refresh();
    });
  }

  /** Sends maps of so many equal parts when they change, at most four a second; none of 0. */
  want(buckets: number): void {
    this.#buckets = buckets;
    this.refresh();
    if (buckets > 0 && (this.#sweep?.progress.passes ?? 0) > 0) this.#deliver();
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.refresh();
  }

  /** A moment for changedSince; from now on the sweep runs also without a map. null while there is none to run. */
  mark(): number | null {
    this.#marked = true;
    this.refresh();
    return this.#sweep?.mark() ?? null;
  }

  /** Runs that were found changed after the mark, by offset, at most `most`. null while there is no sweep. */
  changedSince(mark: number, most: number): ReturnType<SegmentSweep['changedSince']> {
    return this.#sweep?.changedSince(mark, most) ?? null;
  }

  /** Sees what the budget and the segment are now. */
  refresh(): void {
    if (this.#sweep && (this.#disposed || !this.#sweep.isCurrent)) {
      this.#sweep.stop();
      this.#sweep = null;
    }
    const budget = this.#isWanted() ? this.budget() : 0;
    if (this.#sweep) this.#sweep.budget(budget);
    else if (budget > 0) this.#sweep = this.segment.sweep(budget, this.#changed);
  }

  dispose(): void {
    this.#disposed = true;
    this.#watching.dispose();
    this.refresh();
  }

  #isWanted(): boolean {
    const wants = this.#buckets > 0 || this.#marked;
    return !this.#disposed && this.#visible && wants && this.segment.presence === 'live';
  }

  readonly #changed = (): void => {
    if (this.#inFlight) this.#overdue = true;
    else this.#deliver();
  };

  #deliver(): void {
    const sweep = this.#sweep;
    if (!sweep || this.#inFlight || !this.#isWanted()) return;
    // Also where nobody wants it: what failed shows here.
    const map = sweep.map(Math.max(1, this.#buckets));
    if (!map || this.#buckets === 0) return;
    this.#inFlight = true;
    const answered = (): void => {
      this.#inFlight = false;
      if (this.#overdue) this.#deliver();
    };
    this.#overdue = false;
    this.send({ size: sweep.progress.size, ...map }).then(answered, answered);
  }
}
