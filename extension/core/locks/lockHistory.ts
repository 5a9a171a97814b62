import type { LockStrip } from '../../shared/lockReport';

const steps = 240;
const stepMs = 250;

/** The last minute of a lock in steps of a quarter of a second: as much memory however often it is looked at. */
export class LockHistory {
  readonly #marks = new Uint8Array(steps);
  readonly #waiters = new Uint16Array(steps);
  /** Number of the last step with a sample, since the epoch. */
  #last = -1;

  /** One look: `mark` is one of `lockMarks`, `nowMs` since the epoch. One from before the last minute is dropped. */
  add(nowMs: number, mark: number, waiters: number): void {
    const step = this.#forward(nowMs);
    if (step <= this.#last - steps) return;
    const at = step % steps;
    this.#marks[at] = (this.#marks[at] ?? 0) | mark;
    this.#waiters[at] = Math.max(this.#waiters[at] ?? 0, Math.min(waiters, 0xffff));
  }

  /** The minute that ends now. */
  strip(nowMs: number): LockStrip {
    this.#forward(nowMs);
    const first = this.#last - steps + 1;
    const turned = <T extends Uint8Array | Uint16Array>(ring: T, into: T): T => {
      const start = first % steps;
      into.set(ring.subarray(start));
      into.set(ring.subarray(0, start), steps - start);
      return into;
    };
    return {
      fromMs: first * stepMs,
      stepMs,
      marks: turned(this.#marks, new Uint8Array(steps)),
      waiters: turned(this.#waiters, new Uint16Array(steps)),
    };
  }

  /** Empties the steps that nobody looked in. */
  #forward(nowMs: number): number {
    const step = Math.floor(nowMs / stepMs);
    const skipped = Math.min(step - this.#last, steps);
    for (let back = 0; back < skipped; back++) {
      this.#marks[(step - back) % steps] = 0;
      this.#waiters[(step - back) % steps] = 0;
    }
    this.#last = Math.max(this.#last, step);
    return step;
  }
}
