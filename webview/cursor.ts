import { printable } from './columns/text';
import { cell } from './grid';
import { element, setAttribute, setHidden, setClass } from './element';
import { heatLevel } from './marks';
import type { Rows } from './rows';
import type { Scene } from './scene';
import { hex, text } from './texts';

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

  /** Where the cell is on the page. */
  box(): DOMRect {
    return this.#cell.getBoundingClientRect();
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
    place(this.#cell, scene, column, index);
    place(this.twin, scene, column === 'hex' ? 'text' : 'hex', index);
    const at = `${String(cursor)}${column}`;
    if (at !== this.#at) {
      this.#at = at;
      // A new id makes a screen reader read the cell again.
      this.#cell.id = `${this.name}-${String(++this.#moves % 2)}`;
      setAttribute(
        this.#cell,
        'aria-colindex',
        String(2 + index + (column === 'text' ? geometry.bytesPerRow : 0)),
      );
    }
    setClass(this.#cell, 'conflict', conflict === cursor);
    setAttribute(this.#cell, 'aria-selected', String(anchor !== null));
    setAttribute(this.#cell, 'aria-label', cellLabel(scene));
    setAttribute(this.#cell, 'data-offset', String(cursor));
    setAttribute(this.#cell, 'data-value', String(edits.shown(cursor) ?? ''));
    setAttribute(grid, 'aria-activedescendant', this.#cell.id);
  }
}

/** How a screen reader reads the byte at the cursor: "offset 0x40, 7F, 127, changed". */
export function cellLabel({ store, edits, differences, now }: Scene): string {
  const { cursor } = store.selection;
  const value = edits.shown(cursor);
  const compared = differences?.at(cursor) ?? 'unknown';
  if (value === undefined && compared === 'onlyThere') {
    return `${text('cell.pastEnd', hex(cursor))}, ${otherText(differences?.other(cursor))}`;
  }
  if (value === undefined) return text('cell.unknown', hex(cursor));
  const parts = [text('cell.label', hex(cursor), hex(value, 2), value)];
  if (printable(value)) parts.push(text('cell.character', String.fromCharCode(value)));
  if (edits.pending.has(cursor)) parts.push(text('cell.pending'));
  else if (heatLevel(now - store.history.changedAt(cursor), false) > 0) parts.push(text('cell.changed'));
  if (compared === 'differs') parts.push(text('cell.differs'), otherText(differences?.other(cursor)));
  else if (compared === 'onlyHere') parts.push(text('cell.onlyHere'));
  return parts.join(', ');
}

function otherText(value: number | undefined): string {
  return text('cell.other', value === undefined ? '?' : hex(value, 2));
}

function place(target: HTMLElement, { grid }: Scene, column: 'hex' | 'text', index: number): void {
  const { left, width } = cell(grid, column, index);
  const grow = column === 'hex' ? 2 : 0;
  const x = Math.round(left - grow);
  target.style.left = `${String(x)}px`;
  target.style.width = `${String(Math.round(left + width + grow) - x)}px`;
}
