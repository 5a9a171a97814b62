import { columnNames } from './columns/column';
import type { Comparing, Differences } from './differences';
import { element } from './element';
import { cell, stretches, type Grid } from './grid';
import { placeFields } from './layers/fields';
import { selectedRange, type Selection } from './selection';

const kinds: readonly Comparing[] = ['same', 'differs', 'later', 'onlyHere', 'onlyThere', 'unknown'];

interface Run {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly kind: Comparing;
}

/**
 * Fields with a frame under the bytes that differ, in both columns, and lines over those that the selection or the
 * cursor covers; layers that move with the rows.
 */
export class DifferenceMarks {
  readonly element = element('div', 'differences', { attributes: { 'aria-hidden': 'true' } });
  /** Over the rows: what lies under the selection and the cursor is not seen. */
  readonly lines = element('div', 'difference-lines', { attributes: { 'aria-hidden': 'true' } });
  #painted = '';
  #covered = '';
  #states = new Uint8Array(0);
  #count = 0;
  #later = 0;

  /** How many of them were written after the later moment. */
  get later(): number {
    return this.#later;
  }

  /** Brings them up to date; the number of bytes that differ in the visible rows. */
  paint(grid: Grid, top: number, rows: number, differences: Differences, selection: Selection): number {
    const { bytesPerRow, extent, charWidth, rowHeight } = grid;
    const first = Math.floor(top);
    const start = first * bytesPerRow;
    const length = Math.max(0, Math.min(rows * bytesPerRow, extent - start));
    const edges = columnNames.map((column) => Object.values(cell(grid, column, bytesPerRow - 1)).join());
    const key = [start, length, bytesPerRow, charWidth, rowHeight, ...edges].join();
    let changed = key !== this.#painted;
    if (changed) this.#states = new Uint8Array(length);
    this.#painted = key;
    const states = this.#states;
    for (let index = 0; index < length; index++) {
      const state = kinds.indexOf(differences.at(start + index));
      if (states[index] === state) continue;
      states[index] = state;
      changed = true;
    }
    const { start: from, length: selected } = selectedRange(selection);
    const covered = [from - start, from - start + Math.max(1, selected)] as const;
    if (!changed && covered.join() === this.#covered) return this.#count;
    this.#covered = covered.join();
    const runs = this.#runs(bytesPerRow, length);
    if (changed) draw(this.element, grid, runs);
    draw(this.lines, grid, cut(runs, bytesPerRow, ...covered));
    return this.#count;
  }

  #runs(bytesPerRow: number, length: number): readonly Run[] {
    const runs: Run[] = [];
    this.#count = 0;
    this.#later = 0;
    for (let start = 0; start < length; start += bytesPerRow) {
      const end = Math.min(length, start + bytesPerRow);
      for (let from = start; from < end;) {
        const state = this.#states[from];
        let to = from + 1;
        while (to < end && this.#states[to] === state) to++;
        const kind = kinds[state ?? 0] ?? 'same';
        if (kind !== 'same' && kind !== 'unknown') {
          runs.push({ row: start / bytesPerRow, from: from - start, to: to - start, kind });
          this.#count += to - from;
          if (kind === 'later') this.#later += to - from;
        }
        from = to;
      }
    }
    return runs;
  }
}

/** What of the runs has bytes from `first` to before `end`, counted from the first row's first byte. */
function cut(runs: readonly Run[], bytesPerRow: number, first: number, end: number): readonly Run[] {
  return runs
    .map((run) => {
      const offset = run.row * bytesPerRow;
      return { ...run, from: Math.max(run.from, first - offset), to: Math.min(run.to, end - offset) };
    })
    .filter(({ from, to }) => from < to);
}

function draw(layer: HTMLElement, grid: Grid, runs: readonly Run[]): void {
  const { rowHeight: height } = grid;
  const fields = runs.flatMap(({ row, from, to, kind }) =>
    columnNames.flatMap((column) => {
      const more = column === 'hex' ? 2 : 0;
      return stretches(grid, column, from, to).map(({ left, right }) => {
        const x = Math.round(left) - more;
        return { x, y: row * height, width: Math.round(right) + more - x, height, kind };
      });
    }),
  );
  placeFields(layer, fields, (child, { kind }) => {
    if (child.className !== kind) child.className = kind;
  });
}
