import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ProcessName } from '../../shared/lock';
import { legacyNameOf, lockAddress, type NativeKey } from '../key';
import { fileIdentity } from '../leftovers/files';
import { sharedMemoryFolder } from '../leftovers/semaphores';
import type { Native } from '../native';
import type { Finding } from './finding';
import { ownNamespaces, readablePeers, type Peer } from './peers';

type Apart = Extract<Finding, { readonly by: readonly ProcessName[] }>;

/**
 * Programs that mean the same by the key and come to something else: another folder of key files, another ipc or mount
 * namespace. Proven by what they have there; processes that we may not look into are not told of.
 */
export function peersApart(native: Native, key: NativeKey, exists: boolean): readonly Finding[] {
  const own = ownNamespaces();
  const number = numberOf(native, key);
  const found = new Map<string, Apart & { by: ProcessName[] }>();
  for (const peer of readablePeers()) {
    for (const finding of [
      ...ipcApart(peer, own.ipc, key, number, exists),
      ...(peer.mnt === own.mnt ? folderApart(peer, key) : filesApart(peer, key)),
    ]) {
      const id = JSON.stringify({ ...finding, by: null });
      const known = found.get(id) ?? { ...finding, by: [] };
      known.by.push({ pid: peer.pid, name: peer.name });
      found.set(id, known);
    }
  }
  return [...found.values()];
}

/** Attached to a segment of that number over there; or a Qt program that cannot find one here. */
function ipcApart(
  peer: Peer,
  ipc: string,
  key: NativeKey,
  number: number | null,
  exists: boolean,
): readonly Apart[] {
  if (peer.ipc === ipc || key.type === 'posix') return [];
  const maps = peer.maps();
  const attached = number !== null && maps.includes(`/SYSV${(number >>> 0).toString(16).padStart(8, '0')} `);
  const isQtWithout = !exists && legacyNameOf(key) !== null && usesQt(maps);
  return attached || isQtWithout ? [{ code: 'other-ipc-namespace', attached, by: [] }] : [];
}

/** A TMPDIR that leads elsewhere splits programs that use the same Qt key. */
function folderApart(peer: Peer, key: NativeKey): readonly Apart[] {
  const files = qtFiles(key);
  if (files.length === 0 || key.type !== 'systemv' || peer.folder === null) return [];
  const { folder } = peer;
  const theirs = identityOf(folder);
  if (theirs === null) return usesQt(peer.maps()) ? [{ code: 'missing-folder', folder, by: [] }] : [];
  if (theirs === identityOf(dirname(key.path))) {
    const real = realpathSync(folder);
    return real === folder || !usesQt(peer.maps()) ? [] : [{ code: 'linked-folder', folder, real, by: [] }];
  }
  const path = files.map((file) => join(folder, file)).find((one) => identityOf(one) !== null);
  return path === undefined ? [] : [{ code: 'other-folder', folder, path, by: [] }];
}

/** What has the name where another mount namespace has its files. */
function filesApart(peer: Peer, key: NativeKey): readonly Apart[] {
  const own =
    key.type === 'posix'
      ? [sharedMemoryFolder + key.name]
      : qtFiles(key).map((file) => join(peer.folder ?? '/tmp', file));
  return own
    .filter((path) => {
      const theirs = identityOf(`/proc/${String(peer.pid)}/root${path}`);
      return theirs !== null && theirs !== identityOf(path);
    })
    .slice(0, 1)
    .map((path) => ({ code: 'other-mount-namespace', path, by: [] }));
}

/** The names of Qt's key files for it: memory and lock. */
function qtFiles(key: NativeKey): readonly string[] {
  const lock = lockAddress(key);
  if (key.type !== 'systemv' || legacyNameOf(key) === null || lock === null || !('path' in lock)) return [];
  return [basename(key.path), basename(lock.path)];
}

function usesQt(maps: string): boolean {
  return /\/libQt\dCore\.so/.test(maps);
}

function numberOf(native: Native, key: NativeKey): number | null {
  if (key.type === 'systemv-key') return key.key;
  try {
    return key.type === 'systemv' ? native.ftok(key.path, key.projectId) : null;
  } catch {
    return null;
  }
}

/** null: nothing there that we may see. */
function identityOf(path: string): string | null {
  try {
    return fileIdentity(statSync(path));
  } catch {
    return null;
  }
}
