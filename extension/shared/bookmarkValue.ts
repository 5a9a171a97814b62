import type { BookmarkType } from './bookmark';
import { pair, valueOf, type Decoded, type Endian, type Place } from './values/index';

/** Bytes that stand in a line as hexadecimal. */
const mostPairs = 8;

/** What the bytes of a bookmark mean as its type; null: there are too few. `bytes` shows the first eight. */
export function bookmarkValue(
  bytes: Uint8Array,
  type: BookmarkType,
  endian: Endian,
  place: Place,
): Decoded | null {
  if (type !== 'bytes') return valueOf(type).decode(bytes, endian, place);
  if (bytes.length === 0) return null;
  const pairs = Array.from(bytes.subarray(0, mostPairs), pair).join(' ');
  return { text: bytes.length > mostPairs ? `${pairs} …` : pairs, length: bytes.length };
}
