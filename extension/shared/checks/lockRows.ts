import { flag, integer, list, nullable, number, oneOf, shape, text } from '../check';
import {
  mostDeadlocks,
  mostStripWaiters,
  stripSeconds,
  stripWaiter,
  type LockPicture,
  type LockRow,
} from '../lockRow';
import { mostPlacedLocks } from '../placedLock';
import { anyText, offset } from './places';

/** Holder, waiters, depth, value. */
const mostFacts = 8;

const row = shape<LockRow>({
  id: text(100),
  state: oneOf(
    'none',
    'free',
    'held',
    'ours',
    'read',
    'stale',
    'owner-died',
    'inconsistent',
    'not-recoverable',
    'damaged',
    'unreadable',
    'unsupported',
    'nonsense',
  ),
  words: anyText,
  kind: anyText,
  offset: nullable(offset),
  name: text(4200),
  facts: list(anyText, mostFacts),
  certainty: anyText,
  sinceMs: number(0, 8.64e15),
  sinceFirstLook: flag,
  troubles: list(anyText, mostFacts),
  isPlaced: flag,
  strip: list(integer(0, stripWaiter * (mostStripWaiters + 1) - 1), stripSeconds),
});

export const lockPicture = shape<LockPicture>({
  rows: list(row, mostPlacedLocks + 1),
  deadlocks: list(text(16384), mostDeadlocks),
});
