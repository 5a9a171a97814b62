import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
    const near = neighbours(native, chosen.key, temporaryDirectories);
    const found: Collision[] = [];
    for (const key of senses.values()) {
      // The system chooses a shmid: nobody can mean one before it exists.
      if (key.type === 'systemv-id' || !exists(native, key)) continue;
      found.push({ key, entry: find(key), why: reason(chosen.key, key, near.length > 0) });
    }
    for (const key of near) {
      if (!senses.has(objectId(key))) found.push({ key, entry: find(key), why: 'same-ftok-number' });
    }
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

/** `taken`: the segment with the number of the chosen key may just as well be that of another key file. */
function reason(chosen: NativeKey, other: NativeKey, taken: boolean): Collision['why'] {
  if (sameKey(chosen, other)) return taken && chosen.type === 'systemv' ? 'same-ftok-number' : 'exists';
  return (chosen.type === 'posix') === (other.type === 'posix') ? 'exists' : 'same-name-in-other-mechanism';
}

/** Other key files of Qt that have the number of the chosen key already, wherever Qt programs keep theirs. */
function neighbours(
  native: Native,
  chosen: NativeKey,
  temporaryDirectories: readonly string[],
): readonly NativeKey[] {
  const number = numberOf(native, chosen);
  if (number === null) return [];
  const own = 'path' in chosen ? chosen.path : null;
  const folders = [...(own === null ? [] : [dirname(own)]), ...temporaryDirectories].map(canonical);
  const itself = own === null ? null : join(canonical(dirname(own)), basename(own));
  const projectId = number >>> 24;
  return [...new Set(folders)]
    .flatMap(keyFilesIn)
    .filter((path) => path !== itself && hasNumber(native, path, projectId, number))
    .map((path) => ({ type: 'systemv', path, projectId }));
}

/** null: not one of System V, or its key file is still to be made, and the number is not known before. */
function numberOf(native: Native, key: NativeKey): number | null {
  if (key.type === 'systemv-key') return key.key;
  if (key.type !== 'systemv') return null;
  try {
    return native.ftok(key.path, key.projectId);
  } catch {
    return null;
  }
}

function keyFilesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.startsWith('qipc_sharedmemory_'));
    return names.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function canonical(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function hasNumber(native: Native, path: string, projectId: number, number: number): boolean {
  try {
    return native.ftok(path, projectId) === number;
  } catch {
    return false;
  }
}
