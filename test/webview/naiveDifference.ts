import type { Difference, DifferenceCount, DifferenceRequest } from '../../extension/shared/compare';

interface Run {
  readonly offset: number;
  readonly length: number;
}

/** The runs of bytes that differ, byte by byte. */
function runsOf(one: Uint8Array, two: Uint8Array): readonly Run[] {
  const runs: Run[] = [];
  const end = Math.max(one.length, two.length);
  let start = -1;
  for (let at = 0; at <= end; at++) {
    const differs = at < end && one[at] !== two[at];
    if (differs && start < 0) start = at;
    if (!differs && start >= 0) {
      runs.push({ offset: start, length: at - start });
      start = -1;
    }
  }
  return runs;
}

/** What the host's search finds: see core/difference.ts. */
export function findNaively(
  one: Uint8Array,
  two: Uint8Array,
  { from, direction }: DifferenceRequest,
): Difference | null {
  const runs = runsOf(one, two);
  const ahead = runs.find(({ offset }) => offset > from);
  const behind = runs.filter(({ offset, length }) => offset + length <= from).at(-1);
  const found = direction === 'next' ? ahead : behind;
  if (found) return { ...found, wrapped: false };
  const around = direction === 'next' ? runs[0] : runs.at(-1);
  return around ? { ...around, wrapped: true } : null;
}

/** How many bytes differ in all. */
export function countNaively(one: Uint8Array, two: Uint8Array): DifferenceCount {
  const bytes = runsOf(one, two).reduce((sum, { length }) => sum + length, 0);
  return { bytes, unpaired: Math.abs(one.length - two.length) };
}
