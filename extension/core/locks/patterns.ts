import type { DecodedLock, LockSort } from '../../shared/lockWords';
import type { LockLayout } from './layout';
import { decodeMutex } from './mutex';
import { decodeRwlock } from './rwlock';
import { decodeSemaphore } from './semaphore';
import { words, type Words } from './words';

/** Readers, depths and values beyond these are taken for something else than a lock. */
const most = 1024;
/** Words of glibc that are 1 or 3 while a futex is waited for. */
const mostFutex = 3;

/**
 * What these bytes are as a lock of that sort, by rules that chance seldom keeps: made for several processes, every
 * word in its range and agreeing with the others, every gap zero. null: no such lock. Of rwlocks, those that were never
 * written under cannot be told from a 1 among zeros, nor semaphores at 0 that nobody waits for from a number, and are
 * not found.
 */
export function matchLock(sort: LockSort, bytes: Uint8Array, layout: LockLayout): DecodedLock | null {
  if (bytes.length < layout[sort].size) return null;
  const word = words(bytes);
  const decoded = decoders[sort](bytes, layout);
  if (!decoded.nature.shared || decoded.certainty !== 'certain') return null;
  return rules[sort](word, decoded, layout) ? decoded : null;
}

const decoders = { mutex: decodeMutex, rwlock: decodeRwlock, semaphore: decodeSemaphore };

const rules: Readonly<Record<LockSort, (word: Words, lock: DecodedLock, layout: LockLayout) => boolean>> = {
  mutex: (word, { nature, state }, { mutex }) => {
    const isFree = state === 'free';
    const users = word.at(mutex.users);
    const depth = word.at(4);
    const isCounted = nature.kind === 'recursive' && !isFree;
    // Those that the kernel knows are counted once although they are not recursive.
    const isKernels = nature.robust || nature.priority === 'inherit';
    const isDepth = isCounted ? depth >= 1 && depth <= most : depth <= (isKernels ? 1 : 0);
    // Who dies as soon as the kernel has given it the lock has not counted itself.
    const isTaken = state === 'owner-died' || users >= 1;
    const isUsed = isFree ? users <= (nature.robust ? 1 : 0) : isTaken && users <= most;
    const isLinked = nature.robust && !isFree;
    // Spinning leaves its count there, in 32 bits where the links are.
    const spins = mutex.users < mutex.kind ? mutex.kind + 4 : mutex.links;
    const isGap = nature.kind === 'adaptive' || spins === mutex.links || word.zero(spins, 4);
    return isDepth && isUsed && isGap && (isLinked || word.zero(mutex.links, mutex.linksLength));
  },
  rwlock: (word, { state, waiters }, { rwlock }) => {
    const isWritten = (word.at(0) & 1) !== 0 && word.at(8) <= mostFutex && word.at(12) <= mostFutex;
    const isNamed = (word.at(rwlock.writer) !== 0) === (state === 'held');
    const isEmpty = rwlock.sharedLength === 1 || word.zero(32, 16);
    const flags = rwlock.sharedLength === 1 ? word.byte(24) : word.at(48);
    return isWritten && isNamed && isEmpty && flags <= 2 && Number(waiters) <= most;
  },
  semaphore: (word, { value, waiters }, { semaphore }) => {
    const isCounted = Number(value) >= 1 && Number(value) <= most && waiters === 0;
    const isAwaited = value === 0 && Number(waiters) >= 1 && Number(waiters) <= most;
    const isMarked = semaphore.shift === 0 || (word.at(0) & 1) === (isAwaited ? 1 : 0);
    const gap = semaphore.scope + 4;
    const length = (semaphore.shift === 0 ? semaphore.size : semaphore.waiters) - gap;
    return (isCounted || isAwaited) && isMarked && word.zero(gap, length);
  },
};
