import type { ColumnName } from './columns/column';
import { columns, type Grid } from './grid';
import type { RowBytes, Scene } from './scene';
import { selectedRange } from './selection';

type Nodes = Readonly<Record<ColumnName, Text>>;
interface Inked {
  readonly nodes: Nodes;
}
type Ink = 'zero' | 'lost' | 'pending' | 'selected';

const names: readonly ColumnName[] = ['hex', 'text'];

/**
 * Text colours of single bytes inside the one text node of a row, by the CSS Custom Highlight API. Where a browser
 * has no such thing the bytes keep the common colour.
 */
export class Inks {
  readonly #highlights = new Map<Ink, Highlight>();
  readonly #ranges = new Map<Inked, { key: string; zero: StaticRange[]; lost: StaticRange[] }>();
  #selected = '';
  #picked: (readonly [Highlight, StaticRange])[] = [];

  constructor() {
    if (typeof Highlight === 'undefined') return;
    const inks: readonly Ink[] = ['zero', 'lost', 'pending', 'selected'];
    inks.forEach((ink, priority) => {
      this.#highlights.set(ink, highlightOf(ink, priority));
    });
  }

  /** Inks zero bytes and bytes that are lost (index `lostFrom` and after) of a row that was rewritten. */
  row(slot: Inked, grid: Grid, shown: RowBytes, lostFrom: number): void {
    const zero = this.#highlights.get('zero');
    const lost = this.#highlights.get('lost');
    if (zero === undefined || lost === undefined) return;
    const runs = zeroRuns(shown, lostFrom);
    const key = `${runs.join()}/${String(lostFrom)}/${String(shown.to)}/${String(grid.bytesPerRow)}`;
    const before = this.#ranges.get(slot);
    if (before?.key === key) return;
    this.forget(slot);
    const ranges = { key, zero: [] as StaticRange[], lost: [] as StaticRange[] };
    for (let at = 0; at + 1 < runs.length; at += 2) {
      ranges.zero.push(rangeOf(slot.nodes, 'hex', grid, runs[at] ?? 0, runs[at + 1] ?? 0));
    }
    if (lostFrom < shown.to) {
      for (const name of names) ranges.lost.push(rangeOf(slot.nodes, name, grid, lostFrom, shown.to));
    }
    ranges.zero.forEach((range) => zero.add(range));
    ranges.lost.forEach((range) => lost.add(range));
    this.#ranges.set(slot, ranges);
  }

  /** Takes the ink of a row away. */
  forget(slot: Inked): void {
    const before = this.#ranges.get(slot);
    before?.zero.forEach((range) => this.#highlights.get('zero')?.delete(range));
    before?.lost.forEach((range) => this.#highlights.get('lost')?.delete(range));
    this.#ranges.delete(slot);
  }

  /** Inks the selection and the bytes that wait to be written. */
  select(scene: Scene, nodesOf: (row: number) => Nodes | undefined): void {
    const { grid, store, edits, top, rows } = scene;
    const { start, length } = selectedRange(store.selection);
    const typed = [...edits.pending.keys()];
    if (edits.nibble !== null) typed.push(edits.nibble.offset);
    const key = [start, length, top, rows, grid.bytesPerRow, grid.extent, ...typed].join();
    if (key === this.#selected) return;
    this.#selected = key;
    const selected = this.#highlights.get('selected');
    const pending = this.#highlights.get('pending');
    for (const [highlight, range] of this.#picked) highlight.delete(range);
    this.#picked = [];
    const add = (highlight: Highlight | undefined, range: StaticRange): void => {
      if (highlight === undefined) return;
      highlight.add(range);
      this.#picked.push([highlight, range]);
    };
    const first = Math.floor(top);
    for (let row = first; length > 0 && row < first + rows; row++) {
      const nodes = nodesOf(row);
      const from = Math.max(0, start - row * grid.bytesPerRow);
      const to = Math.min(grid.bytesPerRow, start + length - row * grid.bytesPerRow);
      if (nodes === undefined || from >= to) continue;
      for (const name of names) add(selected, rangeOf(nodes, name, grid, from, to));
    }
    for (const offset of typed) {
      const row = Math.floor(offset / grid.bytesPerRow);
      const nodes = nodesOf(row);
      const index = offset - row * grid.bytesPerRow;
      if (nodes === undefined) continue;
      for (const name of names) add(pending, rangeOf(nodes, name, grid, index, index + 1));
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

function rangeOf(nodes: Nodes, name: ColumnName, grid: Grid, from: number, to: number): StaticRange {
  const column = columns[name];
  return new StaticRange({
    startContainer: nodes[name],
    startOffset: column.start(from, grid.bytesPerRow),
    endContainer: nodes[name],
    endOffset: column.start(to - 1, grid.bytesPerRow) + column.glyphs,
  });
}

/** Pairs of first index and end of the runs of zero bytes before `end`. */
function zeroRuns(shown: RowBytes, end: number): number[] {
  const runs: number[] = [];
  let open = false;
  for (let index = shown.from; index <= shown.to; index++) {
    const zero = index < shown.to && index < end && shown.bytes[index] === 0;
    if (zero !== open) {
      runs.push(index);
      open = zero;
    }
  }
  return runs;
}
