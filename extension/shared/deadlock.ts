import type { LockCertainty } from './lockWords';

/** A thread that waits for a lock, and who has that lock: the thread of the next link. */
export interface DeadlockLink {
  readonly pid: number;
  /** In its own pid namespace. */
  readonly tid: number;
  /** What it waits for. */
  readonly lock: string;
}

/** Threads that wait for one another in a circle: the last waits for what the first has. */
export interface Deadlock {
  readonly links: readonly DeadlockLink[];
  /** `likely` where of some holder only the process is known: another of its threads may have the lock. */
  readonly certainty: LockCertainty;
}
