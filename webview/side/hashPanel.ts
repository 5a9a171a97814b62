import { hashes, hashNames, longestHashed, type HashReply } from '../../extension/shared/hashes';
import { replyChecks } from '../../extension/shared/checks';
import { element, icon, setAttribute, setHidden, setText } from '../element';
import { bytesText } from '../header';
import { grouped, text, timeText } from '../texts';
import type { ViewContext } from '../viewContext';

/** Ranges up to this long are hashed unasked, in bytes, once their bytes have rested for `rest` milliseconds. */
const unasked = 64 * 1024;
const rest = 400;

type State =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'done'; readonly since: number; readonly reply: HashReply; readonly time: string }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'failed'; readonly message: string };

/** The hashes of the selection: of a copy that the host makes, said to be one, gone when the bytes change. */
export class HashPanel {
  readonly #list = element('dl', 'facts');
  readonly #texts = new Map(hashes.map(({ name }) => [name, element('span', 'digits')]));
  readonly #note = element('p', 'quiet');
  readonly #button = element('button', 'link', { attributes: { type: 'button' } });
  readonly element = element('div', 'hashes', {}, this.#list, this.#note, this.#button);
  #state: State = { kind: 'none' };
  #range = '';
  #fraction = 0;
  #asked = 0;
  #selectedAt = 0;
  #waking: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: ViewContext) {
    for (const { name, text: title } of hashes) {
      const digits = this.#texts.get(name);
      if (digits === undefined) continue;
      const copy = element('button', 'copy', {
        title: text('hash.copy', title),
        label: text('hash.copy', title),
        attributes: { type: 'button' },
      });
      copy.append(icon('copy'));
      copy.addEventListener('click', () => {
        this.view.ask(this.view.host.copy({ text: digits.textContent }));
        this.view.say(text('inspector.copied', title));
      });
      this.#list.append(element('dt', '', { text: title }), element('dd', 'hash', {}, digits, copy));
    }
    this.#button.addEventListener('click', () => {
      if (this.#state.kind === 'running') this.#stop();
      else this.#start();
    });
  }

  /** How much of what was asked for is done. */
  progress(fraction: number): void {
    this.#fraction = fraction;
    this.view.invalidate();
  }

  /** `changedAt`: time of the last change seen in the selection. */
  paint(start: number, length: number, changedAt: number, now: number): void {
    const { store } = this.view;
    const range = `${store.description?.nativeKey ?? ''} ${String(start)}+${String(length)}`;
    if (range !== this.#range) {
      if (this.#state.kind === 'running') this.#stop();
      this.#range = range;
      this.#selectedAt = now;
      this.#state = { kind: 'none' };
    }
    // A change seen since the copy was asked for may be in it or not: then it is not said to be of these bytes.
    if (this.#state.kind === 'done' && changedAt >= this.#state.since) this.#state = { kind: 'cleared' };
    this.#automatic(length, changedAt, now);
    this.#show(length);
  }

  #automatic(length: number, changedAt: number, now: number): void {
    const { store } = this.view;
    const idle = this.#state.kind === 'none' || this.#state.kind === 'cleared';
    clearTimeout(this.#waking);
    if (!idle || !store.live || store.pace.paused || length === 0 || length > unasked) return;
    const left = Math.max(this.#selectedAt, changedAt) + rest - now;
    if (left <= 0) this.#start();
    else {
      this.#waking = setTimeout(() => {
        this.view.invalidate();
      }, left);
    }
  }

  #start(): void {
    const [start = 0, length = 0] = (this.#range.split(' ').at(-1) ?? '').split('+').map(Number);
    const asked = ++this.#asked;
    const since = performance.now();
    this.#fraction = 0;
    this.#state = { kind: 'running', since };
    const settle = (state: State): void => {
      if (asked !== this.#asked) return;
      this.#state = state;
      this.view.invalidate();
    };
    void this.view.host.hash({ offset: start, length, names: hashNames }).then(
      (reply) => {
        const time = timeText(new Date());
        settle({ kind: 'done', since, reply: replyChecks.hash(reply), time });
      },
      (error: unknown) => {
        settle({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      },
    );
    this.view.invalidate();
  }

  #stop(): void {
    this.#asked++;
    this.#state = { kind: 'failed', message: '' };
    this.view.ask(this.view.host.stopHash());
    this.view.invalidate();
  }

  #show(length: number): void {
    const state = this.#state;
    const { store } = this.view;
    const reply = state.kind === 'done' ? state.reply : null;
    setHidden(this.#list, reply === null);
    for (const { name, text: digits } of reply?.texts ?? []) {
      const target = this.#texts.get(name);
      if (target === undefined) continue;
      setText(target, digits);
      setAttribute(target, 'title', digits);
    }
    const tooLong = length > longestHashed;
    const note = tooLong ? text('hash.tooLong', bytesText(longestHashed)) : this.#say(length);
    if (setText(this.#note, note)) this.view.announce('hash', note);
    setAttribute(this.#note, 'title', reply !== null && !reply.locked ? text('hash.unlocked.tip') : null);
    setHidden(this.#note, this.#note.textContent === '');
    setText(this.#button, text(state.kind === 'running' ? 'hash.stop' : 'hash.compute'));
    setHidden(this.#button, tooLong || state.kind === 'done' || !store.live);
  }

  #say(length: number): string {
    const state = this.#state;
    switch (state.kind) {
      case 'none':
        return '';
      case 'running':
        return text('hash.computing', Math.floor(100 * this.#fraction));
      case 'cleared':
        return text(length <= unasked && !this.view.store.pace.paused ? 'hash.moving' : 'hash.cleared');
      case 'failed':
        return state.message;
      case 'done': {
        const { reply, time } = state;
        const { lock } = this.view.store;
        const key = reply.locked ? 'hash.locked' : lock.kind === 'none' ? 'hash.noLock' : 'hash.unlocked';
        const said = text(key, time);
        return reply.length < length ? `${said}. ${text('hash.short', grouped(reply.length))}` : said;
      }
    }
  }
}
