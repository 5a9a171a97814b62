import type { Bookmark } from '../extension/shared/bookmark';
import type { Results } from './find/results';
import type { Grid } from './grid';
import type { Differences } from './differences';
import type { Edits } from './edits';
import type { Store } from './store';
import type { Theme } from './theme';

/** All that the layers of the grid need to paint one picture. */
export interface Scene {
  readonly grid: Grid;
  /** First visible row; its fraction is the part scrolled away. */
  readonly top: number;
  /** Rows that fit, the cut ones at both ends included. */
  readonly rows: number;
  readonly store: Store;
  readonly edits: Edits;
  /** What the bytes are compared with; null: nothing. */
  readonly differences: Differences | null;
  /** By offset, of those at the same place the longest first. */
  readonly bookmarks: readonly Bookmark[];
  /** The hits that are marked; null: none are. */
  readonly found: Results | null;
  readonly theme: Theme;
  /** Time of this picture, in the milliseconds of `performance.now()`. */
  readonly now: number;
}

/** The bytes of one row as the user shall see them. */
export interface RowBytes {
  /** Offset of the row's first byte. */
  readonly offset: number;
  /** Bytes `from` ≤ index < `to` of `bytes` are known. */
  from: number;
  to: number;
  readonly bytes: Uint8Array;
}

/** Fills `target` with the known bytes of the row at `offset`, typed ones over read ones. */
export function readRow(scene: Scene, offset: number, target: Uint8Array): RowBytes {
  const { grid, store, edits } = scene;
  const length = Math.max(0, Math.min(grid.bytesPerRow, grid.extent - offset));
  let from = length;
  let to = 0;
  const { span } = store;
  const skip = offset - span.offset;
  if (skip >= 0 && offset + length <= store.size && skip + length <= span.bytes.length) {
    // The usual row is wholly inside the last frame.
    for (let index = 0; index < length; index++) target[index] = span.bytes[skip + index] ?? 0;
    from = 0;
    to = length;
  } else {
    for (let index = 0; index < length; index++) {
      const value = store.byte(offset + index);
      if (value === undefined) continue;
      target[index] = value;
      if (from > index) from = index;
      to = index + 1;
    }
  }
  if (edits.pending.size > 0) {
    for (let index = from; index < to; index++) {
      const typed = edits.pending.get(offset + index);
      if (typed !== undefined) target[index] = typed.value;
    }
  }
  return { offset, from: Math.min(from, to), to, bytes: target };
}
