import type { LockStatus, ProcessName } from '../../shared/lock';
import type { LockFinding } from '../../shared/lockFinding';
import type { ErrorCode, ErrorFacts } from '../errors';
import type { NativeKey } from '../key';
import type { Leftover } from '../leftovers/leftover';
import type { Space } from '../space';

/** What is asked: about a segment, a key that somebody typed, an error, or (nothing given) this machine. */
export interface Question {
  /** What the key is to mean. */
  readonly key: NativeKey | null;
  /** The key as it was typed or as Qt programs have it: other programs may mean something else by it. */
  readonly text: string | null;
  readonly error: { readonly code: ErrorCode; readonly facts: ErrorFacts } | null;
}

/** A cause, with what proves it. Names, paths and ids are those of other programs: not escaped. */
export type Finding =
  /** A segment has the key: creating fails, attaching works. */
  | {
      readonly code: 'exists';
      readonly id: string;
      readonly size: number;
      readonly owner: string;
      readonly mode: number;
      readonly attached: readonly ProcessName[];
      readonly unseen: number;
    }
  /** What has the key was left by a program that died. */
  | { readonly code: 'left-behind'; readonly leftover: Leftover }
  /** Nothing has the key. */
  | { readonly code: 'no-segment'; readonly id: string }
  /** Qt programs find a System V segment by this file, which is not there. */
  | { readonly code: 'no-key-file'; readonly path: string }
  /** The key file is there, the segment is not. */
  | { readonly code: 'stale-key-file'; readonly path: string }
  /** The same text means another segment that exists: setKey and native keys, POSIX and System V. */
  | { readonly code: 'other-sense'; readonly id: string; readonly wanted: string }
  /** Another key file has the same number. */
  | { readonly code: 'same-number'; readonly id: string; readonly wanted: string }
  /** A semaphore is there without its segment. */
  | { readonly code: 'lock-without-segment'; readonly id: string }
  /** Programs keep their key files for this key elsewhere: another TMPDIR. */
  | {
      readonly code: 'other-folder';
      readonly folder: string;
      readonly path: string;
      readonly by: readonly ProcessName[];
    }
  /** Programs come to the same folder by a link: no cause by itself. */
  | {
      readonly code: 'linked-folder';
      readonly folder: string;
      readonly real: string;
      readonly by: readonly ProcessName[];
    }
  /** The TMPDIR of Qt programs leads nowhere. */
  | { readonly code: 'missing-folder'; readonly folder: string; readonly by: readonly ProcessName[] }
  /** Programs have their System V objects in another ipc namespace; `attached`: to a segment of this number, there. */
  | { readonly code: 'other-ipc-namespace'; readonly by: readonly ProcessName[]; readonly attached: boolean }
  /** Programs have something of this name in files of their own: a container. */
  | { readonly code: 'other-mount-namespace'; readonly path: string; readonly by: readonly ProcessName[] }
  /** Another user's, and closed to us. `lock`: the semaphore, which Qt opens first. */
  | { readonly code: 'other-user'; readonly owner: string; readonly mode: number; readonly lock: boolean }
  /** Nothing can be attached: its maker has not set its size yet, or died before. */
  | { readonly code: 'zero-size'; readonly id: string }
  /** Not free: held, stale, damaged or not readable; `troubles`: what is wrong with it, by processes of these names. */
  | {
      readonly code: 'lock';
      readonly id: string;
      readonly lock: LockStatus;
      readonly troubles: readonly LockFinding[];
      readonly by: readonly ProcessName[];
    }
  /** Programs have a POSIX semaphore open that is not the one of this name any more. */
  | { readonly code: 'lock-replaced'; readonly trouble: LockFinding; readonly by: readonly ProcessName[] }
  /** More than the system gives one segment, or has room for. */
  | { readonly code: 'too-large'; readonly size: number; readonly most: number }
  | { readonly code: 'little-space'; readonly space: Space }
  /** /dev/shm has no more than a container gets by default. */
  | { readonly code: 'small-folder'; readonly size: number };

export type FindingCode = Finding['code'];

/** Which findings can be the cause of which error; of others nothing is said beside it. */
export const causes: Readonly<Partial<Record<ErrorCode, readonly FindingCode[]>>> = {
  'already-exists': ['exists', 'left-behind', 'same-number', 'lock-without-segment'],
  'not-found': [
    'no-segment',
    'no-key-file',
    'stale-key-file',
    'other-sense',
    'other-folder',
    'linked-folder',
    'missing-folder',
    'other-ipc-namespace',
    'other-mount-namespace',
  ],
  'permission-denied': ['other-user'],
  'invalid-size': ['too-large', 'zero-size'],
  'out-of-resources': ['too-large', 'little-space', 'small-folder'],
  busy: ['lock', 'lock-replaced', 'left-behind'],
};
