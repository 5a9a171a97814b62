import { numberTypes } from '../../extension/shared/numberType';
import {
  values,
  type Endian,
  type Mapped,
  type Place,
  type ValueId,
} from '../../extension/shared/values/index';
import { element, icon, setAttribute, setHidden, setText } from '../element';
import { sameBytes } from '../sameBytes';
import { openMenu } from '../menu';
import { setReading } from '../readings';
import { selectedRange } from '../selection';
import { hex, text } from '../texts';
import { refusal } from '../typing';
import type { ViewContext } from '../viewContext';
import { mappings } from './mappings';
import type { Section } from './section';
import { shownBytes, ValueEdit } from './valueEdit';
import { ValueRow } from './valueRow';

/** Most bytes that a value is read from: what a string can show. */
export const reach = 128;

/** Shown unless all are asked for. */
const common: ReadonlySet<ValueId> = new Set<ValueId>([...numberTypes, 'utf8String', 'time64', 'pointer64']);

/** The bytes at the cursor, or at the start of the selection, as every type; each can be typed over. */
export class Inspector implements Section {
  readonly id = 'inspector';
  readonly title = text('inspector.title');
  readonly #where = element('span', 'fact');
  readonly #readOnly = icon('lock');
  readonly #endian = element('button', 'section-button', { attributes: { type: 'button' } });
  readonly actions = element('div', 'section-actions', {}, this.#readOnly, this.#where, this.#endian);
  readonly #rows = values.map((value) => new ValueRow(value));
  readonly #list = element('div', 'values', {
    role: 'grid',
    label: text('inspector.label'),
    attributes: { 'aria-colcount': '2' },
  });
  readonly #empty = element('p', 'quiet', { attributes: { hidden: '' } });
  readonly #more = element('button', 'link', { attributes: { type: 'button' } });
  readonly element = element('div', 'section', {}, this.#empty, this.#list, this.#more);
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #active: ValueRow | undefined = this.#rows[0];
  #edit: ValueEdit | null = null;
  #offset = -1;
  #bytes: Uint8Array = new Uint8Array(0);
  #read = '';
  #mapped: readonly Mapped[] = [];

  constructor(private readonly view: ViewContext) {
    this.#list.append(...this.#rows.map((row) => row.element));
    this.#endian.addEventListener('click', () => {
      this.#setEndian(view.store.endian === 'little' ? 'big' : 'little');
    });
    this.#more.addEventListener('click', () => {
      this.#showAll(!view.memory.side.allTypes);
    });
    this.#list.addEventListener('keydown', (event) => {
      if (!this.#onKey(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.#list.addEventListener('click', (event) => {
      const row = this.#rowOf(event.target);
      if (row === undefined || row === this.#edit?.row) return;
      this.#activate(row);
      if (row.cell.contains(event.target as Node)) this.#begin(row);
    });
    this.#list.addEventListener('contextmenu', (event) => {
      const row = this.#rowOf(event.target);
      if (row === undefined || row === this.#edit?.row) return;
      event.preventDefault();
      this.#menu(row, event);
    });
    this.#showAll(view.memory.side.allTypes);
  }

  focus(): void {
    (this.#list.hidden ? this.#endian : this.#active?.element)?.focus();
  }

  paint(now: number): void {
    const { store } = this.view;
    const { start } = selectedRange(store.selection);
    const bytes = shownBytes(this.view, start, reach);
    this.#header(start);
    // Bytes that a jump came to are there in a moment: the rows wait for them in their places.
    const waits = bytes.length === 0 && this.#isComing(start);
    const away = bytes.length === 0 && !waits;
    setText(this.#empty, away ? text(start < store.size ? 'inspector.away' : 'inspector.empty') : '');
    setHidden(this.#empty, !away);
    setHidden(this.#list, away);
    setHidden(this.#more, away);
    if (this.#edit !== null && (away || waits || start !== this.#edit.offset)) this.#edit.close(false);
    const read = [start, store.endian, store.size, waits].join();
    const mapped = mappings(store);
    const isSame = read === this.#read && mapped === this.#mapped && sameBytes(bytes, this.#bytes);
    if (!isSame) {
      // The same place in the same byte order, all of it seen before: what differs has changed there.
      const live = read === this.#read && bytes.length === this.#bytes.length;
      this.#read = read;
      this.#mapped = mapped;
      this.#bytes = bytes;
      this.#offset = start;
      const place: Place = { offset: start, size: store.size, mappings: mapped };
      for (const row of this.#shown()) {
        if (waits) row.wait();
        else row.show(row.value.decode(bytes, store.endian, place), live, now);
      }
    }
    for (const row of this.#shown()) row.glow(now, this.#calm.matches);
  }

  /** Whether the byte is not known yet, but in a row on screen. */
  #isComing(start: number): boolean {
    const { store, grid } = this.view;
    const { offset, length } = grid.window(grid.scroll.top, 0);
    return store.live && start < store.size && start >= offset && start < offset + length;
  }

  #header(start: number): void {
    const { store } = this.view;
    const little = store.endian === 'little';
    setText(this.#where, store.extent === 0 ? '' : `0x${hex(start, 4)}`);
    setText(this.#endian, text(little ? 'inspector.little' : 'inspector.big'));
    const tip = text(little ? 'inspector.little.tip' : 'inspector.big.tip');
    setAttribute(this.#endian, 'title', tip);
    setAttribute(this.#endian, 'aria-label', tip);
    const refused = refusal(store);
    setHidden(this.#readOnly, refused === null);
    setAttribute(this.#readOnly, 'title', refused);
    setAttribute(this.#list, 'aria-readonly', String(refused !== null));
  }

  #shown(): readonly ValueRow[] {
    return this.#rows.filter((row) => !row.element.hidden);
  }

  #showAll(all: boolean): void {
    this.view.memory.keepSide({ allTypes: all });
    for (const row of this.#rows) setHidden(row.element, !all && !common.has(row.value.id));
    setText(this.#more, text(all ? 'inspector.fewer' : 'inspector.all'));
    setAttribute(this.#list, 'aria-rowcount', String(this.#shown().length));
    this.#shown().forEach((row, index) => {
      setAttribute(row.element, 'aria-rowindex', String(index + 1));
    });
    if (this.#active?.element.hidden !== false) this.#activate(this.#rows[0]);
    else this.#activate(this.#active);
    this.#read = '';
    this.view.invalidate();
  }

  #setEndian(endian: Endian): void {
    setReading(this.view, { endian });
  }

  #rowOf(target: EventTarget | null): ValueRow | undefined {
    return target instanceof Node ? this.#rows.find((row) => row.element.contains(target)) : undefined;
  }

  /** The row that Tab leads to. */
  #activate(row: ValueRow | undefined): void {
    if (row === undefined) return;
    for (const one of this.#rows) one.element.tabIndex = one === row ? 0 : -1;
    this.#active = row;
  }

  #onKey(event: KeyboardEvent): boolean {
    const row = this.#rowOf(event.target);
    if (row === undefined || event.altKey) return false;
    const shown = this.#shown();
    const at = shown.indexOf(row);
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== 'c') return false;
      this.#copy(row);
      return true;
    }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      const next = shown[Math.max(0, Math.min(shown.length - 1, to))];
      this.#activate(next);
      next?.element.focus();
    } else if (event.key === 'Enter' || event.key === 'F2') this.#begin(row);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const { left, bottom } = row.cell.getBoundingClientRect();
      this.#menu(row, { clientX: left, clientY: bottom });
    } else return false;
    return true;
  }

  #begin(row: ValueRow): void {
    const refused = refusal(this.view.store);
    row.element.focus();
    if (refused !== null || row.decoded === null) {
      this.view.say(refused ?? text('inspector.short'), true);
      return;
    }
    this.#edit?.close(false);
    const seen = { offset: this.#offset, bytes: this.#bytes };
    this.#edit = new ValueEdit(this.view, row, this.view.store.endian, seen, (refocus) => {
      this.#edit = null;
      if (refocus) row.element.focus();
    });
  }

  #copy(row: ValueRow): void {
    const shown = row.decoded?.text ?? '';
    if (shown === '') return;
    this.view.ask(this.view.host.copy({ text: shown }));
    this.view.say(text('inspector.copied', row.name));
  }

  #menu(row: ValueRow, { clientX, clientY }: { readonly clientX: number; readonly clientY: number }): void {
    const { target } = row.decoded ?? {};
    const all = this.view.memory.side.allTypes;
    this.#activate(row);
    openMenu(
      row.element,
      row.name,
      [
        {
          label: text('inspector.edit'),
          key: 'Enter',
          enabled: refusal(this.view.store) === null && row.decoded !== null,
          run: () => {
            this.#begin(row);
          },
        },
        {
          label: text('inspector.copy'),
          enabled: (row.decoded?.text ?? '') !== '',
          run: () => {
            this.#copy(row);
          },
        },
        {
          label: text('inspector.follow'),
          enabled: target !== undefined,
          run: () => {
            if (target !== undefined) this.view.goTo(target, 0);
          },
        },
        null,
        {
          label: text(all ? 'inspector.fewer' : 'inspector.all'),
          run: () => {
            this.#showAll(!all);
          },
        },
      ],
      { x: clientX, y: clientY },
    );
  }
}
