/** The editor's font as the marks layer needs it: which characters keep to the grid, and where their line is. */
export class Faces {
  readonly #context = document.createElement('canvas').getContext('2d');
  readonly #fits = new Map<string, boolean>();
  /** From the top edge of a row to the line that letters stand on, in pixels. */
  readonly baseline: number;

  constructor(
    /** As CSS writes it, with size and family. */
    readonly font: string,
    private readonly charWidth: number,
    rowHeight: number,
  ) {
    if (this.#context) this.#context.font = font;
    const box = this.#context?.measureText('0');
    const ascent = Math.round(box?.fontBoundingBoxAscent ?? rowHeight * 0.75);
    const descent = Math.round(box?.fontBoundingBoxDescent ?? rowHeight * 0.25);
    this.baseline = Math.floor((rowHeight - ascent - descent) / 2) + ascent;
  }

  /**
   * Whether a character may stand in a row's text: it is as wide as every other, and what is written from right to
   * left or joins its neighbours is left out. ASCII always may.
   */
  fits(character: string): boolean {
    if (character < '\x7f') return true;
    const known = this.#fits.get(character);
    if (known !== undefined) return known;
    const width = character < '\u0590' ? (this.#context?.measureText(character).width ?? 0) : 0;
    // A row of the longest kind must not be off by a pixel at its end.
    const fits = Math.abs(width - this.charWidth) < 1 / 256;
    this.#fits.set(character, fits);
    return fits;
  }

  /** Advance of a character in this font or the one that stands in for it, in pixels. */
  width(character: string): number {
    return this.#context?.measureText(character).width ?? this.charWidth;
  }
}
