import type { Encoding } from './encoding';
import { legacy } from './legacy';
import { glyphWidth } from './glyphWidth';

/** What stands in the cell of a byte. */
export const cellKinds = {
  /** The byte belongs to a character that starts before it. */
  rest: 0,
  /** A character starts here. */
  glyph: 1,
  /** A character that cannot be drawn alone: control, format, combining, private, not assigned. Shown as a dot. */
  dot: 2,
  /** No character of the encoding: shown as a mark. */
  invalid: 3,
} as const;

/**
 * The text of a row of bytes in cells, one a byte, so that text stays under its bytes. All lists are as long as the
 * row. A character is drawn where it starts; the cells of its other bytes stay blank.
 */
export interface Cells {
  /** One of `cellKinds` per byte. */
  readonly kinds: Uint8Array;
  /** Bytes of what starts here, also those past the end of the row; 0 where nothing starts. */
  readonly lengths: Uint8Array;
  /** Cells that the glyph is wide, 1 or 2; 0 where there is none. Never more than `lengths`. */
  readonly widths: Uint8Array;
  /** The character; '' where there is none to draw. */
  readonly texts: string[];
}

/** Room for a row of `length` bytes, to be filled again and again. */
export function newCells(length: number): Cells {
  return {
    kinds: new Uint8Array(length),
    lengths: new Uint8Array(length),
    widths: new Uint8Array(length),
    texts: Array.from({ length }, () => ''),
  };
}

/**
 * Fills `target` with what the bytes `from` ≤ index < `to` say. Bytes before and after are looked at for characters
 * that cross the row's ends: up to 3 after it, and before it 3 for Unicode, and as many as there are back to the
 * last ASCII sign for the legacy encodings, which cannot be entered in the middle. `from` must be at an offset
 * that is a multiple of 4: UTF-16 and UTF-32 are read in units from there.
 */
export function readCells(
  bytes: Uint8Array,
  from: number,
  to: number,
  encoding: Encoding,
  target: Cells = newCells(to - from),
): Cells {
  const { kinds, lengths, widths, texts } = target;
  kinds.fill(cellKinds.rest);
  lengths.fill(0);
  widths.fill(0);
  texts.fill('');
  let at = entry(bytes, from, encoding);
  while (at < to) {
    const { length, text } = sequenceAt(bytes, at, encoding);
    const index = at - from;
    at += length;
    if (index < 0) continue;
    lengths[index] = length;
    const width = text === '' ? 0 : glyphWidth(text);
    kinds[index] = text === '' ? cellKinds.invalid : width === 0 ? cellKinds.dot : cellKinds.glyph;
    widths[index] = Math.min(width, length);
    if (width > 0) texts[index] = text;
  }
  return target;
}

interface Sequence {
  readonly length: number;
  /** '' where the bytes are no character. */
  readonly text: string;
}

/** What starts at `index`; at least one byte long, never past the end of `bytes`. */
export function sequenceAt(bytes: Uint8Array, index: number, encoding: Encoding): Sequence {
  const byte = bytes[index] ?? 0;
  switch (encoding) {
    case 'ascii':
      return single[byte < 0x80 ? byte : 0x80] ?? wrong;
    case 'latin1':
      return single[byte] ?? wrong;
    case 'utf8':
      return byte < 0x80 ? (single[byte] ?? wrong) : utf8At(bytes, index, byte);
    case 'utf16le':
    case 'utf16be':
      return utf16At(bytes, index, encoding === 'utf16le');
    case 'utf32le':
    case 'utf32be':
      return utf32At(bytes, index, encoding === 'utf32le');
    default:
      return legacy(encoding).at(bytes, index);
  }
}

const wrong: Sequence = { length: 1, text: '' };
/** Bytes of Latin-1; a byte that ASCII lacks is looked up as 0x80, a control. */
const single = Array.from({ length: 256 }, (_, byte): Sequence => ({
  length: 1,
  text: String.fromCharCode(byte),
}));

/** Where to start reading so that what stands at `from` is met in step; at most `from`. */
function entry(bytes: Uint8Array, from: number, encoding: Encoding): number {
  switch (encoding) {
    case 'utf8':
      for (let back = 1; back <= 3 && back <= from; back++) {
        const byte = bytes[from - back] ?? 0;
        if (byte < 0x80) break;
        if (byte >= 0xc0) return sequenceAt(bytes, from - back, encoding).length > back ? from - back : from;
      }
      return from;
    case 'utf16le':
    case 'utf16be':
      return from >= 2 && sequenceAt(bytes, from - 2, encoding).length === 4 ? from - 2 : from;
    case 'gb18030':
    case 'shift_jis':
    case 'big5': {
      const table = legacy(encoding);
      let at = from;
      while (at > 0 && !table.alone(bytes[at - 1] ?? 0)) at--;
      return at;
    }
    default:
      return from;
  }
}

/** Well-formed sequences as of table 3-7 of the Unicode Standard; of another the first byte is wrong. */
function utf8At(bytes: Uint8Array, index: number, lead: number): Sequence {
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0) return wrong;
  let point = lead & (0xff >> (length + 1));
  for (let next = 1; next < length; next++) {
    const byte = bytes[index + next] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return wrong;
    point = point * 64 + (byte & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  return point < least || !isScalar(point) ? wrong : { length, text: String.fromCodePoint(point) };
}

function utf16At(bytes: Uint8Array, index: number, little: boolean): Sequence {
  if (index + 2 > bytes.length) return wrong;
  const unit = unitAt(bytes, index, little);
  if (unit < 0xd800 || unit > 0xdfff) return { length: 2, text: String.fromCharCode(unit) };
  const next = index + 4 <= bytes.length ? unitAt(bytes, index + 2, little) : 0;
  if (unit > 0xdbff || next < 0xdc00 || next > 0xdfff) return { length: 2, text: '' };
  return { length: 4, text: String.fromCharCode(unit, next) };
}

function utf32At(bytes: Uint8Array, index: number, little: boolean): Sequence {
  const length = Math.min(4, bytes.length - index);
  if (length < 4) return { length, text: '' };
  const low = unitAt(bytes, little ? index : index + 2, little);
  const point = unitAt(bytes, little ? index + 2 : index, little) * 65536 + low;
  return { length, text: isScalar(point) ? String.fromCodePoint(point) : '' };
}

function unitAt(bytes: Uint8Array, index: number, little: boolean): number {
  const first = bytes[index] ?? 0;
  const second = bytes[index + 1] ?? 0;
  return little ? second * 256 + first : first * 256 + second;
}

function isScalar(point: number): boolean {
  return point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
}
