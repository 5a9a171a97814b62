import { element } from './element';

/** The least time between two announcements, in milliseconds. */
const pause = 2000;

/** What an announcement is about; a newer one takes the place of one of the same sort that still waits. */
export type Topic = 'byte' | 'field' | 'find' | 'hash' | 'locks' | 'message' | 'compare';

/**
 * Says things to a screen reader, politely and at most every two seconds: the last of each topic. The only polite
 * region of the view, so that nothing else comes between.
 */
export class Announcer {
  readonly element = element('div', 'unseen', { attributes: { 'aria-live': 'polite' } });
  readonly #next = new Map<Topic, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saidAt = -Infinity;

  /** '': what waits of this topic is no longer to be said. */
  say(topic: Topic, words: string): void {
    if (words === '') this.#next.delete(topic);
    else this.#next.set(topic, words);
    if (this.#timer !== undefined || this.#next.size === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#next.size === 0) return;
        this.#saidAt = performance.now();
        // A new node, so that the same words are read again where they are said again.
        this.element.replaceChildren([...this.#next.values()].join('. '));
        this.#next.clear();
      },
      Math.max(0, this.#saidAt + pause - performance.now()),
    );
  }
}
