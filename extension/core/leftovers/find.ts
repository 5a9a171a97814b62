import { readlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Entry } from '../entry';
import type { Native } from '../native';
import { groupObjects, type Group } from './groups';
import type { Doubt, Leftover } from './leftover';
import type { Part } from './parts';
import { couldUse, usersOf, type PosixFile, type Users } from './users';

/** How the system is looked at. */
export interface Look {
  readonly native: Native;
  /** Lists the segments now. */
  readonly entries: () => Promise<readonly Entry[]>;
  /** Where Qt's key files may be. */
  readonly folders: () => readonly string[];
  /** Identities ("dev:inode") of the POSIX segments that this process is attached to; looking at one is no use. */
  readonly attachedHere: () => ReadonlySet<string>;
}

/** How long work goes on, and who wants to know how much of it is done (0..1). */
export interface Pursuit {
  readonly signal?: AbortSignal;
  readonly report?: (fraction: number) => void;
}

/**
 * What dead programs left: nobody is attached or has it open, as far as we may look, and who made it runs no more. Looking
 * changes nothing. Rejects with `closed` once aborted, and where the system refuses the listing.
 */
export async function findLeftovers(look: Look, pursuit: Pursuit = {}): Promise<readonly Leftover[]> {
  // Windows frees everything with its last user; macOS lists no semaphores, without which a removal would be half of one.
  if (process.platform !== 'linux') return [];
  const groups = groupObjects(look.native, await look.entries(), look.folders());
  const idle = groups.filter(({ parts }) => parts.every(({ used }) => !used));
  const files = idle.flatMap(({ parts }) => parts.flatMap(({ file }) => file ?? []));
  const nobody: Users = { used: new Set(), unseen: [] };
  const users = files.length === 0 ? nobody : await usersOf(look.native, files, pursuit);
  const here = look.attachedHere();
  return idle
    .filter(
      ({ parts }) =>
        !parts.some(({ file }) => file && (users.used.has(file.identity) || here.has(file.identity))),
    )
    .map((group) => leftover(group, users));
}

function leftover(group: Group, { unseen }: Users): Leftover {
  const { id, label, kind, key, parts } = group;
  const files = parts.flatMap(({ file }) => file ?? []);
  const most = Math.max(0, ...files.map((file) => couldUse(file, unseen)));
  const uid = parts[0]?.object.uid ?? -1;
  return {
    id,
    label,
    kind,
    key,
    objects: parts.map(({ object }) => object),
    size: parts.reduce((sum, { object }) => sum + object.size, 0),
    uid,
    owner: group.owner ?? (uid === process.getuid?.() ? userInfo().username : String(uid)),
    usedMs: Math.max(...parts.map(({ usedMs }) => usedMs)),
    doubts: [...new Set([...partDoubts(parts), ...fileDoubts(files, most)])],
    unseen: most,
  };
}

/** A segment with a semaphore of its name is no mere file. */
function partDoubts(parts: readonly Part[]): readonly Doubt[] {
  const hasLock = parts.some(({ object }) => object.type === 'semaphore');
  return parts.flatMap(({ doubts }) => doubts).filter((doubt) => doubt !== 'unrecorded' || !hasLock);
}

function fileDoubts(files: readonly PosixFile[], unseen: number): readonly Doubt[] {
  if (files.length === 0) return [];
  return [
    ...(unseen > 0 ? (['unseen-processes'] as const) : []),
    ...(sharesOutside() ? (['unseen-namespace'] as const) : []),
  ];
}

/** The first namespaces of a system have fixed numbers (the kernel's include/linux/proc_ns.h). */
function sharesOutside(): boolean {
  try {
    const [pid, ipc] = ['pid', 'ipc'].map((name) => readlinkSync(`/proc/self/ns/${name}`));
    return pid !== 'pid:[4026531836]' && ipc === 'ipc:[4026531839]';
  } catch {
    return true;
  }
}
