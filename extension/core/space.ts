import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { lines, sharedMemoryFolder } from './leftovers/semaphores';

/** What there is of something, and the most that there can be; null: no limit that matters. */
export interface Amounts {
  readonly used: number;
  readonly most: number | null;
}

/** Room for shared memory, and the limits of System V in this ipc namespace. */
export interface Space {
  /** Bytes of /dev/shm, which all POSIX segments share; null where it is none. */
  readonly posix: Amounts | null;
  /** System V segments (shmmni) and the bytes of their pages (shmall). */
  readonly segments: Amounts;
  readonly bytes: Amounts;
  /** Bytes that one System V segment can have (shmmax). */
  readonly largest: number | null;
  /** System V sets of semaphores (semmni), and the semaphores in them (semmns). */
  readonly sets: Amounts;
  readonly semaphores: Amounts;
}

/** What of a space can be short. */
export type Scarce = 'posix' | 'segments' | 'bytes' | 'sets' | 'semaphores';

/** In use from this share on, little is left. */
const nearlyFull = 0.9;

/** Looks at the limits and what is in use (proc_sys_kernel(5), sysvipc(7)). Takes nothing and keeps nothing. */
export async function spaceNow(): Promise<Space> {
  const folder = await statfs(sharedMemoryFolder).catch(() => null);
  const page = pageSize();
  const shm = lines('/proc/sysvipc/shm');
  const sem = lines('/proc/sysvipc/sem');
  const [, semmns, , semmni] = kernel('sem');
  return {
    posix: folder && {
      used: (folder.blocks - folder.bfree) * folder.bsize,
      most: folder.blocks * folder.bsize,
    },
    segments: { used: shm.length, most: limit(kernel('shmmni')[0]) },
    bytes: {
      used: shm.reduce((sum, [, , , size = 0]) => sum + Math.ceil(size / page) * page, 0),
      most: limit((kernel('shmall')[0] ?? Infinity) * page),
    },
    largest: limit(kernel('shmmax')[0]),
    sets: { used: sem.length, most: limit(semmni) },
    semaphores: { used: sem.reduce((sum, [, , , count = 0]) => sum + count, 0), most: limit(semmns) },
  };
}

/** What is used up, or will be soon. */
export function scarce(space: Space): readonly Scarce[] {
  const all: readonly Scarce[] = ['posix', 'segments', 'bytes', 'sets', 'semaphores'];
  return all.filter((name) => {
    const amounts = space[name];
    return amounts !== null && amounts.most !== null && amounts.used >= nearlyFull * amounts.most;
  });
}

/** The numbers of a file below /proc/sys/kernel; none where it is not there. */
function kernel(name: string): readonly number[] {
  try {
    return readFileSync(`/proc/sys/kernel/${name}`, 'latin1').trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}

/** Linux says "unlimited" by numbers that no system reaches. */
function limit(number: number | undefined): number | null {
  return number !== undefined && number <= Number.MAX_SAFE_INTEGER ? number : null;
}

/** AT_PAGESZ of getauxval(3): pairs of words. */
function pageSize(): number {
  try {
    const words = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= words.length; at += 16) {
      if (words.readBigUInt64LE(at) === 6n) return Number(words.readBigUInt64LE(at + 8));
    }
  } catch {
    // Not readable: the size of nearly every system.
  }
  return 4096;
}
