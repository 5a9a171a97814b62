import type { Bookmark } from '../extension/shared/bookmark';
import { replyChecks } from '../extension/shared/checks';
import type { Action } from '../extension/shared/protocol';
import { addBookmark, editBookmark } from './bookmarkForm';
import { BookmarkItem } from './bookmarkItem';
import { element, icon, setHidden } from './element';
import { openMenu } from './menu';
import { reach } from './side/inspector';
import type { Section } from './side/section';
import { hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** How often the values of bookmarks that are not on screen are read, in milliseconds. */
const readMs = 500;
/** Ranges of one peek. */
const mostRead = 256;

/**
 * The list of bookmarks with their values now. Enter or a click goes to one, F2 changes it, Delete takes it away,
 * the context menu has all three.
 */
export class BookmarkSection implements Section {
  readonly id = 'bookmarks';
  readonly title = text('bookmark.section');
  readonly #list = element('div', 'bookmarks', { role: 'listbox', label: text('bookmark.section') });
  readonly #none = element('p', 'none', { text: text('bookmark.none') });
  readonly element = element('div', 'bookmark-section', {}, this.#list, this.#none);
  readonly actions = element('div', 'section-actions', { role: 'toolbar', label: text('bookmark.section') });
  #items: readonly BookmarkItem[] = [];
  readonly #read = new Map<string, Uint8Array>();
  #readAt = -Infinity;
  #reading = false;

  constructor(private readonly view: ViewContext) {
    const tool = (name: string, label: string, run: () => void): void => {
      const button = element('button', 'tool', { label, title: label, attributes: { type: 'button' } });
      button.append(icon(name));
      button.addEventListener('click', run);
      this.actions.append(button);
    };
    const act = (action: Action) => (): void => {
      view.ask(view.host.act({ action }));
    };
    tool('add', text('bookmark.add'), () => {
      addBookmark(view);
    });
    tool('folder-opened', text('bookmark.importFile'), act('importBookmarks'));
    tool('export', text('bookmark.exportFile'), act('exportBookmarks'));
    this.#list.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    view.bookmarks.onChange(() => {
      this.#fill();
    });
    this.#fill();
  }

  focus(): void {
    const [first] = this.#items;
    (first?.element ?? this.actions.querySelector('button'))?.focus();
  }

  /** Brings the values up to date: those on screen from what is shown, the others by a look twice a second. */
  paint(now: number): void {
    if (this.#items.length === 0) return;
    const { store } = this.view;
    const missing: Bookmark[] = [];
    for (const item of this.#items) {
      const { bookmark } = item;
      const wanted = Math.min(bookmark.length, reach, Math.max(0, store.size - bookmark.offset));
      const known = store.slice(bookmark.offset, wanted);
      const isShown = known.length === wanted;
      if (!isShown) missing.push(bookmark);
      item.show(isShown ? known : this.#read.get(placeOf(bookmark)), store);
    }
    if (missing.length > 0 && now - this.#readAt >= readMs && !store.pace.paused && store.live) {
      void this.#peek(missing.slice(0, mostRead), now);
    }
  }

  async #peek(bookmarks: readonly Bookmark[], now: number): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    this.#readAt = now;
    try {
      const ranges = bookmarks.map(({ offset, length }) => ({
        offset,
        length: Math.min(length, reach),
      }));
      const { found } = replyChecks.read(await this.view.host.read({ ranges }));
      bookmarks.forEach((bookmark, index) => {
        const bytes = found[index];
        if (bytes) this.#read.set(placeOf(bookmark), bytes);
      });
      setTimeout(() => {
        this.view.invalidate();
      }, readMs);
    } catch {
      // The values stay as they were; what ails the segment is said elsewhere.
    }
    this.#reading = false;
  }

  #fill(): void {
    const { all } = this.view.bookmarks;
    const focused = this.#items.findIndex(({ element: item }) => item === document.activeElement);
    // What is drawn anew has no value yet, and is no longer hovered.
    const drawn = new Map(this.#items.map((item) => [JSON.stringify(item.bookmark), item]));
    const items = all.map((bookmark) => drawn.get(JSON.stringify(bookmark)) ?? this.#item(bookmark));
    if (items.length !== this.#items.length || items.some((item, at) => item !== this.#items[at])) {
      this.#items = items;
      this.#list.replaceChildren(...items.map((item) => item.element));
    }
    setHidden(this.#none, all.length > 0);
    setHidden(this.#list, all.length === 0);
    const at = Math.min(Math.max(0, focused), this.#items.length - 1);
    this.#items.forEach(({ element: item }, index) => {
      item.tabIndex = index === at ? 0 : -1;
    });
    if (focused >= 0) this.focusAt(at);
    this.view.invalidate();
  }

  /** Gives the focus to the bookmark at an index of the list. */
  focusAt(index: number): void {
    this.#items.forEach(({ element: item }, place) => {
      item.tabIndex = place === index ? 0 : -1;
    });
    this.#items[index]?.element.focus();
  }

  #item(bookmark: Bookmark): BookmarkItem {
    const item = new BookmarkItem(bookmark, {
      goTo: () => {
        goToBookmark(this.view, bookmark);
      },
      change: () => {
        editBookmark(this.view, bookmark);
      },
      drop: () => {
        this.#drop(bookmark);
      },
      menu: (x, y) => {
        this.#menu(bookmark, item.element, x, y);
      },
    });
    return item;
  }

  #menu(bookmark: Bookmark, anchor: HTMLElement, x: number, y: number): void {
    openMenu(
      anchor,
      bookmark.name,
      [
        {
          label: text('bookmark.goTo'),
          key: 'Enter',
          run: () => {
            goToBookmark(this.view, bookmark);
          },
        },
        {
          label: text('bookmark.change'),
          key: 'F2',
          run: () => {
            editBookmark(this.view, bookmark);
          },
        },
        {
          label: text('bookmark.delete'),
          key: 'Delete',
          run: () => {
            this.#drop(bookmark);
          },
        },
      ],
      { x, y },
    );
  }

  #drop(bookmark: Bookmark): void {
    this.view.ask(this.view.host.dropBookmark({ id: bookmark.id }));
    this.view.say(text('bookmark.deleted', bookmark.name));
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#items.findIndex(({ element: item }) => item === document.activeElement);
    const bookmark = this.#items[at]?.bookmark;
    if (bookmark === undefined) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.#items.length - 1 }[event.key];
    if (to !== undefined) this.focusAt(Math.min(this.#items.length - 1, Math.max(0, to)));
    else if (event.key === 'Enter') goToBookmark(this.view, bookmark);
    else if (event.key === 'F2') editBookmark(this.view, bookmark);
    else if (event.key === 'Delete') this.#drop(bookmark);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** What was read once counts for the place that it was read at, not for where the bookmark is moved to. */
function placeOf({ id, offset, length }: Bookmark): string {
  return [id, offset, length].join();
}

/** Goes to the bytes of a bookmark and selects them, as far as they are there. */
export function goToBookmark(view: ViewContext, { offset, length, name }: Bookmark): void {
  const { size } = view.store;
  if (offset >= size) view.say(text('bookmark.gone', name, hex(offset)), true);
  else view.goTo(offset, Math.min(length, size - offset));
}

/** Offers the bookmarks by name. */
export function openBookmarks(view: ViewContext): void {
  const { all } = view.bookmarks;
  if (all.length === 0) {
    view.say(text('bookmark.none'));
    return;
  }
  const box = view.grid.cursorBox();
  openMenu(
    view.grid.element,
    text('bookmark.section'),
    all.map((bookmark) => ({
      label: bookmark.name,
      key: `0x${hex(bookmark.offset)}`,
      run: () => {
        goToBookmark(view, bookmark);
      },
    })),
    { x: box.left, y: box.bottom },
  );
}
