import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { Presence } from '../extension/shared/protocol';
import { element, icon, setText } from './element';
import { text } from './texts';

/** What is wrong with the segment, in a sentence, with the way out of it. */
export class Banner {
  readonly #icon = icon('info');
  readonly #words = element('span', 'words');
  readonly #reopen = document.createElement('vscode-button');
  readonly element = element('div', 'banner', { role: 'alert' }, this.#icon, this.#words);

  constructor(reopen: () => void) {
    this.#reopen.textContent = text('banner.reopen');
    this.#reopen.addEventListener('click', reopen);
    this.element.append(this.#reopen);
    this.element.hidden = true;
  }

  /** `shrunkTo`: the segment lives but is shorter than what is on screen; its size now. */
  show(presence: Presence, notice: string | null, shrunkTo: number | null): void {
    const words = presence === 'live' ? this.#shrunk(shrunkTo) : (notice ?? text(`banner.${presence}`));
    this.element.hidden = words === null;
    if (words === null) return;
    setText(this.#words, words);
    this.#icon.className = `codicon codicon-${presence === 'waiting' ? 'watch' : presence === 'denied' ? 'lock' : 'warning'}`;
    this.element.classList.toggle('calm', presence === 'waiting');
    this.#reopen.hidden = presence === 'waiting';
  }

  #shrunk(size: number | null): string | null {
    return size === null ? null : text('banner.shrunk', size.toLocaleString());
  }
}
