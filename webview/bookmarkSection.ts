import type { Bookmark } from '../extension/shared/bookmark';
import { bookmarkValue, longestValue } from '../extension/shared/bookmarkValue';
import { replyChecks } from '../extension/shared/checks';
import type { Action } from '../extension/shared/protocol';
import { addBookmark, editBookmark } from './bookmarkForm';
import { element, icon, setHidden, setText } from './element';
import { openMenu } from './menu';
import type { Section } from './side/section';
import { hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** How often the values of bookmarks that are not on screen are read, in milliseconds. */
const readMs = 500;
/** Ranges of one peek. */
const mostRead = 256;

interface Item {
  readonly bookmark: Bookmark;
  readonly element: HTMLElement;
  readonly value: HTMLElement;
}

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
  #items: readonly Item[] = [];
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
    for (const { bookmark, value } of this.#items) {
      const { id, offset, length, type } = bookmark;
      const wanted = Math.min(length, longestValue, Math.max(0, store.size - offset));
      const known = store.slice(offset, wanted);
      const isShown = known.length === wanted;
      if (!isShown) missing.push(bookmark);
      const bytes = isShown ? known : (this.#read.get(id) ?? new Uint8Array(0));
      const words =
        offset >= store.size
          ? text('bookmark.outside')
          : bookmarkValue(bytes, type, store.endian === 'little');
      setText(value, words);
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
        length: Math.min(length, longestValue),
      }));
      const { found } = replyChecks.read(await this.view.host.read({ ranges }));
      bookmarks.forEach(({ id }, index) => {
        const bytes = found[index];
        if (bytes) this.#read.set(id, bytes);
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
    this.#items = all.map((bookmark) => this.#item(bookmark));
    this.#list.replaceChildren(...this.#items.map((item) => item.element));
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

  #item(bookmark: Bookmark): Item {
    const { name, colour, offset, length, type } = bookmark;
    const value = element('span', 'value');
    const kind = type === 'bytes' ? String(length) : type === 'text' ? text('bookmark.type.text') : type;
    const item = element(
      'div',
      'bookmark',
      {
        role: 'option',
        attributes: { 'aria-selected': 'false' },
        title: `${name}\n0x${hex(offset)}, ${kind}`,
      },
      element('span', 'swatch', { attributes: { 'aria-hidden': 'true' } }),
      element('span', 'name', { text: name }),
      element('span', 'place', { text: `0x${hex(offset)}, ${kind}` }),
      value,
    );
    item.dataset['colour'] = colour;
    const button = (image: string, label: string, run: () => void): HTMLElement => {
      const made = element(
        'span',
        'act',
        { title: label, attributes: { 'aria-hidden': 'true' } },
        icon(image),
      );
      made.addEventListener('click', (event) => {
        event.stopPropagation();
        run();
      });
      return made;
    };
    item.append(
      button('edit', text('bookmark.change'), () => {
        editBookmark(this.view, bookmark);
      }),
      button('trash', text('bookmark.delete'), () => {
        this.#drop(bookmark);
      }),
    );
    item.addEventListener('click', () => {
      goToBookmark(this.view, bookmark);
    });
    item.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      const box = item.getBoundingClientRect();
      const isMouse = event.button === 2;
      this.#menu(
        bookmark,
        item,
        isMouse ? event.clientX : box.left + 16,
        isMouse ? event.clientY : box.bottom,
      );
    });
    return { bookmark, element: item, value };
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
