import { formatNumber, numberWidth, type NumberShape } from '../../extension/shared/numbers';
import { grouping, type MainColumn } from './column';
import { pairOf } from './hex';

/** One number per group, right-aligned in a cell as wide as the longest of its kind. */
export function numberColumn(bytesPerRow: number, shape: NumberShape): MainColumn {
  const { group } = shape;
  const glyphs = numberWidth(shape);
  const groups = grouping(bytesPerRow, group, glyphs);
  const numberOf = (index: number): number => Math.floor(index / group);
  return {
    name: 'hex',
    unit: group,
    glyphs,
    width: groups.width,
    heading: line(groups, glyphs, (number) => pairOf(number * group)),
    start: (index) => groups.at(numberOf(index)),
    indexAt: (position) => groups.nearest(position) * group,
    runs: (from, to) => [groups.at(numberOf(from)), groups.at(numberOf(to - 1)) + glyphs],
    format: (bytes, from, to) =>
      line(groups, glyphs, (number) => {
        const index = number * group;
        if (index >= from && index + group <= to) return formatNumber(bytes, index, shape);
        // A part of a number is none: what is there is told, not guessed.
        return index + group > from && index < to ? '?' : '';
      }),
  };
}

function line(
  groups: ReturnType<typeof grouping>,
  glyphs: number,
  textOf: (number: number) => string,
): string {
  let text = '';
  for (let number = 0; number < groups.count; number++) {
    text = text.padEnd(groups.at(number)) + textOf(number).padStart(glyphs);
  }
  return text;
}
