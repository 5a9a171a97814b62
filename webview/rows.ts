import { columnNames, type ColumnName } from './columns/column';
import { element, setAttribute, setText, setHidden, setClass } from './element';
import { cellNumber, columnLeft, longestRow, offsetDigits, offsetText, rowCount, type Grid } from './grid';
import { blank, dotted, holesOfRow } from './holes';
import { Inks } from './inks';
import { dueAgain } from './paintClock';
import { RowText } from './rowText';
import { readRow, type RowBytes, type Scene } from './scene';
import { hex } from './texts';

interface Slot {
  readonly element: HTMLElement;
  readonly offset: HTMLElement;
  readonly cells: Readonly<Record<ColumnName, HTMLElement>>;
  readonly nodes: Readonly<Record<ColumnName, Text>>;
  readonly text: RowText;
  /** The data of the nodes. */
  readonly data: Record<ColumnName, string>;
  /** What they show. */
  row: number;
  from: number;
  to: number;
  bytes: Uint8Array;
  nibble: string;
  lostFrom: number;
  /** Where holes are shown. */
  holes: string;
  isHidden: boolean;
  isActive: boolean;
  /** The version of the text that its description is of. */
  described: number;
}

/**
 * A fixed pool of row elements with one text node per column. A row is rewritten only when it shows something else
 * than before.
 */
export class Rows {
  readonly element = element('div', 'rows', { role: 'rowgroup' });
  readonly #inks = new Inks();
  readonly #slots: Slot[] = [];
  #first = 0;
  #shape = '';
  #reading: Grid['columns'] | null = null;
  #faces: Scene['theme']['faces'] | null = null;
  /** When descriptions were last brought up to date. */
  #described = -Infinity;

  /** The element of a row that is on screen. */
  rowElement(scene: Scene, row: number): HTMLElement | undefined {
    const slot = this.#slots[row - Math.floor(scene.top)];
    return slot?.row === row ? slot.element : undefined;
  }

  /** The text of a row that is on screen, in cells. */
  textOf(row: number): RowText | undefined {
    const slot = this.#slots[row - this.#first];
    return slot?.row === row ? slot.text : undefined;
  }

  /** Brings the rows up to date; in how many milliseconds it must be called again, Infinity: it need not. */
  paint(scene: Scene): number {
    this.#reshape(scene);
    const first = Math.floor(scene.top);
    this.#first = first;
    const total = rowCount(scene.grid);
    const cursorRow = Math.floor(scene.store.selection.cursor / scene.grid.bytesPerRow);
    this.#slots.forEach((slot, index) => {
      const row = first + index;
      const visible = row < total;
      // Asking an element for what it has costs more than all else here.
      if (slot.isHidden === visible) setHidden(slot.element, (slot.isHidden = !visible));
      if (slot.isActive !== (row === cursorRow)) {
        setClass(slot.offset, 'active', (slot.isActive = row === cursorRow));
      }
      if (visible) this.#write(scene, slot, row);
      else this.#blank(slot);
    });
    this.#inks.select(scene, (row) => this.#slots[row - first]?.nodes);
    return this.#describe(scene.now);
  }

  /** What the layer of signs draws is in no text node: the cell is described by it, less often than it changes. */
  #describe(now: number): number {
    if (this.#slots.every(({ described, text }) => described === text.version)) return Infinity;
    const due = dueAgain(this.#described, now);
    if (due > 0) return due;
    this.#described = now;
    for (const slot of this.#slots) {
      if (slot.described === slot.text.version) continue;
      slot.described = slot.text.version;
      const { hasGlyphs, cells } = slot.text;
      setAttribute(slot.cells.text, 'aria-description', hasGlyphs ? cells.texts.join('') : null);
    }
    return Infinity;
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
    const moved = slot.row !== row;
    if (moved) {
      slot.row = row;
      setText(slot.offset, offsetText(grid, offset));
      setAttribute(slot.element, 'aria-rowindex', String(row + 2));
    }
    const holes = holesOfRow(scene, shown);
    const holesKey = holes.join();
    const holesDiffer = slot.holes !== holesKey;
    if (holesDiffer) slot.text.clear();
    const bytesDiffer = moved || slot.lostFrom !== lostFrom || holesDiffer || !same(slot, shown);
    if (slot.text.read(scene, shown)) {
      blank(slot.text, holes);
      setData(slot, 'text', slot.text.line);
    }
    if (!bytesDiffer && slot.nibble === nibble) return;
    slot.from = shown.from;
    slot.to = shown.to;
    slot.nibble = nibble;
    slot.lostFrom = lostFrom;
    slot.holes = holesKey;
    slot.bytes.set(shown.bytes);
    let main = dotted(grid.columns.hex.format(shown.bytes, shown.from, shown.to), grid.columns.hex, holes);
    if (pending !== null && nibble !== '' && grid.columns.hex.unit === 1) {
      const at = grid.columns.hex.start(pending.offset - offset);
      main = `${main.slice(0, at)}${hex(pending.high)}_${main.slice(at + 2)}`;
    }
    setData(slot, 'hex', main);
    this.#inks.row(slot, grid, shown, lostFrom);
  }

  #blank(slot: Slot): void {
    if (slot.row === -1) return;
    slot.row = -1;
    for (const name of columnNames) setData(slot, name, '');
    this.#inks.forget(slot);
  }

  #reshape(scene: Scene): void {
    const { grid } = scene;
    const reading = grid.columns;
    const shape = [
      scene.rows,
      grid.reading.encoding,
      grid.reading.colourByClass,
      grid.reading.dimZeros,
      JSON.stringify(grid.reading.base),
      grid.bytesPerRow,
      grid.charWidth,
      grid.rowHeight,
      offsetDigits(grid),
      devicePixelRatio,
    ].join();
    if (shape === this.#shape && reading === this.#reading && scene.theme.faces === this.#faces) return;
    this.#shape = shape;
    this.#reading = reading;
    this.#faces = scene.theme.faces;
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
      this.#inks.forget(slot);
      slot.text.clear();
      slot.row = -2;
      slot.element.style.height = `${String(grid.rowHeight)}px`;
      slot.element.style.lineHeight = `${String(grid.rowHeight)}px`;
      place(slot, grid);
    });
  }
}

const scratch = new Uint8Array(longestRow);

/** The same text again would cost a layout, and asking the node for its text costs more than remembering it. */
function setData(slot: Slot, name: ColumnName, text: string): void {
  if (slot.data[name] === text) return;
  slot.data[name] = text;
  slot.nodes[name].data = text;
}

function same(slot: Slot, shown: RowBytes): boolean {
  if (slot.from !== shown.from || slot.to !== shown.to) return false;
  for (let index = shown.from; index < shown.to; index++) {
    if (slot.bytes[index] !== shown.bytes[index]) return false;
  }
  return true;
}

/** A row is one line of text, every column as long as it is wide: boxes of their own would cost half as much again. */
function place(slot: Slot, grid: Grid): void {
  let end = 0;
  for (const name of columnNames) {
    const { unit, width } = grid.columns[name];
    const left = columnLeft(grid, name);
    slot.cells[name].style.marginLeft = `${String(left - end)}px`;
    end = left + width * grid.charWidth;
    setAttribute(slot.cells[name], 'aria-colindex', String(cellNumber(grid, name, 0)));
    setAttribute(slot.cells[name], 'aria-colspan', String(grid.bytesPerRow / unit));
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
    text: new RowText(),
    data: { hex: '', text: '' },
    row: -2,
    from: 0,
    to: 0,
    bytes: new Uint8Array(longestRow),
    nibble: '',
    lostFrom: 0,
    holes: '',
    isHidden: false,
    isActive: false,
    described: 0,
  };
}
