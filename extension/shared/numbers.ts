import type { Endian, Format, Group } from './reading';

/** How the bytes of one group are read as a number. */
export interface NumberShape {
  readonly format: Format;
  readonly group: Group;
  readonly endian: Endian;
}

/** Characters of the longest number of a shape. */
export function numberWidth({ format, group }: NumberShape): number {
  const bits = group * 8;
  switch (format) {
    case 'hex':
      return group * 2;
    case 'binary':
      return bits;
    case 'octal':
      return Math.ceil(bits / 3);
    case 'float':
      return group === 2 ? 10 : group === 4 ? 15 : 24;
    case 'unsigned':
    case 'signed':
      return (2n ** BigInt(bits) - 1n).toString().length + (format === 'signed' && bits !== 64 ? 1 : 0);
  }
}

/** The number in the bytes at `index`, not padded; floats as the shortest text that reads back as the same. */
export function formatNumber(bytes: Uint8Array, index: number, shape: NumberShape): string {
  const { format, group } = shape;
  if (format === 'float') return floatText(readFloat(bytes, index, shape), group);
  const radix = { hex: 16, octal: 8, binary: 2, unsigned: 10, signed: 10 }[format];
  const digits = radix === 10 ? 0 : numberWidth(shape);
  if (group <= 4) {
    let value = 0;
    for (let at = 0; at < group; at++) value = value * 256 + byteAt(bytes, index, at, shape);
    const top = 256 ** group;
    if (format === 'signed' && value >= top / 2) value -= top;
    return radix === 10 ? String(value) : value.toString(radix).toUpperCase().padStart(digits, '0');
  }
  const value = readBig(bytes, index, shape);
  const signed = format === 'signed' ? BigInt.asIntN(group * 8, value) : value;
  return signed.toString(radix).toUpperCase().padStart(digits, '0');
}

/** What a person typed as a number: its bytes, or the rule that it breaks. */
export type ParsedNumber =
  | { readonly bytes: Uint8Array }
  | { readonly problem: 'not-a-number' }
  | { readonly problem: 'out-of-range'; readonly minimum: string; readonly maximum: string };

/**
 * Reads a number as a person writes it: with a sign, with 0x, 0o or 0b in front, digits of the format's own base
 * without; _ between digits is allowed. Never throws.
 */
export function parseNumber(text: string, shape: NumberShape): ParsedNumber {
  const plain = text.trim().replace(/(?<=[\da-f])_(?=[\da-f])/gi, '');
  return shape.format === 'float' ? parseFloating(plain, shape) : parseWhole(plain, shape);
}

function parseWhole(text: string, shape: NumberShape): ParsedNumber {
  const { format, group } = shape;
  // 0B1 is a number of its own in hex, not a binary one.
  const written = format === 'hex' ? /^([+-]?)(0x)?([\da-f]+)$/i : /^([+-]?)(0[xob])?([\da-f]+)$/i;
  const found = written.exec(text);
  const own = { hex: '0x', octal: '0o', binary: '0b', unsigned: '', signed: '', float: '' }[format];
  const prefix = found?.[2]?.toLowerCase() ?? own;
  const digits = found?.[3] ?? '';
  const allowed = { '0x': /^[\da-f]+$/i, '0o': /^[0-7]+$/, '0b': /^[01]+$/ }[prefix] ?? /^\d+$/;
  if (!allowed.test(digits) || digits.length > 1024) return { problem: 'not-a-number' };
  const value = BigInt(prefix + digits) * (found?.[1] === '-' ? -1n : 1n);
  const bits = BigInt(group * 8);
  const minimum = format === 'signed' ? -(2n ** (bits - 1n)) : 0n;
  const maximum = format === 'signed' ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
  if (value < minimum || value > maximum) {
    const shown = (limit: bigint): string =>
      format === 'signed' || format === 'unsigned'
        ? limit.toString()
        : own + limit.toString(own === '0x' ? 16 : own === '0o' ? 8 : 2).toUpperCase();
    return { problem: 'out-of-range', minimum: shown(minimum), maximum: shown(maximum) };
  }
  let rest = BigInt.asUintN(group * 8, value);
  const bytes = new Uint8Array(group);
  for (let at = group - 1; at >= 0; at--) {
    bytes[shape.endian === 'big' ? at : group - 1 - at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return { bytes };
}

function parseFloating(text: string, shape: NumberShape): ParsedNumber {
  const named = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text);
  const size = named?.[2]?.toLowerCase() === 'nan' ? NaN : Infinity;
  const written = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
  if (!named && !written) return { problem: 'not-a-number' };
  const value = named ? (named[1] === '-' ? -size : size) : Number(text);
  const bytes = new Uint8Array(shape.group);
  const view = new DataView(bytes.buffer);
  const little = shape.endian === 'little';
  if (shape.group === 8) view.setFloat64(0, value, little);
  else if (shape.group === 4) view.setFloat32(0, value, little);
  else view.setUint16(0, halfBits(value), little);
  if (!named && !Number.isFinite(readFloat(bytes, 0, shape))) {
    const limit =
      shape.group === 8 ? String(Number.MAX_VALUE) : shape.group === 4 ? '3.4028235e+38' : '65504';
    return { problem: 'out-of-range', minimum: `-${limit}`, maximum: limit };
  }
  return { bytes };
}

function byteAt(bytes: Uint8Array, index: number, at: number, { endian, group }: NumberShape): number {
  return bytes[index + (endian === 'big' ? at : group - 1 - at)] ?? 0;
}

function readBig(bytes: Uint8Array, index: number, shape: NumberShape): bigint {
  let value = 0n;
  for (let word = 0; word < shape.group; word += 4) {
    let part = 0;
    for (let at = word; at < word + 4; at++) part = part * 256 + byteAt(bytes, index, at, shape);
    value = (value << 32n) | BigInt(part);
  }
  return value;
}

function readFloat(bytes: Uint8Array, index: number, { group, endian }: NumberShape): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index, group);
  const little = endian === 'little';
  if (group === 8) return view.getFloat64(0, little);
  return group === 4 ? view.getFloat32(0, little) : halfValue(view.getUint16(0, little));
}

/** IEEE 754 binary16. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The nearest binary16, ties to even; Infinity past the largest. */
function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  const scaled = size / step;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const fraction = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  // A fraction that rounds up to 2048 carries into the exponent by itself, as the fields adjoin.
  return sign | (fraction + (exponent + 14) * 1024);
}

function floatText(value: number, group: Group): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : 'Inf';
  if (Object.is(value, -0)) return '-0';
  const short = group === 8 ? value : shortest(value, group);
  const text = String(short);
  const room = numberWidth({ format: 'float', group, endian: 'little' });
  return text.length <= room ? text : short.toExponential();
}

/** The double with the fewest decimal digits that rounds to `value` in the smaller type. */
function shortest(value: number, group: Group): number {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return value;
  // A normal float32 keeps 6 digits whatever they are; a subnormal has fewer of its own.
  for (let digits = group === 4 && Math.abs(value) >= 2 ** -126 ? 6 : 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    const back = group === 4 ? Math.fround(candidate) : halfValue(halfBits(candidate));
    if (back === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
