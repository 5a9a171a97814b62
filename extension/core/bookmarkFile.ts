import {
  bookmarkColours,
  bookmarkTypeNamed,
  bookmarkTypes,
  longestName,
  mostBookmarks,
  typeLength,
  type Bookmark,
} from '../shared/bookmark';
import { isRecord } from '../shared/check';
import { caught, refuse, type Problem } from '../shared/problem';
import { JsonError, parseJson, type LinedJson } from './linedJson';

/** A bookmark as a file has it: which one it is, is decided where it is read. */
export type FiledBookmark = Omit<Bookmark, 'id'>;

/** The bookmarks as JSON that a person can read and change; offsets in hexadecimal. */
export function writeBookmarks(bookmarks: readonly Bookmark[]): string {
  const filed = bookmarks.map(({ name, colour, offset, length, type }) => ({
    name,
    colour,
    offset: `0x${offset.toString(16)}`,
    length,
    type,
  }));
  return `${JSON.stringify({ bookmarks: filed }, null, 2)}\n`;
}

/**
 * Reads what writeBookmarks wrote, or a person: `colour`, `length` and `type` may be missing, an offset may be a
 * number. All or nothing: the first thing that is wrong is named with its line, bookmark and field.
 */
export function readBookmarks(
  text: string,
): { readonly bookmarks: readonly FiledBookmark[] } | { readonly problem: Problem } {
  return caught(() => {
    const { value: parsed, lineOf } = parse(text.replace(/^\uFEFF/, ''));
    const list = isRecord(parsed) ? parsed['bookmarks'] : parsed;
    if (!Array.isArray(list)) return refuse('bookmarks.noList');
    if (list.length > mostBookmarks) refuse('bookmarks.tooMany', mostBookmarks);
    const listLine = lineOf(list);
    const names = new Set<string>();
    const bookmarks = list.map((item: unknown, index) => {
      const line = isRecord(item) ? lineOf(item) : listLine;
      const bookmark = read(item, line, index + 1);
      if (names.has(bookmark.name)) refuse('bookmarks.twice', line, index + 1, bookmark.name);
      names.add(bookmark.name);
      return bookmark;
    });
    return { bookmarks };
  });
}

function parse(text: string): LinedJson {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return refuse('bookmarks.notJson', error.line, error.found || '…');
    throw error;
  }
}

function read(item: unknown, line: number, number: number): FiledBookmark {
  const wrong = (field: string, allowed: string): never =>
    refuse('bookmarks.field', line, number, field, allowed);
  if (!isRecord(item)) return refuse('bookmarks.noObject', line, number);
  const { name, colour = 'purple', offset, type: typeName = 'bytes' } = item;
  const type = bookmarkTypeNamed(typeName) ?? wrong('type', bookmarkTypes.join(', '));
  const { length = typeLength(type) ?? 1 } = item;
  const place = typeof offset === 'string' && /^(?:0x[0-9a-f]+|\d+)$/i.test(offset) ? Number(offset) : offset;
  const isSpan = isCount(length, 1) && (!isCount(place, 0) || Number.isSafeInteger(place + length));
  const isName = typeof name === 'string' && name.trim() !== '' && name.length <= longestName;
  return {
    name: isName ? name.trim() : wrong('name', `1–${String(longestName)}`),
    colour: bookmarkColours.find((known) => known === colour) ?? wrong('colour', bookmarkColours.join(', ')),
    offset: isCount(place, 0) ? place : wrong('offset', '0, 64, "0x40" …'),
    length: isSpan ? length : wrong('length', '1, 2, 3 …'),
    type,
  };
}

function isCount(value: unknown, minimum: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum;
}
