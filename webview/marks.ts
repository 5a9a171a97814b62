import { printable } from './columns/text';
import type { ColumnName } from './columns/column';
import { cell, columnLeft, rowWidth } from './grid';
import { element } from './element';
import { readRow, type Scene } from './scene';
import { selectedRange } from './selection';
import type { Theme } from './theme';

/** A change glows this long, in milliseconds; without motion its mark stays for `still`. */
export const glow = 1600;
export const still = 1000;
const levels = 8;
const names: readonly ColumnName[] = ['hex', 'text'];

/**
 * The layer under the text: heat of changed bytes with an underline, so that a change does not depend on colour;
 * the selection; dots for unprintable bytes; a line under bytes that wait to be written.
 */
export class Marks {
  readonly element = element('canvas', 'marks', { attributes: { 'aria-hidden': 'true' } });
  readonly #context = this.element.getContext('2d');
  #width = 0;
  #height = 0;

  /** Paints all marks; returns whether a glow goes on, so that they must be painted again. */
  paint(scene: Scene, theme: Theme): boolean {
    const context = this.#context;
    if (context === null) return false;
    const { grid, store, edits } = scene;
    const ratio = devicePixelRatio;
    const originX = Math.floor(columnLeft(grid, 'hex') - grid.charWidth);
    this.#fit(rowWidth(grid) - originX, scene.rows * grid.rowHeight, ratio);
    this.element.style.left = `${String(originX)}px`;
    context.clearRect(0, 0, this.element.width, this.element.height);
    const snap = (value: number): number => Math.round(value * ratio);
    const thick = Math.max(1, snap(2));
    const { start, length } = selectedRange(store.selection);
    const heat: number[][] = Array.from({ length: levels }, () => []);
    const selected: number[] = [];
    const dots: number[] = [];
    const waiting: number[] = [];
    const xs = names.map((name) =>
      Array.from({ length: grid.bytesPerRow }, (_, index) => {
        const { left, width } = cell(grid, name, index);
        const grow = name === 'hex' ? 2 : 0;
        const x = snap(left - originX - grow);
        return { x, width: snap(left - originX + width + grow) - x };
      }),
    );
    const dot = Math.max(1, snap(1.5));
    const first = Math.floor(scene.top);
    const glows = scene.now - store.history.latest < (theme.reducedMotion ? still : glow);
    for (let slot = 0; slot < scene.rows; slot++) {
      const offset = (first + slot) * grid.bytesPerRow;
      if (offset >= grid.extent) break;
      const row = readRow(scene, offset, scratch);
      const y = snap(slot * grid.rowHeight);
      const height = snap((slot + 1) * grid.rowHeight) - y;
      for (let index = row.from; index < row.to; index++) {
        const at = offset + index;
        const level = glows ? heatLevel(scene.now - store.history.changedAt(at), theme.reducedMotion) : 0;
        const unprintable = !printable(row.bytes[index] ?? 0);
        const typed = edits.pending.has(at) || edits.nibble?.offset === at;
        for (let column = 0; column < 2; column++) {
          const place = xs[column]?.[index];
          if (place === undefined) continue;
          if (level > 0) heat[level - 1]?.push(place.x, y, place.width, height);
          if (typed) waiting.push(place.x, y + height - thick, place.width, thick);
          if (column === 1 && unprintable) {
            dots.push(
              place.x + Math.round((place.width - dot) / 2),
              y + Math.round((height - dot) / 2),
              dot,
              dot,
            );
          }
        }
      }
      if (length > 0) {
        const from = Math.max(0, start - offset);
        const to = Math.min(grid.bytesPerRow, start + length - offset);
        for (let column = 0; column < 2 && from < to; column++) {
          const left = xs[column]?.[from];
          const right = xs[column]?.[to - 1];
          if (left && right) selected.push(left.x, y, right.x + right.width - left.x, height);
        }
      }
    }
    heat.forEach((rectangles, level) => {
      context.globalAlpha = (level + 1) / levels;
      fill(context, rectangles, theme.changedBackground);
    });
    context.globalAlpha = 1;
    fill(context, selected, theme.selection);
    heat.forEach((rectangles, level) => {
      context.globalAlpha = 0.35 + (0.65 * (level + 1)) / levels;
      fill(context, underline(rectangles, thick), theme.changedBorder);
    });
    context.globalAlpha = 1;
    fill(context, dots, theme.dot);
    fill(context, waiting, theme.pending);
    return glows;
  }

  #fit(width: number, height: number, ratio: number): void {
    const wide = Math.ceil(width * ratio);
    const high = Math.ceil(height * ratio);
    if (wide === this.#width && high === this.#height) return;
    this.#width = wide;
    this.#height = high;
    this.element.width = wide;
    this.element.height = high;
    this.element.style.width = `${String(wide / ratio)}px`;
    this.element.style.height = `${String(high / ratio)}px`;
  }
}

const scratch = new Uint8Array(64);

/** 1 … `levels` while a change of that age shows; 0 when it does not. */
export function heatLevel(age: number, reducedMotion: boolean): number {
  if (reducedMotion) return age < still ? levels : 0;
  return age >= glow ? 0 : Math.min(levels, Math.max(1, Math.ceil(levels * (1 - age / glow))));
}

/** Rectangles as x, y, width, height after one another. */
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
