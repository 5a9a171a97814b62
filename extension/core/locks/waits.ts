import type { DeadlockLink } from '../../shared/deadlock';
import type { LockReport } from '../../shared/lockReport';
import type { LockSort } from '../../shared/lockWords';
import type { Mapping, SemaphoreMapping, ThreadWait } from '../native';
import { isAt } from './diagnose';

/** Bytes of a lock that threads wait for in the kernel. */
const futexes: Readonly<Record<LockSort, readonly number[]>> = {
  mutex: [0],
  rwlock: [8, 12],
  semaphore: [0],
};

/**
 * Which of these locks the threads wait for: by the semaphore that the kernel names, or by the address of a word, which
 * the mappings of its process tell the place of. `name` gives a lock its name among all that are looked at.
 */
export function waitsFor(
  reports: readonly LockReport[],
  waits: readonly ThreadWait[],
  mappings: readonly Mapping[],
  semaphores: readonly SemaphoreMapping[],
  name: (report: LockReport) => string,
): readonly DeadlockLink[] {
  return waits.flatMap((wait) => {
    const places = wait.address === null ? [] : offsetsOf(wait.pid, wait.address, mappings);
    const report = reports.find(({ placed, identity }) => {
      if (placed?.place === 'bytes')
        return places.some((offset) => futexes[placed.sort].includes(offset - placed.offset));
      if (wait.semid !== null) return identity !== null && isOfSet(wait.semid, wait.semnum, identity);
      return semaphores.some(
        (mapping) => `${String(mapping.device)}:${String(mapping.inode)}` === identity && isAt(wait, mapping),
      );
    });
    return report === undefined ? [] : [{ pid: wait.pid, tid: wait.innerTid, lock: name(report) }];
  });
}

/** Where it is not known for which of the set a thread waits, it is said of the first that is looked at. */
function isOfSet(semid: number, semnum: number | null, identity: string): boolean {
  const [set, which = '0'] = identity.split('/');
  return set === String(semid) && (semnum === null || which === String(semnum));
}

/** Where in the segment an address of a process is. */
function offsetsOf(pid: number, address: string, mappings: readonly Mapping[]): readonly number[] {
  const at = BigInt(`0x${address}`);
  return mappings
    .filter((mapping) => mapping.pid === pid)
    .map((mapping) => ({ mapping, within: Number(at - BigInt(`0x${mapping.address}`)) }))
    .filter(({ mapping, within }) => within >= 0 && within < mapping.length)
    .map(({ mapping, within }) => mapping.offset + within);
}
