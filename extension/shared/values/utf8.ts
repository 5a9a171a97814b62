import { byteEscape, escaped, quoted, unquoted } from './escapes';
import { fitting, refuse, type Value } from './value';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of the character that begins here (RFC 3629); 0: none begins here; null: it is cut off. */
export function characterLength(bytes: Uint8Array, at: number): number | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let index = 1; index < length; index++) {
    const next = bytes[at + index];
    if (next === undefined) return null;
    // The second byte alone tells overlong forms, surrogates and what lies beyond U+10FFFF.
    const low = index > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = index > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return 0;
  }
  return length;
}

/** The bytes of a typed text in UTF-8, its `\xNN` as they are. */
export function utf8Bytes(text: string, example: string): Uint8Array {
  const encoder = new TextEncoder();
  const bytes = unquoted(text, '"', example).flatMap((part) =>
    'byte' in part ? [part.byte] : [...encoder.encode(part.characters)],
  );
  return Uint8Array.from(bytes);
}

/** The characters from the start on, each of them and each byte that is none as it stands in quotes. */
export function shownUtf8(bytes: Uint8Array): string {
  let shown = '"';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at) ?? 0;
    shown +=
      length === 0
        ? byteEscape(bytes[at] ?? 0)
        : escaped(strict.decode(bytes.subarray(at, at + length)), '"');
    at += Math.max(1, length);
  }
  return `${shown}"`;
}

const character: Value = {
  id: 'utf8Character',
  size: 1,
  varies: true,
  ordered: false,
  decode(bytes) {
    const length = characterLength(bytes, 0);
    if (length === null) return null;
    if (length === 0) return { text: '', length: 0, note: ['value.note.noUtf8'] };
    const text = strict.decode(bytes.subarray(0, length));
    const point = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { text: quoted(text, "'"), length, detail: `U+${point}` };
  },
  encode(text, _endian, room = Infinity) {
    const example = "'é'";
    const [part, ...more] = unquoted(text, "'", example);
    const only = part !== undefined && 'characters' in part ? part.characters : '';
    const ascii = part !== undefined && 'byte' in part && part.byte < 0x80;
    if (more.length > 0 || (!ascii && Array.from(only).length !== 1)) refuse('not-a-character', example);
    const bytes = ascii ? Uint8Array.of(part.byte) : new TextEncoder().encode(only);
    return fitting(bytes, room, example);
  },
};

const string: Value = {
  id: 'utf8String',
  size: 1,
  varies: true,
  ordered: false,
  decode(bytes) {
    if (bytes.length === 0) return null;
    let length = 0;
    while (length < bytes.length && bytes[length] !== 0) {
      const next = characterLength(bytes, length) ?? 0;
      if (next === 0) break;
      length += next;
    }
    if (length === 0 && bytes[0] !== 0) return { text: '', length: 0, note: ['value.note.noUtf8'] };
    return { text: shownUtf8(bytes.subarray(0, length)), length };
  },
  encode(text, _endian, room = Infinity) {
    const example = '"Hello"';
    const bytes = utf8Bytes(text, example);
    if (bytes.length === 0) refuse('empty-text', example);
    // What a byte alone would make of a string, its next look could not read back.
    if (unquoted(text, '"', example).some((part) => 'byte' in part && part.byte >= 0x80))
      refuse('byte-in-text', example);
    return fitting(bytes, room, example);
  },
};

/** A character, and as many characters as there are up to a NUL or a byte that is none. No NUL is added. */
export const utf8s: readonly Value[] = [character, string];
