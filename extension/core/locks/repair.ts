import type { LockFinding, RepairEffect, RepairOutcome, RepairRefusal } from '../../shared/lockFinding';
import type { LockReport } from '../../shared/lockReport';
import { segmentError } from '../errors';
import type { LockAddress, Native } from '../native';
import type { OpenSegment } from '../openSegment';
import { decodeLock } from './decode';
import { freeBytes } from './freeBytes';
import type { LockLayout } from './layout';

/** What a repair needs of an open segment; it has to be attached for writing where the lock is in its bytes. */
export type RepairedSegment = Pick<OpenSegment, 'read' | 'exchange' | 'wake'>;

/** A repair that was shown and not done yet. It is done only while everything is as it was shown. */
export interface RepairPlan {
  readonly lock: string;
  readonly finding: LockFinding;
  readonly effect: RepairEffect;
  readonly step:
    | { readonly address: LockAddress; readonly seen: Parameters<Native['resetLock']>[1] }
    | { readonly offset: number; readonly expected: Uint8Array; readonly bytes: Uint8Array };
}

/** A plan, or why there is none. Reads only. `layout`: as of LockWatch. */
export function planRepair(
  native: Pick<Native, 'peekLock'>,
  segment: Pick<OpenSegment, 'read'>,
  report: LockReport,
  finding: LockFinding,
  semaphore: LockAddress | null,
  layout: LockLayout | null,
): RepairPlan | RepairRefusal {
  if (finding.code === 'owner-died') return 'programs-do';
  if (finding.code === 'replaced') return 'restart-needed';
  if (finding.certainty === 'unknown') return 'uncertain';
  const { id: lock, placed, holder, waiters } = report;
  if (semaphore !== null) {
    const { identity, value, lastPid } = native.peekLock(semaphore);
    if (identity === null || value === null) return 'uncertain';
    const effect = { act: 'make-one', holder, waiters } as const;
    return { lock, finding, effect, step: { address: semaphore, seen: { identity, value, lastPid } } };
  }
  if (placed?.place !== 'bytes' || layout === null) return 'uncertain';
  const { offset, sort } = placed;
  const expected = new Uint8Array(layout[sort].size);
  const decoded = decodeLock(sort, expected.subarray(0, segment.read(offset, expected)), layout);
  if (decoded?.owner !== (holder?.tid ?? null)) return 'uncertain';
  const bytes = freeBytes(expected, decoded, layout);
  if (bytes === null) return 'waited-for';
  return { lock, finding, effect: { act: 'write-free', holder, waiters }, step: { offset, expected, bytes } };
}

/**
 * Does what a plan says, once, where `look` still finds the same wrong with the lock, and looks again afterwards: `look`
 * gives the lock as it is now, and what is wrong with it. Nothing is done where anything of the lock changed meanwhile.
 * Throws `busy` where a process that lives holds it, `permission-denied`, and what exchange throws.
 */
export async function repairLock(
  native: Pick<Native, 'resetLock'>,
  segment: RepairedSegment,
  { finding, step }: RepairPlan,
  look: () => Promise<{ readonly report: LockReport; readonly findings: readonly LockFinding[] }>,
  timeoutMs: number,
): Promise<RepairOutcome> {
  const before = await look();
  if (!before.findings.some((found) => isSame(found, finding))) return 'changed';
  if ('address' in step) {
    if (!reset(native, step.address, step.seen)) return 'changed';
  } else {
    const { offset, expected, bytes } = step;
    if (!(await segment.exchange(offset, expected, bytes, timeoutMs)).written) return 'changed';
    // Whoever sleeps for it would not be woken by bytes alone.
    segment.wake(offset);
  }
  const { report, findings } = await look();
  if (findings.some(({ code }) => code === finding.code)) return 'still-wrong';
  return report.state === 'free' ? 'free' : 'taken';
}

function reset(
  native: Pick<Native, 'resetLock'>,
  address: LockAddress,
  seen: Parameters<Native['resetLock']>[1],
): boolean {
  try {
    native.resetLock(address, seen);
    return true;
  } catch (error) {
    const failure = segmentError(error);
    if (failure.code === 'conflict' || failure.code === 'not-found' || failure.code === 'gone') return false;
    throw failure;
  }
}

/** The same thing is wrong, by the same holder's fault. */
function isSame(a: LockFinding, b: LockFinding): boolean {
  const holderOf = (finding: LockFinding): string =>
    'holder' in finding ? `${String(finding.holder?.pid)} ${String(finding.holder?.tid)}` : '';
  return a.code === b.code && holderOf(a) === holderOf(b) && a.certainty !== 'unknown';
}
