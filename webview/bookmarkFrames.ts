import type { Bookmark } from '../extension/shared/bookmark';
import { columnNames, type ColumnName } from './columns/column';
import { element } from './element';
import { cell, stretches, type Grid, type Stretch } from './grid';
import { placeFields, type Field } from './layers/fields';

interface Line extends Field {
  readonly colour: string;
}

/** Lines around the bytes of bookmarks, in both columns; a layer over the rows that moves with them. */
export class BookmarkFrames {
  readonly element = element('div', 'frames', { attributes: { 'aria-hidden': 'true' } });
  #painted = '';
  #bookmarks: readonly Bookmark[] = [];

  /** `top` is the first visible row, `rows` their number. Does nothing while neither place nor bookmarks change. */
  paint(grid: Grid, top: number, rows: number, bookmarks: readonly Bookmark[]): void {
    const first = Math.floor(top);
    const { bytesPerRow, extent, charWidth, rowHeight, reading } = grid;
    const { format, group, endian } = reading;
    const lefts = columnNames.map((column) => cell(grid, column, 0).left);
    const shape = [bytesPerRow, format, group, endian, charWidth, rowHeight];
    const key = [first, rows, extent, ...shape, ...lefts].join();
    if (key === this.#painted && bookmarks === this.#bookmarks) return;
    this.#painted = key;
    this.#bookmarks = bookmarks;
    const lines = bookmarks.flatMap((bookmark) => linesAround(grid, first, rows, bookmark));
    placeFields(this.element, lines, (child, { colour }) => {
      child.dataset['colour'] = colour;
    });
  }
}

function linesAround(grid: Grid, first: number, rows: number, bookmark: Bookmark): readonly Line[] {
  const { bytesPerRow, extent, rowHeight: height } = grid;
  const { offset: start, colour } = bookmark;
  const end = Math.min(extent, start + bookmark.length);
  const from = Math.max(first, Math.floor(start / bytesPerRow));
  const to = Math.min(first + rows, Math.ceil(end / bytesPerRow));
  const lines: Line[] = [];
  for (const column of columnNames) {
    const boxesAt = (row: number): readonly Stretch[] => {
      const begin = Math.max(0, start - row * bytesPerRow);
      const stop = Math.min(bytesPerRow, end - row * bytesPerRow);
      return begin < stop ? boxes(grid, column, begin, stop) : [];
    };
    for (let row = from; row < to; row++) {
      const y = (row - first) * height;
      const across = (covered: readonly Stretch[], at: number) => (box: Stretch) => {
        for (const { left, right } of uncovered(box, covered)) {
          lines.push({ x: left, y: at, width: right - left, height: 1, colour });
        }
      };
      const here = boxesAt(row);
      here.forEach(across(boxesAt(row - 1), y));
      here.forEach(across(boxesAt(row + 1), y + height - 1));
      for (const { left, right } of here) {
        lines.push({ x: left, y, width: 1, height, colour }, { x: right - 1, y, width: 1, height, colour });
      }
    }
  }
  return lines;
}

/** The boxes around bytes of a row, in whole pixels: with air around them where there is a gap beside. */
function boxes(grid: Grid, column: ColumnName, from: number, to: number): readonly Stretch[] {
  const air = (isGap: boolean): number => (column === 'hex' && isGap ? 3 : 1);
  const { hex } = grid.columns;
  const starts = new Set(Array.from({ length: grid.bytesPerRow }, (_, index) => hex.start(index)));
  const runs = grid.columns[column].runs(from, to);
  return stretches(grid, column, from, to).map(({ left, right }, index) => ({
    left: Math.round(left) - air(!starts.has((runs[2 * index] ?? 0) - hex.glyphs)),
    right: Math.round(right) + air(!starts.has(runs[2 * index + 1] ?? 0)),
  }));
}

/** The parts of a box's edge that no box of the row beside it goes on from, each meeting the edge of that box. */
function uncovered({ left, right }: Stretch, beside: readonly Stretch[]): readonly Stretch[] {
  const parts: Stretch[] = [];
  let at = left;
  for (const other of beside) {
    if (other.right <= at || other.left >= right) continue;
    if (other.left > at) parts.push({ left: at, right: other.left + 1 });
    at = other.right - 1;
  }
  if (at < right - 1) parts.push({ left: at, right });
  return parts;
}
