/** Pixels from one line of the map to the next: as tall as `most` where the segment is small, never below `least`. */
const least = 3;
const most = 8;
/** Lines that a map may be asked in. */
const mostLines = 4096;
/** Least height of the frame around what is to be seen, in pixels. */
const leastSlider = 12;

/** How a whole segment is laid out in so many lines, each as many bytes. */
export interface MapShape {
  readonly lines: number;
  /** Pixels of a line and the gap below it; fractional. */
  readonly pitch: number;
  /** Pixels of all lines. */
  readonly height: number;
}

/** For `rows` rows of the grid in `height` pixels; no line is less than a row. */
export function mapShape(rows: number, height: number): MapShape {
  const room = Math.max(1, Math.floor(height / least));
  const lines = Math.max(0, Math.min(rows, room, mostLines));
  const pitch = lines === 0 ? most : Math.min(most, height / lines);
  return { lines, pitch, height: Math.round(lines * pitch) };
}

/** First byte of a line of `lines`; that of line `lines` is the size. Exact for any safe size. */
export function lineStart(line: number, lines: number, size: number): number {
  // size * line may be beyond 2^53.
  return line >= lines ? size : Math.floor((size / lines) * line);
}

/** The line that has a byte. */
export function lineOf(offset: number, lines: number, size: number): number {
  if (size <= 0) return 0;
  return Math.min(lines - 1, Math.max(0, Math.floor((offset / size) * lines)));
}

/** Where the frame around the visible rows is, in pixels. */
export interface Slider {
  readonly top: number;
  readonly height: number;
  /** Pixels that it can move. */
  readonly room: number;
}

/** `top` is the first visible row, `page` the rows that fit, `end` the last value of `top`, `rows` all rows. */
export function sliderOf(shape: MapShape, top: number, page: number, end: number, rows: number): Slider {
  const share = rows <= 0 ? 1 : Math.min(1, page / rows);
  const height = Math.min(shape.height, Math.max(leastSlider, Math.round(share * shape.height)));
  const room = shape.height - height;
  return { top: end <= 0 ? 0 : Math.round((top / end) * room), height, room };
}
