import { typeLengths, type BookmarkType } from './bookmark';

/** Most bytes that are looked at to say a value. */
export const longestValue = 32;

/** What bytes mean as the type of a bookmark, in at most about 40 characters; '' where there are too few bytes. */
export function bookmarkValue(bytes: Uint8Array, type: BookmarkType, littleEndian: boolean): string {
  if (bytes.length === 0 || bytes.length < typeLengths[type]) return '';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'bytes':
      return Array.from(bytes.subarray(0, 8), (byte) =>
        byte.toString(16).toUpperCase().padStart(2, '0'),
      ).join(' ');
    case 'text':
      return JSON.stringify(new TextDecoder().decode(bytes).replace(/\0.*$/su, ''));
    case 'int8':
      return String(view.getInt8(0));
    case 'uint8':
      return String(view.getUint8(0));
    case 'int16':
      return String(view.getInt16(0, littleEndian));
    case 'uint16':
      return String(view.getUint16(0, littleEndian));
    case 'int32':
      return String(view.getInt32(0, littleEndian));
    case 'uint32':
      return String(view.getUint32(0, littleEndian));
    case 'int64':
      return String(view.getBigInt64(0, littleEndian));
    case 'uint64':
      return String(view.getBigUint64(0, littleEndian));
    case 'float32':
      return String(Number(view.getFloat32(0, littleEndian).toPrecision(8)));
    case 'float64':
      return String(view.getFloat64(0, littleEndian));
  }
}
