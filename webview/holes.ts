import { cellKinds } from '../extension/shared/cells';
import type { MainColumn } from './columns/column';
import type { RowText } from './rowText';
import type { RowBytes, Scene } from './scene';

const dots = '··';
const none: readonly number[] = [];

/** Pairs of first index and end of the bytes of a row that are shown as a hole: none that was typed over. */
export function holesOfRow(
  { store, edits }: Pick<Scene, 'store' | 'edits'>,
  { offset, from, to, bytes }: RowBytes,
): readonly number[] {
  const pairs = store.holesIn(offset + from, offset + to);
  if (pairs.length === 0) return none;
  const runs: number[] = [];
  for (let pair = 0; pair < pairs.length; pair += 2) {
    const first = (pairs[pair] ?? 0) - offset;
    for (let index = first; index < first + (pairs[pair + 1] ?? 0); index++) {
      if (bytes[index] !== 0 || edits.pending.has(offset + index)) continue;
      if (runs.at(-1) === index) runs[runs.length - 1] = index + 1;
      else runs.push(index, index + 1);
    }
  }
  return runs;
}

/** The text of a row in the main column with dots, to the right of each cell, in place of what is all hole. */
export function dotted(text: string, column: MainColumn, holes: readonly number[]): string {
  if (holes.length === 0) return text;
  const { unit, glyphs } = column;
  const characters = text.split('');
  for (let run = 0; run < holes.length; run += 2) {
    const [from, end] = [holes[run] ?? 0, holes[run + 1] ?? 0];
    for (let index = Math.ceil(from / unit) * unit; index + unit <= end; index += unit) {
      const start = column.start(index);
      for (let at = 0; at < glyphs; at++) characters[start + at] = at < glyphs - dots.length ? ' ' : '·';
    }
  }
  return characters.join('');
}

/** Leaves the text of holes blank, of a row that was just read. */
export function blank(text: RowText, holes: readonly number[]): void {
  if (holes.length === 0) return;
  const { kinds } = text.cells;
  for (let run = 0; run < holes.length; run += 2) {
    kinds.fill(cellKinds.rest, holes[run] ?? 0, holes[run + 1] ?? 0);
  }
  text.hasSigns =
    text.hasGlyphs || kinds.some((kind) => kind === cellKinds.dot || kind === cellKinds.invalid);
}
