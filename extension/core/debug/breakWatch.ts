import type { Disposable } from '../../shared/disposable';
import type { OpenSegment } from '../segments';
import { putRuns, type SegmentWatch } from '../segmentWatch';
import type { Seen } from '../native';
import { holds, type ChangeCondition } from './changeCondition';

/** Looks per second: what comes and goes between two looks is not seen. */
const hertz = 60;

/** Bytes changed, and the condition held. */
export interface Hit {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** When it was seen, ms since the epoch. */
  readonly atMs: number;
}

/** What it watches: `waiting` until the segment is there and long enough. */
export type BreakStanding = 'watching' | 'waiting';

/**
 * Looks at some bytes of a segment 60 times a second, on the addon's thread, and tells of each change that counts,
 * whoever made it. Takes no lock and writes nothing. Goes on when the segment comes back; what it is then is where it
 * begins anew, and no change.
 */
export class BreakWatch implements Disposable {
  #watch: SegmentWatch | null = null;
  #before: Uint8Array | null = null;
  #disposed = false;
  readonly #following: Disposable;

  constructor(
    private readonly segment: Pick<OpenSegment, 'presence' | 'identity' | 'watch' | 'onDidChange'>,
    private readonly offset: number,
    private readonly length: number,
    private readonly condition: ChangeCondition,
    private readonly told: (hit: Hit) => void,
  ) {
    this.#following = segment.onDidChange(() => {
      this.#arm();
    });
    this.#arm();
  }

  get standing(): BreakStanding {
    return this.#watch?.isCurrent === true && this.#before !== null ? 'watching' : 'waiting';
  }

  dispose(): void {
    this.#disposed = true;
    this.#following.dispose();
    this.#watch?.stop();
    this.#watch = null;
  }

  #arm(): void {
    if (this.#disposed || this.#watch?.isCurrent === true) return;
    this.#watch?.stop();
    this.#before = null;
    this.#watch =
      this.segment.presence === 'live'
        ? this.segment.watch({ offset: this.offset, length: this.length }, hertz, this.#look)
        : null;
  }

  readonly #look = (): void => {
    const watch = this.#watch;
    if (!watch) return;
    const seen = watch.take();
    if (!seen) return;
    const before = this.#before;
    // Less than all of it is nothing that a condition could be asked of.
    this.#before = seen.length < this.length ? null : bytesOf(seen, before);
    const after = this.#before;
    watch.go(true);
    if (!before || !after || Buffer.compare(before, after) === 0) return;
    if (holds(this.condition, before, after)) this.told({ before, after, atMs: Date.now() });
  };
}

function bytesOf({ runs, bytes, length }: Seen, before: Uint8Array | null): Uint8Array {
  if (runs === null || before?.length !== length) return bytes.slice(0, length);
  const after = before.slice();
  putRuns(after, runs, bytes);
  return after;
}
