import { exactly, type BytePattern } from './hexPattern';
import type { NumberType } from './numberType';
import { QueryFault } from './queryFault';

type Endian = 'little' | 'big' | 'both';
type Width = 1 | 2 | 4 | 8;

const largestFloat32 = 3.4028234663852886e38;

/** Numbers from `minimum` to `maximum`, both included; integers as two's complement of `width` bytes. */
export type NumberRange = { readonly endian: Endian } & (
  | {
      readonly width: Width;
      readonly fraction: false;
      readonly signed: boolean;
      readonly minimum: bigint;
      readonly maximum: bigint;
    }
  | {
      readonly width: 4 | 8;
      readonly fraction: true;
      readonly minimum: number;
      readonly maximum: number;
    }
);

/**
 * Reads a number (42, 0x2A, 0b101, -7, 3.14, 1e-3, inf) or a range (1..5, 1.., ..5). One number is its bytes, a range is
 * compared. A float32 is rounded to the nearest. Throws a QueryFault that names what is allowed.
 */
export function numbersOf(
  text: string,
  type: NumberType,
  endian: Endian,
): NumberRange | { readonly patterns: readonly BytePattern[] } {
  const typed = text.trim();
  if (typed === '') throw new QueryFault('empty');
  const parts = typed.split('..').map((part) => part.trim());
  if (parts.length > 2 || parts.every((part) => part === '')) throw new QueryFault('number-form', [typed]);
  const range = type.startsWith('float')
    ? fractions(parts, type === 'float32' ? 4 : 8, endian)
    : integers(parts, type, endian);
  // Zero has two forms as a fraction, which only comparing finds both.
  const isOne = range.minimum === range.maximum && !(range.fraction && range.minimum === 0);
  return isOne ? { patterns: bytesOf(range) } : range;
}

function integers(parts: readonly string[], type: NumberType, endian: Endian): NumberRange {
  const bits = Number(/\d+$/.exec(type)?.[0]);
  const signed = type.startsWith('i');
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const most = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  const read = (text: string | undefined, open: bigint): bigint => {
    if (text === '') return open;
    const value = integer(text ?? '');
    if (value >= least && value <= most) return value;
    throw new QueryFault('number-range', [text ?? '', String(least), String(most)]);
  };
  const [minimum, maximum] = [read(parts[0], least), read(parts.at(-1), most)];
  if (minimum > maximum) throw new QueryFault('number-order', [String(minimum), String(maximum)]);
  return { width: (bits / 8) as Width, fraction: false, signed, endian, minimum, maximum };
}

function integer(text: string): bigint {
  const [, sign, digits = ''] = /^([+-]?)(0x[\da-f]+|0o[0-7]+|0b[01]+|\d+)$/i.exec(text) ?? [];
  if (digits === '') throw new QueryFault(isReal(text) ? 'number-whole' : 'number-form', [text]);
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

function fractions(parts: readonly string[], width: 4 | 8, endian: Endian): NumberRange {
  const rounded = (value: number): number => (width === 4 ? Math.fround(value) : value);
  const read = (text: string | undefined, open: number): number =>
    text === '' ? open : real(text ?? '', rounded);
  const [minimum, maximum] = [read(parts[0], -Infinity), read(parts.at(-1), Infinity)];
  if (minimum > maximum) throw new QueryFault('number-order', [String(minimum), String(maximum)]);
  return { width, fraction: true, endian, minimum, maximum };
}

function real(text: string, rounded: (value: number) => number): number {
  const special = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (special) return special[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?0[xob]/i.test(text)) return rounded(Number(integer(text)));
  if (!isReal(text)) throw new QueryFault('number-form', [text]);
  const value = rounded(Number(text));
  if (Number.isFinite(value)) return value;
  const most = Number.isFinite(rounded(Number.MAX_VALUE)) ? Number.MAX_VALUE : largestFloat32;
  throw new QueryFault('number-range', [text, String(-most), String(most)]);
}

function isReal(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
}

function bytesOf(range: NumberRange): readonly BytePattern[] {
  const orders = range.endian === 'both' && range.width > 1 ? [true, false] : [range.endian !== 'big'];
  const patterns = orders.map((little) => {
    const bytes = new Uint8Array(range.width);
    const view = new DataView(bytes.buffer);
    if (!range.fraction) {
      const word = BigInt.asUintN(range.width * 8, range.minimum);
      for (let at = 0; at < range.width; at++) {
        bytes[little ? at : range.width - 1 - at] = Number((word >> BigInt(8 * at)) & 0xffn);
      }
    } else if (range.width === 4) view.setFloat32(0, range.minimum, little);
    else view.setFloat64(0, range.minimum, little);
    return exactly(bytes);
  });
  const [one, two] = patterns;
  const isSame = one && two && one.bytes.every((byte, at) => byte === two.bytes[at]);
  return isSame ? [one] : patterns;
}
