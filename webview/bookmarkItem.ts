import type { Bookmark, BookmarkType } from '../extension/shared/bookmark';
import { bookmarkValue } from '../extension/shared/bookmarkValue';
import type { Mapped } from '../extension/shared/values/index';
import { element, icon, setAttribute, setHidden, setText } from './element';
import { sameBytes } from './sameBytes';
import { mappings } from './side/mappings';
import { noteText } from './side/valueRow';
import type { Store } from './store';
import { hex, text } from './texts';

/** What a bookmark of the list lets a person do. */
export interface BookmarkDeeds {
  readonly goTo: () => void;
  readonly change: () => void;
  readonly drop: () => void;
  /** Opens its menu there, in pixels of the page. */
  readonly menu: (x: number, y: number) => void;
}

/** A line of the list of bookmarks: colour, name, place, and what its bytes mean. Rewrites only what changed. */
export class BookmarkItem {
  readonly #sample = element('span', 'sample', { attributes: { 'aria-hidden': 'true', hidden: '' } });
  readonly #words = element('span', 'words');
  readonly #note = element('span', 'note');
  readonly #value = element('span', 'value', {}, this.#sample, this.#words, this.#note);
  readonly element: HTMLElement;
  #bytes: Uint8Array | undefined;
  #read = '';
  #mapped: readonly Mapped[] = [];

  constructor(
    readonly bookmark: Bookmark,
    deeds: BookmarkDeeds,
  ) {
    const { name, colour, offset, length, type } = bookmark;
    const kind = type === 'bytes' ? String(length) : typeName(type);
    const place = `0x${hex(offset)}, ${kind}`;
    this.element = element(
      'div',
      'bookmark',
      { role: 'option', attributes: { 'aria-selected': 'false' }, title: `${name}\n${place}` },
      element('span', 'swatch', { attributes: { 'aria-hidden': 'true' } }),
      element('span', 'name', { text: name }),
      element('span', 'place', { text: place }),
      this.#value,
      act('edit', text('bookmark.change'), deeds.change),
      act('trash', text('bookmark.delete'), deeds.drop),
    );
    this.element.dataset['colour'] = colour;
    this.element.addEventListener('click', deeds.goTo);
    this.element.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      const { left, bottom } = this.element.getBoundingClientRect();
      const isMouse = event.button === 2;
      deeds.menu(isMouse ? event.clientX : left + 16, isMouse ? event.clientY : bottom);
    });
  }

  /** Shows what these bytes of the bookmark mean; undefined: they have not been read. */
  show(bytes: Uint8Array | undefined, store: Store): void {
    const { size, endian } = store;
    const mapped = mappings(store);
    const read = [endian, size].join();
    const isSame = this.#read === read && this.#mapped === mapped && sameBytes(bytes, this.#bytes);
    if (isSame) return;
    this.#read = read;
    this.#mapped = mapped;
    this.#bytes = bytes;
    const { type, offset } = this.bookmark;
    const decoded =
      bytes === undefined || offset >= size
        ? undefined
        : bookmarkValue(bytes, type, endian, { offset, size, mappings: mapped });
    const missing =
      offset >= size ? text('bookmark.outside') : bytes === undefined ? '' : text('inspector.short');
    const words = decoded?.text ?? missing;
    const note = decoded?.note === undefined ? '' : noteText(decoded.note);
    setText(this.#words, words);
    setText(this.#note, note);
    setHidden(this.#sample, decoded?.swatch === undefined);
    if (decoded?.swatch !== undefined) this.#sample.style.setProperty('--swatch', decoded.swatch);
    const title = [words, note, decoded?.detail ?? ''].filter((part) => part !== '').join('\n');
    setAttribute(this.#value, 'title', title === '' ? null : title);
  }
}

/** What a person calls a type. */
export function typeName(type: BookmarkType): string {
  return text(type === 'bytes' ? 'bookmark.type.bytes' : `type.${type}`);
}

function act(image: string, label: string, run: () => void): HTMLElement {
  const made = element('span', 'act', { title: label, attributes: { 'aria-hidden': 'true' } }, icon(image));
  made.addEventListener('click', (event) => {
    event.stopPropagation();
    run();
  });
  return made;
}
