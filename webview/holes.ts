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

/** Leaves the text of holes blank; the offsets of the bytes whose cell is another one now are added to `dirty`. */
export function blank({ cells }: RowText, holes: readonly number[], offset: number, dirty: number[]): void {
  for (let run = 0; run < holes.length; run += 2) {
    for (let index = holes[run] ?? 0; index < (holes[run + 1] ?? 0); index++) {
      if (cells.kinds[index] === cellKinds.rest) continue;
      cells.kinds[index] = cellKinds.rest;
      dirty.push(offset + index);
    }
  }
}
