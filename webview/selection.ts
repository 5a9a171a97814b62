import type { ColumnName } from './columns/column';

/** Where the cursor is and how far the selection reaches. */
export interface Selection {
  readonly cursor: number;
  /** The other end; null: nothing is selected. Both ends belong to the selection. */
  readonly anchor: number | null;
  readonly column: ColumnName;
}

export const nowhere: Selection = { cursor: 0, anchor: null, column: 'hex' };

/** First selected byte and their number; length 0 when nothing is selected. */
export function selectedRange(selection: Selection): { readonly start: number; readonly length: number } {
  const { cursor, anchor } = selection;
  if (anchor === null) return { start: cursor, length: 0 };
  const start = Math.min(cursor, anchor);
  return { start, length: Math.max(cursor, anchor) - start + 1 };
}

/** Moves the cursor to `cursor`; `extend` keeps the other end of the selection, else it is dropped. */
export function moveTo(selection: Selection, cursor: number, extend: boolean): Selection {
  return { ...selection, cursor, anchor: extend ? (selection.anchor ?? selection.cursor) : null };
}

/** Cuts both ends to the bytes that exist. */
export function clamp(selection: Selection, extent: number): Selection {
  const last = Math.max(0, extent - 1);
  const cursor = Math.min(selection.cursor, last);
  const anchor = selection.anchor === null ? null : Math.min(selection.anchor, last);
  return cursor === selection.cursor && anchor === selection.anchor
    ? selection
    : { ...selection, cursor, anchor };
}

export type Move =
  'left' | 'right' | 'up' | 'down' | 'rowStart' | 'rowEnd' | 'start' | 'end' | 'pageUp' | 'pageDown';

/** Where a key takes the cursor. `page` is rows per page. Stays inside 0 … `extent` - 1. */
export function destination(
  cursor: number,
  move: Move,
  bytesPerRow: number,
  page: number,
  extent: number,
): number {
  const last = Math.max(0, extent - 1);
  const inRow = cursor % bytesPerRow;
  const down = (rows: number): number => {
    const wanted = cursor + rows * bytesPerRow;
    if (wanted <= last) return wanted;
    const lastRow = last - (last % bytesPerRow);
    return cursor >= lastRow ? cursor : Math.min(last, lastRow + inRow);
  };
  const up = (rows: number): number =>
    cursor - rows * bytesPerRow >= 0 ? cursor - rows * bytesPerRow : inRow;
  switch (move) {
    case 'left':
      return Math.max(0, cursor - 1);
    case 'right':
      return Math.min(last, cursor + 1);
    case 'up':
      return up(1);
    case 'down':
      return down(1);
    case 'pageUp':
      return up(page);
    case 'pageDown':
      return down(page);
    case 'rowStart':
      return cursor - inRow;
    case 'rowEnd':
      return Math.min(last, cursor - inRow + bytesPerRow - 1);
    case 'start':
      return 0;
    case 'end':
      return last;
  }
}
