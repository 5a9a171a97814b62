import type { LockCertainty } from '../../shared/lockWords';
import type { Native, ThreadEntry } from '../native';
import type { Mappers } from './mappers';

/**
 * - alive / dead: the thread lives, or it has ended while it held the lock; its process may live on
 * - unknown: no thread that we see has this id, but the holder may be one that we do not see
 */
export type HolderLife = 'alive' | 'dead' | 'unknown';

/** The thread that a lock names as its owner. */
export interface LockHolder {
  /** As the lock has it: in the holder's own pid namespace. null: only the process is known. */
  readonly tid: number | null;
  /** In our pid namespace; null: not known. */
  readonly pid: number | null;
  /** comm of the process; empty where it is not known. */
  readonly name: string;
  /** When its process started: ms since the epoch, null: not known. */
  readonly startedMs: number | null;
  readonly life: HolderLife;
  readonly certainty: LockCertainty;
}

/** /proc/self/ns/pid of the first pid namespace (PROC_PID_INIT_INO of the kernel): whoever is in it sees everybody. */
const firstPidNamespace = 0xeffffffc;

/**
 * Who the owner of a lock is: a thread of ours with this id whose process has the segment mapped, else one of a mapping
 * process in another pid namespace that is called so there. One with the id that has not mapped the segment came later
 * and has only the number. About 100 us.
 */
export function findHolder(
  native: Pick<Native, 'threadEntry' | 'threadEntries' | 'processMappings'>,
  tid: number,
  mappers: Mappers,
): LockHolder {
  const direct = native.threadEntry(tid);
  const isOurs = direct !== null && (direct.pidNamespace ?? mappers.ownNamespace) === mappers.ownNamespace;
  // null: we may not look, so that it may have it.
  const isMapped = isOurs ? (native.processMappings(direct.pid)?.some(mappers.has) ?? null) : false;
  const inner = mappers.foreign.flatMap((pid) =>
    native.threadEntries(pid).filter(({ innerTid }) => innerTid === tid),
  );
  const proved = isOurs && isMapped === true ? [direct, ...inner] : inner;
  const [only] = proved;
  if (only !== undefined && proved.length === 1)
    return known(tid, only, isMapped === null ? 'likely' : 'certain');
  if (only === undefined && isOurs && isMapped === null) return known(tid, direct, 'likely');
  if (only !== undefined || mappers.foreign.length > 0 || mappers.unseen === 'some') {
    return nobody(tid, 'unknown', 'unknown');
  }
  // Where a process outside may have it too, or another has the number now, it is not proved.
  const seesAll = mappers.ownNamespace === firstPidNamespace && mappers.unseen === 'none';
  return nobody(tid, 'dead', seesAll && direct === null ? 'certain' : 'likely');
}

/** The process that a System V semaphore names as its last user: alive or not is known to the addon. */
export function processHolder(
  pid: number,
  name: string,
  isAlive: boolean,
  startedMs: number | null,
): LockHolder {
  return { tid: null, pid, name, startedMs, life: isAlive ? 'alive' : 'dead', certainty: 'likely' };
}

function known(
  tid: number,
  { pid, name, startedMs, ended }: ThreadEntry,
  certainty: LockCertainty,
): LockHolder {
  return { tid, pid, name, startedMs, life: ended ? 'dead' : 'alive', certainty };
}

function nobody(tid: number, life: HolderLife, certainty: LockCertainty): LockHolder {
  return { tid, pid: null, name: '', startedMs: null, life, certainty };
}
