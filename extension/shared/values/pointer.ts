import { boundsOf, hexOf, integerBytes, parseInteger, readInteger } from './integers';
import { fitting, type Decoded, type Place, type Value } from './value';

const example = '0x7F00';

/** Where an address leads: into a process's mapping of the segment, or as an offset from its start or from itself. */
function leads(address: bigint, bits: 32 | 64, place: Place | undefined): Pick<Decoded, 'note' | 'target'> {
  if (address === 0n) return { note: ['value.note.null'] };
  if (place === undefined) return {};
  for (const { name, pid, address: start, offset, length } of place.mappings) {
    const inside = address - start;
    const target = inside + offset;
    if (inside < 0n || inside >= length || target >= BigInt(place.size)) continue;
    return { note: ['value.note.inMapping', hexOffset(target), name, pid], target: Number(target) };
  }
  if (address < BigInt(place.size)) {
    return { note: ['value.note.asOffset', hexOffset(address)], target: Number(address) };
  }
  // Boost's offset_ptr and self-relative pointers count from where they stand.
  const relative = BigInt(place.offset) + BigInt.asIntN(bits, address);
  if (relative >= 0n && relative < BigInt(place.size)) {
    return { note: ['value.note.asRelative', hexOffset(relative)], target: Number(relative) };
  }
  return { note: ['value.note.outside'] };
}

function hexOffset(offset: bigint): string {
  return offset.toString(16).toUpperCase();
}

function pointer(id: 'pointer32' | 'pointer64', bits: 32 | 64): Value {
  const size = bits / 8;
  const bounds = boundsOf(bits, false);
  return {
    id,
    size,
    ordered: true,
    decode(bytes, endian, place) {
      if (bytes.length < size) return null;
      const address = readInteger(bytes, bits, false, endian);
      return { text: hexOf(address, bits), length: size, ...leads(address, bits, place) };
    },
    encode: (text, endian, room = Infinity) =>
      fitting(integerBytes(parseInteger(text, bounds, example), bits, endian), room, example),
  };
}

/** Addresses of 32 and 64 bits, and whether they lead into the segment. */
export const pointers: readonly Value[] = [pointer('pointer32', 32), pointer('pointer64', 64)];
