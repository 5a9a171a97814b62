import { invalidValue } from './typed';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' | 'ascii';

/** The bytes of a text, without byte order mark or closing NUL. Throws naming the first character that has none. */
export function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  if (text === '') throw invalidValue('empty-bytes', 'At least one character is needed.');
  const wrong = unencodable[encoding].exec(text)?.[0];
  if (wrong !== undefined) {
    const point = (wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw invalidValue('not-in-encoding', `U+${point} cannot be written in ${encoding}.`);
  }
  const bytes = Buffer.from(text, encoding === 'utf-16be' ? 'utf-16le' : encoding);
  return Uint8Array.from(encoding === 'utf-16be' ? bytes.swap16() : bytes);
}

const loneSurrogate = /\p{Surrogate}/u;

const unencodable: Readonly<Record<TextEncoding, RegExp>> = {
  'utf-8': loneSurrogate,
  'utf-16le': loneSurrogate,
  'utf-16be': loneSurrogate,
  latin1: /[\u{100}-\u{10ffff}]/u,
  ascii: /[\u{80}-\u{10ffff}]/u,
};
