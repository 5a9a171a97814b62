import { basename, dirname, join } from 'node:path';
import { systemV } from './ipcKey';
import { longestLockedName } from './keyRules';
import { formatKey, formatKeyNumber } from './keyText';
import { formatLegacyName, parseLegacyName, type LegacyName } from './legacyName';
import type { LockAddress, SegmentAddress } from './native';

export { formatKey, formatKeyNumber, parseKey } from './keyText';

/**
 * Native keys: which object of the operating system a key means. One identity string everywhere, the form of
 * Qt's QNativeIpcKey::toString() (qtbase src/corelib/ipc/qtipccommon.cpp), with two forms of our own for
 * System V segments that have no key file.
 */
export type NativeKey =
  /** `posix:/name` */
  | { readonly type: 'posix'; readonly name: string; readonly legacyKey?: string }
  /** `systemv:/path` (project id 0x51, 'Q') or `systemv-84:/path` */
  | {
      readonly type: 'systemv';
      readonly path: string;
      readonly projectId: number;
      readonly legacyKey?: string;
    }
  /** `systemv-key:0x51000001` */
  | { readonly type: 'systemv-key'; readonly key: number }
  /** `systemv-id:7` */
  | { readonly type: 'systemv-id'; readonly shmid: number };

/** The identity string without what only helps to name it: equal for equal objects of the system. */
export function objectId(key: NativeKey): string {
  if (key.type === 'posix') return formatKey({ type: key.type, name: key.name });
  if (key.type === 'systemv') {
    return formatKey({ type: key.type, path: key.path, projectId: key.projectId });
  }
  return formatKey(key);
}

/** Whether both lead to one object by one name; the Qt key that a native key came from does not matter. */
export function sameKey(a: NativeKey, b: NativeKey): boolean {
  return objectId(a) === objectId(b);
}

/** What Qt made the key's name of; null where it is not a name of Qt's. */
export function legacyNameOf(key: NativeKey): LegacyName | null {
  if (key.type === 'posix') return parseLegacyName(key.name.slice(1));
  return key.type === 'systemv' && key.projectId === systemV ? parseLegacyName(basename(key.path)) : null;
}

/**
 * What a person calls it: Qt's key, else the letters of it that Qt left readable with an ellipsis, else the
 * POSIX name without its slash, the path of the key file, or the number.
 */
export function keyLabel(key: NativeKey): string {
  if ('legacyKey' in key) return key.legacyKey;
  const name = legacyNameOf(key);
  if (name?.role === 'memory') return `${name.letters || name.hash.slice(0, 8)}…`;
  switch (key.type) {
    case 'posix':
      return key.name.slice(1);
    case 'systemv':
      return key.path;
    case 'systemv-key':
      return formatKeyNumber(key.key);
    case 'systemv-id':
      return `shmid ${String(key.shmid)}`;
  }
}

/** Where the addon finds the segment. */
export function segmentAddress(key: NativeKey): SegmentAddress {
  switch (key.type) {
    case 'posix':
      return { mechanism: 'posix', name: key.name };
    case 'systemv':
      return { mechanism: 'systemv', path: key.path, projectId: key.projectId };
    case 'systemv-key':
      return { mechanism: 'systemv', key: key.key };
    case 'systemv-id':
      return { mechanism: 'systemv', shmid: key.shmid };
  }
}

/**
 * The lock that belongs to a key as Qt pairs them: a name that Qt made of a cross-platform key is paired by what
 * follows its prefix; a native key of Qt 6.6 and later is the name of its lock too (System V: the same file).
 * null: nobody says which lock belongs to a raw key_t or shmid, or its name would be too long.
 */
export function lockAddress(key: NativeKey): LockAddress | null {
  if (key.type !== 'posix' && key.type !== 'systemv') return null;
  const name = legacyNameOf(key);
  const lockName = name?.role === 'memory' ? formatLegacyName({ ...name, role: 'lock' }) : null;
  if (key.type === 'systemv') {
    const path = lockName === null ? key.path : join(dirname(key.path), lockName);
    return { mechanism: 'systemv', path, projectId: key.projectId };
  }
  const posix = lockName ?? key.name.slice(1);
  return Buffer.byteLength(posix) > longestLockedName ? null : { mechanism: 'posix', name: `/${posix}` };
}
