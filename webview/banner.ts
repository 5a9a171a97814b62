import type { Presence } from '../extension/shared/protocol';
import { element, icon, setText, setAttribute, setHidden, setClass } from './element';
import { grouped, text } from './texts';

/** What is wrong with the segment, in a sentence, with the way out of it. */
export class Banner {
  readonly #icon = icon('info');
  readonly #words = element('span', 'words');
  readonly #reopen = element('button', 'button', {
    text: text('banner.reopen'),
    attributes: { type: 'button' },
  });
  readonly element = element('div', 'banner', { role: 'alert' }, this.#icon, this.#words);

  constructor(reopen: () => void) {
    this.#reopen.addEventListener('click', reopen);
    this.element.append(this.#reopen);
    setHidden(this.element, true);
  }

  /** `shrunkTo`: the segment lives but is shorter than what is on screen; its size now. */
  show(presence: Presence, notice: string | null, shrunkTo: number | null): void {
    const words = presence === 'live' ? this.#shrunk(shrunkTo) : (notice ?? text(`banner.${presence}`));
    setHidden(this.element, words === null);
    if (words === null) return;
    setText(this.#words, words);
    const picture = { waiting: 'watch', denied: 'lock' }[presence as string] ?? 'warning';
    setAttribute(this.#icon, 'class', `codicon codicon-${picture}`);
    setClass(this.element, 'calm', presence === 'waiting');
    setHidden(this.#reopen, presence === 'waiting');
  }

  #shrunk(size: number | null): string | null {
    return size === null ? null : text('banner.shrunk', grouped(size));
  }
}
