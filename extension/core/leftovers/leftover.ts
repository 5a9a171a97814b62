import type { Kind } from '../kinds/index';
import type { NativeKey } from '../key';
import type { LockAddress, SegmentAddress } from '../native';

/** What keeps us from being sure that nobody uses a leftover any more. */
export type Doubt =
  /** Processes that we may not look into could have it open. */
  | 'unseen-processes'
  /** Its /dev/shm is shared with processes outside of our pid namespace. */
  | 'unseen-namespace'
  /** The system does not tell who made it: a process of another pid namespace, or nobody ever used it. */
  | 'maker-unknown'
  /** A POSIX segment of no known kind and without a lock: nothing tells it from a file that somebody keeps in /dev/shm. */
  | 'unrecorded'
  /** Nobody is attached, but the last that was still runs. */
  | 'last-user-lives'
  /** A System V semaphore of which no segment tells: the system counts nobody who may still use it. */
  | 'uncounted';

/** One object of the system that was left. */
export type LeftoverObject = {
  /** As the system's own tools name it: "/dev/shm/name", "shmid 7", "semid 3", "/tmp/qipc_…". Not escaped. */
  readonly name: string;
  /** Tells it from another that takes its name: "dev:inode", "shmid 7", "semid 3". */
  readonly identity: string;
  readonly uid: number;
  /** Bytes: a segment's size, 0 of everything else. */
  readonly size: number;
} & (
  | { readonly type: 'segment'; readonly address: SegmentAddress }
  | { readonly type: 'semaphore'; readonly address: LockAddress }
  | { readonly type: 'key-file' }
);

/** What belongs together and was left together: a segment, its lock and their key files, or a part of that. */
export interface Leftover {
  /** The identity string of the segment's key; of a semaphore alone "sem:/name" or "semid:3". */
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  /** What it would be opened by; null: a semaphore of which nobody knows a segment. */
  readonly key: NativeKey | null;
  /** In the order of their removal: segment, semaphore, key files. */
  readonly objects: readonly LeftoverObject[];
  /** Bytes of its segment, 0 without one. */
  readonly size: number;
  readonly uid: number;
  /** Name of uid, or its number as text. */
  readonly owner: string;
  /** When it was last used as far as the system tells, ms since the epoch. */
  readonly usedMs: number;
  /** Empty: certainly nobody uses it. Else perhaps somebody does, or will. */
  readonly doubts: readonly Doubt[];
  /** How many processes the doubt `unseen-processes` is about. */
  readonly unseen: number;
}

/** Whether it is to be offered for removal by default: nobody uses it, and it is ours. */
export function isSafe({ doubts, uid }: Leftover): boolean {
  return doubts.length === 0 && uid === process.getuid?.();
}
