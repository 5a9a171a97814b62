import type { Window } from '../shared/protocol';
import type { Seen, Watch } from './native';

/** A look at one window of an open segment, many times a second, until stop(). See Watch of the addon. */
export class SegmentWatch {
  #stopped = false;

  /** For OpenSegment: `hasHandle` tells whether it still has the handle; `failed` takes what a look failed with. */
  constructor(
    private readonly watch: Watch,
    private readonly hasHandle: () => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** False once stopped, and once the segment was let go of, or is reached by another handle. */
  get isCurrent(): boolean {
    return !this.#stopped && this.hasHandle();
  }

  /** Looks per second that are achieved; 0 before it is known. */
  get rate(): number {
    return this.watch.rate;
  }

  /** Looks there from now on, at once. */
  window({ offset, length }: Window): void {
    this.watch.window(offset, length);
  }

  pace(hertz: number): void {
    this.watch.pace(hertz);
  }

  /** Whether each look takes the lock for its copy. */
  underLock(wanted: boolean): void {
    this.watch.underLock(wanted);
  }

  /** What the last look saw; null where nothing is waiting. What failed shows in the segment's presence. */
  take(): Seen | null {
    try {
      return this.watch.take();
    } catch (error) {
      if (this.isCurrent) this.failed(error);
      return null;
    }
  }

  /** Looks on after take(); in any case anew where what was taken was not seen. */
  go(seen: boolean): void {
    this.watch.go(seen);
  }

  stop(): void {
    this.#stopped = true;
    this.watch.stop();
  }
}

/** Puts what a look told as a difference into the bytes before, in place: pairs of offset and length, told one after another. */
export function putRuns(bytes: Uint8Array, runs: readonly number[], told: Uint8Array): void {
  for (let at = 0, from = 0; at < runs.length; at += 2) {
    const length = runs[at + 1] ?? 0;
    bytes.set(told.subarray(from, from + length), runs[at] ?? 0);
    from += length;
  }
}
