import { Fault } from './fault';
import { legacy } from './legacy';

/** The encodings in which text is shown, written and looked for; `latin1` is ISO 8859-1, all 256 bytes of it. */
export const encodings = [
  'ascii',
  'latin1',
  'utf8',
  'utf16le',
  'utf16be',
  'utf32le',
  'utf32be',
  'gb18030',
  'shift_jis',
  'big5',
] as const;

export type Encoding = (typeof encodings)[number];

/** How people call an encoding; the same in every language. */
export const encodingNames: Readonly<Record<Encoding, string>> = {
  ascii: 'ASCII',
  latin1: 'Latin-1',
  utf8: 'UTF-8',
  utf16le: 'UTF-16 LE',
  utf16be: 'UTF-16 BE',
  utf32le: 'UTF-32 LE',
  utf32be: 'UTF-32 BE',
  gb18030: 'GB 18030',
  shift_jis: 'Shift JIS',
  big5: 'Big5',
};

/** Bytes that a character takes at least; text starts at multiples of it. */
export function unitLength(encoding: Encoding): 1 | 2 | 4 {
  if (encoding === 'utf16le' || encoding === 'utf16be') return 2;
  return encoding === 'utf32le' || encoding === 'utf32be' ? 4 : 1;
}

/** The first character of a text that an encoding has no bytes for; null: it has all. */
export function lacking(text: string, encoding: Encoding): string | null {
  for (const character of text) {
    if (bytesOf(character, encoding) === null) return character;
  }
  return null;
}

/**
 * The bytes of a text, without byte order mark or closing NUL. Throws a Fault (`unsupported`) that names the first
 * character which the encoding lacks; a lone surrogate is in none.
 */
export function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf8' && !/\p{Surrogate}/u.test(text)) return new TextEncoder().encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const more = bytesOf(character, encoding);
    if (more === null) {
      throw new Fault(
        'unsupported',
        `${codePointName(character)} cannot be written in ${encodingNames[encoding]}`,
      );
    }
    bytes.push(...more);
  }
  return Uint8Array.from(bytes);
}

/** The text of bytes; what is no character, also a cut one, becomes U+FFFD. Nothing is taken for a byte order mark. */
export function decode(bytes: Uint8Array, encoding: Encoding): string {
  switch (encoding) {
    case 'ascii':
      return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\u{fffd}')).join('');
    case 'latin1':
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    case 'utf32le':
    case 'utf32be':
      return decodeUtf32(bytes, encoding === 'utf32le');
    default:
      return new TextDecoder(labels[encoding], { ignoreBOM: true }).decode(bytes);
  }
}

const labels = {
  utf8: 'utf-8',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  gb18030: 'gb18030',
  shift_jis: 'shift_jis',
  big5: 'big5',
} as const;

function decodeUtf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const point = at + 4 <= bytes.length ? view.getUint32(at, little) : 0x110000;
    const known = point < 0x110000 && (point < 0xd800 || point > 0xdfff);
    text += known ? String.fromCodePoint(point) : '\u{fffd}';
  }
  return text;
}

/** "U+00E9 (é)"; only the number for what cannot be shown. */
export function codePointName(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{C}\p{Z}]/u.test(character) ? number : `${number} (${character})`;
}

function bytesOf(character: string, encoding: Encoding): readonly number[] | null {
  const point = character.codePointAt(0) ?? 0;
  if (point >= 0xd800 && point <= 0xdfff) return null;
  switch (encoding) {
    case 'ascii':
      return point < 0x80 ? [point] : null;
    case 'latin1':
      return point < 0x100 ? [point] : null;
    case 'utf8':
      return [...new TextEncoder().encode(character)];
    case 'utf16le':
    case 'utf16be':
      return Array.from({ length: character.length }, (_, index) =>
        ordered(character.charCodeAt(index), 2, encoding === 'utf16le'),
      ).flat();
    case 'utf32le':
    case 'utf32be':
      return ordered(point, 4, encoding === 'utf32le');
    default: {
      const code = legacy(encoding).code(character);
      if (code === undefined) return null;
      return ordered(code, code > 0xffff ? 4 : code > 0xff ? 2 : 1, false);
    }
  }
}

function ordered(value: number, length: number, little: boolean): number[] {
  const bytes = Array.from({ length }, (_, index) => Math.floor(value / 256 ** index) % 256);
  return little ? bytes : bytes.reverse();
}
