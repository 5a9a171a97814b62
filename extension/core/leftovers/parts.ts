import type { Entry } from '../entry';
import type { Native, SegmentInfo } from '../native';
import type { QtKeyFile } from './files';
import type { Doubt, LeftoverObject } from './leftover';
import { lives } from './life';
import { sharedMemoryFolder, type PosixSemaphore, type SystemVSemaphores } from './semaphores';
import type { PosixFile } from './users';

/** One object, and what it tells by itself of who uses it. */
export interface Part {
  readonly object: LeftoverObject;
  /** Somebody uses it, or made it and still runs. */
  readonly used: boolean;
  readonly doubts: readonly Doubt[];
  readonly usedMs: number;
  /** A POSIX object keeps no record: its users have to be looked for. */
  readonly file: PosixFile | null;
}

/** System V keeps who made a segment and who was there last; POSIX keeps nothing. */
export function segmentPart({ info, kind }: Entry): Part {
  const { uid, size, mode } = info;
  const usedMs = Math.max(
    info.accessedMs ?? 0,
    info.modifiedMs ?? 0,
    info.changedMs ?? 0,
    info.detachedMs ?? 0,
  );
  if (info.mechanism === 'systemv') {
    const shmid = info.shmid ?? -1;
    const name = `shmid ${String(shmid)}`;
    const address = { mechanism: 'systemv', shmid } as const;
    const object = { type: 'segment', name, identity: name, uid, size, address } as const;
    return { object, usedMs, file: null, ...recorded(info) };
  }
  const address = { mechanism: 'posix', name: info.name ?? '/' } as const;
  const path = sharedMemoryFolder + address.name;
  const identity = `${String(info.device)}:${String(info.inode)}`;
  const object = { type: 'segment', name: path, identity, uid, size, address } as const;
  const doubts = kind === 'raw' ? (['unrecorded'] as const) : [];
  return { object, used: false, doubts, usedMs, file: { path, identity, uid, mode } };
}

/** The last to operate on the first of the set is on record; who else may still use it is not. */
export function systemVSemaphorePart(native: Native, set: SystemVSemaphores): Part {
  const { semid, uid, usedMs, count } = set;
  const address = { mechanism: 'systemv', semid } as const;
  const { lastPid, lastPidAlive, waiters } = native.peekLock(address);
  const name = `semid ${String(semid)}`;
  const isLastUs = lastPid === process.pid;
  return {
    object: { type: 'semaphore', name, identity: name, uid, size: 0, address },
    used: (lastPidAlive && !isLastUs) || (waiters ?? 0) > 0,
    doubts: [...(lastPid === null || lastPid === 0 ? unknownMaker : []), ...(count > 1 ? uncounted : [])],
    usedMs,
    file: null,
  };
}

export function posixSemaphorePart(semaphore: PosixSemaphore): Part {
  const { name, path, identity, uid, mode, usedMs } = semaphore;
  return {
    object: { type: 'semaphore', name: path, identity, uid, size: 0, address: { mechanism: 'posix', name } },
    used: false,
    doubts: [],
    usedMs,
    file: { path, identity, uid, mode },
  };
}

/** `taken`: its number leads to a segment or semaphore that goes by another key file. */
export function keyFilePart({ path, identity, uid, usedMs }: QtKeyFile, taken: boolean): Part {
  const object = { type: 'key-file', name: path, identity, uid, size: 0 } as const;
  return { object, used: taken, doubts: [], usedMs, file: null };
}

/** "Uncounted", for a System V semaphore without a segment. */
export const uncounted: readonly Doubt[] = ['uncounted'];
const unknownMaker: readonly Doubt[] = ['maker-unknown'];

/** What a System V segment says; our own looks at it, which may have left our pid, are no use. */
function recorded(info: SegmentInfo): Pick<Part, 'used' | 'doubts'> {
  const creator = info.creatorPid ?? 0;
  const last = info.lastPid ?? 0;
  const lastMs = Math.max(info.accessedMs ?? 0, info.detachedMs ?? 0);
  const lastLives = last !== process.pid && lives(last, lastMs);
  return {
    used: (info.attachCount ?? 0) > 0 || lives(creator, info.changedMs ?? 0),
    doubts: [...(creator === 0 ? unknownMaker : []), ...(lastLives ? (['last-user-lives'] as const) : [])],
  };
}
