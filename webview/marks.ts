import { printable } from './columns/text';
import type { ColumnName } from './columns/column';
import { cell, columnLeft, rowWidth, type Grid } from './grid';
import { element } from './element';
import type { Scene } from './scene';
import { selectedRange } from './selection';
import type { Theme } from './theme';

/** A change glows this long, in milliseconds; without motion its mark stays for `still`. */
export const glow = 1600;
export const still = 1000;
const levels = 8;
/** All glows step down together, this often: between steps only the bytes that changed are painted. */
const step = glow / levels;
const names: readonly ColumnName[] = ['hex', 'text'];

interface Span {
  readonly x: number;
  readonly width: number;
}

/** Rectangles to fill, each as x, y, width and height after one another. */
interface Strokes {
  readonly heat: readonly number[][];
  readonly selected: number[];
  readonly dots: number[];
  readonly waiting: number[];
}

/**
 * The layer under the text: heat of changed bytes with an underline, so that a change does not depend on colour;
 * the selection; dots for unprintable bytes; a line under bytes that wait to be written.
 */
export class Marks {
  readonly element = element('canvas', 'marks', { attributes: { 'aria-hidden': 'true' } });
  readonly #context = this.element.getContext('2d');
  #width = 0;
  #height = 0;
  #painted = '';
  #spans: readonly (readonly Span[])[] = [];
  #origin = 0;
  #theme: Theme | null = null;

  /** Brings the marks up to date; returns whether a glow goes on, so that they must be painted again. */
  paint(scene: Scene, theme: Theme): boolean {
    const context = this.#context;
    if (context === null) return false;
    const { store } = scene;
    const changed = store.takeChanged();
    const key = pictureKey(scene);
    const whole = key !== this.#painted || theme !== this.#theme;
    const glows = scene.now - store.history.latest < (theme.reducedMotion ? still : glow) + step;
    if (!whole && changed.length === 0) return glows;
    this.#painted = key;
    this.#theme = theme;
    const strokes: Strokes = {
      heat: Array.from({ length: levels }, () => []),
      selected: [],
      dots: [],
      waiting: [],
    };
    if (whole) {
      this.#measure(scene);
      context.clearRect(0, 0, this.element.width, this.element.height);
      this.#collectRows(scene, theme, strokes);
    } else {
      this.#collectChanged(context, scene, theme, strokes, changed);
    }
    fillAll(context, strokes, theme);
    return glows;
  }

  #collectRows(scene: Scene, theme: Theme, strokes: Strokes): void {
    const { grid, store } = scene;
    const { start, length } = selectedRange(store.selection);
    const first = Math.floor(scene.top) * grid.bytesPerRow;
    const end = Math.min(grid.extent, first + scene.rows * grid.bytesPerRow);
    for (let at = first; at < end; at++) this.#collect(scene, theme, strokes, at);
    for (let row = 0; length > 0 && row < scene.rows; row++) {
      const offset = first + row * grid.bytesPerRow;
      const from = Math.max(0, start - offset);
      const to = Math.min(grid.bytesPerRow, start + length - offset);
      if (from >= to) continue;
      const y = this.#snap(row * grid.rowHeight);
      const height = this.#snap((row + 1) * grid.rowHeight) - y;
      for (const column of this.#spans) {
        const left = column[from];
        const right = column[to - 1];
        if (left && right) strokes.selected.push(left.x, y, right.x + right.width - left.x, height);
      }
    }
  }

  #collectChanged(
    context: CanvasRenderingContext2D,
    scene: Scene,
    theme: Theme,
    strokes: Strokes,
    changed: readonly number[],
  ): void {
    const { grid, store } = scene;
    const { start, length } = selectedRange(store.selection);
    const first = Math.floor(scene.top) * grid.bytesPerRow;
    const end = Math.min(grid.extent, first + scene.rows * grid.bytesPerRow);
    for (const at of changed) {
      if (at < first || at >= end) continue;
      const row = Math.floor((at - first) / grid.bytesPerRow);
      const y = this.#snap(row * grid.rowHeight);
      const height = this.#snap((row + 1) * grid.rowHeight) - y;
      for (const column of this.#spans) {
        const span = column[at - first - row * grid.bytesPerRow];
        if (!span) continue;
        context.clearRect(span.x, y, span.width, height);
        if (at >= start && at < start + length) strokes.selected.push(span.x, y, span.width, height);
      }
      this.#collect(scene, theme, strokes, at);
    }
  }

  #collect(scene: Scene, theme: Theme, strokes: Strokes, at: number): void {
    const { grid, edits, store, now } = scene;
    const value = edits.shown(at);
    if (value === undefined) return;
    const level = heatLevel(now - store.history.changedAt(at), theme.reducedMotion);
    const typed = edits.pending.has(at) || edits.nibble?.offset === at;
    const dotted = !printable(value);
    if (level === 0 && !typed && !dotted) return;
    const first = Math.floor(scene.top) * grid.bytesPerRow;
    const row = Math.floor((at - first) / grid.bytesPerRow);
    const index = at - first - row * grid.bytesPerRow;
    const y = this.#snap(row * grid.rowHeight);
    const height = this.#snap((row + 1) * grid.rowHeight) - y;
    const thick = Math.max(1, this.#snap(2));
    for (const column of this.#spans) {
      const span = column[index];
      if (!span) continue;
      if (level > 0) strokes.heat[level - 1]?.push(span.x, y, span.width, height);
      if (typed) strokes.waiting.push(span.x, y + height - thick, span.width, thick);
    }
    const text = this.#spans[1]?.[index];
    if (!dotted || !text) return;
    const dot = Math.max(1, this.#snap(1.5));
    strokes.dots.push(
      text.x + Math.round((text.width - dot) / 2),
      y + Math.round((height - dot) / 2),
      dot,
      dot,
    );
  }

  #measure(scene: Scene): void {
    const { grid } = scene;
    this.#origin = Math.floor(columnLeft(grid, 'hex') - grid.charWidth);
    this.#spans = names.map((name) =>
      Array.from({ length: grid.bytesPerRow }, (_, index) => this.#span(grid, name, index)),
    );
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
    const grow = name === 'hex' ? 2 : 0;
    const x = this.#snap(left - this.#origin - grow);
    return { x, width: this.#snap(left - this.#origin + width + grow) - x };
  }

  #snap(value: number): number {
    return Math.round(value * devicePixelRatio);
  }
}

/** Everything but changed bytes that the picture depends on: while it stays, changed bytes alone are painted. */
function pictureKey({ grid, top, rows, store, edits, now }: Scene): string {
  const { span, selection } = store;
  return [
    Math.floor(top),
    rows,
    grid.bytesPerRow,
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

/** 1 … `levels` while a change of that age shows; 0 when it does not. */
export function heatLevel(age: number, reducedMotion: boolean): number {
  if (reducedMotion) return age < still ? levels : 0;
  return age >= glow ? 0 : Math.min(levels, Math.max(1, Math.ceil(levels * (1 - age / glow))));
}

function fillAll(context: CanvasRenderingContext2D, strokes: Strokes, theme: Theme): void {
  strokes.heat.forEach((rectangles, level) => {
    context.globalAlpha = (level + 1) / levels;
    fill(context, rectangles, theme.changedBackground);
  });
  context.globalAlpha = 1;
  fill(context, strokes.selected, theme.selection);
  const thick = Math.max(1, Math.round(2 * devicePixelRatio));
  strokes.heat.forEach((rectangles, level) => {
    context.globalAlpha = 0.35 + (0.65 * (level + 1)) / levels;
    fill(context, underline(rectangles, thick), theme.changedBorder);
  });
  context.globalAlpha = 1;
  fill(context, strokes.dots, theme.dot);
  fill(context, strokes.waiting, theme.pending);
}

function fill(context: CanvasRenderingContext2D, rectangles: readonly number[], style: string): void {
  if (rectangles.length === 0) return;
  context.fillStyle = style;
  context.beginPath();
  for (let at = 0; at + 3 < rectangles.length; at += 4) {
    context.rect(
      rectangles[at] ?? 0,
      rectangles[at + 1] ?? 0,
      rectangles[at + 2] ?? 0,
      rectangles[at + 3] ?? 0,
    );
  }
  context.fill();
}

function underline(rectangles: readonly number[], thick: number): number[] {
  const lines: number[] = [];
  for (let at = 0; at + 3 < rectangles.length; at += 4) {
    const bottom = (rectangles[at + 1] ?? 0) + (rectangles[at + 3] ?? 0);
    lines.push(rectangles[at] ?? 0, bottom - thick, rectangles[at + 2] ?? 0, thick);
  }
  return lines;
}
