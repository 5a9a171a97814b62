import type { Endian } from '../../extension/shared/reading';
import { grouping, type MainColumn } from './column';

const pairs = Array.from({ length: 256 }, (_, value) => value.toString(16).toUpperCase().padStart(2, '0'));

/**
 * Two digits per byte, each byte a cell of its own. In a group of several the digits stand together, in the order
 * in which they make the number: with little endian the last byte of a group comes first.
 */
export function hexColumn(bytesPerRow: number, group = 1, endian: Endian = 'big'): MainColumn {
  const groups = grouping(bytesPerRow, group, group * 2);
  const swapped = endian === 'little' && group > 1;
  const place = (index: number): number => {
    const inGroup = index % group;
    return groups.at((index - inGroup) / group) + (swapped ? group - 1 - inGroup : inGroup) * 2;
  };
  const starts = Array.from({ length: bytesPerRow }, (_, index) => place(index));
  /** The bytes in the order of the screen, and the blanks after each. */
  const order = starts.map((_, index) => index).sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  const blanks = order.map((index, rank) => {
    const next = order[rank + 1];
    return next === undefined ? '' : ' '.repeat((starts[next] ?? 0) - (starts[index] ?? 0) - 2);
  });
  const format = (bytes: Uint8Array, from: number, to: number): string => {
    let text = '';
    for (let rank = 0; rank < bytesPerRow; rank++) {
      const index = order[rank] ?? 0;
      text += index < from || index >= to ? '  ' : (pairs[bytes[index] ?? 0] ?? '');
      text += blanks[rank] ?? '';
    }
    return text;
  };
  return {
    name: 'hex',
    unit: 1,
    glyphs: 2,
    width: groups.width,
    heading: format(
      Uint8Array.from({ length: bytesPerRow }, (_, index) => index),
      0,
      bytesPerRow,
    ),
    start: (index) => starts[index] ?? 0,
    indexAt(position) {
      const number = groups.nearest(position);
      const inGroup = Math.floor((position - groups.at(number) + (group === 1 ? 0.5 : 0)) / 2);
      const rank = Math.min(group - 1, Math.max(0, inGroup));
      return number * group + (swapped ? group - 1 - rank : rank);
    },
    runs(from, to) {
      if (!swapped) return [starts[from] ?? 0, (starts[to - 1] ?? 0) + 2];
      const runs: number[] = [];
      for (let index = from; index < to;) {
        const whole = index % group === 0 && index + group <= to;
        const end = whole ? to - (to % group) : Math.min(to, index - (index % group) + group);
        const first = whole ? groups.at(index / group) : (starts[end - 1] ?? 0);
        runs.push(first, whole ? groups.at(end / group - 1) + group * 2 : (starts[index] ?? 0) + 2);
        index = end;
      }
      return runs;
    },
    format,
  };
}

/** The two digits of a byte. */
export function pairOf(value: number): string {
  return pairs[value] ?? '';
}
