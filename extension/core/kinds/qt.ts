import { join } from 'node:path';
import { posixRealtime, systemV } from '../ipcKey';
import { legacyNameOf, type NativeKey } from '../key';
import { checkLength, checkText, longestFileName, longestLockedName } from '../keyRules';
import { legacyName } from '../legacyName';
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
 * System V key files are; it does not matter for the POSIX type. Throws `invalid-key`: empty, NUL, lone
 * surrogate, or so many letters that memory (197) or lock (POSIX: 196) have no valid file name.
 */
export function qtLegacyKey(key: string, type: 'systemv' | 'posix', temporaryDirectory: string): NativeKey {
  checkText(key);
  const memory = legacyName('memory', key);
  checkLength(memory, longestFileName, "Qt's name for this key's memory");
  checkLength(
    legacyName('lock', key),
    type === 'posix' ? longestLockedName : longestFileName,
    "Qt's name for this key's lock",
  );
  return type === 'posix'
    ? { type, name: `/${memory}`, legacyKey: key }
    : { type, path: join(temporaryDirectory, memory), projectId: systemV, legacyKey: key };
}

/**
 * QSharedMemory::platformSafeKey(key, type) of Qt 6.6 and later, unchecked as Qt leaves it: POSIX adds a slash,
 * System V puts a relative key below the user's runtime directory. Empty for an empty key or another type.
 */
export function qtPlatformSafeKey(key: string, type: number, runtimeDirectory: string): string {
  if (key === '') return '';
  if (type === posixRealtime) return `/${key}`;
  if (type < 1 || type > 255) return '';
  return key.startsWith('/') ? key : `${runtimeDirectory}/${key}`;
}
