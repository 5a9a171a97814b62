import { ownLock, type ReportState } from './lockReport';
import type { LockRow } from './lockRow';
import { visibleName } from './visibleName';

/** How much a state matters: what is wrong before what is held; below `held` nobody has to do anything. */
export const wrongRank = 3;
export const heldRank = 2;
export const stateRanks: Readonly<Record<ReportState, number>> = {
  ours: 4,
  stale: wrongRank,
  damaged: wrongRank,
  'not-recoverable': wrongRank,
  'owner-died': wrongRank,
  inconsistent: wrongRank,
  held: heldRank,
  read: heldRank,
  unreadable: 1,
  unsupported: 1,
  nonsense: 1,
  free: 0,
  none: -1,
};

/** How much a lock matters. */
export function lockRank({ state, troubles }: LockRow): number {
  return troubles.length > 0 ? wrongRank : stateRanks[state];
}

/** Those of a segment's locks that are not its own one. */
export function placedLocks(rows: readonly LockRow[]): readonly LockRow[] {
  return rows.filter(({ id }) => id !== ownLock);
}

/** The one of the locks beside a segment's own that matters most, if it matters more than `rank`. */
export function foremostPlaced(rows: readonly LockRow[], rank: number): LockRow | null {
  const [first] = [...placedLocks(rows)].sort((a, b) => lockRank(b) - lockRank(a));
  return first !== undefined && lockRank(first) > rank ? first : null;
}

/** "Held · worker (4711)". */
export function briefLock({ words, facts }: LockRow): string {
  return visibleName([words, ...facts.slice(0, 1)].join(' · '));
}
