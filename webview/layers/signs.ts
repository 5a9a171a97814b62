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
  /** The pixels of one row. */
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
    theme.faces.begin(scene.now);
    const { start, length } = selectedRange(store.selection);
    const first = Math.floor(top);
    let isFilled = false;
    let isLate = false;
    for (let row = 0; row < scene.rows; row++) {
      const text = rows.textOf(first + row);
      const offset = (first + row) * grid.bytesPerRow;
      const picked = text?.hasGlyphs === true ? pickedOf(grid, offset, start, length, store.size) : 0;
      const version = text?.version ?? 0;
      if (this.#versions[row] !== version || this.#picked[row] !== picked) {
        const isWhole = this.#draw(context, scene, row, text, offset);
        isLate ||= !isWhole;
        this.#versions[row] = isWhole ? version : -1;
        this.#picked[row] = picked;
      }
      isFilled ||= this.#filled[row] === 1;
    }
    setHidden(this.element, !isFilled);
    return isLate;
  }

  /** Draws a row; false: not all of it. */
  #draw(
    context: CanvasRenderingContext2D,
    scene: Scene,
    row: number,
    text: RowText | undefined,
    offset: number,
  ): boolean {
    const image = this.#image;
    if (image === null || (text?.hasSigns !== true && this.#filled[row] === 0)) return true;
    const { grid } = scene;
    const top = this.#snap(row * grid.rowHeight);
    this.#pixels.fill(0);
    this.#filled[row] = text?.hasSigns === true ? 1 : 0;
    if (text?.hasSigns === true) this.#mark(grid, text);
    context.putImageData(image, 0, top);
    return text?.hasGlyphs !== true || this.#write(context, scene, text, offset, top);
  }

  /** Dots and hollow squares. */
  #mark(grid: Grid, text: RowText): void {
    const { kinds } = text.cells;
    const pixels = this.#pixels;
    for (let index = 0; index < grid.bytesPerRow; index++) {
      const kind = kinds[index];
      if (kind !== cellKinds.dot && kind !== cellKinds.invalid) continue;
      const { lefts, places } = kind === cellKinds.dot ? this.#dot : this.#square;
      const left = lefts[index] ?? 0;
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
    offset: number,
    top: number,
  ): boolean {
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
      const stamp = theme.faces.stamp(cells.texts[index] ?? '', colour, width, this.#image?.height ?? 0);
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
    this.#image = new ImageData(width, line);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    const outline = Math.max(1, this.#snap(1.5));
    this.#dot = this.#sign(grid, Math.max(1, this.#snap(1.5)), 0, width, line);
    this.#square = this.#sign(grid, Math.max(1, this.#snap(3)) + 2 * outline, outline, width, line);
    this.element.width = width;
    this.element.height = Math.max(1, this.#snap(rows * grid.rowHeight));
    const { style } = this.element;
    style.left = `${String(Math.round(columnLeft(grid, 'text') * devicePixelRatio) / devicePixelRatio)}px`;
    style.width = `${String(width / devicePixelRatio)}px`;
    style.height = `${String(this.element.height / devicePixelRatio)}px`;
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
