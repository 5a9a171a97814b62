import { join } from 'node:path';
import { posixRealtime, systemV, windows } from '../ipcKey';
import { legacyNameOf, type NativeKey } from '../key';
import { checkText, invalidKey, longestFileName, longestLockedName, longestQtWindowsName } from '../keyRules';
import { legacyName, legacyNameOnMac } from '../legacyName';
import type { KindRule } from './rule';

/** QSharedMemory's segments: Qt's names, Qt's keys, or the project id 'Q' in the top byte of the number. */
export const qt: KindRule = {
  kind: 'qt',
  recognises: ({ key, number }) =>
    legacyNameOf(key)?.role === 'memory' ||
    'legacyKey' in key ||
    (number !== null && number >>> 24 === systemV),
};

/**
 * The native key of QSharedMemory::setKey(key): the same in Qt 5.15 to 6.11. `temporaryDirectory` is where
 * System V key files are; it does not matter for the other types. Throws `invalid-key`: empty, NUL, lone
 * surrogate, or so many letters that memory (197) or lock (POSIX: 196) have no valid file name; names of Windows have room.
 */
export function qtLegacyKey(
  key: string,
  type: 'systemv' | 'posix' | 'windows',
  temporaryDirectory: string,
): NativeKey {
  checkText(key);
  const memory = legacyName('memory', key);
  if (type === 'windows') return { type, name: memory, legacyKey: key };
  if (process.platform === 'darwin' && type === 'posix')
    return { type, name: legacyNameOnMac(key), legacyKey: key };
  checkLetters(key, type === 'posix' ? longestLockedName() : longestFileName);
  return type === 'posix'
    ? { type, name: `/${memory}`, legacyKey: key }
    : { type, path: join(temporaryDirectory, memory), projectId: systemV, legacyKey: key };
}

/** Only letters make a name of Qt's longer; everything else of the key is in its hash. */
function checkLetters(key: string, longestLock: number): void {
  const most = Math.min(
    longestFileName - legacyName('memory', '').length,
    longestLock - legacyName('lock', '').length,
  );
  const count = key.replace(/[^a-zA-Z]/g, '').length;
  if (count <= most) return;
  throw invalidKey('too-many-letters', `${String(count)} letters; at most ${String(most)} work.`, {
    maximum: String(most),
  });
}

/**
 * QSharedMemory::platformSafeKey(key, type) of Qt 6.6 and later, unchecked as Qt leaves it: POSIX adds a slash,
 * System V puts a relative key below the user's runtime directory, Windows puts `shm_` behind the namespace and cuts to
 * MAX_PATH. Empty for an empty key or another type.
 */
export function qtPlatformSafeKey(key: string, type: number, runtimeDirectory: string): string {
  if (key === '') return '';
  if (type === posixRealtime) return `/${key}`;
  if (type === windows) return key.replace(/^(?:Local\\|Global\\)?/, '$&shm_').slice(0, longestQtWindowsName);
  if (type < 1 || type > 255) return '';
  return key.startsWith('/') ? key : `${runtimeDirectory}/${key}`;
}
