/** A way to show the bytes of a row: one text node per row, laid out in character cells of equal width. */
export interface Column {
  readonly name: ColumnName;
  /** Characters that show one byte. */
  readonly glyphs: number;
  /** Characters of a whole row. */
  width(bytesPerRow: number): number;
  /** First character of the byte at `index` of its row. */
  start(index: number, bytesPerRow: number): number;
  /** The byte whose cell is nearest to a (fractional) character position; always 0 ≤ index < bytesPerRow. */
  indexAt(position: number, bytesPerRow: number): number;
  /** What stands above the column. */
  heading(bytesPerRow: number): string;
  /** The text of a row. Bytes outside `from` ≤ index < `to` are unknown and stay blank. */
  format(bytes: Uint8Array, from: number, to: number, bytesPerRow: number): string;
}

export type ColumnName = 'hex' | 'text';
