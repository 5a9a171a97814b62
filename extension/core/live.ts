import type { LockStatus } from '../shared/lock';
import type { Frame, Pace, Window } from '../shared/protocol';
import type { Disposable } from './event';
import { noLock } from './lock';
import type { OpenSegment } from './segments';

/** Between two questions for size and lock, which cost as much as the bytes and change seldom. */
const stateMs = 50;
const nothingRead = new Uint8Array(0);

/**
 * One viewer's window onto a segment. Looks `hertz` times a second, and 20 times a second for size and lock, and
 * sends a frame only when bytes, size, lock, presence, or noticeably the rate changed, and only after the last one
 * was answered. While hidden or paused nothing is read. A look that finds no change allocates nothing.
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
  #size = 0;
  #lock: LockStatus = noLock;
  #stateDue = 0;
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

  /**
   * Shows these bytes from now on; sends a frame of them in any case, also of the same ones again. While paused
   * they are looked at this once: a view that was scrolled or loaded anew would stay empty.
   */
  watch(window: Window): void {
    this.#window = window;
    this.#restart();
    if (this.#pace.paused) this.#timer = setTimeout(this.#lookOnce, 0);
  }

  pace(pace: Pace): void {
    this.#pace = pace;
    this.#resume();
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
    return !this.#pace.paused && this.#isOnScreen();
  }

  #isOnScreen(): boolean {
    return !this.#disposed && this.#visible && this.#window.length > 0 && this.segment.presence === 'live';
  }

  /** Something else is to be seen: looks at once, and sends whatever is there. */
  #restart(): void {
    this.#isCurrent = false;
    this.#identity = this.segment.identity;
    this.#resume();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    this.#countedFrom = performance.now();
    this.#looks = 0;
    this.#due = this.#countedFrom;
    if (this.#isReading()) this.#timer = setTimeout(this.#tick, 0);
  }

  readonly #lookOnce = (): void => {
    if (!this.#pace.paused || !this.#isOnScreen()) return;
    if (this.#inFlight) this.#timer = setTimeout(this.#lookOnce, 1000 / this.#pace.hertz);
    else this.#look(performance.now());
  };

  readonly #tick = (): void => {
    if (!this.#isReading()) return;
    const now = performance.now();
    if (!this.#inFlight) this.#look(now);
    if (!this.#isReading()) return;
    const period = 1000 / this.#pace.hertz;
    this.#due += period;
    // After a stall, go on from now: missed looks are not made up for.
    if (this.#due < now) this.#due = now + period;
    this.#timer = setTimeout(this.#tick, this.#due - now);
  };

  #look(now: number): void {
    const { segment } = this;
    const { offset, length } = this.#window;
    this.#reserve(length);
    const count = segment.read(offset, this.#scratch);
    if (now >= this.#stateDue || !this.#isCurrent || count !== this.#sentLength) {
      this.#stateDue = now + stateMs;
      this.#size = segment.size;
      this.#lock = segment.lock;
    }
    if (segment.presence !== 'live') return;
    this.#count(now);
    if (this.#isUnchanged(count)) return;
    this.#isCurrent = true;
    [this.#scratch, this.#sent] = [this.#sent, this.#scratch];
    this.#sentLength = count;
    const frame = {
      sequence: ++this.#sequence,
      offset,
      // A copy with a buffer of its own: VS Code ships the whole buffer behind a view.
      bytes: this.#sent.slice(0, count),
      size: this.#size,
      lock: this.#lock,
      rate: this.#rate,
    };
    this.#lastFrame = frame;
    this.#deliver(frame);
  }

  #isUnchanged(count: number): boolean {
    const last = this.#lastFrame;
    return (
      this.#isCurrent &&
      last !== null &&
      count === this.#sentLength &&
      this.#size === last.size &&
      this.#lock === last.lock &&
      Math.abs(this.#rate - last.rate) < Math.max(1, this.#rate / 20) &&
      sameBytes(this.#scratch, this.#sent, count)
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
    this.#scratch = new Uint8Array(length);
    this.#sent = new Uint8Array(length);
    this.#isCurrent = false;
  }

  #count(now: number): void {
    this.#looks += 1;
    const elapsed = now - this.#countedFrom;
    if (elapsed < 1000) {
      // A first figure before the first second is over.
      if (this.#rate === 0 && elapsed > 200) this.#rate = perSecond(this.#looks - 1, elapsed);
      return;
    }
    this.#rate = perSecond(this.#looks, elapsed);
    this.#looks = 0;
    this.#countedFrom = now;
  }
}

function perSecond(looks: number, elapsedMs: number): number {
  return Math.round((looks * 10_000) / elapsedMs) / 10;
}

function sameBytes(a: Uint8Array, b: Uint8Array, count: number): boolean {
  if (count === a.length && count === b.length) return Buffer.compare(a, b) === 0;
  return Buffer.compare(a.subarray(0, count), b.subarray(0, count)) === 0;
}
