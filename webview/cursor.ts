import { cellLabel } from './cellLabel';
import type { ColumnName } from './columns/column';
import { cell, cellNumber, grow, type Grid } from './grid';
import { element, setAttribute, setHidden, setClass } from './element';
import type { Rows } from './rows';
import type { Scene } from './scene';

/**
 * The frame around the byte at the cursor, in both columns. The one in the active column is the grid's active
 * descendant: a cell that reads its offset, its value and whether it changed.
 */
export class CursorCell {
  readonly twin = element('div', 'cursor twin', { attributes: { 'aria-hidden': 'true' } });
  readonly #cell = element('div', 'cursor', { role: 'gridcell' });
  readonly #refuge = element('div', 'refuge', { role: 'row' });
  #moves = 0;
  #at = '';

  /** `name` begins the ids of its cell. */
  constructor(private readonly name: string) {}

  /** The element that holds the cell while its row is out of sight. */
  get refuge(): HTMLElement {
    return this.#refuge;
  }

  paint(scene: Scene, rows: Rows, grid: HTMLElement, conflict: number | null): void {
    const { store, edits, grid: geometry } = scene;
    const { cursor, column, anchor } = store.selection;
    const empty = geometry.extent === 0;
    setHidden(this.#cell, empty);
    setHidden(this.twin, empty);
    if (empty) {
      setAttribute(grid, 'aria-activedescendant', null);
      return;
    }
    const row = Math.floor(cursor / geometry.bytesPerRow);
    const index = cursor - row * geometry.bytesPerRow;
    const home = rows.rowElement(scene, row);
    const owner = home ?? this.#refuge;
    if (this.#cell.parentElement !== owner) {
      this.#cell.parentElement?.classList.remove('home');
      owner.classList.add('home');
      owner.append(this.#cell);
    }
    setHidden(this.#refuge, home !== undefined);
    setAttribute(this.#refuge, 'aria-rowindex', String(row + 2));
    setHidden(this.twin, home === undefined);
    if (home && this.twin.parentElement !== home) home.append(this.twin);
    const cells = rows.textOf(row)?.cells.widths[index] ?? 1;
    place(this.#cell, scene, column, index, cells);
    place(this.twin, scene, column === 'hex' ? 'text' : 'hex', index, cells);
    const at = `${String(cursor)}${column}${String(cellNumber(geometry, column, index))}`;
    if (at !== this.#at) {
      this.#at = at;
      // A new id makes a screen reader read the cell again.
      this.#cell.id = `${this.name}-${String(++this.#moves % 2)}`;
      setAttribute(this.#cell, 'aria-colindex', String(cellNumber(geometry, column, index)));
    }
    setClass(this.#cell, 'conflict', conflict === cursor);
    setAttribute(this.#cell, 'aria-selected', String(anchor !== null));
    setAttribute(this.#cell, 'aria-label', cellLabel(scene, rows));
    setAttribute(this.#cell, 'data-offset', String(cursor));
    setAttribute(this.#cell, 'data-value', String(edits.shown(cursor) ?? ''));
    setAttribute(grid, 'aria-activedescendant', this.#cell.id);
  }
}

/**
 * The frame around a cell, in pixels from the left edge of its row. `cells`: how wide the character is that starts
 * there in the column of text; 2 are framed as one, as far as the row goes.
 */
export function frameOf(
  grid: Grid,
  column: ColumnName,
  index: number,
  cells = 1,
): { left: number; width: number } {
  const { left } = cell(grid, column, index);
  const wide = column === 'text' && cells > 1 ? Math.min(grid.bytesPerRow - 1, index + cells - 1) : index;
  const last = cell(grid, column, wide);
  const more = column === 'hex' ? Math.max(1, grow(grid, column)) : 0;
  const x = Math.round(left - more);
  return { left: x, width: Math.round(last.left + last.width + more) - x };
}

function place(target: HTMLElement, { grid }: Scene, column: ColumnName, index: number, cells: number): void {
  const { left, width } = frameOf(grid, column, index, cells);
  target.style.left = `${String(left)}px`;
  target.style.width = `${String(width)}px`;
}
