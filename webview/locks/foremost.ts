import type { LockStatus } from '../../extension/shared/lock';
import {
  briefLock,
  foremostPlaced,
  heldRank,
  lockRank,
  placedLocks,
  stateRanks,
  wrongRank,
} from '../../extension/shared/foremost';
import { ownLock } from '../../extension/shared/lockReport';
import type { LockPicture, LockRow } from '../../extension/shared/lockRow';
import { visibleName } from '../../extension/shared/visibleName';
import { lockWords, type BadgeContent } from '../badge';
import { hex, text } from '../texts';

/**
 * What a badge says of all locks of a segment: the state that matters most, with all of them in its tip. `isStanding`: who
 * holds its own one stands at a stop of the debugger.
 */
export function foremostLock(
  own: LockStatus,
  { rows, deadlocks }: LockPicture,
  isStanding = false,
): BadgeContent {
  const words = lockWords(own, isStanding);
  const placed = placedLocks(rows);
  const ownTroubles = rows.find(({ id }) => id === ownLock)?.troubles ?? [];
  const lines = [...deadlocks, words.tip, ...ownTroubles, ...placed.flatMap(lockLines)];
  const tip = lines.map(visibleName).join('\n');
  if (deadlocks.length > 0 && own.state !== 'ours') {
    return { icon: 'error', words: text('locks.deadlock'), tip, tone: 'bad' };
  }
  const isOwnWrong = ownTroubles.length > 0;
  const rank = Math.max(stateRanks[own.state], isOwnWrong ? wrongRank : -1);
  const first = foremostPlaced(rows, rank);
  if (first !== null) return { ...content(first, placed), tip };
  return isOwnWrong && rank === wrongRank
    ? { ...words, icon: 'warning', tip, tone: 'bad' }
    : { ...words, tip };
}

/** What a lock of the list is called: "Mutex, robust 0x140". */
export function rowTitle({ kind, name, offset }: LockRow): string {
  const place = offset === null ? '' : `0x${hex(offset)}`;
  return [visibleName(kind), visibleName(name), place].filter((part) => part !== '').join(' ');
}

function content(row: LockRow, placed: readonly LockRow[]): Omit<BadgeContent, 'tip'> {
  const rank = lockRank(row);
  if (rank === stateRanks.free) {
    return { icon: 'unlock', words: text('locks.free', placed.length), tone: 'quiet' };
  }
  const words = briefLock(row);
  if (rank === wrongRank) return { icon: 'warning', words, tone: 'bad' };
  return rank === heldRank
    ? { icon: 'lock', words, tone: 'held' }
    : { icon: 'question', words, tone: 'quiet' };
}

function lockLines(row: LockRow): readonly string[] {
  return [`${rowTitle(row)}: ${[row.words, ...row.facts, row.certainty].join(' · ')}`, ...row.troubles];
}
