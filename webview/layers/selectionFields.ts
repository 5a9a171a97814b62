import { columnNames, type ColumnName } from '../columns/column';
import { element } from '../element';
import { grow, stretches, type Grid } from '../grid';
import type { Scene } from '../scene';
import { selectedRange } from '../selection';
import { placeFields, type Field } from './fields';

/** The fields behind the selected bytes, in both columns; a layer under all others that moves with the rows. */
export class SelectionFields {
  readonly element = element('div', 'selection', { attributes: { 'aria-hidden': 'true' } });
  #painted: Grid | null = null;
  #key = '';

  /** Brings them up to date. */
  paint({ grid, top, rows, store }: Scene): void {
    const { start, length } = selectedRange(store.selection);
    const first = Math.floor(top) * grid.bytesPerRow;
    const end = Math.min(grid.extent, first + rows * grid.bytesPerRow);
    const from = Math.max(first, start) - first;
    const to = Math.min(end, start + length) - first;
    const key = length === 0 || from >= to ? '' : `${String(from)}-${String(to)}`;
    if (key === this.#key && (grid === this.#painted || key === '')) return;
    this.#key = key;
    this.#painted = grid;
    const parts = key === '' ? [] : partsOf(from, to, grid.bytesPerRow);
    placeFields(
      this.element,
      parts.flatMap((part) => columnNames.flatMap((name) => fieldsOf(grid, name, part))),
    );
  }
}

/** A part of the selection: the same bytes of some rows. */
interface Part {
  readonly row: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

/** The bytes `from` ≤ at < `to` as a first row, whole rows and a last one, as far as there are such. */
function partsOf(from: number, to: number, bytesPerRow: number): readonly Part[] {
  const parts: Part[] = [];
  for (let at = from; at < to;) {
    const row = Math.floor(at / bytesPerRow);
    const start = at - row * bytesPerRow;
    const rows = start === 0 ? Math.max(1, Math.floor((to - at) / bytesPerRow)) : 1;
    const length = Math.min(to - at, bytesPerRow - start);
    parts.push({ row, rows, from: start, to: start + length });
    at += rows * bytesPerRow - start;
  }
  return parts;
}

function fieldsOf(grid: Grid, name: ColumnName, { row, rows, from, to }: Part): readonly Field[] {
  const more = grow(grid, name);
  return stretches(grid, name, from, to).map(({ left, right }) => {
    const x = Math.round(left - more);
    const [y, height] = [row * grid.rowHeight, rows * grid.rowHeight];
    return { x, y, width: Math.round(right + more) - x, height };
  });
}
