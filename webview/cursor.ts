import { cellKinds } from '../extension/shared/cells';
import { formatNumber } from '../extension/shared/numbers';
import type { ColumnName } from './columns/column';
import { heatLevel } from './glow';
import { cell, cellNumber, grow, type Grid } from './grid';
import { element, setAttribute, setHidden, setClass } from './element';
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

/** How a screen reader reads the cell at the cursor: "offset 0x40, 7F, 127, changed". */
function cellLabel(scene: Scene, rows: Rows): string {
  const { store, edits, differences, now, grid } = scene;
  const { cursor, column } = store.selection;
  const value = edits.shown(cursor);
  const compared = differences?.at(cursor) ?? 'unknown';
  if (value === undefined && compared === 'onlyThere') {
    const other = differences?.other(cursor);
    return `${text('cell.pastEnd', hex(cursor))}, ${text('cell.other', other === undefined ? '?' : hex(other, 2))}`;
  }
  if (value === undefined) return text('cell.unknown', hex(cursor));
  const unit = column === 'hex' ? grid.columns.hex.unit : 1;
  const first = cursor - ((cursor % grid.bytesPerRow) % unit);
  const isNumber = column === 'hex' && grid.reading.format !== 'hex';
  const shown = (offset: number): number | undefined =>
    offset < store.extent ? edits.shown(offset) : undefined;
  const number = numberAt(grid, first, shown);
  const parts = isNumber
    ? [text('cell.number', hex(first), number ?? text('cell.cut'))]
    : [text('cell.label', hex(cursor), hex(value, 2), value)];
  const character = column === 'text' || unit === 1 ? characterAt(grid, rows, cursor) : '';
  if (character !== '') parts.push(text('cell.character', character));
  const offsets = Array.from({ length: unit }, (_, index) => first + index);
  if (offsets.some((offset) => edits.pending.has(offset))) parts.push(text('cell.pending'));
  else if (offsets.some((offset) => heatLevel(now - store.history.changedAt(offset), false) > 0)) {
    parts.push(text('cell.changed'));
  }
  if (offsets.every((offset) => store.isHole(offset) && !edits.pending.has(offset))) {
    parts.push(text('cell.hole'));
  }
  const states = offsets.map((offset) => differences?.at(offset) ?? 'unknown');
  if (states.includes('differs')) {
    const other = (offset: number): number | undefined => differences?.other(offset);
    const byte = other(cursor);
    const there = isNumber ? numberAt(grid, first, other) : byte === undefined ? null : hex(byte, 2);
    parts.push(text('cell.differs'), text('cell.other', there ?? '?'));
  } else if (states.includes('onlyHere')) parts.push(text('cell.onlyHere'));
  return parts.join(', ');
}

/** The number of the group that starts at `offset`; null where not all of it is there. */
function numberAt(grid: Grid, offset: number, byteAt: (offset: number) => number | undefined): string | null {
  const { group } = grid.reading;
  const bytes = new Uint8Array(group);
  for (let index = 0; index < group; index++) {
    const value = byteAt(offset + index);
    if (value === undefined) return null;
    bytes[index] = value;
  }
  return formatNumber(bytes, 0, grid.reading);
}

/** The character that starts at a byte; '' where none does. */
function characterAt(grid: Grid, rows: Rows, offset: number): string {
  const row = Math.floor(offset / grid.bytesPerRow);
  const index = offset - row * grid.bytesPerRow;
  const cells = rows.textOf(row)?.cells;
  return cells?.kinds[index] === cellKinds.glyph ? (cells.texts[index] ?? '') : '';
}

/** The frame around a cell, in pixels from the left edge of its row. */
export function frameOf(grid: Grid, column: ColumnName, index: number): { left: number; width: number } {
  const { left, width } = cell(grid, column, index);
  const more = column === 'hex' ? Math.max(1, grow(grid, column)) : 0;
  const x = Math.round(left - more);
  return { left: x, width: Math.round(left + width + more) - x };
}

function place(target: HTMLElement, { grid }: Scene, column: ColumnName, index: number): void {
  const { left, width } = frameOf(grid, column, index);
  target.style.left = `${String(left)}px`;
  target.style.width = `${String(width)}px`;
}
