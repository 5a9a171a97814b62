import { SegmentError } from './errors';
import { longestMoment, rememberMoment, type Moment } from './moment';
import type { OpenSegment } from './segments';

/** Most bytes of all moments together. */
export const mostRemembered = 256 * 1024 * 1024;

/** The moments that were remembered in this window, of all segments, the newest last. Gone when the window closes. */
export class Moments {
  #all: readonly Moment[] = [];

  get all(): readonly Moment[] {
    return this.#all;
  }

  /** Of one segment, the newest first. */
  of(segment: string): readonly Moment[] {
    return this.#all.filter((moment) => moment.segment === segment).reverse();
  }

  /** Remembers the segment as it is now. Rejects as rememberMoment, and where all moments together would be too much. */
  async remember(
    segment: OpenSegment,
    progress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<Moment> {
    const held = this.#all.reduce((sum, moment) => sum + moment.held, 0);
    const free = mostRemembered - held;
    const moment = await rememberMoment(segment, Math.min(longestMoment, free), progress, signal).catch(
      (error: unknown) => {
        if (free >= longestMoment || !(error instanceof SegmentError) || error.facts.rule !== 'moment-size')
          throw error;
        throw new SegmentError('out-of-resources', error.message, {
          rule: 'moments-size',
          maximum: String(mostRemembered),
        });
      },
    );
    this.#all = [...this.#all, moment];
    return moment;
  }

  forget(id: number): void {
    this.#all = this.#all.filter((moment) => moment.id !== id);
  }
}
