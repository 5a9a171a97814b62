const scratch = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** Red, green, blue and alpha, 0 … 255 each. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** What a computed CSS colour is in pixels; transparent where there is no canvas. */
export function colourOf(style: string): Colour {
  if (scratch === null) return [0, 0, 0, 0];
  scratch.clearRect(0, 0, 1, 1);
  scratch.fillStyle = style;
  scratch.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = scratch.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha];
}

/** The colour with its alpha times `share`, 0 … 1. */
export function faded([red, green, blue, alpha]: Colour, share: number): Colour {
  return [red, green, blue, Math.round(alpha * share)];
}

/** `top` painted over `bottom` (source-over of Porter and Duff). */
export function over(top: Colour, bottom: Colour): Colour {
  const covers = top[3] / 255;
  const shows = (bottom[3] / 255) * (1 - covers);
  const alpha = covers + shows;
  if (alpha === 0) return [0, 0, 0, 0];
  const mixed = (index: 0 | 1 | 2): number =>
    Math.round((top[index] * covers + bottom[index] * shows) / alpha);
  return [mixed(0), mixed(1), mixed(2), Math.round(alpha * 255)];
}

/** The colour as one element of a Uint32Array over the data of an ImageData; every system VS Code runs on is little-endian. */
export function pixel([red, green, blue, alpha]: Colour): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
