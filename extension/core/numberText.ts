import { invalidValue } from './typed';

export type NumberType =
  'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float32' | 'float64';

const largestFloat32 = 3.4028234663852886e38;

/**
 * The bytes of a number as the type holds it. Integers in decimal, 0x, 0o or 0b; floats also with exponent, nan and
 * inf. Throws naming the allowed range. A float32 is rounded to the nearest.
 */
export function encodeNumber(text: string, type: NumberType, littleEndian: boolean): Uint8Array {
  const bits = Number(/\d+$/.exec(type)?.[0]);
  const bytes = new Uint8Array(bits / 8);
  const view = new DataView(bytes.buffer);
  if (type === 'float32') view.setFloat32(0, parseFloat32(text), littleEndian);
  else if (type === 'float64') view.setFloat64(0, parseReal(text, Number.MAX_VALUE), littleEndian);
  else setInteger(view, parseInteger(text, bits, type.startsWith('u')), bits, littleEndian);
  return bytes;
}

function parseInteger(text: string, bits: number, isUnsigned: boolean): bigint {
  const minimum = isUnsigned ? 0n : -(1n << BigInt(bits - 1));
  const maximum = (1n << BigInt(isUnsigned ? bits : bits - 1)) - 1n;
  const allowed = { minimum: String(minimum), maximum: String(maximum) };
  const match = /^([+-]?)(0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/i.exec(text.trim());
  if (!match) throw invalidValue('not-a-number', 'A whole number is needed, in decimal or 0x hex.', allowed);
  const [, sign, digits = '0'] = match;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (value >= minimum && value <= maximum) return value;
  throw invalidValue('number-range', `From ${allowed.minimum} to ${allowed.maximum}.`, allowed);
}

function setInteger(view: DataView, value: bigint, bits: number, littleEndian: boolean): void {
  const unsigned = BigInt.asUintN(bits, value);
  if (bits === 8) view.setUint8(0, Number(unsigned));
  else if (bits === 16) view.setUint16(0, Number(unsigned), littleEndian);
  else if (bits === 32) view.setUint32(0, Number(unsigned), littleEndian);
  else view.setBigUint64(0, unsigned, littleEndian);
}

function parseFloat32(text: string): number {
  return parseReal(text, largestFloat32);
}

function parseReal(text: string, maximum: number): number {
  const allowed = { minimum: String(-maximum), maximum: String(maximum) };
  const trimmed = text.trim().toLowerCase();
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/.exec(trimmed);
  if (special) return special[2] ? NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(trimmed)) {
    throw invalidValue('not-a-number', 'A number is needed, such as 1.5, -2e10, nan or inf.', allowed);
  }
  const value = Number(trimmed);
  if (Math.abs(value) <= maximum) return value;
  throw invalidValue('number-range', `From ${allowed.minimum} to ${allowed.maximum}.`, allowed);
}
