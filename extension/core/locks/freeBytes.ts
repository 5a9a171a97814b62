import type { DecodedLock } from '../../shared/lockWords';
import type { LockLayout } from './layout';

/** Above these bits, the lock word of a PTHREAD_PRIO_PROTECT mutex has its ceiling, which stays. */
const ceiling = 0xfff80000;

/**
 * The bytes of a lock as they would be free: a mutex as its holder would have left it, a rwlock as it was made, a
 * semaphore at 1. null: threads wait for it in a way that no write ends: the kernel queues them, or there are several
 * words that they wait for.
 */
export function freeBytes(bytes: Uint8Array, lock: DecodedLock, layout: LockLayout): Uint8Array | null {
  const { nature, waiters } = lock;
  const free = new Uint8Array(bytes);
  const view = new DataView(free.buffer);
  const isAwaited = waiters === 'some' || (waiters ?? 0) > 0;
  if (nature.sort === 'mutex') {
    if (isAwaited && nature.priority === 'inherit') return null;
    const { users, links, linksLength } = layout.mutex;
    const word = nature.priority === 'protect' ? view.getUint32(0, true) & ceiling : 0;
    view.setUint32(0, word >>> 0, true);
    free.fill(0, 4, 12);
    view.setUint32(users, Math.max(0, view.getUint32(users, true) - 1), true);
    if (nature.robust) free.fill(0, links, links + linksLength);
    return free;
  }
  if (isAwaited) return null;
  if (nature.sort === 'semaphore') view.setUint32(0, 1 << layout.semaphore.shift, true);
  else {
    free.fill(0, 0, 16);
    view.setUint32(layout.rwlock.writer, 0, true);
  }
  return free;
}
