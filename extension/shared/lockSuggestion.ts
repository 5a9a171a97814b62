import type { DecodedLock, LockCertainty, LockSort } from './lockWords';

/**
 * What speaks for a lock.
 * - kind: a word that says the kind of a mutex for several processes, and zeros where it has to have them
 * - scope: the same of a semaphore
 * - writer: words that only a rwlock has that was written under
 * - owner: it names its owner, and its words agree on that
 * - owner-lives: a thread with that number lives
 * - waiters: somebody waits for it
 * - boost: it is where a managed segment of Boost.Interprocess has its two mutexes
 */
export type LockReason = 'kind' | 'scope' | 'writer' | 'owner' | 'owner-lives' | 'waiters' | 'boost';

/** Bytes that look like a lock. */
export interface LockSuggestion {
  readonly sort: LockSort;
  readonly offset: number;
  readonly decoded: DecodedLock;
  readonly reasons: readonly LockReason[];
  /** `likely`, or `unknown` where a number among zeros would look the same. */
  readonly certainty: Exclude<LockCertainty, 'certain'>;
}

/** Most suggestions of one search. */
export const mostSuggestions = 1000;
