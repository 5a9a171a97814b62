import type { LockStatus } from '../shared/lock';
import type { Frame, Pace, Window } from '../shared/protocol';
import type { Disposable } from './event';
import type { OpenSegment } from './segments';

const nothingRead = Buffer.alloc(0);

/**
 * One viewer's window onto a segment. Looks `hertz` times a second and sends a frame only when bytes, size, lock
 * or presence changed, and only after the last one was answered. While hidden or paused nothing is read. A look
 * that finds no change allocates nothing.
 */
export class Live {
  #window: Window = { offset: 0, length: 0 };
  #visible = true;
  #pace: Pace;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #inFlight = false;
  #disposed = false;
  #sequence = 0;
  #lastFrame: Frame | null = null;
  /** Whether what was sent last still stands for this window and this segment. */
  #isCurrent = false;
  #identity: string | null = null;
  #sent = nothingRead;
  #sentLength = 0;
  #scratch = nothingRead;
  #looks = 0;
  #countedFrom = 0;
  #rate = 0;
  readonly #watching: Disposable;

  constructor(
    private readonly segment: OpenSegment,
    private readonly send: (frame: Frame) => Promise<void>,
    pace: Pace,
  ) {
    this.#pace = pace;
    this.#watching = segment.onDidChange(() => {
      if (segment.identity !== this.#identity) this.#restart();
    });
    this.#restart();
  }

  /** Looks per second that are achieved, one decimal; 0 while nothing is read. */
  get rate(): number {
    return this.#isReading() ? this.#rate : 0;
  }

  get lastFrame(): Frame | null {
    return this.#lastFrame;
  }

  watch(window: Window): void {
    if (window.offset === this.#window.offset && window.length === this.#window.length) return;
    this.#window = window;
    this.#restart();
  }

  pace(pace: Pace): void {
    this.#pace = pace;
    this.#restart();
  }

  visible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#restart();
  }

  dispose(): void {
    this.#disposed = true;
    this.#watching.dispose();
    clearTimeout(this.#timer);
  }

  #isReading(): boolean {
    return (
      !this.#disposed &&
      this.#visible &&
      !this.#pace.paused &&
      this.#window.length > 0 &&
      this.segment.presence === 'live'
    );
  }

  /** Something else is to be seen: looks at once, and sends whatever is there. */
  #restart(): void {
    clearTimeout(this.#timer);
    this.#isCurrent = false;
    this.#identity = this.segment.identity;
    this.#countedFrom = performance.now();
    this.#looks = 0;
    this.#due = this.#countedFrom;
    if (this.#isReading()) this.#schedule();
  }

  #schedule(): void {
    this.#timer = setTimeout(this.#tick, this.#due - performance.now());
  }

  readonly #tick = (): void => {
    if (!this.#isReading()) return;
    if (!this.#inFlight) this.#look();
    if (!this.#isReading()) return;
    const period = 1000 / this.#pace.hertz;
    const now = performance.now();
    this.#due += period;
    // After a stall, go on from now: missed looks are not made up for.
    if (this.#due < now) this.#due = now + period;
    this.#schedule();
  };

  #look(): void {
    const { segment } = this;
    const { offset, length } = this.#window;
    this.#reserve(length);
    const count = segment.read(offset, this.#scratch);
    const size = segment.size;
    if (segment.presence !== 'live') return;
    const lock = segment.lock;
    this.#count();
    if (this.#isUnchanged(count, size, lock)) return;
    this.#isCurrent = true;
    [this.#scratch, this.#sent] = [this.#sent, this.#scratch];
    this.#sentLength = count;
    const bytes = exactCopy(this.#sent, count);
    const frame = { sequence: ++this.#sequence, offset, bytes, size, lock, rate: this.#rate };
    this.#lastFrame = frame;
    this.#deliver(frame);
  }

  #isUnchanged(count: number, size: number, lock: LockStatus): boolean {
    const last = this.#lastFrame;
    return (
      this.#isCurrent &&
      last !== null &&
      count === this.#sentLength &&
      size === last.size &&
      lock === last.lock &&
      this.#scratch.compare(this.#sent, 0, count, 0, count) === 0
    );
  }

  #deliver(frame: Frame): void {
    this.#inFlight = true;
    const done = (): void => {
      this.#inFlight = false;
    };
    const failed = (): void => {
      this.#inFlight = false;
      // It may not have been seen.
      this.#isCurrent = false;
    };
    this.send(frame).then(done, failed);
  }

  #reserve(length: number): void {
    if (this.#scratch.length === length && this.#sent.length === length) return;
    this.#scratch = Buffer.alloc(length);
    this.#sent = Buffer.alloc(length);
    this.#isCurrent = false;
  }

  #count(): void {
    this.#looks += 1;
    const elapsed = performance.now() - this.#countedFrom;
    if (elapsed < 1000) {
      // A first figure before the first second is over.
      if (this.#rate === 0 && elapsed > 200) this.#rate = perSecond(this.#looks - 1, elapsed);
      return;
    }
    this.#rate = perSecond(this.#looks, elapsed);
    this.#looks = 0;
    this.#countedFrom = performance.now();
  }
}

function perSecond(looks: number, elapsedMs: number): number {
  return Math.round((looks * 10_000) / elapsedMs) / 10;
}

/** Bytes in a buffer of their own: VS Code ships the whole buffer behind a view. */
function exactCopy(source: Buffer, count: number): Uint8Array {
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(count).buffer);
  copy.set(count === source.length ? source : source.subarray(0, count));
  return copy;
}
