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
  readonly #message = element('div', 'message', { role: 'status' });
  readonly #trust = element('span', 'item trust');
  readonly #paused = element('span', 'item paused', {}, icon('debug-pause'));
  readonly #rate = element('span', 'item rate');
  readonly #selected = element('span', 'item');
  readonly #position = element('span', 'item');
  readonly #encoding = element('button', 'item', { title: text('foot.encoding.tip') });
  readonly #endian = element('button', 'item', { title: text('foot.endian.tip') });
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

  constructor(view: ViewContext) {
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
    this.#message.setAttribute('role', failure ? 'alert' : 'status');
    setClass(this.#message, 'failure', failure);
    this.#message.title = message;
    const words = element('span', 'words', { text: message });
    this.#message.replaceChildren(...(message === '' ? [] : failure ? [icon('error'), words] : [words]));
  }

  show(store: Store): void {
    const { size, selection, lock } = store;
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
    setHidden(this.#paused, !store.pace.paused);
    setHidden(this.#rate, store.pace.paused || !store.live);
    setText(this.#rate, text('foot.rate', (store.rate > 0 ? store.rate : store.pace.hertz).toLocaleString()));
    setHidden(this.#trust, size === 0 || !store.live);
    const ours = lock.state === 'ours';
    const key = ours ? 'foot.underLock' : lock.kind === 'none' ? 'foot.noLock' : 'foot.unlocked';
    const [picture, words] = this.#trust.children;
    if (picture) setAttribute(picture, 'class', `codicon codicon-${ours ? 'lock' : 'unlock'}`);
    if (words) setText(words, text(key));
    setAttribute(this.#trust, 'title', ours ? text('lock.ours.tip') : text('foot.unlocked.tip'));
  }
}
