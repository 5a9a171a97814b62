import type { LockPicture } from '../../extension/shared/lockRow';
import type { Action } from '../../extension/shared/protocol';
import { element, icon, setHidden } from '../element';
import { visibleName } from '../../extension/shared/visibleName';
import type { Section } from '../side/section';
import { text } from '../texts';
import type { ViewContext } from '../viewContext';
import { LockItem, type LockDeeds } from './lockItem';

/** The locks of the segment, as the host says them, and the circles of those who wait for one another. */
export class LockSection implements Section {
  readonly id = 'locks';
  readonly title = text('locks.section');
  readonly #deadlocks = element('div', 'deadlocks');
  readonly #list = element('ul', 'locks', { role: 'list', label: text('locks.section') });
  readonly #none = element('p', 'quiet', { text: text('locks.none') });
  readonly element = element('div', 'section', {}, this.#deadlocks, this.#list, this.#none);
  readonly actions = element('div', 'section-actions', { role: 'toolbar', label: text('locks.section') });
  readonly #items = new Map<string, LockItem>();
  readonly #deeds: LockDeeds;
  #circles = '';
  #picture: LockPicture = { rows: [], deadlocks: [] };

  constructor(private readonly view: ViewContext) {
    const tool = (image: string, label: string, action: Action): void => {
      const button = element('button', 'tool', { label, title: label, attributes: { type: 'button' } });
      button.append(icon(image));
      button.addEventListener('click', () => {
        view.ask(view.host.act({ action }));
      });
      this.actions.append(button);
    };
    tool('search', text('locks.find'), 'findLocks');
    tool('add', text('locks.add'), 'addLock');
    tool('link', text('locks.pair'), 'pairSemaphore');
    this.#deeds = {
      goTo: (offset) => {
        view.goTo(offset, 0);
      },
      repair: (id) => {
        view.ask(view.host.repairLock({ id }));
      },
      drop: (id) => {
        view.ask(view.host.dropLock({ id }));
      },
    };
    this.take(this.#picture);
  }

  /** What is shown now. */
  get picture(): LockPicture {
    return this.#picture;
  }

  focus(): void {
    (this.#list.querySelector('button') ?? this.actions.querySelector('button'))?.focus();
  }

  /** Shows these from now on. A row keeps its place on the page, and the focus with it. */
  take(picture: LockPicture): void {
    this.#picture = picture;
    const { rows, deadlocks } = picture;
    const hadFocus = this.#list.contains(document.activeElement);
    for (const id of [...this.#items.keys()]) {
      if (rows.some((row) => row.id === id)) continue;
      this.#items.get(id)?.element.remove();
      this.#items.delete(id);
    }
    rows.forEach((row, index) => {
      const item = this.#items.get(row.id) ?? new LockItem(this.#deeds);
      this.#items.set(row.id, item);
      item.show(row);
      const there = this.#list.children[index] ?? null;
      if (there !== item.element) this.#list.insertBefore(item.element, there);
    });
    if (hadFocus && !this.#list.contains(document.activeElement)) this.focus();
    setHidden(this.#list, rows.length === 0);
    setHidden(this.#none, rows.length > 0);
    this.#showDeadlocks(deadlocks);
  }

  #showDeadlocks(circles: readonly string[]): void {
    const shown = circles.join('\n');
    // It is read out when it changes: the same again must not.
    if (shown === this.#circles) return;
    this.#circles = shown;
    this.view.announce(
      'locks',
      circles.map((circle) => `${text('locks.deadlock')} ${visibleName(circle)}`).join('. '),
    );
    this.#deadlocks.replaceChildren(
      ...circles.map((circle) =>
        element(
          'p',
          'deadlock',
          {},
          icon('error'),
          element('strong', 'state', { text: text('locks.deadlock') }),
          document.createTextNode(' '),
          element('span', 'words', { text: visibleName(circle) }),
        ),
      ),
    );
  }
}
