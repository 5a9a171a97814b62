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

/** Extends a selection to whole cells of `unit` bytes; a cursor alone stays where it is. */
export function wholeUnits(selection: Selection, unit: number, extent: number): Selection {
  const { cursor, anchor } = selection;
  if (unit === 1 || anchor === null) return selection;
  const first = (offset: number): number => offset - (offset % unit);
  const last = (offset: number): number => Math.min(extent - 1, first(offset) + unit - 1);
  return cursor < first(anchor)
    ? { ...selection, cursor: first(cursor), anchor: last(anchor) }
    : { ...selection, cursor: last(cursor), anchor: first(anchor) };
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

/**
 * Where a key takes the cursor. `page` is rows per page, `unit` the bytes of a cell. Stays inside 0 … `extent` - 1.
 */
export function destination(
  cursor: number,
  move: Move,
  bytesPerRow: number,
  page: number,
  extent: number,
  unit = 1,
): number {
  const last = Math.max(0, extent - 1);
  const inRow = cursor % bytesPerRow;
  const inUnit = cursor % unit;
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
      return Math.max(0, cursor - inUnit - unit);
    case 'right':
      return Math.min(last, cursor - inUnit + unit);
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
