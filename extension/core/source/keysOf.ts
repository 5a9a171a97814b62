import { isAbsolute, join } from 'node:path';
import { segmentError, type SegmentError } from '../errors';
import { interpretations, type KeyMeaning } from '../interpretations';
import type { NativeKey } from '../key';
import { keyFilePath } from '../keyRules';
import { systemV } from '../ipcKey';
import type { Named, Sense } from './call';

/** Where a program may look for what it names. */
export interface Places {
  /** Of Qt's key files. */
  readonly temporaryDirectories: readonly string[];
  /** What a relative path may be relative to. */
  readonly folders: readonly string[];
}

/** The senses in which a call's text is read; the most likely one first. */
const meaningsOnUnix: Readonly<Record<Exclude<Sense, 'key-file'>, readonly KeyMeaning[]>> = {
  'qt-key': ['qt-systemv', 'qt-posix'],
  'qt-native': ['posix-name'],
  'qt-safe': ['qt-platform-safe'],
  'native-key': ['native-key'],
  'posix-name': ['posix-name'],
  'key-number': ['key-number'],
  'windows-name': [],
};

const meaningsOnWindows: typeof meaningsOnUnix = {
  'qt-key': ['qt-windows'],
  'qt-native': ['windows-name'],
  'qt-safe': ['qt-windows-safe'],
  'native-key': ['native-key'],
  'posix-name': [],
  'key-number': [],
  'windows-name': ['windows-name'],
};

/**
 * Every key that a call can mean on this system, most likely first. Without one, `refused` says which rule the text
 * breaks; null for what this system does not have: sections of Windows, or POSIX and System V there.
 */
export function keysOf(
  { sense, text, projectId = systemV }: Named,
  { temporaryDirectories, folders }: Places,
): { readonly keys: readonly NativeKey[]; readonly refused: SegmentError | null } {
  const keys: NativeKey[] = [];
  const refusals: SegmentError[] = [];
  const isWindows = process.platform === 'win32';
  if (!isWindows && (sense === 'key-file' || sense === 'qt-native')) {
    for (const path of isAbsolute(text) ? [text] : folders.map((folder) => join(folder, text))) {
      try {
        keys.push({ type: 'systemv', path: keyFilePath(path), projectId });
      } catch (error) {
        refusals.push(segmentError(error));
      }
    }
  }
  const meanings = isWindows ? meaningsOnWindows : meaningsOnUnix;
  for (const meaning of sense === 'key-file' ? [] : meanings[sense]) {
    const { accepted, refused } = interpretations(text, temporaryDirectories, meaning);
    keys.push(...accepted.map(({ key }) => key));
    refusals.push(...refused.map(({ reason }) => reason));
  }
  return { keys, refused: keys.length > 0 ? null : (refusals[0] ?? null) };
}
