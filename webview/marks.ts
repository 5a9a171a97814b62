import type { Cells } from '../extension/shared/cells';
import { cellKinds } from '../extension/shared/cells';
import type { ColumnName } from './columns/column';
import { cell, columnLeft, rowWidth, type Grid } from './grid';
import { element } from './element';
import { newStrokes, strokeAll, type Strokes } from './strokes';
import type { Rows } from './rows';
import type { Scene } from './scene';
import { selectedRange } from './selection';

/** A change glows this long, in milliseconds; without motion its mark stays for `still`. */
export const glow = 1600;
export const still = 1000;
export const levels = 8;
/** All glows step down together, this often: between steps only the bytes that changed are painted. */
const step = glow / levels;
const names: readonly ColumnName[] = ['hex', 'text'];

interface Span {
  readonly x: number;
  readonly width: number;
}

/**
 * The layer under the text: heat of changed bytes with an underline, so that a change does not depend on colour;
 * the selection; dots for what cannot be drawn, marks for bytes that are no text, and characters that the font does
 * not keep to the grid; a line under bytes that wait to be written.
 */
export class Marks {
  readonly element = element('canvas', 'marks', { attributes: { 'aria-hidden': 'true' } });
  readonly #context = this.element.getContext('2d');
  #width = 0;
  #height = 0;
  #painted = '';
  #columns: unknown = null;
  #theme: unknown = null;
  #spans: Readonly<Record<ColumnName, readonly Span[]>> = { hex: [], text: [] };
  #origin = 0;

  /** Brings the marks up to date; returns whether a glow goes on, so that they must be painted again. */
  paint(scene: Scene, rows: Rows): boolean {
    const context = this.#context;
    if (context === null) return false;
    const { store, theme, grid } = scene;
    const changed = store.takeChanged();
    const dirty = rows.takeDirty();
    const key = pictureKey(scene);
    const whole = key !== this.#painted || theme !== this.#theme || grid.columns !== this.#columns;
    const glows = scene.now - store.history.latest < (theme.reducedMotion ? still : glow) + step;
    if (!whole && changed.length === 0 && dirty.length === 0) return glows;
    this.#painted = key;
    this.#theme = theme;
    this.#columns = grid.columns;
    const strokes = newStrokes(levels);
    if (whole) {
      this.#measure(scene);
      context.clearRect(0, 0, this.element.width, this.element.height);
      this.#collectAll(scene, rows, strokes);
    } else {
      this.#collectSome(context, scene, rows, strokes, changed, dirty);
    }
    strokeAll(context, strokes, scene, this.#snap(1.5));
    return glows;
  }

  #collectAll(scene: Scene, rows: Rows, strokes: Strokes): void {
    const { grid, store } = scene;
    const { start, length } = selectedRange(store.selection);
    const top = Math.floor(scene.top);
    for (let row = 0; row < scene.rows; row++) {
      const offset = (top + row) * grid.bytesPerRow;
      const bytes = Math.min(grid.bytesPerRow, grid.extent - offset);
      const cells = rows.textOf(top + row);
      for (let index = 0; index < bytes; index += grid.columns.hex.unit) {
        this.#collectMain(scene, strokes, row, offset, index);
      }
      for (let index = 0; index < bytes; index++)
        this.#collectText(scene, strokes, cells, row, offset, index);
      const from = Math.max(0, start - offset);
      const to = Math.min(grid.bytesPerRow, start + length - offset);
      if (length > 0 && from < to) this.#select(scene, strokes, row, from, to);
    }
  }

  /** Only what shows the bytes that changed, and the text that reads otherwise now. */
  #collectSome(
    context: CanvasRenderingContext2D,
    scene: Scene,
    rows: Rows,
    strokes: Strokes,
    changed: readonly number[],
    dirty: readonly number[],
  ): void {
    const { grid } = scene;
    const { unit } = grid.columns.hex;
    const first = Math.floor(scene.top) * grid.bytesPerRow;
    const end = Math.min(grid.extent, first + scene.rows * grid.bytesPerRow);
    const main = new Set<number>();
    const text = new Set<number>();
    for (const at of changed) {
      if (at < first || at >= end) continue;
      main.add(at - ((at - first) % unit));
      this.#addText(scene, rows, text, at);
    }
    for (const at of dirty) if (at >= first && at < end) this.#addText(scene, rows, text, at);
    for (const [name, places] of [['hex', main] as const, ['text', text] as const]) {
      for (const at of places) {
        const row = Math.floor((at - first) / grid.bytesPerRow);
        const offset = first + row * grid.bytesPerRow;
        const span = this.#spans[name][at - offset];
        if (!span) continue;
        const { y, height } = this.#line(scene, row);
        context.clearRect(span.x, y, span.width, height);
        if (isSelected(scene, at, name === 'hex' ? unit : 1)) {
          strokes.selected.push(span.x, y, span.width, height);
        }
        if (name === 'hex') this.#collectMain(scene, strokes, row, offset, at - offset);
        else {
          const cells = rows.textOf(offset / grid.bytesPerRow);
          this.#collectText(scene, strokes, cells, row, offset, at - offset);
        }
      }
    }
  }

  /** The cell of a byte and, where it is part of a character, all that the character is drawn over. */
  #addText({ grid }: Scene, rows: Rows, text: Set<number>, at: number): void {
    text.add(at);
    const row = Math.floor(at / grid.bytesPerRow);
    const cells = rows.textOf(row);
    const offset = row * grid.bytesPerRow;
    let index = at - offset;
    while (index > 0 && cells?.kinds[index] === cellKinds.rest) index--;
    const wide = (cells?.widths[index] ?? 0) > 1;
    if (!wide) return;
    text.add(offset + index);
    if (index + 1 < grid.bytesPerRow) text.add(offset + index + 1);
  }

  /** Heat and waiting line of the cell that starts at `index`: it is as hot as its hottest byte. */
  #collectMain(scene: Scene, strokes: Strokes, row: number, offset: number, index: number): void {
    const span = this.#spans.hex[index];
    if (!span) return;
    let level = 0;
    let typed = false;
    for (let at = offset + index; at < offset + index + scene.grid.columns.hex.unit; at++) {
      level = Math.max(level, levelOf(scene, at));
      typed ||= isTyped(scene, at);
    }
    this.#heat(scene, strokes, span, row, level, typed);
  }

  #collectText(
    scene: Scene,
    strokes: Strokes,
    cells: Cells | undefined,
    row: number,
    offset: number,
    index: number,
  ): void {
    const span = this.#spans.text[index];
    const at = offset + index;
    if (!span) return;
    this.#heat(scene, strokes, span, row, levelOf(scene, at), isTyped(scene, at));
    const kind = cells?.kinds[index] ?? cellKinds.rest;
    if (cells === undefined || kind === cellKinds.rest) return;
    const { y, height } = this.#line(scene, row);
    if (kind !== cellKinds.glyph) {
      const size = Math.max(1, this.#snap(kind === cellKinds.dot ? 1.5 : 3));
      const list = kind === cellKinds.dot ? strokes.dots : strokes.wrong;
      list.push(
        span.x + Math.round((span.width - size) / 2),
        y + Math.round((height - size) / 2),
        size,
        size,
      );
      return;
    }
    const text = cells.texts[index] ?? '';
    const width = cells.widths[index] ?? 1;
    if (text === ' ' || (width === 1 && scene.theme.faces.fits(text))) return;
    const last = this.#spans.text[Math.min(scene.grid.bytesPerRow - 1, index + width - 1)] ?? span;
    const colour = at >= scene.store.size ? 'lost' : isSelected(scene, at, 1) ? 'selected' : 'common';
    strokes.glyphs.push({ text, x: span.x, y, width: last.x + last.width - span.x, height, colour });
  }

  #heat(scene: Scene, strokes: Strokes, span: Span, row: number, level: number, typed: boolean): void {
    if (level === 0 && !typed) return;
    const { y, height } = this.#line(scene, row);
    const thick = Math.max(1, this.#snap(2));
    if (level > 0) strokes.heat[level - 1]?.push(span.x, y, span.width, height);
    if (typed) strokes.waiting.push(span.x, y + height - thick, span.width, thick);
  }

  #select({ grid }: Scene, strokes: Strokes, row: number, from: number, to: number): void {
    const { y, height } = this.#line({ grid }, row);
    for (const name of names) {
      const column = grid.columns[name];
      const runs = column.runs(from, to);
      const left = columnLeft(grid, name) - this.#origin;
      for (let at = 0; at + 1 < runs.length; at += 2) {
        const x = this.#snap(left + (runs[at] ?? 0) * grid.charWidth - grow(grid, name));
        const end = this.#snap(left + (runs[at + 1] ?? 0) * grid.charWidth + grow(grid, name));
        strokes.selected.push(x, y, end - x, height);
      }
    }
  }

  #measure(scene: Scene): void {
    const { grid } = scene;
    this.#origin = Math.floor(columnLeft(grid, 'hex') - grid.charWidth);
    const spans = (name: ColumnName): Span[] =>
      Array.from({ length: grid.bytesPerRow }, (_, index) => this.#span(grid, name, index));
    this.#spans = { hex: spans('hex'), text: spans('text') };
    const width = Math.ceil((rowWidth(grid) - this.#origin) * devicePixelRatio);
    const height = Math.ceil(scene.rows * grid.rowHeight * devicePixelRatio);
    this.element.style.left = `${String(this.#origin)}px`;
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.element.width = width;
    this.element.height = height;
    this.element.style.width = `${String(width / devicePixelRatio)}px`;
    this.element.style.height = `${String(height / devicePixelRatio)}px`;
  }

  #span(grid: Grid, name: ColumnName, index: number): Span {
    const { left, width } = cell(grid, name, index);
    const x = this.#snap(left - this.#origin - grow(grid, name));
    return { x, width: this.#snap(left - this.#origin + width + grow(grid, name)) - x };
  }

  #line({ grid }: Pick<Scene, 'grid'>, row: number): { readonly y: number; readonly height: number } {
    const y = this.#snap(row * grid.rowHeight);
    return { y, height: this.#snap((row + 1) * grid.rowHeight) - y };
  }

  #snap(value: number): number {
    return Math.round(value * devicePixelRatio);
  }
}

/** Cells with a gap around them are marked a little wider than their text, in pixels; bytes of a group adjoin. */
export function grow({ columns, reading }: Grid, name: ColumnName): number {
  return name === 'text' || (columns.hex.unit === 1 && reading.group > 1) ? 0 : 2;
}

/** 1 … `levels` while a change of that age shows; 0 when it does not. */
export function heatLevel(age: number, reducedMotion: boolean): number {
  if (reducedMotion) return age < still ? levels : 0;
  return age >= glow ? 0 : Math.min(levels, Math.max(1, Math.ceil(levels * (1 - age / glow))));
}

function levelOf({ store, now, theme }: Scene, at: number): number {
  return heatLevel(now - store.history.changedAt(at), theme.reducedMotion);
}

function isTyped({ edits }: Scene, at: number): boolean {
  return edits.pending.size > 0 || edits.nibble !== null
    ? edits.pending.has(at) || edits.nibble?.offset === at
    : false;
}

function isSelected({ store }: Scene, at: number, unit: number): boolean {
  const { start, length } = selectedRange(store.selection);
  return at + unit > start && at < start + length;
}

/** Everything but changed bytes that the picture depends on: while it stays, changed bytes alone are painted. */
function pictureKey({ grid, top, rows, store, edits, now }: Scene): string {
  const { span, selection } = store;
  return [
    Math.floor(top),
    rows,
    grid.reading.encoding,
    columnLeft(grid, 'hex'),
    grid.extent,
    grid.charWidth,
    grid.rowHeight,
    devicePixelRatio,
    span.offset,
    span.bytes.length,
    store.size,
    selection.cursor,
    selection.anchor,
    edits.nibble?.offset,
    [...edits.pending].map(([offset, { value }]) => `${String(offset)}=${String(value)}`).join(';'),
    now - store.history.latest > glow + step ? 'cold' : Math.floor(now / step),
  ].join();
}
