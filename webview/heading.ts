import { columnNames } from './columns/column';
import { cell, cellNumber, columnLeft, offsetDigits, rowWidth, type Grid } from './grid';
import { element, setAttribute, setText } from './element';
import type { Selection } from './selection';
import { text } from './texts';

/** The line above the bytes: the last digits of the offsets, and a mark over the cursor's column. */
export class Heading {
  readonly #offset = element('span', 'offset', {
    role: 'columnheader',
    text: text('grid.offset'),
    attributes: { 'aria-colindex': '1' },
  });
  readonly #titles = {
    hex: element('span', 'bytes', { role: 'columnheader', label: text('grid.hex') }),
    text: element('span', 'bytes', { role: 'columnheader' }),
  };
  readonly #mark = element('span', 'column-mark', { attributes: { 'aria-hidden': 'true' } });
  readonly element = element(
    'div',
    'heading',
    { role: 'row', attributes: { 'aria-rowindex': '1' } },
    this.#offset,
    this.#titles.hex,
    this.#titles.text,
    this.#mark,
  );
  #shape = '';
  #columns: Grid['columns'] | null = null;

  paint(grid: Grid, selection: Selection): void {
    const index = selection.cursor % grid.bytesPerRow;
    const { left, width } = cell(grid, 'hex', index);
    this.#mark.style.transform = `translateX(${String(Math.round(left))}px)`;
    const shape = [columnLeft(grid, 'hex'), rowWidth(grid), grid.bytesPerRow, grid.rowHeight].join();
    if (shape === this.#shape && grid.columns === this.#columns) return;
    this.#shape = shape;
    this.#columns = grid.columns;
    this.#mark.style.width = `${String(Math.round(width))}px`;
    // What is scrolled aside goes away under it where it does under the offsets.
    this.#offset.style.minWidth = `${String(offsetDigits(grid) * grid.charWidth)}px`;
    this.element.style.width = `${String(Math.ceil(rowWidth(grid)))}px`;
    this.element.parentElement?.style.setProperty('--row-width', `${String(Math.ceil(rowWidth(grid)))}px`);
    for (const name of columnNames) {
      const title = this.#titles[name];
      title.style.left = `${String(columnLeft(grid, name))}px`;
      setText(title, name === 'text' ? text('grid.text') : grid.columns.hex.heading);
      setAttribute(title, 'aria-colindex', String(cellNumber(grid, name, 0)));
      setAttribute(title, 'aria-colspan', String(grid.bytesPerRow / grid.columns[name].unit));
    }
  }
}
