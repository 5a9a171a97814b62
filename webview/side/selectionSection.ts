import { element, setHidden, setText } from '../element';
import { bytesText } from '../header';
import { selectedRange } from '../selection';
import { grouped, hex, text } from '../texts';
import { ageText } from '../tip';
import type { ViewContext } from '../viewContext';
import { HashPanel } from './hashPanel';
import type { Section } from './section';

/** An age is said anew this often while nothing else happens, in milliseconds. */
const ageStep = 1000;

const rows = ['start', 'end', 'length', 'changed', 'last'] as const;

/** What is selected: where, how much, how it changed, and its hashes. */
export class SelectionSection implements Section {
  readonly id = 'selection';
  readonly title = text('selection.title');
  readonly hashes: HashPanel;
  readonly #none = element('p', 'quiet', { text: text('selection.none') });
  readonly #facts = element('dl', 'facts');
  readonly #values = new Map(rows.map((row) => [row, element('dd', '')]));
  readonly element = element('div', 'section', { attributes: { tabindex: '-1' } }, this.#none, this.#facts);
  #ticking: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: ViewContext) {
    this.hashes = new HashPanel(view);
    for (const [row, value] of this.#values) {
      this.#facts.append(element('dt', '', { text: text(`selection.${row}`) }), value);
    }
    this.element.append(this.hashes.element);
  }

  focus(): void {
    this.element.focus();
  }

  paint(now: number): void {
    const { store } = this.view;
    const { start, length } = selectedRange(store.selection);
    setHidden(this.#none, length > 0);
    setHidden(this.#facts, length === 0);
    // Beside something longer, bytes can be selected that the segment does not have.
    const hashed = start < store.size ? length : 0;
    setHidden(this.hashes.element, hashed === 0);
    clearTimeout(this.#ticking);
    const changes = length === 0 ? null : store.history.within(start, length);
    this.hashes.paint(start, hashed, changes?.changedAt ?? -Infinity, now);
    if (length === 0) return;
    const end = start + length - 1;
    this.#set('start', text('selection.position', hex(start), grouped(start)));
    this.#set('end', text('selection.position', hex(end), grouped(end)));
    this.#set('length', lengthText(length));
    if (changes === null) {
      this.#set('changed', text('selection.unchanged'));
      this.#set('last', '–');
      return;
    }
    const { bytes, count, changedAt } = changes;
    this.#set('changed', text('selection.changes', grouped(bytes), grouped(length), grouped(count)));
    this.#set('last', text('selection.ago', ageText(now - changedAt)));
    this.#ticking = setTimeout(() => {
      this.view.invalidate();
    }, ageStep);
  }

  #set(row: (typeof rows)[number], shown: string): void {
    const value = this.#values.get(row);
    if (value) setText(value, shown);
  }
}

/** Exact, and in a larger unit where there is one. */
function lengthText(length: number): string {
  const exact = `${text('header.bytes', grouped(length))} (0x${hex(length)})`;
  return length < 64 * 1024 ? exact : `${exact}, ${bytesText(length)}`;
}
