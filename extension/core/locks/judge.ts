import type { LockReport, ReportState } from '../../shared/lockReport';
import type { DecodedLock, LockCertainty } from '../../shared/lockWords';
import type { LockHolder } from '../../shared/lockReport';
import type { LockStatus } from '../../shared/lock';
import type { LockPeek } from '../native';

/** A report without what only time tells: which lock, and since when. */
export type Judged = Omit<LockReport, 'id' | 'placed' | 'sinceMs' | 'sinceFirstLook'>;

/** Of a lock that is not there. */
export const absent: Judged = {
  state: 'none',
  certainty: 'certain',
  nature: null,
  holder: null,
  waiters: null,
  value: null,
  maximum: null,
  depth: null,
  readers: null,
  identity: null,
  refusal: null,
};

/** What a lock in bytes means once it is known who its owner is. `counts`: a semaphore that is no lock. */
export function judgeDecoded(lock: DecodedLock, holder: LockHolder | null, counts: boolean): Judged {
  const { nature, waiters, value, depth, readers } = lock;
  const base = { ...absent, nature, waiters, value, depth, readers, holder };
  if (lock.state === 'held' && holder?.life === 'dead') {
    return { ...base, state: 'stale', certainty: lesser(lock.certainty, holder.certainty) };
  }
  const isDamaged = value !== null && value > 1 && !counts;
  return { ...base, state: isDamaged ? 'damaged' : lock.state, certainty: lock.certainty };
}

/**
 * What a semaphore of the system means, judged as every lock of a segment is. That the last process which used a
 * System V semaphore holds it is likely only: another may have set the value.
 */
export function judgeStatus(
  status: LockStatus,
  { identity, maximum }: Pick<LockPeek, 'identity' | 'maximum'>,
  counts: boolean,
): Judged {
  const state: ReportState = status.state === 'damaged' && counts ? 'free' : status.state;
  const isByUse = status.holder !== null && (state === 'held' || state === 'stale');
  const certainty: LockCertainty = state === 'unreadable' ? 'unknown' : isByUse ? 'likely' : 'certain';
  const holder: LockHolder | null =
    status.holder === null
      ? null
      : {
          ...status.holder,
          tid: null,
          startedMs: null,
          life: state === 'stale' ? 'dead' : 'alive',
          certainty,
        };
  const { waiters, value } = status;
  return { ...absent, state, certainty, holder, waiters, value, maximum, identity };
}

const order: readonly LockCertainty[] = ['unknown', 'likely', 'certain'];

function lesser(a: LockCertainty, b: LockCertainty): LockCertainty {
  return order[Math.min(order.indexOf(a), order.indexOf(b))] ?? 'unknown';
}
