import { clamp, selectedRange } from './selection';
import type { ViewContext } from './viewContext';

/** Rows watched above and below the visible ones, so that small scrolls show bytes at once. */
const margin = 8;

/** Where the user is in the segment: told to the host as far as it changes, and kept for the next time. */
export class Whereabouts {
  #watched = '';
  #told = '';
  /** Where to scroll once the size is known. */
  #top: number | null = null;

  constructor(private readonly view: ViewContext) {}

  /** Another segment: goes where the user was in it. */
  begin(nativeKey: string | null): void {
    this.#watched = '';
    this.#told = '';
    const { memory, store } = this.view;
    const place = nativeKey === null ? undefined : memory.place(nativeKey);
    if (place) store.selection = { cursor: place.cursor, anchor: place.anchor, column: place.column };
    this.#top = place?.top ?? 0;
  }

  /** The size is known: scrolls there, and keeps cursor and selection within it. */
  restore(): void {
    const { grid, store } = this.view;
    store.selection = clamp(store.selection, store.extent);
    grid.measure();
    if (this.#top !== null) grid.scroll.to(this.#top);
    this.#top = null;
  }

  /** Tells which bytes are wanted, when that changes or (`again`) a fresh look is needed. */
  watch(again: boolean): void {
    const { store, grid, host } = this.view;
    const window = store.frames === 0 ? this.#firstWindow() : grid.window(grid.scroll.top, margin);
    const key = `${String(window.offset)}+${String(window.length)}`;
    if (key === this.#watched && !again) return;
    this.#watched = key;
    this.view.ask(host.watch(window));
  }

  /** Tells where cursor and selection are, when that changes. */
  tell(): void {
    const { selection, extent } = this.view.store;
    if (extent === 0) return;
    const { start, length } = selectedRange(selection);
    const cursor = { offset: selection.cursor, start, length };
    const key = JSON.stringify(cursor);
    if (key === this.#told) return;
    this.#told = key;
    this.view.ask(this.view.host.cursor(cursor));
  }

  /** Keeps it over a tab switch and a reload. */
  keep(): void {
    const { memory, store, grid } = this.view;
    const { description, selection, frames } = store;
    if (description === null || frames === 0) return;
    memory.keepPlace(description.nativeKey, { top: grid.scroll.top, ...selection });
  }

  /** Before the size is known: the rows from where the user was. */
  #firstWindow(): { readonly offset: number; readonly length: number } {
    const { grid } = this.view;
    const { bytesPerRow } = grid.geometry();
    const top = Math.floor(this.#top ?? 0);
    return { offset: top * bytesPerRow, length: Math.ceil(grid.visibleRows()) * bytesPerRow };
  }
}
