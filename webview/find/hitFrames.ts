import { columnNames } from '../columns/column';
import { element, setClass } from '../element';
import { cell, stretches, type Grid } from '../grid';
import { placeFields, type Field } from '../layers/fields';
import type { Results } from './results';

/** Boxes at once; where hits are denser than that, those farther down get none. */
const mostBoxes = 2000;

interface Box extends Field {
  readonly current: boolean;
  readonly gone: boolean;
}

/** Boxes behind the bytes that were found, in both columns; a layer that moves with the rows. */
export class HitFrames {
  readonly element = element('div', 'hits', { attributes: { 'aria-hidden': 'true' } });
  #painted = '';

  /** `top` is the first visible row, `rows` their number, `cursor` where the current hit begins. */
  paint(grid: Grid, top: number, rows: number, results: Results | null, cursor: number): void {
    const first = Math.floor(top);
    const { bytesPerRow, extent, charWidth, rowHeight } = grid;
    const lefts = columnNames.flatMap((column) =>
      [1, bytesPerRow - 1].map((index) => cell(grid, column, index).left),
    );
    const key =
      results === null
        ? ''
        : [
            results.id,
            results.version,
            cursor,
            first,
            rows,
            bytesPerRow,
            extent,
            charWidth,
            rowHeight,
            ...lefts,
          ].join();
    if (key === this.#painted) return;
    this.#painted = key;
    const boxes = results === null ? [] : boxesOf(grid, first, rows, results, cursor);
    placeFields(this.element, boxes, (child, { current, gone }) => {
      setClass(child, 'current', current);
      setClass(child, 'gone', gone);
    });
  }
}

function boxesOf(grid: Grid, first: number, rows: number, results: Results, cursor: number): readonly Box[] {
  const { bytesPerRow, rowHeight } = grid;
  const start = first * bytesPerRow;
  const end = Math.min(grid.extent, start + rows * bytesPerRow);
  const boxes: Box[] = [];
  const { from, to } = results.within(start, end);
  for (let index = from; index < to && boxes.length < mostBoxes; index++) {
    const hit = results.at(index);
    if (hit === null) break;
    const last = Math.min(end, hit.offset + hit.length);
    for (let at = Math.max(start, hit.offset); at < last;) {
      const row = Math.floor((at - start) / bytesPerRow);
      const rowStart = start + row * bytesPerRow;
      const next = Math.min(last, rowStart + bytesPerRow);
      for (const column of columnNames) {
        for (const { left, right } of stretches(grid, column, at - rowStart, next - rowStart)) {
          const x = Math.round(left) - 1;
          boxes.push({
            x,
            y: row * rowHeight + 1,
            width: Math.round(right) + 1 - x,
            height: rowHeight - 2,
            current: hit.offset === cursor,
            gone: results.isGone(index),
          });
        }
      }
      at = next;
    }
  }
  return boxes;
}
