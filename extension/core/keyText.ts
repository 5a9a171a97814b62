import { SegmentError } from './errors';
import { formatIpcKey, parseIpcKey, posixRealtime, windows } from './ipcKey';
import type { NativeKey, ProcessKey } from './key';
import { checkText, invalidKey, keyFilePath, keyNumber, posixName, shmid, windowsName } from './keyRules';

/** The identity string of a key. */
export function formatKey(key: NativeKey): string {
  switch (key.type) {
    case 'posix':
      return formatIpcKey({ type: posixRealtime, nativeKey: key.name, legacyKey: key.legacyKey ?? '' });
    case 'windows':
      return formatIpcKey({ type: windows, nativeKey: key.name, legacyKey: key.legacyKey ?? '' });
    case 'systemv':
      return formatIpcKey({ type: key.projectId, nativeKey: key.path, legacyKey: key.legacyKey ?? '' });
    case 'systemv-key':
      return `systemv-key:${formatKeyNumber(key.key)}`;
    case 'systemv-id':
      return `systemv-id:${String(key.shmid)}`;
    case 'process': {
      const name = key.name === undefined ? '' : `?name=${encodeURIComponent(key.name)}`;
      return `process:${String(key.pid)}@${String(key.start)}/${formatPlace(key.place)}${name}`;
    }
  }
}

/** Where a process has something: `device:inode` or `shmid-7`. */
export function formatPlace(place: ProcessKey['place']): string {
  return 'shmid' in place ? `shmid-${String(place.shmid)}` : `${String(place.device)}:${String(place.inode)}`;
}

/** A key_t as ipcs(1) shows it. */
export function formatKeyNumber(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
}

/**
 * The key of an identity string, in Qt's forms or ours. Stricter than Qt, which takes any text as a native key:
 * what the system could never open is refused here. Throws `invalid-key` naming the rule, `unsupported` for
 * Windows sections where there are none.
 */
export function parseKey(text: string): NativeKey {
  checkText(text);
  const ours = /^systemv-(key|id):(.*)$/is.exec(text);
  if (ours) {
    const [, form = '', number = ''] = ours;
    return form.toLowerCase() === 'key'
      ? { type: 'systemv-key', key: keyNumber(wholeNumber(number)) }
      : { type: 'systemv-id', shmid: shmid(wholeNumber(number)) };
  }
  const ofProcess = parseProcessKey(text);
  if (ofProcess) return ofProcess;
  const key = parseIpcKey(text);
  if (!key) {
    throw invalidKey(
      'not-a-native-key',
      'A native key is posix:/name, systemv:/path, systemv-N:/path with N from 1 to 255, systemv-key:0xN, systemv-id:N or process:PID@START/DEVICE:INODE.',
    );
  }
  if (key.type === windows && process.platform !== 'win32')
    throw new SegmentError('unsupported', 'Windows sections exist on Windows only.');
  if (key.legacyKey !== '') checkText(key.legacyKey);
  const legacy = key.legacyKey === '' ? {} : { legacyKey: key.legacyKey };
  if (key.type === windows) return { type: 'windows', name: windowsName(key.nativeKey), ...legacy };
  return key.type === posixRealtime
    ? { type: 'posix', name: posixName(key.nativeKey), ...legacy }
    : { type: 'systemv', path: keyFilePath(key.nativeKey), projectId: key.type, ...legacy };
}

/** null: it has another form. */
function parseProcessKey(text: string): ProcessKey | null {
  const match = /^process:(\d+)@(\d+)\/(?:(\d+):(\d+)|shmid-(\d+))(?:\?name=(.*))?$/is.exec(text);
  if (!match) return null;
  const [, pid, start, device, inode, id, encoded] = match;
  const name = decoded(encoded ?? '');
  if (name !== '') checkText(name);
  const numbers = [pid, start, device ?? 0, inode ?? 0].map(Number);
  if (Number(pid) > 0x7fffffff || !numbers.every(Number.isSafeInteger))
    throw invalidKey('not-a-native-key', 'A number in the native key is larger than the system has.');
  const place =
    id === undefined ? { device: Number(device), inode: Number(inode) } : { shmid: shmid(Number(id)) };
  return { type: 'process', pid: Number(pid), start: Number(start), place, ...(name === '' ? {} : { name }) };
}

/** Percent sequences as UTF-8; a text that has bad ones stays what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Decimal or 0x hex, with a sign where decimal; NaN for anything else. */
export function wholeNumber(text: string): number {
  const trimmed = text.trim();
  return /^(?:[+-]?\d+|0x[0-9a-f]+)$/i.test(trimmed) ? Number(trimmed) : NaN;
}
