import type { LockFinding, SemaphoreUsers } from '../../shared/lockFinding';
import type { LockReport } from '../../shared/lockReport';
import type { LockAddress, SemaphoreMapping, ThreadWait } from '../native';
import { lockAddress, type NativeKey } from '../key';

/** What a diagnosis looks at beside the lock itself. */
export interface LockEvidence {
  /** Who has which named semaphore open, by a scan; `denied` as there. */
  readonly semaphores: { readonly mappings: readonly SemaphoreMapping[]; readonly denied: number };
  /** What threads of those processes wait for. */
  readonly waits: readonly ThreadWait[];
  /** Processes that have the segment mapped. */
  readonly attached: readonly number[];
}

/** Where the semaphore of a lock is; null: it has its bytes in the segment. */
export function semaphoreOf({ placed }: Pick<LockReport, 'placed'>, key: NativeKey): LockAddress | null {
  if (placed === null) return lockAddress(key);
  return placed.place === 'named' ? placed.semaphore : null;
}

/** What is wrong with a lock, and only what the evidence proves or makes likely. Touches nothing. */
export function diagnoseLock(
  report: LockReport,
  semaphore: LockAddress | null,
  evidence: LockEvidence,
): readonly LockFinding[] {
  const { state, holder, value, certainty } = report;
  const found: LockFinding[] = [];
  if (state === 'stale' && holder !== null) found.push({ code: 'holder-dead', holder, certainty });
  if (state === 'owner-died') found.push({ code: state, holder, certainty });
  if (state === 'not-recoverable') found.push({ code: state, certainty });
  if (state === 'damaged' && value !== null) found.push({ code: 'above-one', value, certainty });
  if (semaphore?.mechanism !== 'posix') return found;
  if (state === 'held' && report.placed?.counts !== true) found.push(...withoutHolder(report, evidence));
  return [...found, ...replaced(report, semaphore.name, evidence)];
}

/** A POSIX semaphore at 0 names no holder: who could be it is who has it open and does not wait. */
function withoutHolder(
  { identity }: LockReport,
  { semaphores, waits }: LockEvidence,
): readonly LockFinding[] {
  const open = semaphores.mappings.filter((mapping) => identityOf(mapping) === identity);
  const certainty = semaphores.denied === 0 ? 'certain' : 'likely';
  if (open.length === 0) return [{ code: 'abandoned', certainty }];
  const waiting = open.filter((mapping) => waits.some((wait) => isAt(wait, mapping)));
  const pids = pidsOf(open);
  // Another thread of a process may have what this one waits for.
  return pidsOf(waiting).length === pids.length ? [{ code: 'all-wait', pids, certainty: 'likely' }] : [];
}

/** Old ones are known by their name, or by who has both the segment and a nameless semaphore: who made it. */
function replaced(
  { identity }: LockReport,
  name: string,
  { semaphores, attached }: LockEvidence,
): readonly LockFinding[] {
  const file = `sem.${name.slice(1)}`;
  const isNamed = (mapping: SemaphoreMapping): boolean => mapping.name === file;
  const isMade = ({ name: known, pid }: SemaphoreMapping): boolean =>
    temporary.test(known) && attached.includes(pid);
  const gone = semaphores.mappings.filter((one) => !one.linked && (isNamed(one) || isMade(one)));
  if (gone.length === 0) return [];
  const old = new Map<string, SemaphoreMapping[]>();
  for (const one of gone) old.set(identityOf(one), [...(old.get(identityOf(one)) ?? []), one]);
  const usersOf = (id: string): SemaphoreUsers => {
    const mappings = semaphores.mappings.filter((one) => identityOf(one) === id);
    return { identity: id, pids: pidsOf(mappings) };
  };
  const certainty = gone.some(isNamed) ? 'certain' : 'likely';
  const current = identity === null ? null : usersOf(identity);
  return [{ code: 'replaced', current, old: [...old.keys()].map(usersOf), certainty }];
}

/** What glibc calls a semaphore while it makes it (sysdeps/pthread/sem_open.c). */
const temporary = /^sem\.[A-Za-z0-9]{6}$/;

/** Whether a thread waits for the first word of this mapping. */
export function isAt({ pid, address }: ThreadWait, mapping: SemaphoreMapping): boolean {
  return address !== null && pid === mapping.pid && BigInt(`0x${address}`) === BigInt(`0x${mapping.address}`);
}

function identityOf({ device, inode }: SemaphoreMapping): string {
  return `${String(device)}:${String(inode)}`;
}

function pidsOf(mappings: readonly { readonly pid: number }[]): readonly number[] {
  return [...new Set(mappings.map(({ pid }) => pid))];
}
