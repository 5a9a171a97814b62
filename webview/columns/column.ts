/** A way to show the bytes of a row: one text node per row, laid out in character cells of equal width. */
export interface Column {
  readonly name: ColumnName;
  /** Bytes that share one cell; the cells of a row are all alike. */
  readonly unit: number;
  /** Characters that show one cell. */
  readonly glyphs: number;
  /** Characters of a whole row. */
  readonly width: number;
  /** What stands above the column. */
  readonly heading: string;
  /** First character of the cell of the byte at `index` of its row. */
  start(index: number): number;
  /** The first byte of the cell that is nearest to a (fractional) character position; always in the row. */
  indexAt(position: number): number;
  /** Pairs of first character and end of what shows the bytes `from` ≤ index < `to`, gaps within them included. */
  runs(from: number, to: number): readonly number[];
}

/** The columns of a row, from left to right. */
export const columnNames = ['hex', 'text'] as const;

export type ColumnName = (typeof columnNames)[number];

/** The main column, whatever its format: its text comes from the bytes of the row alone. */
export interface MainColumn extends Column {
  /** The text of a row. Bytes outside `from` ≤ index < `to` are unknown and stay blank. */
  format(bytes: Uint8Array, from: number, to: number): string;
}

/** Where the cells of a row are that holds groups, a space after each and one more in the middle of the row. */
export function grouping(bytesPerRow: number, group: number, glyphs: number) {
  const count = bytesPerRow / group;
  const half = count / 2;
  const step = glyphs + 1;
  /** First character of a group. */
  const at = (number: number): number => number * step + (count > 1 && number >= half ? 1 : 0);
  return {
    count,
    at,
    width: at(count - 1) + glyphs,
    /** The group whose cell is nearest to a character position. */
    nearest(position: number): number {
      const guess = Math.floor((position + 0.5) / step);
      const number = guess >= half ? Math.max(Math.ceil(half), Math.floor((position - 0.5) / step)) : guess;
      return Math.min(count - 1, Math.max(0, number));
    },
  };
}
