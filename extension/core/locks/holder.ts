import type { HolderLife, LockHolder } from '../../shared/lockReport';
import type { LockCertainty } from '../../shared/lockWords';
import type { Native, ThreadEntry } from '../native';
import type { Mappers } from './mappers';

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
