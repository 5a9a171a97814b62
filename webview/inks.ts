import { byteClasses, classes, type ByteClass } from './byteClass';
import { columnNames, type ColumnName } from './columns/column';
import type { Grid } from './grid';
import type { RowBytes, Scene } from './scene';
import { selectedRange } from './selection';

type Nodes = Readonly<Record<ColumnName, Text>>;
interface Inked {
  readonly nodes: Nodes;
}
type Ink = ByteClass | 'lost' | 'pending' | 'selected';

/** From the weakest to the strongest. */
const inks: readonly Ink[] = [...classes, 'lost', 'pending', 'selected'];

/**
 * Text colours of single bytes inside the one text node of a row, by the CSS Custom Highlight API. Where a browser
 * has no such thing the bytes keep the common colour.
 */
export class Inks {
  readonly #highlights = new Map<Ink, Highlight>();
  readonly #ranges = new Map<Inked, { runs: readonly number[]; inked: (readonly [Ink, StaticRange])[] }>();
  #selected = '';
  #picked: (readonly [Ink, StaticRange])[] = [];
  #columns: Grid['columns'] | null = null;

  constructor() {
    if (typeof Highlight === 'undefined') return;
    inks.forEach((ink, priority) => {
      this.#highlights.set(ink, highlightOf(ink, priority));
    });
  }

  /** Inks the classes of the bytes, and those that are lost (index `lostFrom` and after), of a row that was rewritten. */
  row(slot: Inked, grid: Grid, shown: RowBytes, lostFrom: number): void {
    if (this.#highlights.size === 0) return;
    findRuns(grid, shown, lostFrom);
    const before = this.#ranges.get(slot)?.runs;
    if (before?.length === runs.length && before.every((number, at) => number === runs[at])) return;
    this.forget(slot);
    const inked: (readonly [Ink, StaticRange])[] = [];
    for (let at = 0; at < runs.length; at += 3) {
      const [ink = lost, from = 0, to = 0] = runs.slice(at, at + 3);
      for (const name of ink === lost ? columnNames : hexOnly) {
        for (const range of rangesOf(slot.nodes, name, grid, from, to))
          inked.push([inks[ink] ?? 'lost', range]);
      }
    }
    for (const [ink, range] of inked) this.#highlights.get(ink)?.add(range);
    this.#ranges.set(slot, { runs: [...runs], inked });
  }

  /** Takes the ink of a row away. */
  forget(slot: Inked): void {
    for (const [ink, range] of this.#ranges.get(slot)?.inked ?? []) this.#highlights.get(ink)?.delete(range);
    this.#ranges.delete(slot);
  }

  /** Inks the selection and the bytes that wait to be written. */
  select(scene: Scene, nodesOf: (row: number) => Nodes | undefined): void {
    const { grid, store, edits, top, rows } = scene;
    const { start, length } = selectedRange(store.selection);
    const typed = [...edits.pending.keys()];
    if (edits.nibble !== null) typed.push(edits.nibble.offset);
    const key = [start, length, Math.floor(top), rows, grid.extent, ...typed].join();
    if (key === this.#selected && grid.columns === this.#columns) return;
    this.#selected = key;
    this.#columns = grid.columns;
    for (const [ink, range] of this.#picked) this.#highlights.get(ink)?.delete(range);
    this.#picked = [];
    const first = Math.floor(top);
    for (let row = first; length > 0 && row < first + rows; row++) {
      const from = Math.max(0, start - row * grid.bytesPerRow);
      const to = Math.min(grid.bytesPerRow, start + length - row * grid.bytesPerRow);
      if (from < to) this.#pick('selected', nodesOf(row), grid, from, to);
    }
    for (const offset of typed) {
      const row = Math.floor(offset / grid.bytesPerRow);
      const index = offset - row * grid.bytesPerRow;
      this.#pick('pending', nodesOf(row), grid, index, index + 1);
    }
  }

  #pick(ink: Ink, nodes: Nodes | undefined, grid: Grid, from: number, to: number): void {
    if (nodes === undefined) return;
    for (const name of columnNames) {
      for (const range of rangesOf(nodes, name, grid, from, to)) {
        this.#highlights.get(ink)?.add(range);
        this.#picked.push([ink, range]);
      }
    }
  }
}

/** The page has one highlight of a name; the grids on it share it. */
function highlightOf(ink: Ink, priority: number): Highlight {
  const name = `segment-lens-${ink}`;
  const known = CSS.highlights.get(name);
  if (known) return known;
  const made = new Highlight();
  made.priority = priority;
  CSS.highlights.set(name, made);
  return made;
}

function rangesOf(nodes: Nodes, name: ColumnName, grid: Grid, from: number, to: number): StaticRange[] {
  const runs = grid.columns[name].runs(from, to);
  const ranges: StaticRange[] = [];
  for (let at = 0; at + 1 < runs.length; at += 2) {
    ranges.push(
      new StaticRange({
        startContainer: nodes[name],
        startOffset: runs[at] ?? 0,
        endContainer: nodes[name],
        endOffset: runs[at + 1] ?? 0,
      }),
    );
  }
  return ranges;
}

const hexOnly: readonly ColumnName[] = ['hex'];
const none = -1;
const zero = inks.indexOf('zero');
const lost = inks.indexOf('lost');

/** What findRuns() found: of each run its ink as an index of `inks`, its first index and its end. */
const runs: number[] = [];

/** Finds the runs of cells of one class that has a colour, and of those that are lost, `lostFrom` and after. */
function findRuns(grid: Grid, shown: RowBytes, lostFrom: number): void {
  const { colourByClass, dimZeros } = grid.reading;
  const { unit } = grid.columns.hex;
  runs.length = 0;
  const end = colourByClass || dimZeros ? Math.min(shown.to, lostFrom) : shown.from;
  let open = none;
  let from = shown.from;
  for (let index = shown.from; index < end; index += unit) {
    const found = classAt(shown.bytes, index, unit, end);
    const kind = colourByClass || (dimZeros && found === zero) ? found : none;
    if (kind === open) continue;
    if (open !== none) runs.push(open, from, index);
    open = kind;
    from = index;
  }
  if (open !== none) runs.push(open, from, end);
  if (lostFrom < shown.to) runs.push(lost, lostFrom, shown.to);
}

/** Class of a byte, as an index of `inks`, which begin with the classes; a number has one only where it is zero. */
function classAt(bytes: Uint8Array, index: number, unit: number, end: number): number {
  if (unit === 1) return byteClasses[bytes[index] ?? 0] ?? none;
  for (let at = index; at < index + unit && at < end; at++) if (bytes[at] !== 0) return none;
  return zero;
}
