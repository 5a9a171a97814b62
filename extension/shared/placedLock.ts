import type { LockSort } from './lockWords';

/**
 * A semaphore that has a name of its own: POSIX by "/name", System V by key file, key_t or semid, and `semnum`, which of
 * the set it is; without it, the first.
 */
export type NamedSemaphore =
  | { readonly mechanism: 'posix'; readonly name: string }
  | { readonly mechanism: 'windows'; readonly name: string }
  | ((
      | { readonly mechanism: 'systemv'; readonly path: string; readonly projectId: number }
      | { readonly mechanism: 'systemv'; readonly key: number }
      | { readonly mechanism: 'systemv'; readonly semid: number }
    ) & { readonly semnum?: number });

/** Most semaphores of a set, as an unsigned short of sembuf (semop(2)) can say. */
export const mostSemaphores = 65_536;

/** A lock that the user has paired with a segment: one in its bytes, or a semaphore beside it. */
export type PlacedLock = LockInBytes | LockBeside;

interface Placed {
  /** Which one it is. */
  readonly id: string;
  /** What the user calls it; may be empty. */
  readonly label: string;
  /** A semaphore that counts things and is no lock: a value above one is right. */
  readonly counts: boolean;
}

/** A lock in the bytes of the segment. */
export interface LockInBytes extends Placed {
  readonly place: 'bytes';
  readonly sort: LockSort;
  readonly offset: number;
}

/** A semaphore beside it. */
export interface LockBeside extends Placed {
  readonly place: 'named';
  readonly semaphore: NamedSemaphore;
}

/** Most characters of a label, and most locks of one segment. */
export const longestLabel = 100;
export const mostPlacedLocks = 64;
