import { numberTypes } from './numberType';

/** Colours of bookmarks: each is the theme's colour `charts.<name>`. */
export const bookmarkColours = ['purple', 'blue', 'green', 'yellow', 'orange', 'red'] as const;

export type BookmarkColour = (typeof bookmarkColours)[number];

/** How the bytes of a bookmark are read; `bytes`: as hexadecimal. */
export const bookmarkTypes = ['bytes', ...numberTypes, 'text'] as const;

export type BookmarkType = (typeof bookmarkTypes)[number];

/** A named place in a segment. */
export interface Bookmark {
  /** Which one it is, also after it was renamed. */
  readonly id: string;
  /** Not empty, at most `longestName` characters, no other of the segment has it; `#name` in an expression. */
  readonly name: string;
  readonly colour: BookmarkColour;
  readonly offset: number;
  /** Bytes, at least 1. */
  readonly length: number;
  readonly type: BookmarkType;
}

/** Most characters of a name. */
export const longestName = 100;
/** Most bookmarks of one segment. */
export const mostBookmarks = 1000;

/** Bytes of each type of number; 0: as many as the bookmark has. */
export const typeLengths: Readonly<Record<BookmarkType, number>> = {
  bytes: 0,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
  text: 0,
};
