import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { cancelled } from '../errors';
import type { Native } from '../native';
import { fileIdentity } from './files';
import { isKernelThread } from './life';

/** A POSIX object: whose it is says who could have it open. */
export interface PosixFile {
  readonly path: string;
  readonly identity: string;
  readonly uid: number;
  readonly mode: number;
}

/** Who has POSIX objects mapped or open. */
export interface Users {
  /** Identities of those that somebody uses; what this process only looks at through a descriptor is not among them. */
  readonly used: ReadonlySet<string>;
  /** Owners of the processes that we may not look into, one each. */
  readonly unseen: readonly number[];
}

/** Milliseconds of work on the processes before the event loop has its turn. */
const sliceMs = 4;

/**
 * Looks through the maps and descriptors of every process that we may look into. `report` is told how much is done, 0..1.
 * Rejects with `closed` once `signal` is aborted.
 */
export async function usersOf(
  native: Native,
  files: readonly PosixFile[],
  { signal, report }: { readonly signal?: AbortSignal; readonly report?: (fraction: number) => void } = {},
): Promise<Users> {
  const wanted = new Set(files.map(({ identity }) => identity));
  const names = new Set(files.map(({ path }) => basename(path)));
  const used = new Set<string>();
  const { mappings } = await native.scanProcesses();
  for (const { device, inode } of mappings) {
    if (device !== null && inode !== null) used.add(fileIdentity({ dev: device, ino: inode }));
  }
  const unseen: number[] = [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  let since = performance.now();
  for (const [at, pid] of pids.entries()) {
    if (performance.now() - since > sliceMs) {
      report?.(at / pids.length);
      await turn();
      since = performance.now();
    }
    if (signal?.aborted === true) throw cancelled('The look at the processes was given up.');
    const descriptors = descriptorsOf(pid);
    if (typeof descriptors === 'number') unseen.push(descriptors);
    else for (const identity of opened(descriptors, names)) if (wanted.has(identity)) used.add(identity);
  }
  report?.(1);
  return { used, unseen };
}

/** How many of the processes that we may not look into could have opened it. */
export function couldUse({ uid, mode }: PosixFile, unseen: readonly number[]): number {
  const forAll = (mode & 0o066) !== 0;
  return unseen.filter((user) => forAll || user === 0 || user === uid).length;
}

/** Their links; the owner of a process that we may not look into; none of one that has ended. */
function descriptorsOf(pid: string): readonly string[] | number {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((descriptor) => `${folder}/${descriptor}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') return [];
    return isKernelThread(Number(pid)) ? [] : (ownerOf(pid) ?? []);
  }
}

function ownerOf(pid: string): number | null {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
}

/** Only what has a wanted name is looked at closer: stat(2) of a file on a dead server would never end. */
function opened(links: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return links.flatMap((link) => {
    try {
      const name = basename(readlinkSync(link));
      return names.has(name) || names.has(name.replace(/ \(deleted\)$/, ''))
        ? [fileIdentity(statSync(link))]
        : [];
    } catch {
      return [];
    }
  });
}
