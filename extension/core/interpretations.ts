import { type SegmentError, segmentError } from './errors';
import { parseKey, type NativeKey } from './key';
import {
  invalidKey,
  keyFilePath,
  keyNumber,
  longestLockedName,
  posixName,
  projectId,
  shmid,
  windowsName,
} from './keyRules';
import { systemV, windows } from './ipcKey';
import { wholeNumber } from './keyText';
import { qtLegacyKey, qtPlatformSafeKey } from './kinds/qt';

/** The senses in which a peer may mean a text. */
export type KeyMeaning =
  /** QSharedMemory::setKey on System V: Qt 5, and Qt 6 as distributions build it. */
  | 'qt-systemv'
  /** QSharedMemory::setKey of a Qt built for POSIX. */
  | 'qt-posix'
  /** QSharedMemory::platformSafeKey and QNativeIpcKey of Qt 6.6 and later: a POSIX name. */
  | 'qt-platform-safe'
  /** QSharedMemory::setKey on Windows. */
  | 'qt-windows'
  /** QSharedMemory::platformSafeKey of Qt 6.6 and later on Windows. */
  | 'qt-windows-safe'
  /** CreateFileMapping: a name, with or without its namespace. */
  | 'windows-name'
  /** An identity string: `posix:/x`, `systemv:/path`, `systemv-84:/path`. */
  | 'native-key'
  /** shm_open(3). */
  | 'posix-name'
  /** ftok(3): `/path`, or `/path,84` with a project id in decimal, hex or as a character: `/path,'T'`. */
  | 'key-file'
  /** key_t, decimal or hex. */
  | 'key-number'
  | 'shmid';

export interface Interpretation {
  readonly meaning: KeyMeaning;
  /** What a peer must have meant. */
  readonly key: NativeKey;
}

export interface RefusedInterpretation {
  readonly meaning: KeyMeaning;
  /** `invalid-key` with its rule. */
  readonly reason: SegmentError;
}

export interface Interpretations {
  readonly accepted: readonly Interpretation[];
  readonly refused: readonly RefusedInterpretation[];
}

/**
 * Every sense in which a peer might mean what the user typed, most likely first; System V forms of Qt once per
 * temporary directory. On Windows, senses of Windows. A native key has that sense alone. With `only`, that sense alone. Nothing is trimmed from what may be a Qt key.
 */
export function interpretations(
  text: string,
  temporaryDirectories: readonly string[],
  only?: KeyMeaning,
): Interpretations {
  const accepted: Interpretation[] = [];
  const refused: RefusedInterpretation[] = [];
  const likely = process.platform === 'win32' ? meaningsOnWindows : likelyMeanings;
  for (const meaning of only ? [only] : likely(text)) {
    try {
      for (const key of readings[meaning](text, temporaryDirectories)) accepted.push({ meaning, key });
    } catch (error) {
      refused.push({ meaning, reason: segmentError(error) });
    }
    // Who writes a whole native key means that; only where it is none could it be a Qt key of that look.
    if (meaning === 'native-key' && accepted.length > 0) break;
  }
  return { accepted, refused };
}

type Reading = (text: string, temporaryDirectories: readonly string[]) => readonly NativeKey[];

const readings: Readonly<Record<KeyMeaning, Reading>> = {
  'qt-systemv': (text, directories) =>
    (directories.length > 0 ? directories : ['/tmp']).map((directory) =>
      qtLegacyKey(text, 'systemv', directory),
    ),
  'qt-posix': (text) => [qtLegacyKey(text, 'posix', '')],
  'qt-platform-safe': (text) => [{ type: 'posix', name: posixName(platformSafe(text), longestLockedName()) }],
  'qt-windows': (text) => [qtLegacyKey(text, 'windows', '')],
  'qt-windows-safe': (text) => [{ type: 'windows', name: windowsName(qtPlatformSafeKey(text, windows, '')) }],
  'windows-name': (text) => [{ type: 'windows', name: windowsName(text) }],
  'native-key': (text) => [parseKey(text)],
  'posix-name': (text) => [{ type: 'posix', name: posixName(text) }],
  'key-file': (text) => [readKeyFile(text)],
  'key-number': (text) => [{ type: 'systemv-key', key: keyNumber(readNumber(text)) }],
  shmid: (text) => [{ type: 'systemv-id', shmid: shmid(readNumber(text)) }],
};

/** Qt cuts it on macOS to 30 characters of UTF-16 with the slash (QNativeIpcKey of qtipccommon.cpp). */
function platformSafe(text: string): string {
  return process.platform === 'darwin' ? text.slice(0, 29) : text;
}

/** By the look of the text; senses that it cannot have are left out. */
function likelyMeanings(text: string): readonly KeyMeaning[] {
  const qt: readonly KeyMeaning[] = ['qt-systemv', 'qt-posix'];
  const posix: readonly KeyMeaning[] = ['posix-name', 'qt-platform-safe'];
  if (/^(?:posix|windows|process|systemv(?:-[a-z0-9]*)?):/i.test(text)) return ['native-key', ...qt];
  if (/^\s*0x[0-9a-f]+\s*$/i.test(text)) return ['key-number', ...qt, ...posix];
  if (/^\s*[+-]?\d+\s*$/.test(text)) return [...qt, ...posix, 'key-number', 'shmid'];
  if (/^\/[^/]*$/.test(text)) return [...posix, 'key-file', ...qt];
  if (text.startsWith('/')) return ['key-file', ...qt, ...posix];
  return [...qt, ...posix];
}

function meaningsOnWindows(text: string): readonly KeyMeaning[] {
  if (/^(?:posix|windows|process|systemv(?:-[a-z0-9]*)?):/i.test(text)) return ['native-key', 'qt-windows'];
  if (/^(?:Local|Global)\\/.test(text)) return ['windows-name', 'qt-windows-safe', 'qt-windows'];
  return ['qt-windows', 'windows-name', 'qt-windows-safe'];
}

function readKeyFile(text: string): NativeKey {
  const match = /^(.*),\s*(?:'([\x21-\x7e])'|(\d+|0x[0-9a-f]+))\s*$/is.exec(text);
  if (!match) return { type: 'systemv', path: keyFilePath(text), projectId: systemV };
  const [, path = '', character, number] = match;
  const id = character === undefined ? wholeNumber(number ?? '') : character.charCodeAt(0);
  return { type: 'systemv', path: keyFilePath(path), projectId: projectId(id) };
}

function readNumber(text: string): number {
  if (text.trim() === '') throw invalidKey('empty-key', 'A number is needed.');
  return wholeNumber(text);
}
