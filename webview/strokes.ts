import type { Scene } from './scene';
import type { Theme } from './theme';

/** A character to draw into its cells. */
interface Glyph {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: 'common' | 'selected' | 'lost';
}

/** What to draw in device pixels; rectangles each as x, y, width and height after one another. */
export interface Strokes {
  /** By level, the coolest first. */
  readonly heat: readonly number[][];
  readonly selected: number[];
  readonly dots: number[];
  readonly wrong: number[];
  readonly waiting: number[];
  readonly glyphs: Glyph[];
}

export function newStrokes(levels: number): Strokes {
  const heat = Array.from({ length: levels }, () => []);
  return { heat, selected: [], dots: [], wrong: [], waiting: [], glyphs: [] };
}

/** Draws all of it, each kind with one fill. `line`: width of the outline of wrong bytes, in device pixels. */
export function strokeAll(
  context: CanvasRenderingContext2D,
  strokes: Strokes,
  scene: Pick<Scene, 'theme'>,
  line: number,
): void {
  const { theme } = scene;
  const { heat } = strokes;
  heat.forEach((rectangles, level) => {
    context.globalAlpha = (level + 1) / heat.length;
    fill(context, rectangles, theme.changedBackground);
  });
  context.globalAlpha = 1;
  fill(context, strokes.selected, theme.selection);
  const thick = Math.max(1, Math.round(2 * devicePixelRatio));
  heat.forEach((rectangles, level) => {
    context.globalAlpha = 0.35 + (0.65 * (level + 1)) / heat.length;
    fill(context, underline(rectangles, thick), theme.changedBorder);
  });
  context.globalAlpha = 1;
  fill(context, strokes.dots, theme.dot);
  outline(context, strokes.wrong, theme.dot, Math.max(1, line));
  fill(context, strokes.waiting, theme.pending);
  write(context, strokes.glyphs, theme);
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

/** A small hollow square where a byte belongs to no character. */
function outline(
  context: CanvasRenderingContext2D,
  squares: readonly number[],
  style: string,
  line: number,
): void {
  const sides: number[] = [];
  for (let at = 0; at + 3 < squares.length; at += 4) {
    const [x = 0, y = 0, width = 0, height = 0] = squares.slice(at, at + 4);
    sides.push(x - line, y - line, width + 2 * line, line, x - line, y + height, width + 2 * line, line);
    sides.push(x - line, y, line, height, x + width, y, line, height);
  }
  fill(context, sides, style);
}

function underline(rectangles: readonly number[], thick: number): number[] {
  const lines: number[] = [];
  for (let at = 0; at + 3 < rectangles.length; at += 4) {
    const bottom = (rectangles[at + 1] ?? 0) + (rectangles[at + 3] ?? 0);
    lines.push(rectangles[at] ?? 0, bottom - thick, rectangles[at + 2] ?? 0, thick);
  }
  return lines;
}

/** Each in the middle of its cells; one that is wider is narrowed to them. */
function write(context: CanvasRenderingContext2D, glyphs: readonly Glyph[], theme: Theme): void {
  if (glyphs.length === 0) return;
  const ratio = devicePixelRatio;
  const { faces } = theme;
  context.save();
  context.scale(ratio, ratio);
  context.font = faces.font;
  context.textAlign = 'center';
  const colours = { common: theme.foreground, selected: theme.selectionForeground, lost: theme.lost };
  for (const { text, x, y, width, colour } of glyphs) {
    context.fillStyle = colours[colour];
    context.fillText(text, (x + width / 2) / ratio, y / ratio + faces.baseline, width / ratio);
  }
  context.restore();
}
