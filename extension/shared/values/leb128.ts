import { boundsOf, parseInteger } from './integers';
import { fitting, type Decoded, type Value } from './value';

/** Bytes of the longest encoding of 64 bits (DWARF 5, section 7.6). */
const longest = 10;

function decode(bytes: Uint8Array, signed: boolean): Decoded | null {
  let value = 0n;
  for (let index = 0; index < longest; index++) {
    const byte = bytes[index];
    if (byte === undefined) return null;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte >= 0x80) continue;
    const length = index + 1;
    if (signed) value = BigInt.asIntN(7 * length, value);
    const { minimum, maximum } = boundsOf(64, signed);
    if (value < minimum || value > maximum) break;
    return { text: String(value), length };
  }
  return { text: '', length: 0, note: ['value.note.noLeb128', longest] };
}

function encode(value: bigint, signed: boolean): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    // A signed number ends where the sign bit of its last group is its sign.
    const ends = signed ? (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40) : rest === 0n;
    bytes.push(ends ? low : low | 0x80);
    if (ends) return Uint8Array.from(bytes);
  }
}

function leb128(signed: boolean): Value {
  const bounds = boundsOf(64, signed);
  const example = signed ? '-300' : '300';
  return {
    id: signed ? 'sleb128' : 'uleb128',
    size: 1,
    varies: true,
    ordered: false,
    decode: (bytes) => decode(bytes, signed),
    encode: (text, _endian, room = Infinity) =>
      fitting(encode(parseInteger(text, bounds, example), signed), room, example),
  };
}

/** ULEB128 and SLEB128 of at most 64 bits; encoded in as few bytes as hold the number. */
export const leb128s: readonly Value[] = [leb128(false), leb128(true)];
