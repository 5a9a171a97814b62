import type { Store } from './store';

/**
 * How a byte compares: the same; another one; one that was written after a later moment; there on this side or on the
 * other alone; or not known, as one of both is not on screen yet.
 */
export type Comparing = 'same' | 'differs' | 'later' | 'onlyHere' | 'onlyThere' | 'unknown';

/** The bytes of one side against those of the other, as far as both are on screen. */
export class Differences {
  constructor(
    private readonly here: Store,
    private readonly there: Store,
    /** This side at a later moment than the other; null: there is no such moment. */
    private readonly later: Store | null = null,
  ) {}

  at(offset: number): Comparing {
    const { here, there } = this;
    if (here.frames === 0 || there.frames === 0) return 'unknown';
    if (offset >= here.size) return offset < there.size ? 'onlyThere' : 'same';
    if (offset >= there.size) return 'onlyHere';
    const one = here.byte(offset);
    const two = there.byte(offset);
    if (one === undefined || two === undefined) return 'unknown';
    if (one === two) return 'same';
    const then = this.later?.byte(offset);
    return then === undefined || then === one ? 'differs' : 'later';
  }

  /** The other side's byte; undefined where it has none or it is not on screen. */
  other(offset: number): number | undefined {
    return offset < this.there.size ? this.there.byte(offset) : undefined;
  }
}
