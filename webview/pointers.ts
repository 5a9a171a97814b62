/** Where a pointer stands and what it may lead into. */
export interface PointerPlace {
  readonly offset: number;
  /** Of the segment. */
  readonly size: number;
  readonly littleEndian: boolean;
  readonly mappings: readonly { readonly address?: number | string | bigint | null }[];
}

/**
 * The offset that a pointer leads to: an address inside a process's mapping of the segment, an offset in the
 * segment, or one that counts from where it stands, as Boost's offset_ptr does. null: nowhere. Without a width that
 * leads somewhere the other one is tried.
 */
export function valueOfPointer(bytes: Uint8Array, width: 4 | 8, place: PointerPlace): number | null {
  const found = leads(bytes, width, place);
  return found ?? (width === 8 ? leads(bytes, 4, place) : null);
}

function leads(bytes: Uint8Array, width: 4 | 8, place: PointerPlace): number | null {
  if (bytes.length < width) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { littleEndian } = place;
  const value = width === 8 ? view.getBigUint64(0, littleEndian) : BigInt(view.getUint32(0, littleEndian));
  if (value === 0n) return null;
  const size = BigInt(place.size);
  const bases = place.mappings.flatMap(({ address }) =>
    address === undefined || address === null ? [] : [BigInt(address)],
  );
  const relative = BigInt(place.offset) + BigInt.asIntN(8 * width, value);
  const candidates = [...bases.map((base) => value - base), value, relative];
  const inside = candidates.find((offset) => offset >= 0n && offset < size);
  return inside === undefined ? null : Number(inside);
}
