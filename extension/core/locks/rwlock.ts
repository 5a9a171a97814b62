import type { DecodedLock } from '../../shared/lockWords';
import type { LockLayout } from './layout';
import { words } from './words';

/** The bits of `__readers` (glibc nptl/pthread_rwlock_common.c): whose phase it is, and how many readers came. */
const bits = { writePhase: 1, writeLocked: 2, shift: 3 };
/** The top bit of `__writers`: it was handed from one writer to the next. */
const handed = 0x80000000;
const mostThreads = 1 << 22;

/**
 * What the bytes of a `pthread_rwlock_t` say. Readers are counted and not named; a writer is. At least as many bytes
 * as the layout's size.
 */
export function decodeRwlock(bytes: Uint8Array, { rwlock }: LockLayout): DecodedLock {
  const word = words(bytes);
  const readers = word.at(0);
  const inside = readers >>> bits.shift;
  const writers = word.at(4) & ~handed;
  const writer = word.at(rwlock.writer);
  const scope = rwlock.sharedLength === 1 ? word.byte(rwlock.shared) : word.at(rwlock.shared);
  const isWriting = (readers & bits.writePhase) !== 0;
  const isClaimed = (readers & bits.writeLocked) !== 0;
  const nature = {
    sort: 'rwlock',
    kind: null,
    robust: false,
    priority: 'none',
    shared: scope === 1,
  } as const;
  const base = { nature, owner: null, depth: null, value: null };
  const isSane = scope <= 1 && inside <= mostThreads && writers <= mostThreads && writer <= mostThreads;
  if (!isSane || !word.zero(16, 8)) {
    return { ...base, state: 'nonsense', certainty: 'unknown', readers: null, waiters: null };
  }
  const certain = nature.shared ? 'certain' : 'likely';
  if (isWriting && isClaimed) {
    const certainty = writer === 0 ? 'likely' : certain;
    const owner = writer === 0 ? null : writer;
    return { ...base, state: 'held', certainty, owner, readers: 0, waiters: writers + inside };
  }
  // Those who come while it is given from one phase to the other count as waiting: nobody is inside.
  if (isWriting) return { ...base, state: 'free', certainty: certain, readers: 0, waiters: writers + inside };
  const waiters = writers + (isClaimed ? 1 : 0);
  if (inside > 0) return { ...base, state: 'read', certainty: certain, readers: inside, waiters };
  const certainty = word.zero(0, rwlock.size) ? 'unknown' : waiters > 0 ? 'likely' : certain;
  return { ...base, state: 'free', certainty, readers: 0, waiters };
}
