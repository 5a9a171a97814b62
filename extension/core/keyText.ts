import { SegmentError } from './errors';
import { formatIpcKey, parseIpcKey, posixRealtime, windows } from './ipcKey';
import type { NativeKey } from './key';
import { checkText, invalidKey, keyFilePath, keyNumber, posixName, shmid } from './keyRules';

/** The identity string of a key. */
export function formatKey(key: NativeKey): string {
  switch (key.type) {
    case 'posix':
      return formatIpcKey({ type: posixRealtime, nativeKey: key.name, legacyKey: key.legacyKey ?? '' });
    case 'systemv':
      return formatIpcKey({ type: key.projectId, nativeKey: key.path, legacyKey: key.legacyKey ?? '' });
    case 'systemv-key':
      return `systemv-key:${formatKeyNumber(key.key)}`;
    case 'systemv-id':
      return `systemv-id:${String(key.shmid)}`;
  }
}

/** A key_t as ipcs(1) shows it. */
export function formatKeyNumber(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
}

/**
 * The key of an identity string, in Qt's forms or ours. Stricter than Qt, which takes any text as a native key:
 * what the system could never open is refused here. Throws `invalid-key` naming the rule, `unsupported` for
 * Windows sections.
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
  const key = parseIpcKey(text);
  if (!key) {
    throw invalidKey(
      'not-a-native-key',
      'A native key is posix:/name, systemv:/path, systemv-N:/path with N from 1 to 255, systemv-key:0xN or systemv-id:N.',
    );
  }
  if (key.type === windows) throw new SegmentError('unsupported', 'Windows sections exist on Windows only.');
  if (key.legacyKey !== '') checkText(key.legacyKey);
  const legacy = key.legacyKey === '' ? {} : { legacyKey: key.legacyKey };
  return key.type === posixRealtime
    ? { type: 'posix', name: posixName(key.nativeKey), ...legacy }
    : { type: 'systemv', path: keyFilePath(key.nativeKey), projectId: key.type, ...legacy };
}

/** Decimal or 0x hex, with a sign where decimal; NaN for anything else. */
export function wholeNumber(text: string): number {
  const trimmed = text.trim();
  return /^(?:[+-]?\d+|0x[0-9a-f]+)$/i.test(trimmed) ? Number(trimmed) : NaN;
}
