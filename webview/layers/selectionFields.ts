import type { ColumnName } from '../columns/column';
import { element } from '../element';
import { columnLeft, grow, type Grid } from '../grid';
import type { Scene } from '../scene';
import { selectedRange } from '../selection';

const names: readonly ColumnName[] = ['hex', 'text'];

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
    let used = 0;
    for (const part of key === '' ? [] : partsOf(from, to, grid.bytesPerRow)) {
      for (const name of names) {
        for (const [left, right] of edgesOf(grid, name, part.from, part.to)) {
          const field = (this.element.children[used++] ??
            this.element.appendChild(element('i', ''))) as HTMLElement;
          field.style.transform = `translate(${String(left)}px, ${String(part.row * grid.rowHeight)}px)`;
          field.style.width = `${String(right - left)}px`;
          field.style.height = `${String(part.rows * grid.rowHeight)}px`;
        }
      }
    }
    while (this.element.childElementCount > used) this.element.lastChild?.remove();
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

/** Left and right edges, in whole pixels, of what shows bytes of a row. */
function edgesOf(grid: Grid, name: ColumnName, from: number, to: number): (readonly [number, number])[] {
  const runs = grid.columns[name].runs(from, to);
  const left = columnLeft(grid, name);
  const more = grow(grid, name);
  const edges: (readonly [number, number])[] = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    edges.push([
      Math.round(left + (runs[at] ?? 0) * grid.charWidth - more),
      Math.round(left + (runs[at + 1] ?? 0) * grid.charWidth + more),
    ]);
  }
  return edges;
}
