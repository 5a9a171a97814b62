/** Most pictures of characters that are kept. */
const mostStamps = 4096;
/**
 * How long making new pictures may take, at once in milliseconds and in the long run as a share of the time, less
 * while bytes keep changing: a rare character makes the system look for a font.
 */
const patience = { most: 4, share: 0.25, busyShare: 0.03 };
/**
 * Paints in a row that must want a character: one that is gone again at once needs no picture. Where every
 * frame changes a fifth of the bytes, 3 of 100 characters of two bytes are still there after so many.
 */
const wantedOften = 8;

/** The editor's font as the layer of signs needs it: which characters keep to the grid, and pictures of the others. */
export class Faces {
  // A canvas that is in no document: setting a font on one that is makes the page compute its styles.
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #context = this.#canvas.getContext('2d');
  readonly #fits = new Map<string, boolean>();
  readonly #stamps = new Map<string, ImageBitmap>();
  /** Milliseconds that may still be spent. */
  #allowance = patience.most;
  #begun = -Infinity;
  /** How many paints in a row have wanted a picture that is not made yet; up to the last one, and in this one. */
  #wantedBefore = new Map<string, number>();
  #wanted = new Map<string, number>();
  /** From the top edge of a row to the line that letters stand on, in pixels. */
  readonly #baseline: number;

  constructor(
    /** As CSS writes it, with size and family. */
    private readonly font: string,
    private readonly charWidth: number,
    rowHeight: number,
  ) {
    if (this.#context) this.#context.font = font;
    const box = this.#context?.measureText('0');
    const ascent = Math.round(box?.fontBoundingBoxAscent ?? rowHeight * 0.75);
    const descent = Math.round(box?.fontBoundingBoxDescent ?? rowHeight * 0.25);
    this.#baseline = Math.floor((rowHeight - ascent - descent) / 2) + ascent;
  }

  /**
   * Whether a character may stand in a row's text: it is as wide as every other, and what is written from right to
   * left or joins its neighbours is left out. ASCII always may.
   */
  fits(character: string): boolean {
    if (character.charCodeAt(0) < 0x7f) return true;
    const known = this.#fits.get(character);
    if (known !== undefined) return known;
    const width = character < '\u0590' ? (this.#context?.measureText(character).width ?? 0) : 0;
    // A row of the longest kind must not be off by a pixel at its end.
    const fits = Math.abs(width - this.charWidth) < 1 / 256;
    this.#fits.set(character, fits);
    return fits;
  }

  /**
   * A picture of a character in the middle of a box of `width` by `height` device pixels; one that is wider is
   * narrowed to it. Kept: drawing the same character again costs a copy. null: not in this paint any more.
   */
  stamp(character: string, colour: string, width: number, height: number): ImageBitmap | null {
    const key = `${character}/${colour}/${String(width)}/${String(height)}/${String(devicePixelRatio)}`;
    const known = this.#stamps.get(key);
    if (known !== undefined) return known;
    const often = (this.#wantedBefore.get(key) ?? 0) + 1;
    if (often < wantedOften || this.#allowance <= 0) {
      this.#wanted.set(key, often);
      return null;
    }
    const start = performance.now();
    if (this.#stamps.size >= mostStamps) this.#forget();
    const made = this.#draw(character, colour, width, height);
    if (made !== null) this.#stamps.set(key, made);
    this.#allowance -= performance.now() - start;
    return made;
  }

  /** A new paint begins, at `now` in the milliseconds of `performance.now()`; `isBusy`: bytes keep changing. */
  begin(now: number, isBusy: boolean): void {
    const earned = (now - this.#begun) * (isBusy ? patience.busyShare : patience.share);
    this.#allowance = Math.min(patience.most, this.#allowance + earned);
    this.#begun = now;
    [this.#wantedBefore, this.#wanted] = [this.#wanted, this.#wantedBefore];
    this.#wanted.clear();
  }

  #draw(character: string, colour: string, width: number, height: number): ImageBitmap | null {
    const context = this.#context;
    if (context === null || width <= 0 || height <= 0) return null;
    // A new size clears the canvas and forgets the font.
    this.#canvas.width = width;
    this.#canvas.height = height;
    const ratio = devicePixelRatio;
    context.scale(ratio, ratio);
    context.font = this.font;
    context.textAlign = 'center';
    context.fillStyle = colour;
    context.fillText(character, width / 2 / ratio, this.#baseline, width / ratio);
    const made = this.#canvas.transferToImageBitmap();
    context.font = this.font;
    return made;
  }

  #forget(): void {
    for (const stamp of this.#stamps.values()) stamp.close();
    this.#stamps.clear();
  }
}
