import type { Column } from './column';

/** One character cell per byte; a character of several bytes has the cells of all of them. */
export function textColumn(bytesPerRow: number): Column {
  return {
    name: 'text',
    unit: 1,
    glyphs: 1,
    width: bytesPerRow,
    heading: '',
    start: (index) => index,
    indexAt: (position) => Math.min(bytesPerRow - 1, Math.max(0, Math.floor(position))),
    runs: (from, to) => [from, to],
  };
}

/** Space to tilde. */
export function printable(value: number): boolean {
  return value >= 0x20 && value < 0x7f;
}
