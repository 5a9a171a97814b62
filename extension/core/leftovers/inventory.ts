import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileIdentity, qtKeyFiles } from './files';
import { lines, sharedMemoryFolder } from './semaphores';

/**
 * The identities (as LeftoverObject.identity) of all segments, semaphores and Qt key files that exist. Needs neither the
 * addon nor a look at any process: a few milliseconds.
 */
export function inventory(folders: readonly string[]): ReadonlySet<string> {
  return new Set([
    ...lines('/proc/sysvipc/shm').map(([, shmid]) => `shmid ${String(shmid)}`),
    ...lines('/proc/sysvipc/sem').map(([, semid]) => `semid ${String(semid)}`),
    ...posixObjects(),
    ...qtKeyFiles(folders).map(({ identity }) => identity),
  ]);
}

function posixObjects(): readonly string[] {
  try {
    return readdirSync(sharedMemoryFolder).flatMap((name) => {
      try {
        return [fileIdentity(lstatSync(join(sharedMemoryFolder, name)))];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
