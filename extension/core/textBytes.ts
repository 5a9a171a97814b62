import { codePointName, encode, lacking, type Encoding } from '../shared/encoding';
import { invalidValue } from './typed';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1' | 'ascii';

/** The bytes of a text, without byte order mark or closing NUL. Throws naming the first character that has none. */
export function encodeText(text: string, encoding: TextEncoding): Uint8Array {
  if (text === '') throw invalidValue('empty-bytes', 'At least one character is needed.');
  const wrong = lacking(text, names[encoding]);
  if (wrong !== null) {
    const found = codePointName(wrong);
    throw invalidValue('not-in-encoding', `${found} cannot be written in ${encoding}.`, { found });
  }
  return encode(text, names[encoding]);
}

const names: Readonly<Record<TextEncoding, Encoding>> = {
  'utf-8': 'utf8',
  'utf-16le': 'utf16le',
  'utf-16be': 'utf16be',
  latin1: 'latin1',
  ascii: 'ascii',
};
