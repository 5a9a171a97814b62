import type { ReportState } from './lockReport';

/** What the view says of one lock. Texts are for a person, in the language of VS Code. */
export interface LockRow {
  /** As in LockReport. */
  readonly id: string;
  readonly state: ReportState;
  /** The state in words. */
  readonly words: string;
  /** What it is and how it was made. */
  readonly kind: string;
  /** Its first byte in the segment; null: it is beside the segment. */
  readonly offset: number | null;
  /** What the user or the system calls it; may be empty. */
  readonly name: string;
  /** Holder, waiters and the like. */
  readonly facts: readonly string[];
  /** How far that is proved. */
  readonly certainty: string;
  /** As in LockReport. */
  readonly sinceMs: number;
  readonly sinceFirstLook: boolean;
  /** What is wrong with it, in sentences. */
  readonly troubles: readonly string[];
  /** The user placed it, and can take it off the list. */
  readonly isPlaced: boolean;
  /** Its last minute, oldest first: of each second its `lockMarks`, and from `stripWaiter` on how many waited. */
  readonly strip: readonly number[];
}

/** Every lock of the segment on show, its own first, and the circles of those who wait for one another. */
export interface LockPicture {
  readonly rows: readonly LockRow[];
  readonly deadlocks: readonly string[];
}

/** Seconds of a strip. */
export const stripSeconds = 60;
/** One waiter in a second of a strip. */
export const stripWaiter = 8;
/** Most waiters that a strip tells. */
export const mostStripWaiters = 255;
/** Most circles that are shown. */
export const mostDeadlocks = 16;
