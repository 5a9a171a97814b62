import type { Bookmark } from '../../extension/shared/bookmark';
import type { SegmentMap } from '../../extension/shared/protocol';
import type { Results } from '../find/results';
import type { Store } from '../store';
import { selectedRange } from '../selection';
import { lineOf, lineStart, type MapShape } from './mapShape';

/** Milliseconds after which a change is cold, as in the maps of the host. */
const cold = 10_000;
/** Most bytes of a line that are counted one by one. */
const mostCounted = 16_384;

/** What one line of the map shows; shares from 0 to 1. */
export interface MapLine {
  /** Bytes that are not zero; null: not known yet. */
  readonly data: number | null;
  readonly hole: number;
  readonly heat: number;
}

/** Lines from `from` to `to`, both included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What each line shows: by the bytes on screen where they are all known, else by the host's last map. */
export function mapLines(
  shape: MapShape,
  map: SegmentMap | null,
  store: Store,
  now: number,
): readonly MapLine[] {
  const { lines } = shape;
  const { size, span, history } = store;
  const spanEnd = span.offset + span.bytes.length;
  return Array.from({ length: lines }, (_, line) => {
    const start = lineStart(line, lines, size);
    const end = lineStart(line + 1, lines, size);
    if (start < span.offset || end > spanEnd || end - start > mostCounted) return fromMap(map, line, lines);
    let filled = 0;
    let changedAt = -Infinity;
    for (let at = start; at < end; at++) {
      if (span.bytes[at - span.offset] !== 0) filled++;
      changedAt = Math.max(changedAt, history.changedAt(at));
    }
    const known = fromMap(map, line, lines);
    return {
      data: filled / Math.max(1, end - start),
      hole: known.hole,
      heat: Math.max(0, 1 - (now - changedAt) / cold),
    };
  });
}

function fromMap(map: SegmentMap | null, line: number, lines: number): MapLine {
  if (map === null || map.data.length === 0) return { data: null, hole: 0, heat: 0 };
  // The number of lines may have changed since it was asked for.
  const at = Math.floor((line * map.data.length) / lines);
  return {
    data: (map.data[at] ?? 0) / 255,
    hole: (map.hole[at] ?? 0) / 255,
    heat: (map.heat[at] ?? 0) / 255,
  };
}

/** The lines with hits, ascending. */
export function hitLines(results: Results | null, lines: number, size: number): readonly number[] {
  const found: number[] = [];
  results?.offsets.forEach((offset, index) => {
    if (results.isGone(index)) return;
    const line = lineOf(offset, lines, size);
    if (found.at(-1) !== line) found.push(line);
  });
  return found;
}

/** The lines of a selection; null: nothing is selected. */
export function selectedLines(store: Store, lines: number): Stretch | null {
  const { start, length } = selectedRange(store.selection);
  if (length === 0 || lines === 0) return null;
  return { from: lineOf(start, lines, store.size), to: lineOf(start + length - 1, lines, store.size) };
}

/** The lines of a bookmark; null: it lies outside. */
export function bookmarkLines({ offset, length }: Bookmark, lines: number, size: number): Stretch | null {
  if (offset >= size || lines === 0) return null;
  return { from: lineOf(offset, lines, size), to: lineOf(Math.min(size, offset + length) - 1, lines, size) };
}
