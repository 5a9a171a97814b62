import { newCells, readCells, type Cells } from '../extension/shared/cells';
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

/** The text of one row in cells, kept until the bytes in and around the row are others. */
export class RowText {
  readonly cells: Cells = newCells(longestRow);
  /** 1 where the character that starts here is drawn by the marks layer and not part of `line`. */
  readonly drawn = new Uint8Array(longestRow);
  /** The row as its text node has it: what is drawn, dots and marks of wrong bytes are blanks. */
  line = '';
  readonly #seen = new Uint8Array(longest);
  #key = '';
  #length = 0;

  /** Whether the bytes around the row are other ones than those that were read last. */
  differs(scene: Scene, shown: RowBytes): boolean {
    const { key, length } = gather(scene, shown);
    if (key !== this.#key || length !== this.#length) return true;
    for (let index = 0; index < length; index++) if (scratch[index] !== this.#seen[index]) return true;
    return false;
  }

  /** Reads the row; the offsets of the bytes whose cell is another one now are added to `dirty`. */
  read(scene: Scene, shown: RowBytes, dirty: number[]): void {
    const { key, length, lead } = gather(scene, shown);
    this.#key = key;
    this.#length = length;
    this.#seen.set(scratch.subarray(0, length));
    const { from, to, offset } = shown;
    const { encoding } = scene.grid.reading;
    // Units are counted from the start of the row: of one whose first bytes are not known nothing is told.
    const unit = unitLength(encoding);
    const start = Math.min(to, Math.ceil(from / unit) * unit);
    readCells(scratch.subarray(0, length), lead + start - from, lead + to - from, encoding, fresh);
    const { kinds, lengths, widths, texts } = this.cells;
    const { faces } = scene.theme;
    let line = '';
    for (let index = 0; index < scene.grid.bytesPerRow; index++) {
      const known = index >= start && index < to;
      const kind = known ? (fresh.kinds[index - start] ?? 0) : 0;
      const text = known ? (fresh.texts[index - start] ?? '') : '';
      lengths[index] = known ? (fresh.lengths[index - start] ?? 0) : 0;
      const width = known ? (fresh.widths[index - start] ?? 0) : 0;
      const plain = text === '' || (width === 1 && (text < '\x7f' || faces.fits(text)));
      line += text !== '' && plain ? text : ' ';
      this.drawn[index] = plain ? 0 : 1;
      if (kinds[index] === kind && texts[index] === text) continue;
      kinds[index] = kind;
      texts[index] = text;
      widths[index] = width;
      dirty.push(offset + index);
    }
    this.line = line;
  }

  /** Rows have another shape now: nothing that was read holds. */
  clear(): void {
    this.#key = '';
    this.drawn.fill(0);
    this.cells.kinds.fill(0);
    this.cells.widths.fill(0);
    this.cells.texts.fill('');
  }
}

/** Fills the scratch with the bytes around a row and its own, as far as they are known without a gap. */
function gather(scene: Scene, { offset, from, to, bytes }: RowBytes) {
  const { grid, edits, store } = scene;
  const { encoding } = grid.reading;
  const { before, after } = reach[encoding];
  let lead = 0;
  if (before > 0 && from === 0) {
    while (lead < before && lead < offset && edits.shown(offset - lead - 1) !== undefined) lead++;
    // Units are counted from the start of the row.
    lead -= lead % 4;
    for (let back = lead; back > 0; back--) scratch[lead - back] = edits.shown(offset - back) ?? 0;
  }
  for (let index = from; index < to; index++) scratch[lead + index - from] = bytes[index] ?? 0;
  let length = lead + to - from;
  for (let next = 0; next < after && to === grid.bytesPerRow; next++) {
    const at = offset + to + next;
    const value = at < store.extent ? edits.shown(at) : undefined;
    if (value === undefined) break;
    scratch[length++] = value;
  }
  return { key: `${encoding}${String(offset)}/${String(from)}`, length, lead };
}
