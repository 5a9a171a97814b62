import type { Column, ColumnName } from './columns/column';
import { hexColumn } from './columns/hex';
import { textColumn } from './columns/text';

/**
 * Where everything is. Offsets and row indices are doubles that hold integers: exact up to 2^53 bytes, far beyond
 * any segment; only differences of them are ever turned into pixels.
 */
export interface Grid {
  readonly bytesPerRow: number;
  /** Bytes that have a place: the size of the segment, or more while lost bytes are kept greyed. */
  readonly extent: number;
  /** Pixels; fractional. */
  readonly charWidth: number;
  /** Whole pixels. */
  readonly rowHeight: number;
}

/** Space left of the offsets and right of the text, in pixels. */
export const padding = 12;
const offsetGap = 2;
const textGap = 3;
export const columns: Readonly<Record<ColumnName, Column>> = { hex: hexColumn, text: textColumn };

/** Digits of the largest offset; at least 8. */
export function offsetDigits(grid: Grid): number {
  return Math.max(8, Math.max(0, grid.extent - 1).toString(16).length);
}

/** Rows that the segment fills; 0 when it is empty. */
export function rowCount(grid: Grid): number {
  return Math.ceil(grid.extent / grid.bytesPerRow);
}

/** Row of an offset. */
export function rowOf(grid: Grid, offset: number): number {
  return Math.floor(offset / grid.bytesPerRow);
}

/** Left edge of a column in pixels from the left edge of the row. */
export function columnLeft(grid: Grid, column: ColumnName): number {
  const hexLeft = padding + (offsetDigits(grid) + offsetGap) * grid.charWidth;
  return column === 'hex'
    ? hexLeft
    : hexLeft + (hexColumn.width(grid.bytesPerRow) + textGap) * grid.charWidth;
}

/** Width of a whole row in pixels. */
export function rowWidth(grid: Grid): number {
  return columnLeft(grid, 'text') + textColumn.width(grid.bytesPerRow) * grid.charWidth + padding;
}

/** Left edge and width, in pixels, of the cell of the byte at `index` of a row. */
export function cell(grid: Grid, column: ColumnName, index: number): { left: number; width: number } {
  const shape = columns[column];
  return {
    left: columnLeft(grid, column) + shape.start(index, grid.bytesPerRow) * grid.charWidth,
    width: shape.glyphs * grid.charWidth,
  };
}

/** A place under the pointer. */
export interface Hit {
  readonly offset: number;
  readonly column: ColumnName;
  /** False: beside the cells, and `offset` is the nearest byte. */
  readonly inside: boolean;
}

/**
 * The byte at a point. `x` from the left edge of the row, `y` from the top edge of row `top` (which may be
 * fractional). null where the segment has no byte at all.
 */
export function hit(grid: Grid, top: number, x: number, y: number, keep?: ColumnName): Hit | null {
  if (grid.extent === 0) return null;
  const last = rowCount(grid) - 1;
  // The whole part of `top` is kept apart, so that no pixel is lost to rounding at 2^40 and beyond.
  const firstRow = Math.floor(top);
  const below = firstRow + Math.floor(top - firstRow + y / grid.rowHeight);
  const row = Math.min(last, Math.max(0, below));
  const textLeft = columnLeft(grid, 'text');
  const hexLeft = columnLeft(grid, 'hex');
  const column = keep ?? (x < textLeft - (textGap / 2) * grid.charWidth ? 'hex' : 'text');
  const left = column === 'hex' ? hexLeft : textLeft;
  const index = columns[column].indexAt((x - left) / grid.charWidth, grid.bytesPerRow);
  const wanted = row * grid.bytesPerRow + index;
  const offset = Math.min(grid.extent - 1, wanted);
  const width = columns[column].width(grid.bytesPerRow) * grid.charWidth;
  const half = grid.charWidth / 2;
  const inside = below === row && wanted === offset && x >= left - half && x < left + width + half;
  return { offset, column, inside };
}

/** The rows to watch for rows `top` … `top + rows`: whole rows, a few more each way, cut to the extent. */
export function windowOf(
  grid: Grid,
  top: number,
  rows: number,
  margin: number,
): { offset: number; length: number } {
  const first = Math.max(0, Math.floor(top) - margin);
  const end = Math.min(rowCount(grid), Math.floor(top) + rows + margin);
  const offset = first * grid.bytesPerRow;
  return { offset, length: Math.max(0, Math.min(grid.extent, end * grid.bytesPerRow) - offset) };
}
