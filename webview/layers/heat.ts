import { columnNames, type ColumnName } from '../columns/column';
import { element, setHidden } from '../element';
import { heatLevel, levels } from '../glow';
import { columnLeft, longestRow, type Grid } from '../grid';
import type { Scene } from '../scene';
import { selectedRange } from '../selection';
import type { Theme } from '../theme';
import { colourOf, faded, over, pixel, type Colour } from './pixels';

/** What a cell shows: its level, and these. */
const selectedBit = 16;
const typedBit = 32;
const unknownCode = 255;

/**
 * The heat of changed bytes, with an underline, so that a change does not depend on colour, and a line under bytes
 * that wait to be written: a picture of one pixel per character and a few per row, stretched under the text. So
 * small a picture costs nothing to write anew, and only rows that show something else are.
 */
export class Heat {
  readonly element = element('canvas', 'heat', { attributes: { 'aria-hidden': 'true', hidden: '' } });
  // The picture is made of pixels that are put there, so it is kept where they are made.
  readonly #context = this.element.getContext('2d', { willReadFrequently: true });
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  /** Lines of the picture per row; the last one is the underline. */
  #lines = 1;
  #backs = new Uint32Array(0);
  #unders = new Uint32Array(0);
  #painted: Grid | null = null;
  #rows = 0;
  #theme: Theme | null = null;
  /** Per byte of the rows, what its cell in the main column and its cell in the text show. */
  #codes: Readonly<Record<ColumnName, Uint8Array>> = { hex: new Uint8Array(0), text: new Uint8Array(0) };
  readonly #times = new Float64Array(longestRow);
  readonly #levels = new Uint8Array(longestRow);
  readonly #row: Readonly<Record<ColumnName, Uint8Array>> = {
    hex: new Uint8Array(longestRow),
    text: new Uint8Array(longestRow),
  };

  /** Brings the picture up to date; whether anything glows, so that it must be painted again soon. */
  paint(scene: Scene): boolean {
    const { grid, store, edits, theme, now, rows } = scene;
    const context = this.#context;
    if (context === null) return false;
    if (grid !== this.#painted || rows !== this.#rows || theme !== this.#theme) this.#reshape(scene);
    const glows = heatLevel(now - store.history.latest, theme.reducedMotion) > 0;
    const marks = glows || edits.pending.size > 0 || edits.nibble !== null;
    if (!marks && this.element.hidden) return false;
    let first = rows;
    let last = -1;
    let shows = false;
    for (let row = 0; row < rows; row++) {
      const some = this.#look(scene, row, glows);
      shows ||= some;
      if (!this.#keep(row, grid.bytesPerRow)) continue;
      this.#draw(grid, row);
      if (first > row) first = row;
      last = row;
    }
    setHidden(this.element, !shows);
    if (this.#image !== null && last >= first) {
      const [top, lines] = [first * this.#lines, (last + 1 - first) * this.#lines];
      context.putImageData(this.#image, 0, 0, 0, top, this.#image.width, lines);
    }
    return glows;
  }

  /** Finds what the cells of a row show; false: nothing. */
  #look({ grid, top, store, edits, theme, now }: Scene, row: number, glows: boolean): boolean {
    const { bytesPerRow } = grid;
    const offset = (Math.floor(top) + row) * bytesPerRow;
    const length = Math.max(0, Math.min(bytesPerRow, grid.extent - offset));
    const { hex, text } = this.#row;
    hex.fill(0, 0, bytesPerRow);
    text.fill(0, 0, bytesPerRow);
    let shows = false;
    if (glows && store.history.times(offset, length, this.#times)) {
      for (let index = 0; index < length; index++) {
        const level = heatLevel(now - (this.#times[index] ?? -Infinity), theme.reducedMotion);
        this.#levels[index] = level;
        if (level > 0) shows = true;
      }
    } else this.#levels.fill(0, 0, length);
    const typed = edits.pending.size > 0 || edits.nibble !== null;
    if (!shows && !typed) return false;
    const { start, length: selected } = selectedRange(store.selection);
    const { unit } = grid.columns.hex;
    for (let index = 0; index < length; index++) {
      const at = offset + index;
      const level = this.#levels[index] ?? 0;
      const waits = typed && (edits.pending.has(at) || edits.nibble?.offset === at) ? typedBit : 0;
      if (level === 0 && waits === 0) continue;
      shows = true;
      const picked = at >= start && at < start + selected ? selectedBit : 0;
      text[index] = level | waits | picked;
      // A cell of several bytes is as hot as its hottest byte.
      const cell = index - (index % unit);
      const before = hex[cell] ?? 0;
      hex[cell] = Math.max(before & 15, level) | ((before | waits | picked) & ~15);
    }
    return shows;
  }

  /** Keeps what a row shows; false: it shows that already. */
  #keep(row: number, bytesPerRow: number): boolean {
    let differs = false;
    for (const name of columnNames) {
      const codes = this.#codes[name];
      const shown = this.#row[name];
      for (let index = 0, at = row * bytesPerRow; index < bytesPerRow; index++, at++) {
        const code = shown[index] ?? 0;
        if (codes[at] === code) continue;
        codes[at] = code;
        differs = true;
      }
    }
    return differs;
  }

  #draw(grid: Grid, row: number): void {
    const width = this.#image?.width ?? 0;
    const start = row * this.#lines * width;
    const under = start + (this.#lines - 1) * width;
    const pixels = this.#pixels;
    pixels.fill(0, start, under + width);
    for (const name of columnNames) {
      const column = grid.columns[name];
      const left = name === 'hex' ? 0 : textStart(grid);
      const codes = this.#row[name];
      for (let index = 0; index < grid.bytesPerRow; index += column.unit) {
        const code = codes[index] ?? 0;
        if (code === 0) continue;
        const from = left + column.start(index);
        // A few pixels each: calling fill() for them takes several times as long, and a colour in a variable is an
        // object of its own.
        for (let at = from; at < from + column.glyphs; at++) {
          pixels[start + at] = this.#backs[code] ?? 0;
          pixels[under + at] = this.#unders[code] ?? 0;
        }
      }
    }
    for (let line = 1; line + 1 < this.#lines; line++) {
      pixels.copyWithin(start + line * width, start, start + width);
    }
  }

  #reshape({ grid, rows, theme }: Scene): void {
    if (theme !== this.#theme) this.#ink(theme);
    this.#painted = grid;
    this.#rows = rows;
    this.#theme = theme;
    const width = textStart(grid) + grid.columns.text.width;
    // An underline of two pixels.
    this.#lines = Math.max(2, Math.round(grid.rowHeight / 2));
    const height = Math.max(1, rows * this.#lines);
    this.#image = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.element.width = width;
    this.element.height = height;
    const { style } = this.element;
    style.left = `${String(Math.round(columnLeft(grid, 'hex')))}px`;
    style.width = `${String(width * grid.charWidth)}px`;
    style.height = `${String(rows * grid.rowHeight)}px`;
    const codes = (): Uint8Array => new Uint8Array(rows * grid.bytesPerRow).fill(unknownCode);
    this.#codes = { hex: codes(), text: codes() };
  }

  #ink(theme: Theme): void {
    this.#backs = new Uint32Array(typedBit * 2);
    this.#unders = new Uint32Array(typedBit * 2);
    const [back, line, pending] = [theme.changedBackground, theme.changedBorder, theme.pending].map(colourOf);
    const none: Colour = [0, 0, 0, 0];
    for (let code = 1; code < typedBit * 2; code++) {
      const share = (code & 15) / levels;
      // The selection keeps its own colour: text is readable on it.
      const fill = (code & selectedBit) !== 0 || share === 0 ? none : faded(back ?? none, share);
      const under = share === 0 ? fill : over(faded(line ?? none, 0.35 + 0.65 * share), fill);
      this.#backs[code] = pixel(fill);
      this.#unders[code] = pixel((code & typedBit) !== 0 ? (pending ?? none) : under);
    }
  }
}

/** First character of the text column, counted from that of the main column. */
function textStart(grid: Grid): number {
  return Math.round((columnLeft(grid, 'text') - columnLeft(grid, 'hex')) / grid.charWidth);
}
