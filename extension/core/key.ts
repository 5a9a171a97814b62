import { basename, dirname, join } from 'node:path';
import { systemV } from './ipcKey';
import { longestLockedName, windowsLockName } from './keyRules';
import { formatKey, formatKeyNumber, formatPlace } from './keyText';
import { formatLegacyName, parseLegacyName, type LegacyName } from './legacyName';
import type { LockAddress, MechanismName, SegmentAddress } from './native';
import { visibleName } from '../shared/visibleName';

export { formatKey, formatKeyNumber, parseKey } from './keyText';

/**
 * Native keys: which object of the operating system a key means. One identity string everywhere, the form of
 * Qt's QNativeIpcKey::toString() (qtbase src/corelib/ipc/qtipccommon.cpp), with two forms of our own for
 * System V segments that have no key file, and one for memory that only a process leads to.
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
  | { readonly type: 'systemv-id'; readonly shmid: number }
  /** `windows:name` or `windows:Global\name` */
  | { readonly type: 'windows'; readonly name: string; readonly legacyKey?: string }
  | ProcessKey;

/**
 * `process:4712@98765/1:1055`: what process 4712, which began 98765 clock ticks after the machine, has at device 1 and
 * inode 1055; `process:4712@98765/shmid-7`: its System V segment 7 of another ipc namespace. `?name=` may follow.
 */
export interface ProcessKey {
  readonly type: 'process';
  readonly pid: number;
  readonly start: number;
  readonly place: { readonly device: number; readonly inode: number } | { readonly shmid: number };
  /** What the system calls it there; only helps to name it. */
  readonly name?: string;
}

/** The identity string without what only helps to name it: equal for equal objects of the system. */
export function objectId(key: NativeKey): string {
  if (key.type === 'posix' || key.type === 'windows') return formatKey({ type: key.type, name: key.name });
  if (key.type === 'systemv') {
    return formatKey({ type: key.type, path: key.path, projectId: key.projectId });
  }
  if (key.type === 'process') {
    const { type, pid, start, place } = key;
    return formatKey({ type, pid, start, place });
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
  if (key.type === 'windows') return parseLegacyName(key.name);
  return key.type === 'systemv' && key.projectId === systemV ? parseLegacyName(basename(key.path)) : null;
}

/** Whether Qt derives the name from a cross-platform key: it then makes a lock beside the memory. */
export function hasQtName(key: NativeKey): boolean {
  return legacyNameOf(key) !== null || 'legacyKey' in key;
}

/**
 * What a person calls it: Qt's key, else the letters of it that Qt left readable with an ellipsis, else the
 * name, a POSIX one without its slash, the path of the key file, or the number.
 */
export function keyLabel(key: NativeKey): string {
  if ('legacyKey' in key) return key.legacyKey;
  const name = legacyNameOf(key);
  if (name?.role === 'memory') return `${name.letters || name.hash.slice(0, 8)}…`;
  switch (key.type) {
    case 'posix':
      return key.name.slice(1);
    case 'windows':
      return key.name;
    case 'systemv':
      return key.path;
    case 'systemv-key':
      return formatKeyNumber(key.key);
    case 'systemv-id':
      return `shmid ${String(key.shmid)}`;
    case 'process':
      return `${visibleName(key.name ?? formatPlace(key.place))} @ ${String(key.pid)}`;
  }
}

/** Whether its bytes are read and written through a file, of a name or of a process: then an attachment maps nothing. */
export function isFile({ type }: NativeKey): boolean {
  return type === 'posix' || type === 'process';
}

/** Whether the system rounds sizes up to whole pages. */
export function countsPages(mechanism: MechanismName): boolean {
  return mechanism === 'windows' || (mechanism === 'posix' && process.platform === 'darwin');
}

/** Where the addon finds the segment. */
export function segmentAddress(key: NativeKey): SegmentAddress {
  switch (key.type) {
    case 'posix':
    case 'windows':
      return { mechanism: key.type, name: key.name };
    case 'systemv':
      return { mechanism: 'systemv', path: key.path, projectId: key.projectId };
    case 'systemv-key':
      return { mechanism: 'systemv', key: key.key };
    case 'systemv-id':
      return { mechanism: 'systemv', shmid: key.shmid };
    case 'process':
      return { mechanism: 'process', pid: key.pid, start: key.start, ...key.place };
  }
}

/**
 * The lock that belongs to a key as Qt pairs them: a name that Qt made of a cross-platform key is paired by what
 * follows its prefix; a native key of Qt 6.6 and later is the name of its lock too (System V: the same file), on Windows
 * with `_sem` behind it.
 * null: nobody says which lock belongs to a raw key_t, a shmid or memory of a process, or its name would be too long.
 */
export function lockAddress(key: NativeKey): LockAddress | null {
  if (key.type !== 'posix' && key.type !== 'systemv' && key.type !== 'windows') return null;
  const name = legacyNameOf(key);
  const lockName = name?.role === 'memory' ? formatLegacyName({ ...name, role: 'lock' }) : null;
  if (key.type === 'windows') return { mechanism: 'windows', name: lockName ?? windowsLockName(key.name) };
  if (key.type === 'systemv') {
    const path = lockName === null ? key.path : join(dirname(key.path), lockName);
    return { mechanism: 'systemv', path, projectId: key.projectId };
  }
  const posix = lockName ?? key.name.slice(1);
  return Buffer.byteLength(posix) > longestLockedName() ? null : { mechanism: 'posix', name: `/${posix}` };
}
