import { QueryFault } from './queryFault';

/** Bytes of which only the bits of `mask` count; as many of both. */
export interface BytePattern {
  readonly bytes: Uint8Array;
  readonly mask: Uint8Array;
}

/**
 * Reads hex digits, two a byte, with ? for any digit: "DE AD ?? ?F", "0xDEADBEEF", "de,ad". Blanks and commas may stand
 * between bytes, not within one. Throws a QueryFault.
 */
export function hexPattern(text: string): BytePattern {
  const words = text
    .trim()
    .split(/[\s,]+/)
    .map((word) => word.replace(/^0x/i, ''))
    .filter((word) => word !== '');
  if (words.length === 0) throw new QueryFault('empty');
  const wrong = /[^\da-f?]/iu.exec(words.join(''))?.[0];
  if (wrong !== undefined) throw new QueryFault('hex-digit', [wrong]);
  if (words.some((word) => word.length % 2 === 1)) throw new QueryFault('hex-odd');
  const digits = words.join('');
  if (/^\?*$/.test(digits)) throw new QueryFault('hex-wild');
  const nibbles = (of: (digit: string) => number): Uint8Array =>
    Uint8Array.from(
      { length: digits.length / 2 },
      (_, at) => (of(digits[2 * at] ?? '') << 4) | of(digits[2 * at + 1] ?? ''),
    );
  return {
    bytes: nibbles((digit) => (digit === '?' ? 0 : Number.parseInt(digit, 16))),
    mask: nibbles((digit) => (digit === '?' ? 0 : 0xf)),
  };
}

/** A pattern of which every bit counts. */
export function exactly(bytes: Uint8Array): BytePattern {
  return { bytes, mask: new Uint8Array(bytes.length).fill(0xff) };
}
