import type { Frame, Pace, Window } from '../shared/protocol';
import type { Disposable } from './event';
import type { Seen } from './native';
import { putRuns, type SegmentWatch } from './segmentWatch';
import type { OpenSegment } from './segments';

/** What a view shows: the last frame, with all bytes of the window. */
export type Picture = Omit<Frame, 'runs' | 'length' | 'holes'> & { readonly holes: readonly number[] };

/**
 * One viewer's window onto a segment. Looks `hertz` times a second, and 10 times a second for size and lock, on a
 * thread of the addon, and sends a frame only when bytes, holes, size, lock, presence, or noticeably the rate changed, and
 * only after the last one was answered. While hidden or paused, and until the answer, nothing is read. While nothing
 * changes, no JavaScript runs.
 */
export class Live {
  #window: Window = { offset: 0, length: 0 };
  /** The window that the watch looks at. */
  #watched: Window = this.#window;
  #visible = true;
  #pace: Pace;
  #watch: SegmentWatch | null = null;
  #timer: NodeJS.Timeout | undefined;
  #inFlight = false;
  #disposed = false;
  #sequence = 0;
  #picture: Picture | null = null;
  /** Whether what was sent last still stands for this window and this segment. */
  #isCurrent = false;
  #identity: string | null = null;
  #rate = 0;
  readonly #watching: Disposable;

  constructor(
    private readonly segment: OpenSegment,
    private readonly send: (frame: Frame) => Promise<void>,
    pace: Pace,
  ) {
    this.#pace = pace;
    this.#watching = segment.onDidChange(() => {
      this.#watch?.underLock(this.#copiesUnderLock);
      if (segment.identity !== this.#identity) this.#restart();
      else if (this.#watch?.isCurrent !== true) this.#resume();
      // Whose the lock is may have changed without its numbers. In flight, what comes next asks anyway.
      else if (!this.#inFlight) this.#watch.go(false);
    });
    this.#restart();
  }

  /** Looks per second that are achieved, one decimal; 0 while nothing is read. */
  get rate(): number {
    return this.#isReading() ? this.#achieved() : 0;
  }

  /** What was sent last, whole; null before the first. */
  get picture(): Picture | null {
    return this.#picture;
  }

  /**
   * Shows these bytes from now on; sends a frame of them in any case, also of the same ones again. While paused
   * they are looked at this once: a view that was scrolled or loaded anew would stay empty.
   */
  watch(window: Window): void {
    this.#window = window;
    this.#restart();
    if (this.#pace.paused) this.#lookOnceSoon(0);
  }

  pace(pace: Pace): void {
    this.#pace = pace;
    this.#watch?.pace(pace.hertz);
    this.#watch?.underLock(this.#copiesUnderLock);
    this.#resume();
    // What was to be seen next may not have come yet.
    if (pace.paused && !this.#isCurrent) this.#lookOnceSoon(0);
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
    this.#resume();
  }

  /** While we hold the lock for the user there is nothing to take: every copy is under it anyway. */
  get #copiesUnderLock(): boolean {
    return this.#pace.underLock && !this.segment.holdsLock;
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

  /** Makes the thread look at what is on screen, if anything is. While a frame is in flight it rests. */
  #resume(): void {
    if (!this.#isReading() || this.#watch?.isCurrent !== true) {
      this.#watch?.stop();
      this.#watch = null;
    }
    if (!this.#isReading() || this.#inFlight) return;
    const window = this.#window;
    if (!this.#watch) {
      this.#watch = this.segment.watch(window, this.#pace.hertz, this.#look);
      if (this.#copiesUnderLock) this.#watch?.underLock(true);
    } else if (window !== this.#watched) this.#watch.window(window);
    this.#watched = window;
  }

  /** The thread has seen something new. */
  readonly #look = (): void => {
    const watch = this.#watch;
    if (!watch || this.#inFlight || !this.#isReading()) return;
    const seen = watch.take();
    if (!seen) return;
    this.#rate = this.#achieved();
    if (!this.#show(seen) && this.#watch === watch) watch.go(this.#isCurrent);
  };

  #lookOnceSoon(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#pace.paused || !this.#isOnScreen()) return;
      if (this.#inFlight) this.#lookOnceSoon(1000 / this.#pace.hertz);
      else this.#lookOnce();
    }, delay);
  }

  #lookOnce(): void {
    const { offset } = this.#window;
    const target = new Uint8Array(this.#window.length);
    const bytes = target.slice(0, this.segment.read(offset, target));
    const holes = this.segment.holes(offset, bytes.length);
    this.#show({ length: bytes.length, runs: null, bytes, around: true, holes, copy: 'unlocked' });
  }

  /** Sends a frame of what was seen if it says anything new. Written out: spreading objects took half of its time. */
  #show(seen: Seen): boolean {
    const { length, runs, bytes } = seen;
    const { offset } = this.#window;
    const before = this.#isCurrent ? this.#picture : null;
    // Both cost as much as the bytes; the thread has looked at them.
    const { size, lock } = before === null || seen.around ? this.segment : before;
    // Asking for the size may have shown that the segment is gone.
    if (this.segment.presence !== 'live') return false;
    // While we hold the lock for the user, every copy is under it.
    const copy = this.segment.holdsLock ? 'locked' : seen.copy;
    const sequence = this.#sequence + 1;
    const rate = this.#rate;
    const now = seen.holes ?? before?.holes ?? [];
    const holes = before !== null && equal(now, before.holes) ? null : now;
    const frame: Frame = { sequence, offset, length, runs, bytes, holes, copy, size, lock, rate };
    if (before !== null && saysNothing(frame, before)) return false;
    const whole = runs === null ? bytes.slice() : patched(before, runs, bytes);
    this.#picture = { sequence, offset, bytes: whole, holes: now, copy, size, lock, rate };
    this.#sequence = sequence;
    this.#isCurrent = true;
    this.#deliver(frame);
    return true;
  }

  #deliver(frame: Frame): void {
    this.#inFlight = true;
    const answered = (): void => {
      this.#inFlight = false;
      const [watch, watched] = [this.#watch, this.#watched];
      this.#resume();
      // Another watch, or at another window, looks already.
      if (this.#watch === watch && this.#watched === watched) watch?.go(this.#isCurrent);
    };
    const failed = (): void => {
      // It may not have been seen.
      this.#isCurrent = false;
      answered();
    };
    this.send(frame).then(answered, failed);
  }

  #achieved(): number {
    const rate = this.#watch?.rate ?? 0;
    return rate > 0 ? rate : this.#rate;
  }
}

/** Whether a view would show the same as before; the rate counts where it is noticeably another. */
function saysNothing(frame: Frame, before: Picture): boolean {
  return (
    frame.size === before.size &&
    frame.lock === before.lock &&
    frame.copy === before.copy &&
    frame.holes === null &&
    Math.abs(frame.rate - before.rate) < Math.max(1, frame.rate / 20) &&
    (frame.runs === null ? Buffer.compare(frame.bytes, before.bytes) === 0 : frame.runs.length === 0)
  );
}

function equal(one: readonly number[], two: readonly number[]): boolean {
  return one === two || (one.length === two.length && one.every((value, at) => value === two[at]));
}

/** The bytes before with the runs put in, in place: the picture has bytes of its own. */
function patched(before: Picture | null, runs: readonly number[], told: Uint8Array): Uint8Array {
  if (before === null) throw new Error('a look told a difference to nothing');
  putRuns(before.bytes, runs, told);
  return before.bytes;
}
