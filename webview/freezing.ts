import { longestEdit } from '../extension/shared/limits';
import type { Frozen } from '../extension/shared/frozen';
import { element, icon, setHidden, setText } from './element';
import { selectedRange } from './selection';
import { grouped, hex, text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** Keeps the selected bytes, or the one at the cursor, as they are on screen; or stops that. */
export function toggleFreeze(view: ViewContext): void {
  if (view.freeze.frozen !== null) {
    stopFreeze(view);
    return;
  }
  const { store } = view;
  const { start, length } = selectedRange(store.selection);
  const wanted = Math.max(1, length);
  const bytes = store.slice(start, Math.min(wanted, longestEdit + 1));
  const refused =
    refusal(store) ??
    (wanted > longestEdit ? text('edit.tooLong', grouped(wanted), grouped(longestEdit)) : null) ??
    (bytes.length < wanted ? text('freeze.unseen') : null);
  if (refused !== null) view.say(refused, true);
  else view.ask(view.host.freeze({ offset: start, bytes }));
}

/** Stops keeping bytes as they are; whether that went on. */
export function stopFreeze(view: ViewContext): boolean {
  if (view.freeze.frozen === null) return false;
  view.ask(view.host.thaw());
  return true;
}

/** Says loudly that bytes are kept as they are, and how often they had to be put back; with a button that ends it. */
export class FreezeBadge {
  readonly element = element('div', 'freeze', { role: 'alert', attributes: { hidden: '' } });
  readonly #words = element('span', 'words');
  readonly #count = element('span', 'count', { attributes: { 'aria-live': 'off' } });
  #frozen: Frozen | null = null;

  constructor(stop: () => void) {
    const button = element('button', 'stop', {
      attributes: { type: 'button' },
      title: text('freeze.stop.tip'),
    });
    button.append(icon('debug-stop'), element('span', '', { text: text('freeze.stop') }));
    button.addEventListener('click', stop);
    this.element.append(icon('pinned'), this.#words, this.#count, button);
  }

  /** null: nothing is frozen. */
  get frozen(): Frozen | null {
    return this.#frozen;
  }

  /** What goes on; the sentence that says how it ended, where it did. */
  show(frozen: Frozen | null): string | null {
    const before = this.#frozen;
    this.#frozen = frozen?.ended === null ? frozen : null;
    setHidden(this.element, this.#frozen === null);
    if (frozen === null) return null;
    const { offset, length, writes, skips, limit, ended, message } = frozen;
    if (ended !== null) {
      return text(`freeze.ended.${ended}`, grouped(writes), ended === 'limit' ? limit : (message ?? ''));
    }
    const words = text('freeze.bytes', grouped(length), hex(offset));
    if (before === null || this.#words.textContent !== words) setText(this.#words, words);
    const counts = [text('freeze.writes', grouped(writes))];
    if (skips > 0) counts.push(text('freeze.skips', grouped(skips)));
    setText(this.#count, counts.join(', '));
    this.element.title = text('freeze.tip', limit);
    return null;
  }
}
