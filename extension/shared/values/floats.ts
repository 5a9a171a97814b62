import { fitting, refuse, viewOf, type Value } from './value';

/** How a binary floating-point type of at most 32 bits is laid out (IEEE 754 interchange format, or its head). */
interface Layout {
  readonly exponentBits: number;
  readonly fractionBits: number;
}

const half: Layout = { exponentBits: 5, fractionBits: 10 };
const brain: Layout = { exponentBits: 8, fractionBits: 7 };

/** The number that a pattern of 16 bits stands for. */
export function unpack(pattern: number, { exponentBits, fractionBits }: Layout): number {
  const sign = pattern >> 15 === 1 ? -1 : 1;
  const most = (1 << exponentBits) - 1;
  const exponent = (pattern >> fractionBits) & most;
  const fraction = pattern & ((1 << fractionBits) - 1);
  const bias = most >> 1;
  if (exponent === most) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

/** The pattern nearest to a number, ties to even; a number beyond the range becomes infinite. */
export function pack(value: number, { exponentBits, fractionBits }: Layout): number {
  const most = (1 << exponentBits) - 1;
  const bias = most >> 1;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return (most << fractionBits) | (1 << (fractionBits - 1));
  const size = Math.abs(value);
  if (size === Infinity) return sign | (most << fractionBits);
  if (size === 0) return sign;
  const exponent = Math.max(1 - bias, exponentOf(size));
  // In units of the last place, which a double holds exactly; a carry runs into the exponent by itself.
  const units = evenRound(size / 2 ** (exponent - fractionBits));
  const pattern = units + (exponent + bias - 1) * 2 ** fractionBits;
  return sign | Math.min(pattern, most << fractionBits);
}

function exponentOf(size: number): number {
  let exponent = Math.floor(Math.log2(size));
  // log2 rounds, so that it can be one off beside a power of two.
  if (2 ** exponent > size) exponent--;
  if (2 ** (exponent + 1) <= size) exponent++;
  return exponent;
}

function evenRound(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

interface Format {
  readonly id: 'float16' | 'bfloat16' | 'float32' | 'float64';
  readonly size: number;
  readonly largest: number;
  /** Decimal digits that tell every value from its neighbours. */
  readonly digits: number;
  readonly read: (view: DataView, little: boolean) => number;
  readonly write: (view: DataView, value: number, little: boolean) => void;
}

const sixteen = (id: 'float16' | 'bfloat16', layout: Layout, digits: number): Format => ({
  id,
  size: 2,
  largest: unpack(
    (((1 << layout.exponentBits) - 2) << layout.fractionBits) | ((1 << layout.fractionBits) - 1),
    layout,
  ),
  digits,
  read: (view, little) => unpack(view.getUint16(0, little), layout),
  write: (view, value, little) => {
    view.setUint16(0, pack(value, layout), little);
  },
});

const formats: readonly Format[] = [
  sixteen('float16', half, 5),
  sixteen('bfloat16', brain, 4),
  {
    id: 'float32',
    size: 4,
    largest: 3.4028234663852886e38,
    digits: 9,
    read: (view, little) => view.getFloat32(0, little),
    write: (view, value, little) => {
      view.setFloat32(0, value, little);
    },
  },
  {
    id: 'float64',
    size: 8,
    largest: Number.MAX_VALUE,
    digits: 17,
    read: (view, little) => view.getFloat64(0, little),
    write: (view, value, little) => {
      view.setFloat64(0, value, little);
    },
  },
];

const example = '-1.5e3';

/** A typed number: decimal with or without exponent, nan, inf. Throws `not-a-number` or `number-range`. */
export function parseReal(text: string, largest: number): number {
  const range = [String(-largest), String(largest)] as const;
  const trimmed = text.trim().toLowerCase();
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/.exec(trimmed);
  if (special) return special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(trimmed)) refuse('not-a-number', example, ...range);
  const value = Number(trimmed);
  if (Math.abs(value) > largest) refuse('number-range', example, ...range);
  return value;
}

function float({ id, size, largest, digits, read, write }: Format): Value {
  const bytesOf = (value: number, little: boolean): Uint8Array => {
    const bytes = new Uint8Array(size);
    write(viewOf(bytes), value, little);
    return bytes;
  };
  const rounded = (value: number): number => read(viewOf(bytesOf(value, true)), true);
  /** The fewest digits that lead back to the same value. */
  const shortest = (value: number): string => {
    if (Object.is(value, -0)) return '-0';
    if (!Number.isFinite(value) || id === 'float64') return String(value);
    for (let precision = 1; precision < digits; precision++) {
      const near = Number(value.toPrecision(precision));
      if (rounded(near) === value) return String(near);
    }
    return String(Number(value.toPrecision(digits)));
  };
  return {
    id,
    size,
    ordered: true,
    decode(bytes, endian) {
      if (bytes.length < size) return null;
      return { text: shortest(read(viewOf(bytes), endian === 'little')), length: size };
    },
    encode: (text, endian, room = Infinity) =>
      fitting(bytesOf(parseReal(text, largest), endian === 'little'), room, example),
  };
}

/** float16, bfloat16, float32, float64; a typed number is rounded to the nearest. */
export const floats: readonly Value[] = formats.map(float);
