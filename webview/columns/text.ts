import { cellKinds, type Cells } from '../../extension/shared/cells';
import type { Column } from './column';

/** One character cell per byte; a character of several bytes has the cells of all of them. */
export function textColumn(bytesPerRow: number): Column {
  return {
    name: 'text',
    unit: 1,
    glyphs: 1,
    width: bytesPerRow,
    heading: '',
    start: (index) => index,
    indexAt: (position) => Math.min(bytesPerRow - 1, Math.max(0, Math.floor(position))),
    runs: (from, to) => [from, to],
  };
}

/**
 * The text of a row: characters that are exactly a cell wide (`fits`). The others, dots and marks of wrong bytes
 * are blanks here: the marks layer draws them where their cells are, so that no font moves what follows them.
 */
export function textOf(cells: Cells, length: number, fits: (character: string) => boolean): string {
  let text = '';
  for (let index = 0; index < length; index++) {
    const character = cells.kinds[index] === cellKinds.glyph ? (cells.texts[index] ?? '') : '';
    text += character !== '' && cells.widths[index] === 1 && fits(character) ? character : ' ';
  }
  return text;
}

/** Space to tilde. */
export function printable(value: number): boolean {
  return value >= 0x20 && value < 0x7f;
}
