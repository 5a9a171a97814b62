import type { Column } from './column';

const pairs = Array.from({ length: 256 }, (_, value) => value.toString(16).toUpperCase().padStart(2, '0'));

/** Two digits per byte, a space between bytes and one more in the middle of the row. */
export const hexColumn: Column = {
  name: 'hex',
  glyphs: 2,
  width: (bytesPerRow) => bytesPerRow * 3,
  start: (index, bytesPerRow) => index * 3 + (index >= bytesPerRow / 2 ? 1 : 0),
  indexAt(position, bytesPerRow) {
    const half = bytesPerRow / 2;
    if (position < half * 3) return Math.min(half - 1, Math.max(0, Math.floor((position + 0.5) / 3)));
    return Math.min(bytesPerRow - 1, Math.max(half, Math.floor((position - 0.5) / 3)));
  },
  heading: (bytesPerRow) =>
    hexColumn.format(
      Uint8Array.from({ length: bytesPerRow }, (_, index) => index),
      0,
      bytesPerRow,
      bytesPerRow,
    ),
  format(bytes, from, to, bytesPerRow) {
    const half = bytesPerRow / 2;
    let text = '';
    for (let index = 0; index < bytesPerRow; index++) {
      if (index > 0) text += index === half ? '  ' : ' ';
      text += index < from || index >= to ? '  ' : (pairs[bytes[index] ?? 0] ?? '');
    }
    return text;
  },
};

/** The two digits of a byte. */
export function pairOf(value: number): string {
  return pairs[value] ?? '';
}
