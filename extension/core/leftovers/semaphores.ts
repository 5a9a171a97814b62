import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileIdentity } from './files';

/** Where glibc keeps POSIX objects; semaphores are the files that begin with "sem.". */
export const sharedMemoryFolder = '/dev/shm';

/** A System V set as /proc/sysvipc/sem lists it, also where we may not read it. */
export interface SystemVSemaphores {
  readonly semid: number;
  /** key_t, signed; 0: private. */
  readonly key: number;
  /** How many are in the set. */
  readonly count: number;
  readonly uid: number;
  /** Last operation and last change, ms since the epoch. */
  readonly usedMs: number;
}

/** A named POSIX semaphore. */
export interface PosixSemaphore {
  /** As sem_open(3) takes it, with its slash. */
  readonly name: string;
  readonly path: string;
  readonly identity: string;
  readonly uid: number;
  readonly mode: number;
  readonly usedMs: number;
}

/** Every System V set of this ipc namespace. Empty where the system does not list them. */
export function systemVSemaphores(): readonly SystemVSemaphores[] {
  return lines('/proc/sysvipc/sem').map(
    ([key = 0, semid = 0, , count = 0, uid = 0, , , , used = 0, changed = 0]) => ({
      semid,
      key,
      count,
      uid,
      usedMs: Math.max(used, changed) * 1000,
    }),
  );
}

/** Every POSIX semaphore. */
export function posixSemaphores(): readonly PosixSemaphore[] {
  return names(sharedMemoryFolder)
    .filter((file) => file.startsWith('sem.'))
    .flatMap((file): readonly PosixSemaphore[] => {
      const path = join(sharedMemoryFolder, file);
      try {
        const stat = lstatSync(path);
        if (!stat.isFile()) return [];
        const { uid, mode, mtimeMs, ctimeMs } = stat;
        const name = `/${file.slice('sem.'.length)}`;
        return [{ name, path, identity: fileIdentity(stat), uid, mode, usedMs: Math.max(mtimeMs, ctimeMs) }];
      } catch {
        return [];
      }
    });
}

/** The numbers of each line of a table below /proc/sysvipc (sysvipc(7)), without its heading; empty where it is not there. */
export function lines(table: string): readonly (readonly number[])[] {
  try {
    const rows = readFileSync(table, 'latin1').trim().split('\n').slice(1);
    return rows.map((row) => row.trim().split(/\s+/).map(Number));
  } catch {
    return [];
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
