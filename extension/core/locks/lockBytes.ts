import type { DecodedLock } from '../../shared/lockWords';
import type { LockInBytes } from '../../shared/placedLock';
import type { OpenSegment } from '../openSegment';
import { decodeLock } from './decode';
import type { LockLayout } from './layout';
import { Unchanged } from './unchanged';

/** The bytes of one lock, decoded anew only where they are others: equal ones give the very same object. */
export class LockBytes {
  #bytes = new Uint8Array(0);
  /** A copy of those that were decoded last, by this layout. */
  #seen = new Uint8Array(0);
  #layout: LockLayout | null = null;
  readonly #lock = new Unchanged<Uint8Array, LockInBytes, DecodedLock | null>();

  /** Reads them now. Null: the segment has fewer than a lock of that sort. */
  decode(segment: Pick<OpenSegment, 'read'>, placed: LockInBytes, layout: LockLayout): DecodedLock | null {
    const { size } = layout[placed.sort];
    if (this.#bytes.length !== size) this.#bytes = new Uint8Array(size);
    if (segment.read(placed.offset, this.#bytes) < size) return null;
    if (layout !== this.#layout || !areEqual(this.#bytes, this.#seen)) this.#seen = this.#bytes.slice();
    this.#layout = layout;
    return this.#lock.of(this.#seen, placed, () => decodeLock(placed.sort, this.#seen, layout));
  }
}

/** So few that a call to the system's own would take longer. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
