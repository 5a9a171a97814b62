import { valueOf, values, type ValueId } from './values/index';

/** Colours of bookmarks: each is the theme's colour `charts.<name>`. */
export const bookmarkColours = ['purple', 'blue', 'green', 'yellow', 'orange', 'red'] as const;

export type BookmarkColour = (typeof bookmarkColours)[number];

/** How the bytes of a bookmark are read: `bytes` as hexadecimal, else as a type of the inspector. */
export type BookmarkType = 'bytes' | ValueId;

/** Every type that a bookmark can have. */
export const bookmarkTypes: readonly BookmarkType[] = ['bytes', ...values.map(({ id }) => id)];

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

/** The type of that name, also of one from an earlier version, which called text up to a NUL `text`. */
export function bookmarkTypeNamed(name: unknown): BookmarkType | undefined {
  return name === 'text' ? 'utf8String' : bookmarkTypes.find((known) => known === name);
}

/** Bytes of each value of a type; null: as many as the bookmark has. */
export function typeLength(type: BookmarkType): number | null {
  if (type === 'bytes') return null;
  const { size, varies } = valueOf(type);
  return varies ? null : size;
}
