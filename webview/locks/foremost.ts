import type { LockStatus } from '../../extension/shared/lock';
import { ownLock, type ReportState } from '../../extension/shared/lockReport';
import type { LockPicture, LockRow } from '../../extension/shared/lockRow';
import { visibleName } from '../../extension/shared/visibleName';
import { lockWords, type BadgeContent } from '../badge';
import { hex, text } from '../texts';

/** How much a state matters: what is wrong before what is held; below `held` nobody has to do anything. */
const wrong = 3;
const held = 2;
const ranks: Readonly<Record<ReportState, number>> = {
  ours: 4,
  stale: wrong,
  damaged: wrong,
  'not-recoverable': wrong,
  'owner-died': wrong,
  inconsistent: wrong,
  held,
  read: held,
  unreadable: 1,
  unsupported: 1,
  nonsense: 1,
  free: 0,
  none: -1,
};

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
  const placed = rows.filter(({ id }) => id !== ownLock);
  const ownTroubles = rows.find(({ id }) => id === ownLock)?.troubles ?? [];
  const lines = [...deadlocks, words.tip, ...ownTroubles, ...placed.flatMap(lockLines)];
  const tip = lines.map(visibleName).join('\n');
  if (deadlocks.length > 0 && own.state !== 'ours') {
    return { icon: 'error', words: text('locks.deadlock'), tip, tone: 'bad' };
  }
  const isOwnWrong = ownTroubles.length > 0;
  const rank = Math.max(ranks[own.state], isOwnWrong ? wrong : -1);
  const [first] = [...placed].sort((a, b) => rankOf(b) - rankOf(a));
  if (first !== undefined && rankOf(first) > rank) return { ...content(first, placed), tip };
  return isOwnWrong && rank === wrong ? { ...words, icon: 'warning', tip, tone: 'bad' } : { ...words, tip };
}

/** What a lock of the list is called: "Mutex, robust 0x140". */
export function rowTitle({ kind, name, offset }: LockRow): string {
  const place = offset === null ? '' : `0x${hex(offset)}`;
  return [visibleName(kind), visibleName(name), place].filter((part) => part !== '').join(' ');
}

function content(row: LockRow, placed: readonly LockRow[]): Omit<BadgeContent, 'tip'> {
  const rank = rankOf(row);
  if (rank === ranks.free) {
    return { icon: 'unlock', words: text('locks.free', placed.length), tone: 'quiet' };
  }
  const words = visibleName([row.words, ...row.facts.slice(0, 1)].join(' · '));
  if (rank === wrong) return { icon: 'warning', words, tone: 'bad' };
  return rank === held ? { icon: 'lock', words, tone: 'held' } : { icon: 'question', words, tone: 'quiet' };
}

function rankOf({ state, troubles }: LockRow): number {
  return troubles.length > 0 ? wrong : ranks[state];
}

function lockLines(row: LockRow): readonly string[] {
  return [`${rowTitle(row)}: ${[row.words, ...row.facts, row.certainty].join(' · ')}`, ...row.troubles];
}
