/** What of pairs of first byte and length, ascending, is from `from` to before `to`: pairs again. */
export function overlap(pairs: readonly number[], from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const start = pairs[at] ?? 0;
    const first = Math.max(from, start);
    const end = Math.min(to, start + (pairs[at + 1] ?? 0));
    if (first < end) found.push(first, end - first);
  }
  return found;
}

/** The same pairs without what is from `from` to before `to`. */
export function without(pairs: readonly number[], from: number, to: number): number[] {
  return [...overlap(pairs, 0, from), ...overlap(pairs, to, Infinity)];
}
