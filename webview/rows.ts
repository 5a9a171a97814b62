import { cell, columnLeft, columns, offsetDigits, rowCount, type Grid } from './grid';
import type { ColumnName } from './columns/column';
import { element, setAttribute, setText, setHidden, setClass } from './element';
import { Inks } from './inks';
import { readRow, type RowBytes, type Scene } from './scene';
import { hex } from './texts';

interface Slot {
  readonly element: HTMLElement;
  readonly offset: HTMLElement;
  readonly cells: Readonly<Record<ColumnName, HTMLElement>>;
  readonly nodes: Readonly<Record<ColumnName, Text>>;
  /** What the nodes show. */
  row: number;
  from: number;
  to: number;
  bytes: Uint8Array;
  nibble: string;
  lostFrom: number;
}

const names: readonly ColumnName[] = ['hex', 'text'];

/**
 * A fixed pool of row elements with one text node per column. A row is rewritten only when it shows something else
 * than before.
 */
export class Rows {
  readonly element = element('div', 'rows', { role: 'rowgroup' });
  readonly #inks = new Inks();
  readonly #slots: Slot[] = [];
  #shape = '';

  /** The element of a row that is on screen. */
  rowElement(scene: Scene, row: number): HTMLElement | undefined {
    const slot = this.#slots[row - Math.floor(scene.top)];
    return slot?.row === row ? slot.element : undefined;
  }

  paint(scene: Scene): void {
    this.#reshape(scene);
    const first = Math.floor(scene.top);
    const total = rowCount(scene.grid);
    const cursorRow = Math.floor(scene.store.selection.cursor / scene.grid.bytesPerRow);
    this.#slots.forEach((slot, index) => {
      const row = first + index;
      const visible = row < total;
      setHidden(slot.element, !visible);
      setClass(slot.offset, 'active', row === cursorRow);
      if (visible) this.#write(scene, slot, row);
      else this.#blank(slot);
    });
    this.#inks.select(scene, (row) => this.#slots[row - first]?.nodes);
  }

  #write(scene: Scene, slot: Slot, row: number): void {
    const { grid, edits, store } = scene;
    const offset = row * grid.bytesPerRow;
    const shown = readRow(scene, offset, scratch);
    const pending = edits.nibble;
    const nibble =
      pending !== null && pending.offset >= offset && pending.offset < offset + grid.bytesPerRow
        ? `${String(pending.offset - offset)}:${hex(pending.high)}`
        : '';
    const lostFrom = Math.min(grid.bytesPerRow, Math.max(0, store.size - offset));
    if (slot.row !== row) {
      slot.row = row;
      setText(slot.offset, hex(offset, offsetDigits(grid)));
      setAttribute(slot.element, 'aria-rowindex', String(row + 2));
    } else if (same(slot, shown) && slot.nibble === nibble && slot.lostFrom === lostFrom) return;
    slot.from = shown.from;
    slot.to = shown.to;
    slot.nibble = nibble;
    slot.lostFrom = lostFrom;
    slot.bytes.set(shown.bytes);
    for (const name of names) {
      let text = columns[name].format(shown.bytes, shown.from, shown.to, grid.bytesPerRow);
      if (name === 'hex' && pending !== null && nibble !== '') {
        const at = columns.hex.start(pending.offset - offset, grid.bytesPerRow);
        text = `${text.slice(0, at)}${hex(pending.high)}_${text.slice(at + 2)}`;
      }
      const node = slot.nodes[name];
      if (node.data !== text) node.data = text;
    }
    this.#inks.row(slot, grid, shown, lostFrom);
  }

  #blank(slot: Slot): void {
    if (slot.row === -1) return;
    slot.row = -1;
    for (const name of names) slot.nodes[name].data = '';
    this.#inks.forget(slot);
  }

  #reshape(scene: Scene): void {
    const { grid } = scene;
    const shape = [
      scene.rows,
      grid.bytesPerRow,
      grid.charWidth,
      grid.rowHeight,
      offsetDigits(grid),
      devicePixelRatio,
    ].join();
    if (shape === this.#shape) return;
    this.#shape = shape;
    while (this.#slots.length > scene.rows) {
      const slot = this.#slots.pop();
      if (slot === undefined) break;
      this.#inks.forget(slot);
      slot.element.remove();
    }
    while (this.#slots.length < scene.rows) {
      const slot = newSlot();
      this.#slots.push(slot);
      this.element.append(slot.element);
    }
    this.#slots.forEach((slot) => {
      slot.row = -2;
      slot.element.style.height = `${String(grid.rowHeight)}px`;
      slot.element.style.lineHeight = `${String(grid.rowHeight)}px`;
      place(slot, grid);
    });
  }
}

const scratch = new Uint8Array(64);

function same(slot: Slot, shown: RowBytes): boolean {
  if (slot.from !== shown.from || slot.to !== shown.to) return false;
  for (let index = shown.from; index < shown.to; index++) {
    if (slot.bytes[index] !== shown.bytes[index]) return false;
  }
  return true;
}

function place(slot: Slot, grid: Grid): void {
  let end = Math.floor(columnLeft(grid, 'hex') - grid.charWidth);
  slot.offset.style.width = `${String(end)}px`;
  for (const name of names) {
    const last = cell(grid, name, grid.bytesPerRow - 1);
    const left = columnLeft(grid, name);
    slot.cells[name].style.marginLeft = `${String(left - end)}px`;
    slot.cells[name].style.width = `${String(last.left + last.width - left)}px`;
    end = last.left + last.width;
    setAttribute(slot.cells[name], 'aria-colindex', String(name === 'hex' ? 2 : 2 + grid.bytesPerRow));
    setAttribute(slot.cells[name], 'aria-colspan', String(grid.bytesPerRow));
  }
}

function newSlot(): Slot {
  const offset = element('span', 'offset', { role: 'rowheader', attributes: { 'aria-colindex': '1' } });
  const cells = {
    hex: element('span', 'bytes', { role: 'gridcell' }),
    text: element('span', 'bytes', { role: 'gridcell' }),
  };
  const nodes = { hex: document.createTextNode(''), text: document.createTextNode('') };
  cells.hex.append(nodes.hex);
  cells.text.append(nodes.text);
  const row = element('div', 'row', { role: 'row' }, offset, cells.hex, cells.text);
  return {
    element: row,
    offset,
    cells,
    nodes,
    row: -2,
    from: 0,
    to: 0,
    bytes: new Uint8Array(64),
    nibble: '',
    lostFrom: 0,
  };
}
