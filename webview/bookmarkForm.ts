import {
  bookmarkColours,
  bookmarkTypes,
  longestName,
  typeLength,
  type Bookmark,
} from '../extension/shared/bookmark';
import { lengthOf, offsetOf } from '../extension/shared/expression';
import { typeName } from './bookmarkItem';
import { element, setAttribute, setText } from './element';
import { surroundings } from './places';
import { problemText } from './problems';
import { selectedRange } from './selection';
import { hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** A field of the form that is wrong, and why. */
interface Mistake {
  readonly field: HTMLElement;
  readonly message: string;
}

/** Asks for a new bookmark over the selection or the byte at the cursor. */
export function addBookmark(view: ViewContext): void {
  const { start, length } = selectedRange(view.store.selection);
  const used = new Set(view.bookmarks.all.map(({ colour }) => colour));
  openForm(view, text('bookmark.add'), {
    id: crypto.getRandomValues(new Uint32Array(4)).join('-'),
    name: '',
    colour: bookmarkColours.find((colour) => !used.has(colour)) ?? 'purple',
    offset: start,
    length: Math.max(1, length),
    type: 'bytes',
  });
}

/** Asks what to change of a bookmark. */
export function editBookmark(view: ViewContext, bookmark: Bookmark): void {
  openForm(view, text('bookmark.edit', bookmark.name), bookmark);
}

function openForm(view: ViewContext, title: string, bookmark: Bookmark): void {
  const name = input(text('bookmark.name'), bookmark.name);
  const offset = input(text('bookmark.offset'), `0x${hex(bookmark.offset)}`);
  const length = input(text('bookmark.length'), String(bookmark.length));
  const type = choice(text('bookmark.type'), bookmarkTypes, bookmark.type, typeName);
  const colour = choice(text('bookmark.colour'), bookmarkColours, bookmark.colour, (id) =>
    text(`bookmark.colour.${id}`),
  );
  name.maxLength = longestName;
  const message = element('div', 'verdict wrong', { role: 'alert', attributes: { id: 'bookmark-verdict' } });
  const save = element('button', 'button', { text: text('bookmark.save'), attributes: { type: 'submit' } });
  const form = element('form', 'form');
  for (const field of [name, offset, length, type, colour]) {
    form.append(element('label', '', { text: field.getAttribute('aria-label') ?? '' }), field);
  }
  form.append(message, element('div', 'buttons', {}, save));
  type.addEventListener('change', () => {
    const bytes = typeLength(type.value as Bookmark['type']);
    if (bytes !== null) length.value = String(bytes);
  });
  const read = (): Bookmark | Mistake => {
    const named = name.value.trim();
    if (named === '') return { field: name, message: text('bookmark.noName') };
    const other = view.bookmarks.named(named);
    if (other !== undefined && other.id !== bookmark.id) {
      return { field: name, message: text('bookmark.taken', named) };
    }
    const place = offsetOf(offset.value, surroundings(view));
    if ('problem' in place) return { field: offset, message: problemText(place.problem) };
    const span = lengthOf(length.value, place.offset, surroundings(view));
    if ('problem' in span) return { field: length, message: problemText(span.problem) };
    return {
      id: bookmark.id,
      name: named,
      colour: colour.value as Bookmark['colour'],
      offset: place.offset,
      length: span.length,
      type: type.value as Bookmark['type'],
    };
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const found = read();
    for (const field of [name, offset, length]) setAttribute(field, 'aria-invalid', null);
    if (!('field' in found)) {
      view.quick.close();
      view.ask(view.host.putBookmark(found));
      return;
    }
    setText(message, found.message);
    setAttribute(found.field, 'aria-invalid', 'true');
    setAttribute(found.field, 'aria-describedby', message.id);
    found.field.focus();
  });
  view.quick.show(title, [form]);
  name.focus();
  name.select();
}

function input(label: string, value: string): HTMLInputElement {
  const field = element('input', 'field', {
    label,
    attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off' },
  });
  field.value = value;
  return field;
}

function choice<T extends string>(
  label: string,
  ids: readonly T[],
  chosen: T,
  nameOf: (id: T) => string,
): HTMLSelectElement {
  const select = element('select', 'field', { label });
  for (const id of ids) select.append(element('option', '', { text: nameOf(id), attributes: { value: id } }));
  select.value = chosen;
  return select;
}
