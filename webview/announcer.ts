import { element } from './element';

const pause = 2000;

/** Says things to a screen reader, politely and at most every two seconds: the last thing to say wins. */
export class Announcer {
  readonly element = element('div', 'unseen', { attributes: { 'aria-live': 'polite' } });
  #next = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saidAt = -Infinity;

  say(words: string): void {
    this.#next = words;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#saidAt = performance.now();
        this.element.textContent = this.#next;
      },
      Math.max(0, this.#saidAt + pause - performance.now()),
    );
  }
}
