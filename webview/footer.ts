import type { StringKey } from '../extension/shared/strings';
import { element, icon, setText, setAttribute, setHidden, setClass } from './element';
import { encodingNames } from '../extension/shared/encoding';
import { runCommand } from './commands';
import type { Store } from './store';
import type { ViewContext } from './viewContext';
import { selectedRange } from './selection';
import { grouped, hex, text } from './texts';

/** How long a message stays, in milliseconds. */
const stays = 6000;

/** Position, selection, rate and how far the bytes can be trusted; and the message of the last action. */
export class Footer {
  readonly #message = element('div', 'message');
  readonly #trust = element('span', 'item trust');
  readonly #paused = element('span', 'item paused', {}, icon('debug-pause'));
  readonly #rate = element('span', 'item rate');
  readonly #selected = element('span', 'item');
  readonly #position = element('span', 'item');
  readonly #encoding = element('button', 'item', { title: text('foot.encoding.tip') });
  readonly #endian = element('button', 'item endian', { title: text('foot.endian.tip') });
  readonly element = element(
    'footer',
    'footer',
    {},
    this.#message,
    this.#trust,
    this.#paused,
    this.#rate,
    this.#selected,
    this.#position,
    this.#encoding,
    this.#endian,
  );

  #fading: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: ViewContext) {
    this.#encoding.id = 'encoding-item';
    setAttribute(this.#encoding, 'aria-haspopup', 'menu');
    this.#encoding.addEventListener('click', () => {
      runCommand(view, 'chooseEncoding');
    });
    this.#endian.addEventListener('click', () => {
      runCommand(view, 'swapByteOrder');
    });
    this.#paused.append(element('span', '', { text: text('foot.paused') }));
    this.#rate.title = text('foot.rate.tip');
    this.#trust.append(icon('unlock'), element('span', 'words'));
  }

  /** Says something about the last action; a failure is said at once and stays longer, the rest politely. */
  say(message: string, failure = false): void {
    clearTimeout(this.#fading);
    if (message !== '') {
      this.#fading = setTimeout(
        () => {
          this.say('');
        },
        stays * (failure ? 3 : 1),
      );
    }
    setAttribute(this.#message, 'role', failure ? 'alert' : null);
    this.view.announce('message', failure ? '' : message);
    setClass(this.#message, 'failure', failure);
    this.#message.title = message;
    const words = element('span', 'words', { text: message });
    this.#message.replaceChildren(...(message === '' ? [] : failure ? [icon('error'), words] : [words]));
  }

  /** `placed`: how many locks are in the bytes, or paired with them. */
  show(store: Store, placed: number): void {
    const { size, selection } = store;
    const { length } = selectedRange(selection);
    const { cursor } = selection;
    setText(
      this.#position,
      size === 0 ? '' : text('foot.position', hex(cursor), grouped(cursor), hex(size), grouped(size)),
    );
    setText(this.#selected, length === 0 ? '' : text('foot.selected', grouped(length)));
    const { encoding, endian } = store.reading;
    setText(this.#encoding, encodingNames[encoding]);
    setText(this.#endian, text(endian === 'little' ? 'layout.little' : 'layout.big'));
    setHidden(this.#paused, !store.isPaused);
    setHidden(this.#rate, store.pace.paused || !store.live);
    setText(this.#rate, text('foot.rate', (store.rate > 0 ? store.rate : store.pace.hertz).toLocaleString()));
    setHidden(this.#trust, size === 0 || !store.live);
    const { icon: picture, words, tip } = trustOf(store, placed);
    const [image, caption] = this.#trust.children;
    if (image) setAttribute(image, 'class', `codicon codicon-${picture}`);
    if (caption) setText(caption, text(words));
    setAttribute(this.#trust, 'title', text(tip));
  }
}

/** How far the bytes on screen can be trusted, in words. */
function trustOf({ copy, lock }: Store, placed: number): { icon: string; words: StringKey; tip: StringKey } {
  if (lock.state === 'ours') return { icon: 'lock', words: 'foot.underLock', tip: 'lock.ours.tip' };
  if (copy === 'locked') return { icon: 'lock', words: 'foot.locked', tip: 'copying.locked.tip' };
  if (copy === 'busy') return { icon: 'watch', words: 'foot.busy', tip: 'foot.busy.tip' };
  const words = lock.kind === 'none' && placed === 0 ? 'foot.noLock' : 'foot.unlocked';
  return { icon: 'unlock', words, tip: 'foot.unlocked.tip' };
}
