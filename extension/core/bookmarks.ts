import { randomUUID } from 'node:crypto';
import { bookmarkColours, bookmarkTypeNamed, mostBookmarks, type Bookmark } from '../shared/bookmark';
import { isRecord } from '../shared/check';
import type { FiledBookmark } from './bookmarkFile';
import { SegmentError } from './errors';
import { Emitter, type Event } from './event';

/** Where bookmarks are kept. Shape of vscode.Memento. */
export interface Shelf {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const slot = 'bookmarks';

/** The bookmarks of every segment, by identity string, in the order of their offsets. */
export class Bookmarks {
  readonly #changed = new Emitter<string>();
  /** The bookmarks of the segment with this identity string changed. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(private readonly shelf: Shelf) {}

  of(segment: string): readonly Bookmark[] {
    const stored = this.#all[segment];
    return Array.isArray(stored) ? stored.map(bookmarkOf).filter((bookmark) => bookmark !== null) : [];
  }

  /** Adds it, or changes the one with its id. Throws `already-exists` where another has its name. */
  async put(segment: string, bookmark: Bookmark): Promise<void> {
    const others = this.of(segment).filter(({ id }) => id !== bookmark.id);
    if (others.some(({ name }) => name === bookmark.name)) {
      throw new SegmentError('already-exists', `There is a bookmark ${bookmark.name}.`);
    }
    if (others.length >= mostBookmarks) {
      throw new SegmentError('invalid-size', `A segment has at most ${String(mostBookmarks)} bookmarks.`);
    }
    await this.#keep(segment, [...others, bookmark]);
  }

  async drop(segment: string, id: string): Promise<void> {
    await this.#keep(
      segment,
      this.of(segment).filter((bookmark) => bookmark.id !== id),
    );
  }

  /** Adds bookmarks from a file, all of them or none; those with a name that is there already replace it. */
  async merge(segment: string, filed: readonly FiledBookmark[]): Promise<void> {
    const before = this.of(segment);
    const names = new Set(filed.map(({ name }) => name));
    const kept = before.filter(({ name }) => !names.has(name));
    if (kept.length + filed.length > mostBookmarks) {
      throw new SegmentError('invalid-size', `A segment has at most ${String(mostBookmarks)} bookmarks.`);
    }
    const added = filed.map((bookmark) => ({
      ...bookmark,
      id: before.find(({ name }) => name === bookmark.name)?.id ?? randomUUID(),
    }));
    await this.#keep(segment, [...kept, ...added]);
  }

  get #all(): Readonly<Record<string, unknown>> {
    const stored = this.shelf.get(slot);
    return isRecord(stored) ? stored : {};
  }

  async #keep(segment: string, bookmarks: readonly Bookmark[]): Promise<void> {
    const ordered = [...bookmarks].sort((a, b) => a.offset - b.offset || b.length - a.length);
    await this.shelf.update(slot, { ...this.#all, [segment]: ordered });
    this.#changed.fire(segment);
  }
}

/** What is stored may come from another version; null: it makes no sense to this one. */
function bookmarkOf(stored: unknown): Bookmark | null {
  if (!isRecord(stored)) return null;
  const { id, name, offset, length } = stored;
  const colour = bookmarkColours.find((known) => known === stored['colour']);
  const type = bookmarkTypeNamed(stored['type']);
  if (typeof id !== 'string' || typeof name !== 'string' || colour === undefined || type === undefined) {
    return null;
  }
  if (!isWhole(offset) || !isWhole(length)) return null;
  return { id, name, colour, offset, length, type };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
