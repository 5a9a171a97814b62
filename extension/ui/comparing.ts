import { Comparison, type Counterpart, type FrameSink } from '../core/comparison';
import { SegmentError } from '../core/errors';
import type { OpenSegment } from '../core/segments';
import type { Compared, Difference, DifferenceCount, DifferenceRequest } from '../shared/compare';
import type { Disposable } from '../shared/disposable';
import type { Pace, Window } from '../shared/protocol';

/** Between two reports of progress. */
const progressMs = 200;

/** What the view hears of a comparison. */
interface Listener {
  readonly compared: (compared: Compared | null) => void;
  readonly frames: FrameSink;
  readonly progress: (fraction: number) => void;
}

interface Running {
  readonly comparison: Comparison;
  readonly described: () => Compared;
  readonly release: () => void;
  readonly watching: Disposable | null;
}

/** The one comparison that a view may show; it outlives the hiding of the view. */
export class Comparing {
  #running: Running | null = null;
  #window: Window = { offset: 0, length: 0 };
  #pace: Pace = { hertz: 30, paused: false, underLock: false };
  /** Until the view is there to answer, nothing is sent. */
  #visible = false;

  constructor(private readonly listener: Listener) {}

  /** Ends the one before. `release` gives back what the counterpart needs, at the end. */
  begin(
    segment: OpenSegment,
    counterpart: Counterpart,
    described: () => Compared,
    release: () => void,
  ): void {
    this.end();
    const comparison = new Comparison(segment, counterpart, this.listener.frames, this.#pace, () => {
      this.tell();
    });
    const watching =
      counterpart.kind === 'segment'
        ? counterpart.side.onDidChange(() => {
            this.tell();
          })
        : null;
    this.#running = { comparison, described, release, watching };
    // Told before its first frame.
    this.tell();
    comparison.visible(this.#visible);
    comparison.watch(this.#window);
  }

  /** What is compared with; null: nothing. */
  get compared(): Compared | null {
    return this.#running?.described() ?? null;
  }

  /** Says what is compared, where something is. */
  tell(): void {
    if (this.#running) this.listener.compared(this.#running.described());
  }

  watch(window: Window): void {
    this.#window = window;
    this.#running?.comparison.watch(window);
  }

  pace(pace: Pace): void {
    this.#pace = pace;
    this.#running?.comparison.pace(pace);
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.#running?.comparison.visible(visible);
  }

  /** Rejects with `closed` where nothing is compared, and once given up. */
  async find(request: DifferenceRequest): Promise<Difference | null> {
    let told = performance.now();
    return this.#comparison.find(request, (fraction) => {
      const now = performance.now();
      if (now - told < progressMs) return;
      told = now;
      this.listener.progress(fraction);
    });
  }

  async count(): Promise<DifferenceCount> {
    return this.#comparison.count();
  }

  stop(): void {
    this.#running?.comparison.stop();
  }

  end(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    running.watching?.dispose();
    running.comparison.dispose();
    running.release();
    this.listener.compared(null);
  }

  get #comparison(): Comparison {
    if (this.#running) return this.#running.comparison;
    throw new SegmentError('closed', 'nothing is compared');
  }
}
