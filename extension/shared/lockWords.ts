/**
 * How far what is said of a lock is proved.
 * - certain: the words of the lock agree with one another, or the system itself says so
 * - likely: they allow nothing else, but one of them is missing or is just being written
 * - unknown: they prove nothing, as zeros prove no lock
 */
export type LockCertainty = 'certain' | 'likely' | 'unknown';

/** The sorts of lock that have their bytes in a segment. */
export const lockSorts = ['mutex', 'rwlock', 'semaphore'] as const;

/** `pthread_mutex_t`, `pthread_rwlock_t`, `sem_t`; Boost's interprocess locks are the first and the last. */
export type LockSort = (typeof lockSorts)[number];

/** What a mutex does when its holder takes it again: waits for ever, counts, refuses, waits after spinning. */
export type MutexKind = 'normal' | 'recursive' | 'errorcheck' | 'adaptive';

/** How it was made: what a sort and the bits of a mutex's kind say. */
export interface LockNature {
  readonly sort: LockSort;
  /** null: no mutex. */
  readonly kind: MutexKind | null;
  /** The next to take it is told when its holder died. */
  readonly robust: boolean;
  /** Its holder gets the priority of who waits, or a ceiling; PTHREAD_PRIO_INHERIT and PTHREAD_PRIO_PROTECT. */
  readonly priority: 'none' | 'inherit' | 'protect';
  /** Made for more than one process (PTHREAD_PROCESS_SHARED). */
  readonly shared: boolean;
}

/**
 * What the bytes of a lock say, without asking who lives.
 * - free / held: as the words say; a semaphore at 0 is held
 * - read: readers hold a rwlock
 * - owner-died: its holder died, nobody has taken it since, and the next is told (robust)
 * - inconsistent: who took it after that has not repaired the data yet (pthread_mutex_consistent)
 * - not-recoverable: it was given back without that, and nobody can take it any more
 * - nonsense: no such lock of this C library
 */
export type DecodedState =
  'free' | 'held' | 'read' | 'owner-died' | 'inconsistent' | 'not-recoverable' | 'nonsense';

/** Threads that wait: how many, or that some do or did since it was taken; null: the bytes do not tell. */
export type LockWaiters = number | 'some' | null;

/** A lock read out of the bytes of a segment. */
export interface DecodedLock {
  readonly nature: LockNature;
  readonly state: DecodedState;
  readonly certainty: LockCertainty;
  /** Thread id as the holder's own pid namespace counts, also of one that died; null: nobody, or not kept. */
  readonly owner: number | null;
  /** How often its holder took a recursive mutex; null: not recursive. */
  readonly depth: number | null;
  /** Readers inside a rwlock; null: no rwlock. */
  readonly readers: number | null;
  readonly waiters: LockWaiters;
  /** Of a semaphore; null: no semaphore. */
  readonly value: number | null;
}

/**
 * Why the locks of a program cannot be read.
 * - library: its C library is not glibc, whose layout this is
 * - machine: glibc on a processor whose layout is not known here
 * - big-endian: the same with the bytes of a word the other way round
 */
export type LayoutRefusal = 'library' | 'machine' | 'big-endian';
