import { cellKinds } from '../../extension/shared/cells';
import { element, setHidden } from '../element';
import { columnLeft, type Grid } from '../grid';
import type { Rows } from '../rows';
import type { RowText } from '../rowText';
import type { Scene } from '../scene';
import { selectedRange } from '../selection';
import type { Theme } from '../theme';
import { colourOf, pixel } from './pixels';

/** A small picture for each cell of a row: where it begins, and its pixels from there on. */
interface Sign {
  readonly lefts: Int32Array;
  readonly places: readonly number[];
}
const nothing: Sign = { lefts: new Int32Array(0), places: [] };

/**
 * What the text column shows besides its text: dots for what cannot be drawn, small hollow squares for bytes that
 * are no text, and characters that the font does not keep to the grid. A picture of the text column alone, in the
 * pixels of the device; only rows that read otherwise are drawn anew.
 */
export class Signs {
  readonly element = element('canvas', 'signs', { attributes: { 'aria-hidden': 'true', hidden: '' } });
  readonly #context = this.element.getContext('2d', { willReadFrequently: true });
  #painted: Grid | null = null;
  #theme: Theme | null = null;
  #ratio = 0;
  #count = 0;
  /** Frames that had come when this was painted last. */
  #frames = 0;
  /** The pixels of all rows, without characters. */
  #image: ImageData | null = null;
  #pixels = new Uint32Array(0);
  #colour = 0;
  /** Of the dots and of the squares. */
  #dot: Sign = nothing;
  #square: Sign = nothing;
  /** Per row, what was drawn: of which text, and how much of it was selected. */
  #versions = new Float64Array(0);
  #picked = new Int32Array(0);
  /** Per row, whether anything was drawn. */
  #filled = new Uint8Array(0);

  /** Brings the picture up to date; true: some characters are still to be drawn, by another paint. */
  paint(scene: Scene, rows: Rows): boolean {
    const { grid, theme, store, top } = scene;
    const context = this.#context;
    if (context === null) return false;
    if (
      grid !== this.#painted ||
      theme !== this.#theme ||
      scene.rows !== this.#count ||
      devicePixelRatio !== this.#ratio
    ) {
      this.#reshape(scene);
    }
    theme.faces.begin(scene.now, store.frames !== this.#frames);
    this.#frames = store.frames;
    const { start, length } = selectedRange(store.selection);
    const first = Math.floor(top);
    const dirty: number[] = [];
    let isFilled = false;
    for (let row = 0; row < scene.rows; row++) {
      const text = rows.textOf(first + row);
      const offset = (first + row) * grid.bytesPerRow;
      const picked = text?.hasGlyphs === true ? pickedOf(grid, offset, start, length, store.size) : 0;
      const version = text?.version ?? 0;
      if (this.#versions[row] !== version || this.#picked[row] !== picked) {
        this.#versions[row] = version;
        this.#picked[row] = picked;
        if (text?.hasSigns === true || this.#filled[row] === 1) dirty.push(row);
        this.#filled[row] = text?.hasSigns === true ? 1 : 0;
      }
      isFilled ||= this.#filled[row] === 1;
    }
    setHidden(this.element, !isFilled);
    for (const row of dirty) this.#mark(grid, row, rows.textOf(first + row));
    this.#put(context, grid, dirty);
    let isLate = false;
    for (const row of dirty) {
      const text = rows.textOf(first + row);
      if (text?.hasGlyphs !== true || this.#write(context, scene, text, first + row, row)) continue;
      isLate = true;
      this.#versions[row] = -1;
    }
    return isLate;
  }

  /** Puts the pixels of these rows on the canvas, neighbours at once: what was written there before is gone. */
  #put(context: CanvasRenderingContext2D, grid: Grid, dirty: readonly number[]): void {
    const image = this.#image;
    for (let at = 0; image !== null && at < dirty.length;) {
      const from = dirty[at] ?? 0;
      let to = from;
      while (dirty[at] === to) {
        at++;
        to++;
      }
      const top = this.#snap(from * grid.rowHeight);
      context.putImageData(image, 0, 0, 0, top, image.width, this.#snap(to * grid.rowHeight) - top);
    }
  }

  /** Dots and hollow squares of a row. */
  #mark(grid: Grid, row: number, text: RowText | undefined): void {
    const width = this.#image?.width ?? 0;
    const top = this.#snap(row * grid.rowHeight) * width;
    const pixels = this.#pixels;
    pixels.fill(0, top, this.#snap((row + 1) * grid.rowHeight) * width);
    if (text?.hasSigns !== true) return;
    const { kinds } = text.cells;
    for (let index = 0; index < grid.bytesPerRow; index++) {
      const kind = kinds[index];
      if (kind !== cellKinds.dot && kind !== cellKinds.invalid) continue;
      const { lefts, places } = kind === cellKinds.dot ? this.#dot : this.#square;
      const left = top + (lefts[index] ?? 0);
      for (const place of places) pixels[left + place] = this.#colour;
    }
  }

  /**
   * A square of `size` pixels of the device in the middle of each cell; `line`: width of its outline, 0: filled.
   */
  #sign(grid: Grid, size: number, line: number, width: number, height: number): Sign {
    const top = Math.round((height - size) / 2);
    const places: number[] = [];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const isInside = line > 0 && Math.min(x, y) >= line && Math.max(x, y) < size - line;
        if (!isInside) places.push((top + y) * width + x);
      }
    }
    const lefts = Int32Array.from({ length: grid.bytesPerRow }, (_, index) => {
      const left = this.#snap(index * grid.charWidth);
      return left + Math.round((this.#snap((index + 1) * grid.charWidth) - left - size) / 2);
    });
    return { lefts, places };
  }

  /** Characters, each into its cells, as a picture that is made once: text that is drawn anew is shaped anew. */
  #write(
    context: CanvasRenderingContext2D,
    { grid, theme, store }: Scene,
    { cells, drawn }: RowText,
    line: number,
    row: number,
  ): boolean {
    const offset = line * grid.bytesPerRow;
    const top = this.#snap(row * grid.rowHeight);
    const height = this.#snap(grid.rowHeight);
    const { start, length } = selectedRange(store.selection);
    let all = true;
    for (let index = 0; index < grid.bytesPerRow; index++) {
      if (drawn[index] !== 1) continue;
      const at = offset + index;
      const isPicked = at >= start && at < start + length;
      const colour = at >= store.size ? theme.lost : isPicked ? theme.selectionForeground : theme.foreground;
      const end = Math.min(grid.bytesPerRow, index + Math.max(1, cells.widths[index] ?? 1));
      const left = this.#snap(index * grid.charWidth);
      const width = this.#snap(end * grid.charWidth) - left;
      const stamp = theme.faces.stamp(cells.texts[index] ?? '', colour, width, height);
      if (stamp !== null) context.drawImage(stamp, left, top);
      else all = false;
    }
    return all;
  }

  #reshape({ grid, theme, rows }: Scene): void {
    this.#painted = grid;
    this.#theme = theme;
    this.#count = rows;
    this.#ratio = devicePixelRatio;
    this.#colour = pixel(colourOf(theme.dot));
    const width = Math.max(1, this.#snap(grid.columns.text.width * grid.charWidth));
    const line = Math.max(1, this.#snap(grid.rowHeight));
    const height = Math.max(1, this.#snap(rows * grid.rowHeight));
    this.#image = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    const outline = Math.max(1, this.#snap(1.5));
    this.#dot = this.#sign(grid, Math.max(1, this.#snap(1.5)), 0, width, line);
    this.#square = this.#sign(grid, Math.max(1, this.#snap(3)) + 2 * outline, outline, width, line);
    this.element.width = width;
    this.element.height = height;
    const { style } = this.element;
    style.left = `${String(Math.round(columnLeft(grid, 'text') * devicePixelRatio) / devicePixelRatio)}px`;
    style.width = `${String(width / devicePixelRatio)}px`;
    style.height = `${String(height / devicePixelRatio)}px`;
    this.#versions = new Float64Array(rows).fill(-1);
    this.#picked = new Int32Array(rows);
    this.#filled = new Uint8Array(rows);
  }

  #snap(value: number): number {
    return Math.round(value * devicePixelRatio);
  }
}

/** Which part of a row is selected and which is lost, as one number: characters there have another colour. */
function pickedOf(grid: Grid, offset: number, start: number, length: number, size: number): number {
  const inRow = (at: number): number => Math.min(grid.bytesPerRow, Math.max(0, at - offset));
  const from = inRow(start);
  const to = Math.max(from, inRow(start + length));
  return ((from === to ? 0 : from * 256 + to) * 256 + inRow(size)) | 0;
}
