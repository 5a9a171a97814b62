import type { Store } from './store';

/**
 * How a byte compares: the same; another one; there on this side or on the other alone; or not known, as one of
 * both is not on screen yet.
 */
export type Comparing = 'same' | 'differs' | 'onlyHere' | 'onlyThere' | 'unknown';

/** The bytes of one side against those of the other, as far as both are on screen. */
export class Differences {
  constructor(
    private readonly here: Store,
    private readonly there: Store,
  ) {}

  at(offset: number): Comparing {
    const { here, there } = this;
    if (here.frames === 0 || there.frames === 0) return 'unknown';
    if (offset >= here.size) return offset < there.size ? 'onlyThere' : 'same';
    if (offset >= there.size) return 'onlyHere';
    const one = here.byte(offset);
    const two = there.byte(offset);
    if (one === undefined || two === undefined) return 'unknown';
    return one === two ? 'same' : 'differs';
  }

  /** The other side's byte; undefined where it has none or it is not on screen. */
  other(offset: number): number | undefined {
    return offset < this.there.size ? this.there.byte(offset) : undefined;
  }
}
