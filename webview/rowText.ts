import { cellKinds, newCells, readCells, type Cells } from '../extension/shared/cells';
import { unitLength, type Encoding } from '../extension/shared/encoding';
import { longestRow } from './grid';
import type { RowBytes, Scene } from './scene';

/** How far around a row an encoding looks, in bytes: a character may begin before the row and end after it. */
const reach: Readonly<Record<Encoding, { readonly before: number; readonly after: number }>> = {
  ascii: { before: 0, after: 0 },
  latin1: { before: 0, after: 0 },
  utf8: { before: 4, after: 4 },
  utf16le: { before: 4, after: 4 },
  utf16be: { before: 4, after: 4 },
  utf32le: { before: 0, after: 0 },
  utf32be: { before: 0, after: 0 },
  gb18030: { before: 128, after: 4 },
  shift_jis: { before: 128, after: 4 },
  big5: { before: 128, after: 4 },
};

const longest = longestRow + 128 + 4;
const scratch = new Uint8Array(longest);
const fresh = newCells(longestRow);
let versions = 0;

/** The text of one row in cells, kept until the bytes in and around the row are others. */
export class RowText {
  readonly cells: Cells = newCells(longestRow);
  /** 1 where the character that starts here is drawn by the layer of signs and not part of `line`. */
  readonly drawn = new Uint8Array(longestRow);
  /** Whether any is. */
  hasGlyphs = false;
  /** Whether the layer of signs has anything to draw here: characters, dots or marks of wrong bytes. */
  hasSigns = false;
  /** Another one for each text that any row ever had; 0: none yet. */
  version = 0;
  /** The row as its text node has it: what is drawn, dots and marks of wrong bytes are blanks. */
  line = '';
  readonly #seen = new Uint8Array(longest);
  /** Where those were, and how they were read; null: nothing was. */
  #encoding: Encoding | null = null;
  #offset = 0;
  #from = 0;
  #lead = 0;
  #length = 0;

  /** Reads the row; false, and nothing is done, where the bytes in and around it are those that were read last. */
  read(scene: Scene, shown: RowBytes): boolean {
    const lead = leadOf(scene, shown);
    const length = gather(scene, shown, lead);
    if (this.#holds(scene, shown, lead, length)) return false;
    this.#seen.set(scratch.subarray(0, length));
    const { from, to } = shown;
    const { encoding } = scene.grid.reading;
    // Units are counted from the start of the row: of one whose first bytes are not known nothing is told.
    const unit = unitLength(encoding);
    const start = Math.min(to, Math.ceil(from / unit) * unit);
    readCells(scratch.subarray(0, length), lead + start - from, lead + to - from, encoding, fresh);
    const { kinds, lengths, widths, texts } = this.cells;
    const { faces } = scene.theme;
    let line = '';
    this.hasGlyphs = this.hasSigns = false;
    this.version = ++versions;
    for (let index = 0; index < scene.grid.bytesPerRow; index++) {
      const known = index >= start && index < to;
      const kind = known ? (fresh.kinds[index - start] ?? 0) : 0;
      const text = known ? (fresh.texts[index - start] ?? '') : '';
      lengths[index] = known ? (fresh.lengths[index - start] ?? 0) : 0;
      const width = known ? (fresh.widths[index - start] ?? 0) : 0;
      const plain = text === '' || (width === 1 && faces.fits(text));
      line += text !== '' && plain ? text : ' ';
      this.drawn[index] = plain ? 0 : 1;
      if (!plain) this.hasGlyphs = true;
      if (!plain || kind === cellKinds.dot || kind === cellKinds.invalid) this.hasSigns = true;
      kinds[index] = kind;
      texts[index] = text;
      widths[index] = width;
    }
    this.line = line;
    return true;
  }

  /** Whether the bytes in the scratch are those that were read last; takes them down. */
  #holds(scene: Scene, { offset, from }: RowBytes, lead: number, length: number): boolean {
    const { encoding } = scene.grid.reading;
    let same =
      encoding === this.#encoding &&
      offset === this.#offset &&
      from === this.#from &&
      lead === this.#lead &&
      length === this.#length;
    for (let index = 0; same && index < length; index++) same = scratch[index] === this.#seen[index];
    this.#encoding = encoding;
    this.#offset = offset;
    this.#from = from;
    this.#lead = lead;
    this.#length = length;
    return same;
  }

  /** Rows have another shape now: nothing that was read holds. */
  clear(): void {
    this.#encoding = null;
    this.version = 0;
    this.hasGlyphs = this.hasSigns = false;
    this.drawn.fill(0);
    this.cells.kinds.fill(0);
    this.cells.widths.fill(0);
    this.cells.texts.fill('');
  }
}

/** How many bytes before a row are looked at. */
function leadOf({ grid, edits }: Scene, { offset, from }: RowBytes): number {
  const { before } = reach[grid.reading.encoding];
  let lead = 0;
  if (before > 0 && from === 0) {
    while (lead < before && lead < offset && edits.shown(offset - lead - 1) !== undefined) lead++;
  }
  // Units are counted from the start of the row.
  return lead - (lead % 4);
}

/** Fills the scratch with the bytes around a row and its own, as far as they are known without a gap; how many. */
function gather({ grid, edits, store }: Scene, { offset, from, to, bytes }: RowBytes, lead: number): number {
  const { after } = reach[grid.reading.encoding];
  for (let back = lead; back > 0; back--) scratch[lead - back] = edits.shown(offset - back) ?? 0;
  for (let index = from; index < to; index++) scratch[lead + index - from] = bytes[index] ?? 0;
  let length = lead + to - from;
  for (let next = 0; next < after && to === grid.bytesPerRow; next++) {
    const at = offset + to + next;
    const value = at < store.extent ? edits.shown(at) : undefined;
    if (value === undefined) break;
    scratch[length++] = value;
  }
  return length;
}
