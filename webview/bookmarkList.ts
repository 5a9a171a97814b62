import type { Bookmark } from '../extension/shared/bookmark';

/** The bookmarks of the segment on show, by offset. */
export class BookmarkList {
  #all: readonly Bookmark[] = [];
  readonly #listeners = new Set<() => void>();

  get all(): readonly Bookmark[] {
    return this.#all;
  }

  set(bookmarks: readonly Bookmark[]): void {
    this.#all = bookmarks;
    for (const listener of this.#listeners) listener();
  }

  named(name: string): Bookmark | undefined {
    return this.#all.find((bookmark) => bookmark.name === name);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
