import type { LayoutRefusal, LockCertainty, LockNature, LockWaiters } from './lockWords';
import type { PlacedLock } from './placedLock';

/**
 * - alive / dead: the thread lives, or it has ended while it held the lock; its process may live on
 * - unknown: no thread that we see has this id, but the holder may be one that we do not see
 */
export type HolderLife = 'alive' | 'dead' | 'unknown';

/** The thread, or the process, that a lock names as its owner. */
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

/**
 * The state of a lock, judged.
 * - none: nobody has made it yet, or the segment ends before it
 * - free / held: as the words say; ours: this window holds it; read: readers hold a rwlock
 * - stale: held by a thread or a process that is dead
 * - owner-died, inconsistent, not-recoverable: of robust mutexes, as in DecodedState
 * - damaged: a value above one, so that two can hold it at once
 * - unreadable: it exists, but we may not read it
 * - unsupported: its programs are built in a way that is not known here
 * - nonsense: these bytes are no such lock
 */
export type ReportState =
  | 'none'
  | 'free'
  | 'held'
  | 'ours'
  | 'read'
  | 'stale'
  | 'owner-died'
  | 'inconsistent'
  | 'not-recoverable'
  | 'damaged'
  | 'unreadable'
  | 'unsupported'
  | 'nonsense';

/** What is known of one lock of a segment. */
export interface LockReport {
  /** `ownLock`, or the id of the PlacedLock. */
  readonly id: string;
  /** null: the lock that belongs to the segment by its key. */
  readonly placed: PlacedLock | null;
  readonly state: ReportState;
  readonly certainty: LockCertainty;
  /** Of a lock in bytes that make sense. */
  readonly nature: LockNature | null;
  readonly holder: LockHolder | null;
  /** When it was first seen in this state with this holder, in ms since the epoch. */
  readonly sinceMs: number;
  /** It was so at the first look: since then at least. */
  readonly sinceFirstLook: boolean;
  readonly waiters: LockWaiters;
  /** Of a semaphore; null: none, or unreadable. */
  readonly value: number | null;
  /** The most that it can be, where its maker set a limit (Windows). */
  readonly maximum: number | null;
  /** How often its holder took a recursive mutex. */
  readonly depth: number | null;
  readonly readers: number | null;
  /** Which object of the system it is: semid, or "dev:inode"; null: in bytes, or none. */
  readonly identity: string | null;
  /** Why it is unsupported. */
  readonly refusal: LayoutRefusal | null;
}

/** The id of the lock that belongs to a segment by its key. */
export const ownLock = 'own';

/** What was seen of a lock in one step of its history, added up. */
export const lockMarks = { free: 1, held: 2, trouble: 4 } as const;

/** The last minute of a lock, oldest first; what was not looked at is 0. */
export interface LockStrip {
  /** Time of the first step, and length of each, in ms. */
  readonly fromMs: number;
  readonly stepMs: number;
  /** `lockMarks` of each step. */
  readonly marks: Uint8Array;
  /** Most waiters seen in each step; 1 where only `some` is known. */
  readonly waiters: Uint16Array;
}
