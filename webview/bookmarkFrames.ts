import type { Bookmark } from '../extension/shared/bookmark';
import type { ColumnName } from './columns/column';
import { element } from './element';
import { cell, type Grid } from './grid';

interface Line {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}

/** Bytes of one row, `from` ≤ index < `to`. */
interface Run {
  readonly from: number;
  readonly to: number;
}

const columns: readonly ColumnName[] = ['hex', 'text'];

/** Lines around the bytes of bookmarks, in both columns; a layer over the rows that moves with them. */
export class BookmarkFrames {
  readonly element = element('div', 'frames', { attributes: { 'aria-hidden': 'true' } });
  #painted = '';
  #bookmarks: readonly Bookmark[] = [];

  /** `top` is the first visible row, `rows` their number. Does nothing while neither place nor bookmarks change. */
  paint(grid: Grid, top: number, rows: number, bookmarks: readonly Bookmark[]): void {
    const first = Math.floor(top);
    const { bytesPerRow, extent, charWidth, rowHeight } = grid;
    const lefts = columns.map((column) => cell(grid, column, 0).left);
    const key = [first, rows, bytesPerRow, extent, charWidth, rowHeight, ...lefts].join();
    if (key === this.#painted && bookmarks === this.#bookmarks) return;
    this.#painted = key;
    this.#bookmarks = bookmarks;
    this.#draw(bookmarks.flatMap((bookmark) => linesAround(grid, first, rows, bookmark)));
  }

  #draw(lines: readonly Line[]): void {
    while (this.element.childElementCount > lines.length) this.element.lastChild?.remove();
    lines.forEach(({ x, y, width, height, colour }, index) => {
      const line = (this.element.children[index] ??
        this.element.appendChild(element('i', ''))) as HTMLElement;
      line.style.transform = `translate(${String(x)}px, ${String(y)}px)`;
      line.style.width = `${String(width)}px`;
      line.style.height = `${String(height)}px`;
      line.dataset['colour'] = colour;
    });
  }
}

function linesAround(grid: Grid, first: number, rows: number, bookmark: Bookmark): readonly Line[] {
  const { bytesPerRow, extent } = grid;
  const start = bookmark.offset;
  const end = Math.min(extent, bookmark.offset + bookmark.length);
  const lines: Line[] = [];
  const runAt = (row: number): Run | null => {
    const from = Math.max(0, start - row * bytesPerRow);
    const to = Math.min(bytesPerRow, end - row * bytesPerRow);
    return from < to ? { from, to } : null;
  };
  const from = Math.max(first, Math.floor(start / bytesPerRow));
  const to = Math.min(first + rows, Math.ceil(end / bytesPerRow));
  for (let row = from; row < to; row++) {
    const run = runAt(row);
    if (run === null) continue;
    for (const column of columns) {
      lines.push(...edges(grid, column, row - first, run, runAt(row - 1), runAt(row + 1), bookmark.colour));
    }
  }
  return lines;
}

/** The outline of one row of a bookmark: no line where the row above or below goes on. */
function edges(
  grid: Grid,
  column: ColumnName,
  row: number,
  run: Run,
  above: Run | null,
  below: Run | null,
  colour: string,
): readonly Line[] {
  const grow = column === 'hex' ? 3 : 1;
  const left = (index: number): number => Math.round(cell(grid, column, index).left) - grow;
  const right = (index: number): number => {
    const { left: edge, width } = cell(grid, column, index);
    return Math.round(edge + width) + grow;
  };
  const y = row * grid.rowHeight;
  const lines: Line[] = [];
  const across = (from: number, to: number, at: number): void => {
    if (from >= to) return;
    // Where a line ends inside the run, it meets the edge of the row above or below.
    const x = from === run.from ? left(from) : right(from - 1) - 1;
    const end = to === run.to ? right(to - 1) : left(to) + 1;
    lines.push({ x, y: at, width: end - x, height: 1, colour });
  };
  across(run.from, above === null ? run.to : Math.min(run.to, above.from), y);
  across(below === null ? run.from : Math.max(run.from, below.to), run.to, y + grid.rowHeight - 1);
  const { rowHeight: height } = grid;
  lines.push({ x: left(run.from), y, width: 1, height, colour });
  lines.push({ x: right(run.to - 1) - 1, y, width: 1, height, colour });
  return lines;
}
