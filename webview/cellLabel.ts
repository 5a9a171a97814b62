import type { Bookmark } from '../extension/shared/bookmark';
import { cellKinds } from '../extension/shared/cells';
import { formatNumber } from '../extension/shared/numbers';
import type { Results } from './find/results';
import type { Grid } from './grid';
import { heatLevel } from './glow';
import { visibleName } from '../extension/shared/visibleName';
import type { Rows } from './rows';
import type { Scene } from './scene';
import { hex, text } from './texts';

/** How a screen reader reads the cell at the cursor: "offset 0x40, 7F, 127, changed, in NAME, hit". */
export function cellLabel(scene: Scene, rows: Rows): string {
  const { store, edits, differences, now, grid } = scene;
  const { cursor, column } = store.selection;
  const value = edits.shown(cursor);
  const compared = differences?.at(cursor) ?? 'unknown';
  if (value === undefined && compared === 'onlyThere') {
    const other = differences?.other(cursor);
    return `${text('cell.pastEnd', hex(cursor))}, ${text('cell.other', other === undefined ? '?' : hex(other, 2))}`;
  }
  if (value === undefined) return text('cell.unknown', hex(cursor));
  const unit = column === 'hex' ? grid.columns.hex.unit : 1;
  const first = cursor - ((cursor % grid.bytesPerRow) % unit);
  const isNumber = column === 'hex' && grid.reading.format !== 'hex';
  const shown = (offset: number): number | undefined =>
    offset < store.extent ? edits.shown(offset) : undefined;
  const number = numberAt(grid, first, shown);
  const parts = isNumber
    ? [text('cell.number', hex(first), number ?? text('cell.cut'))]
    : [text('cell.label', hex(cursor), hex(value, 2), value)];
  const character = column === 'text' || unit === 1 ? characterAt(grid, rows, cursor) : '';
  if (character !== '') parts.push(text('cell.character', character));
  const offsets = Array.from({ length: unit }, (_, index) => first + index);
  if (offsets.some((offset) => edits.pending.has(offset))) parts.push(text('cell.pending'));
  else if (offsets.some((offset) => heatLevel(now - store.history.changedAt(offset), false) > 0)) {
    parts.push(text('cell.changed'));
  }
  if (offsets.every((offset) => store.isHole(offset) && !edits.pending.has(offset))) {
    parts.push(text('cell.hole'));
  }
  const states = offsets.map((offset) => differences?.at(offset) ?? 'unknown');
  if (states.includes('differs') || states.includes('later')) {
    const other = (offset: number): number | undefined => differences?.other(offset);
    const byte = other(cursor);
    const there = isNumber ? numberAt(grid, first, other) : byte === undefined ? null : hex(byte, 2);
    parts.push(text('cell.differs'), text('cell.other', there ?? '?'));
    if (states.includes('later')) parts.push(text('cell.later'));
  } else if (states.includes('onlyHere')) parts.push(text('cell.onlyHere'));
  const bookmark = innermost(scene.bookmarks, first, first + unit);
  if (bookmark !== undefined) parts.push(text('cell.inBookmark', visibleName(bookmark.name)));
  if (isHit(scene.found, first, first + unit)) parts.push(text('cell.hit'));
  return parts.join(', ');
}

/** The bookmark with bytes in `start` … `end` - 1; of several the one that begins last, of these the shortest. */
function innermost(bookmarks: readonly Bookmark[], start: number, end: number): Bookmark | undefined {
  return bookmarks.findLast(({ offset, length }) => offset < end && offset + length > start);
}

/** Whether bytes in `start` … `end` - 1 are part of a hit that is still one. */
function isHit(results: Results | null, start: number, end: number): boolean {
  if (results === null) return false;
  const { from, to } = results.within(start, end);
  for (let index = from; index < to; index++) if (!results.isGone(index)) return true;
  return false;
}

/** The number of the group that starts at `offset`; null where not all of it is there. */
function numberAt(grid: Grid, offset: number, byteAt: (offset: number) => number | undefined): string | null {
  const { group } = grid.reading;
  const bytes = new Uint8Array(group);
  for (let index = 0; index < group; index++) {
    const value = byteAt(offset + index);
    if (value === undefined) return null;
    bytes[index] = value;
  }
  return formatNumber(bytes, 0, grid.reading);
}

/** The character that starts at a byte; '' where none does. */
function characterAt(grid: Grid, rows: Rows, offset: number): string {
  const row = Math.floor(offset / grid.bytesPerRow);
  const index = offset - row * grid.bytesPerRow;
  const cells = rows.textOf(row)?.cells;
  return cells?.kinds[index] === cellKinds.glyph ? (cells.texts[index] ?? '') : '';
}
