/** What stands beside the bytes is painted this often while they keep changing, in milliseconds: nobody reads it faster. */
export const calm = 100;

/**
 * In how many milliseconds what is painted that often is next, last painted at `last`; 0: now. A little early rather than in
 * a frame of its own, which the next bytes would have to wait for.
 */
export function dueAgain(last: number, now: number): number {
  const due = last + calm - now;
  return due > calm * 0.4 ? due : 0;
}

/** A page that is not drawn gets no animation frames; who waits for a paint then waits this long, in milliseconds. */
const patience = 250;

/**
 * When the page is painted: in an animation frame, and again when `paint` says so: it answers with the milliseconds
 * after which something will look otherwise by itself; 0: in the next frame, Infinity: never.
 */
export class PaintClock {
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly paint: () => number) {}

  /** Paints in the next animation frame. */
  next(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /** Paints after that many milliseconds, or together with what is painted before. */
  within(delay: number): void {
    const due = performance.now() + delay;
    if (this.#frame !== 0 || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Infinity;
      this.next();
    }, delay);
  }

  /** Paints in the next animation frame; resolves afterwards. */
  painted(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.next();
      // The host must not wait for a page that nobody sees.
      setTimeout(resolve, patience);
    });
  }

  #paint(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
    const again = this.paint();
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (again === 0) this.next();
    else if (again < Infinity) this.within(again);
  }
}
