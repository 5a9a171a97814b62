import { invalidValue } from './typed';

export { encodeNumber } from './numberText';
export { encodeText, type TextEncoding } from './textBytes';

/**
 * Bytes from hex digits: `DE AD be ef`, `deadbeef`, `0xDE, 0xAD`, `\xde\xad`. Throws naming the first character
 * that is no digit, or a group with an odd number of digits.
 */
export function parseHex(text: string): Uint8Array {
  const groups = text.split(/[\s,;:_-]+|0x|\\x/i).filter((group) => group !== '');
  if (groups.length === 0) throw invalidValue('empty-bytes', 'At least one byte is needed.');
  for (const group of groups) {
    const wrong = /[^0-9a-f]/iu.exec(group)?.[0];
    if (wrong !== undefined)
      throw invalidValue('not-hex', `"${wrong}" is not a hex digit.`, { found: wrong });
    if (group.length % 2 === 1) {
      throw invalidValue('odd-hex-digits', `"${group}" has an odd number of digits; a byte has two.`);
    }
  }
  return Uint8Array.from(Buffer.from(groups.join(''), 'hex'));
}

/** An offset within a segment of `size` bytes: decimal or 0x hex. Throws with the allowed range. */
export function parseOffset(text: string, size: number): number {
  const value = wholeValue(text);
  const allowed = { minimum: '0', maximum: String(Math.max(0, size - 1)) };
  if (value === null) throw invalidValue('not-an-offset', 'An offset is decimal or 0x hex.', allowed);
  if (value >= 0 && value < Math.max(1, size)) return value;
  throw invalidValue('offset-range', `An offset here is from 0 to ${allowed.maximum}.`, { ...allowed, size });
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * A size in bytes: `1024`, `0x400`, `4 KiB`, `1.5 MiB`; K, M, G and T are powers of 1024, with or without iB or
 * B. Throws with the limits for anything that is not a whole number from 1 to `largest` bytes.
 */
export function parseSize(text: string, largest = Number.MAX_SAFE_INTEGER): number {
  const allowed = { minimum: '1', maximum: String(largest) };
  const match = /^\s*(-?0x[0-9a-f]+|-?\d+(?:\.\d+)?)\s*(?:(b|)|([kmgt])(?:i?b)?)\s*$/i.exec(text);
  const [, number = '', byte = '', prefix = ''] = match ?? [];
  const unit = units[(prefix || byte).toLowerCase()];
  if (!match || unit === undefined) {
    throw invalidValue('not-a-size', 'A size is a number of bytes, such as 1024, 0x400 or 4 KiB.', allowed);
  }
  const value = number.startsWith('-') ? -1 : Number(number) * unit;
  if (value >= 1 && value <= largest && !Number.isInteger(value))
    throw invalidValue('not-a-size', `${String(value)} bytes are no whole number.`, allowed);
  if (Number.isSafeInteger(value) && value >= 1 && value <= largest) return value;
  throw invalidValue('size-range', `A size here is from 1 to ${String(largest)} bytes.`, allowed);
}

function wholeValue(text: string): number | null {
  const trimmed = text.trim();
  return /^(?:-?\d+|0x[0-9a-f]+)$/i.test(trimmed) ? Number(trimmed) : null;
}
