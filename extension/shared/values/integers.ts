import { fitting, refuse, viewOf, type Endian, type Value, type ValueId } from './value';

export type Bits = 8 | 16 | 32 | 64;

/** What an integer may be. */
export interface Bounds {
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** The range of an integer type. */
export function boundsOf(bits: number, signed: boolean): Bounds {
  const half = 1n << BigInt(bits - 1);
  return signed ? { minimum: -half, maximum: half - 1n } : { minimum: 0n, maximum: 2n * half - 1n };
}

/**
 * A typed whole number: decimal, 0x, 0o or 0b, with or without sign. Throws `not-an-integer`, or `number-range` with
 * the range.
 */
export function parseInteger(text: string, { minimum, maximum }: Bounds, example: string): bigint {
  const match = /^([+-]?)(0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/i.exec(text.trim());
  if (!match) refuse('not-an-integer', example, String(minimum), String(maximum));
  const [, sign, digits = '0'] = match;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (value < minimum || value > maximum) refuse('number-range', example, String(minimum), String(maximum));
  return value;
}

/** The number at the start of bytes; there must be enough of them. */
export function readInteger(bytes: Uint8Array, bits: Bits, signed: boolean, endian: Endian): bigint {
  const view = viewOf(bytes);
  const little = endian === 'little';
  if (bits === 64) return signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little);
  const number =
    bits === 8 ? view.getUint8(0) : bits === 16 ? view.getUint16(0, little) : view.getUint32(0, little);
  return signed ? BigInt.asIntN(bits, BigInt(number)) : BigInt(number);
}

/** The bytes of a number that is in the range of the type. */
export function integerBytes(value: bigint, bits: Bits, endian: Endian): Uint8Array {
  const whole = new Uint8Array(8);
  viewOf(whole).setBigUint64(0, BigInt.asUintN(64, value), endian === 'little');
  return endian === 'little' ? whole.slice(0, bits / 8) : whole.slice(8 - bits / 8);
}

/** Hexadecimal of the bit pattern, all its digits: `0x0000FFFE`. */
export function hexOf(value: bigint, bits: Bits): string {
  return `0x${BigInt.asUintN(bits, value)
    .toString(16)
    .toUpperCase()
    .padStart(bits / 4, '0')}`;
}

function integer(id: ValueId, bits: Bits, signed: boolean): Value {
  const bounds = boundsOf(bits, signed);
  const size = bits / 8;
  const example = signed ? '-5' : '0x7F';
  return {
    id,
    size,
    ordered: bits > 8,
    decode(bytes, endian) {
      if (bytes.length < size) return null;
      const value = readInteger(bytes, bits, signed, endian);
      return { text: String(value), length: size, detail: hexOf(value, bits) };
    },
    encode: (text, endian, room = Infinity) =>
      fitting(integerBytes(parseInteger(text, bounds, example), bits, endian), room, example),
  };
}

/** int8 … uint64. */
export const integers: readonly Value[] = [
  integer('int8', 8, true),
  integer('uint8', 8, false),
  integer('int16', 16, true),
  integer('uint16', 16, false),
  integer('int32', 32, true),
  integer('uint32', 32, false),
  integer('int64', 64, true),
  integer('uint64', 64, false),
];
