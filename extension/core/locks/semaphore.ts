import type { DecodedLock } from '../../shared/lockWords';
import type { LockLayout } from './layout';
import { words } from './words';

/** FUTEX_PRIVATE_FLAG: glibc keeps it in a semaphore that is for more than one process. */
const sharedScope = 0x80;
/** SEM_VALUE_MAX of glibc. */
const mostValue = 0x7fffffff;
const mostThreads = 1 << 22;

/**
 * What the bytes of a `sem_t` say, which are those of Boost's interprocess_semaphore too. At 0 somebody holds it, where
 * it is used as a lock; nobody is named. At least as many bytes as the layout's size.
 */
export function decodeSemaphore(bytes: Uint8Array, { semaphore }: LockLayout): DecodedLock {
  const word = words(bytes);
  const value = word.at(0) >>> semaphore.shift;
  const waiters = word.at(semaphore.waiters);
  const scope = word.at(semaphore.scope);
  const nature = {
    sort: 'semaphore',
    kind: null,
    robust: false,
    priority: 'none',
    shared: scope === sharedScope,
  } as const;
  const base = { nature, owner: null, depth: null, readers: null };
  const isSane = (scope === 0 || scope === sharedScope) && value <= mostValue && waiters <= mostThreads;
  if (!isSane) return { ...base, state: 'nonsense', certainty: 'unknown', waiters: null, value: null };
  const certainty = word.zero(0, semaphore.size) ? 'unknown' : nature.shared ? 'certain' : 'likely';
  return { ...base, state: value === 0 ? 'held' : 'free', certainty, waiters, value };
}
