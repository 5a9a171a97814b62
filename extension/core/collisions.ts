import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Entry } from './entry';
import { segmentError } from './errors';
import { interpretations, type Interpretation } from './interpretations';
import { lockAddress, objectId, sameKey, segmentAddress, type NativeKey } from './key';
import { KeyFiles } from './keyFiles';
import { Listing } from './listing';
import type { Native } from './native';

/** Something that is in the way of a new segment, or so near that a peer may mistake it. */
export interface Collision {
  readonly key: NativeKey;
  /** The segment there; null: a leftover without one. */
  readonly entry: Entry | null;
  readonly why:
    /** A segment has this key already, in the chosen sense or another of the same mechanism. */
    | 'exists'
    /** A key file of another path has the same ftok number. */
    | 'same-ftok-number'
    | 'same-name-in-other-mechanism'
    /** No segment, but its lock is there: from a program that died or is about to create. */
    | 'leftover-lock';
}

/** Everything that a peer might mean by `text` and that exists already; empty: the key is free. */
export function collisions(
  native: Native,
  text: string,
  chosen: Interpretation,
  temporaryDirectories: readonly string[],
): Promise<readonly Collision[]> {
  return new Promise((resolve) => {
    const find = entryFinder(native, text, chosen, temporaryDirectories);
    const { accepted } = interpretations(text, temporaryDirectories);
    const senses = new Map([chosen, ...accepted].map(({ key }) => [objectId(key), key]));
    const found: Collision[] = [];
    for (const key of senses.values()) {
      // The system chooses a shmid: nobody can mean one before it exists.
      if (key.type === 'systemv-id' || !exists(native, key)) continue;
      found.push({ key, entry: find(key), why: reason(chosen.key, key, native) });
    }
    found.push(...sameNumber(native, chosen.key, senses, find));
    const lock = lockAddress(chosen.key);
    if (lock && !exists(native, chosen.key) && native.peekLock(lock).exists) {
      found.push({ key: chosen.key, entry: null, why: 'leftover-lock' });
    }
    resolve(found);
  });
}

type Find = (key: NativeKey) => Entry | null;

function entryFinder(
  native: Native,
  text: string,
  chosen: Interpretation,
  temporaryDirectories: readonly string[],
): Find {
  const keyFiles = new KeyFiles(native, () => temporaryDirectories);
  const listing = new Listing(native, keyFiles, { qtKeys: () => [text], keys: () => [chosen.key] });
  const entries = listing.take(null);
  return (key) =>
    entries.find((entry) => sameKey(entry.key, key)) ??
    entries.find((entry) => leadsTo(native, key, entry)) ??
    null;
}

function leadsTo(native: Native, key: NativeKey, { info }: Entry): boolean {
  try {
    const named = native.info(segmentAddress(key));
    return named.mechanism === info.mechanism && named.shmid === info.shmid && named.inode === info.inode;
  } catch {
    return false;
  }
}

function exists(native: Native, key: NativeKey): boolean {
  try {
    return !native.info(segmentAddress(key)).removed;
  } catch (error) {
    return segmentError(error).code === 'permission-denied';
  }
}

function reason(chosen: NativeKey, other: NativeKey, native: Native): Collision['why'] {
  if (sameKey(chosen, other)) return ownNumberTaken(native, chosen) ? 'same-ftok-number' : 'exists';
  return (chosen.type === 'posix') === (other.type === 'posix') ? 'exists' : 'same-name-in-other-mechanism';
}

/** Whether the segment with this number may just as well be another key file's. */
function ownNumberTaken(native: Native, key: NativeKey): boolean {
  return key.type === 'systemv' && neighbours(native, key).length > 0;
}

/** Other key files that have the number of the chosen one already. */
function sameNumber(
  native: Native,
  chosen: NativeKey,
  senses: ReadonlyMap<string, NativeKey>,
  find: Find,
): readonly Collision[] {
  if (chosen.type !== 'systemv') return [];
  return neighbours(native, chosen)
    .filter((key) => !senses.has(objectId(key)))
    .map((key) => ({ key, entry: find(key), why: 'same-ftok-number' as const }));
}

function neighbours(
  native: Native,
  key: Extract<NativeKey, { readonly type: 'systemv' }>,
): readonly NativeKey[] {
  const directory = dirname(key.path);
  try {
    const number = native.ftok(key.path, key.projectId);
    return readdirSync(directory)
      .filter((name) => name.startsWith('qipc_sharedmemory_') && join(directory, name) !== key.path)
      .map((name) => ({ type: 'systemv' as const, path: join(directory, name), projectId: key.projectId }))
      .filter((other) => hasNumber(native, other.path, key.projectId, number));
  } catch {
    // No key file yet: its inode, and so its number, is not known before it is made.
    return [];
  }
}

function hasNumber(native: Native, path: string, projectId: number, number: number): boolean {
  try {
    return native.ftok(path, projectId) === number;
  } catch {
    return false;
  }
}
