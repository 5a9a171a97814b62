import { plainReading, type MappedBase, type Reading } from '../extension/shared/reading';
import type { Column, ColumnName, MainColumn } from './columns/column';
import { hexColumn } from './columns/hex';
import { numberColumn } from './columns/numbers';
import { textColumn } from './columns/text';
import { hex } from './texts';

/** The columns of a row, for one reading and row length. */
export interface Columns {
  readonly hex: MainColumn;
  readonly text: Column;
}

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
  readonly reading: Reading;
  readonly columns: Columns;
}

/** Space left of the offsets and right of the text, in pixels. */
export const padding = 12;
const offsetGap = 2;
const textGap = 3;
/** Most bytes in a row, however wide the view is. */
export const longestRow = 128;

/** What a grid is made of. `bytesPerRow`: of the reading, where that is not to fit. */
export type GridParts = Omit<Grid, 'columns' | 'reading' | 'bytesPerRow'> & {
  readonly reading?: Reading;
  readonly bytesPerRow?: number;
};

/** A grid with the columns of its reading. */
export function gridOf(parts: GridParts): Grid {
  const { reading = plainReading } = parts;
  const wanted = parts.bytesPerRow ?? (reading.bytesPerRow === 'fit' ? 16 : reading.bytesPerRow);
  const bytesPerRow = Math.max(reading.group, wanted);
  return { ...parts, reading, bytesPerRow, columns: columnsOf(reading, bytesPerRow) };
}

/** A grid of the longest rows, in steps of 8 bytes, that are at most `width` pixels wide. */
export function gridToFit(parts: GridParts, width: number): Grid {
  const step = Math.max(8, parts.reading?.group ?? 1);
  let fitting = gridOf({ ...parts, bytesPerRow: step });
  // A row grows evenly but for the gap in its middle: one guess, then at most a step back or two.
  const second = gridOf({ ...parts, bytesPerRow: 2 * step });
  const more = Math.floor((width - rowWidth(fitting)) / Math.max(1, rowWidth(second) - rowWidth(fitting)));
  for (let steps = Math.min(longestRow / step, more + 2); steps > 1; steps--) {
    fitting = gridOf({ ...parts, bytesPerRow: steps * step });
    if (rowWidth(fitting) <= width) return fitting;
  }
  return gridOf({ ...parts, bytesPerRow: step });
}

const made = new Map<string, Columns>();

function columnsOf(reading: Reading, bytesPerRow: number): Columns {
  const { format, group, endian } = reading;
  const key = [format, group, endian, bytesPerRow].join();
  const known = made.get(key);
  if (known) return known;
  const columns = {
    hex: format === 'hex' ? hexColumn(bytesPerRow, group, endian) : numberColumn(bytesPerRow, reading),
    text: textColumn(bytesPerRow),
  };
  made.set(key, columns);
  return columns;
}

/** Where the mapping that numbers the rows has a byte; null: it does not have it. */
function addressOf({ address, offset, length }: MappedBase, at: number): bigint | null {
  const inside = at - offset;
  return inside < 0 || inside >= length ? null : BigInt(`0x${address}`) + BigInt(inside);
}

/** Digits of the largest offset or address; at least 8. */
export function offsetDigits({ reading: { base }, extent }: Grid): number {
  const end = Math.max(0, extent - 1);
  if (base === 'offset') return Math.max(8, end.toString(16).length);
  const last = Math.max(base.offset, Math.min(end, base.offset + base.length - 1));
  return Math.max(8, (addressOf(base, last) ?? 0n).toString(16).length);
}

/** What stands left of the row that starts at `offset`; a dash where the process does not have it mapped. */
export function offsetText(grid: Grid, offset: number): string {
  const digits = offsetDigits(grid);
  const { base } = grid.reading;
  if (base === 'offset') return hex(offset, digits);
  const address = addressOf(base, offset);
  return address === null ? '–'.padStart(digits) : address.toString(16).toUpperCase().padStart(digits, '0');
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
  return column === 'hex' ? hexLeft : hexLeft + (grid.columns.hex.width + textGap) * grid.charWidth;
}

/** Width of a whole row in pixels. */
export function rowWidth(grid: Grid): number {
  return columnLeft(grid, 'text') + grid.columns.text.width * grid.charWidth + padding;
}

/** Left edge and width, in pixels, of the cell of the byte at `index` of a row. */
export function cell(grid: Grid, column: ColumnName, index: number): { left: number; width: number } {
  const shape = grid.columns[column];
  return {
    left: columnLeft(grid, column) + shape.start(index) * grid.charWidth,
    width: shape.glyphs * grid.charWidth,
  };
}

/** Cells with a gap around them are marked a little wider than their text, in pixels; bytes of a group adjoin. */
export function grow({ columns, reading }: Grid, name: ColumnName): number {
  return name === 'text' || (columns.hex.unit === 1 && reading.group > 1) ? 0 : 2;
}

/** Left and right edge of something in a row, in pixels from the left edge of the row. */
export interface Stretch {
  readonly left: number;
  readonly right: number;
}

/**
 * What shows the bytes `from` ≤ index < `to` of a row, from left to right: in groups of little endian the bytes of
 * a part of a group stand apart from the others.
 */
export function stretches(grid: Grid, column: ColumnName, from: number, to: number): readonly Stretch[] {
  const runs = grid.columns[column].runs(from, to);
  const origin = columnLeft(grid, column);
  return Array.from({ length: runs.length / 2 }, (_, index) => ({
    left: origin + (runs[2 * index] ?? 0) * grid.charWidth,
    right: origin + (runs[2 * index + 1] ?? 0) * grid.charWidth,
  }));
}

/** Index of a cell among all of its row, the first of the main column being 2 (aria-colindex). */
export function cellNumber(grid: Grid, column: ColumnName, index: number): number {
  const { hex } = grid.columns;
  return column === 'hex' ? 2 + Math.floor(index / hex.unit) : 2 + grid.bytesPerRow / hex.unit + index;
}

/** Cells of a row with that of the offset (aria-colcount). */
export function cellCount(grid: Grid): number {
  return 1 + grid.bytesPerRow / grid.columns.hex.unit + grid.bytesPerRow;
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
  const shape = grid.columns[column];
  const index = shape.indexAt((x - left) / grid.charWidth);
  const wanted = row * grid.bytesPerRow + index;
  const offset = Math.min(grid.extent - 1, wanted);
  const width = shape.width * grid.charWidth;
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
