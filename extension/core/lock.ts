import type { LockKind, LockStatus } from '../shared/lock';
import type { LockPeek } from './native';

/** No lock belongs to the segment, or nobody has made it yet. */
export const noLock: LockStatus = { kind: 'none', state: 'none', holder: null, waiters: null, value: null };

/**
 * What a semaphore's numbers mean for a lock, and only what they prove. A System V lock at 0 is held by the last
 * process whose operation succeeded (GETPID), stale where that one is dead. A POSIX lock keeps no holder. A value
 * above 1 lets two in at once: damaged, also where we hold it and it is not 0.
 */
export function judgeLock(peek: LockPeek, mechanism: Exclude<LockKind, 'none'>, ours: boolean): LockStatus {
  if (!peek.exists) return noLock;
  const { value, waiters, lastPid } = peek;
  const status = { kind: mechanism, holder: null, waiters, value } as const;
  // macOS tells no value of a POSIX semaphore, also of one that we hold.
  if (ours && peek.readable) {
    return value !== null && value > 0
      ? { ...status, state: 'damaged' }
      : { ...status, state: 'ours', holder: { pid: process.pid, name: peek.lastPidName ?? '' } };
  }
  if (!peek.readable || value === null) return { ...status, state: 'unreadable' };
  // Windows frees it for the next one; what it guards may be half-written.
  if (peek.abandoned) return { ...status, state: 'stale' };
  if (value > 1) return { ...status, state: 'damaged' };
  if (value === 1) return { ...status, state: 'free' };
  if (lastPid === null || lastPid === 0) return { ...status, state: 'held' };
  const holder = { pid: lastPid, name: peek.lastPidName ?? '' };
  return { ...status, state: peek.lastPidAlive ? 'held' : 'stale', holder };
}

/** Whether a badge would show the same. */
export function sameLock(a: LockStatus, b: LockStatus): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.state === b.state &&
      a.waiters === b.waiters &&
      a.value === b.value &&
      a.holder?.pid === b.holder?.pid &&
      a.holder?.name === b.holder?.name)
  );
}
