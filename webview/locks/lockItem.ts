import type { ReportState } from '../../extension/shared/lockReport';
import type { LockRow } from '../../extension/shared/lockRow';
import { element, icon, setAttribute, setHidden, setText } from '../element';
import { visibleName } from '../../extension/shared/visibleName';
import { hex, text, timeText } from '../texts';
import { rowTitle } from './foremost';
import { LockStrip } from './lockStrip';

/** What is done to a lock of the list. */
export interface LockDeeds {
  readonly goTo: (offset: number) => void;
  readonly repair: (id: string) => void;
  readonly drop: (id: string) => void;
}

const icons: Readonly<Record<ReportState, string>> = {
  none: 'circle-slash',
  free: 'unlock',
  held: 'lock',
  ours: 'lock',
  read: 'lock',
  stale: 'warning',
  'owner-died': 'warning',
  inconsistent: 'warning',
  'not-recoverable': 'error',
  damaged: 'error',
  unreadable: 'question',
  unsupported: 'question',
  nonsense: 'question',
};

/** A lock of the list: its state, what it is and where, who has it, its last minute, and what is wrong with it. */
export class LockItem {
  readonly #icon = icon('lock');
  readonly #state = element('strong', 'state');
  readonly #kind = element('span', 'kind');
  readonly #place = button('link place');
  readonly #name = element('span', 'name');
  readonly #remove = button('copy', 'close');
  readonly #facts = element('div', 'lock-facts');
  readonly #strip = new LockStrip();
  readonly #repair = button('section-button');
  readonly #troubles = element('div', 'troubles');
  readonly element = element(
    'li',
    'lock',
    {},
    element(
      'div',
      'lock-line',
      {},
      this.#icon,
      this.#state,
      this.#kind,
      this.#name,
      this.#place,
      this.#remove,
    ),
    this.#facts,
    this.#strip.element,
    element('div', 'lock-trouble', {}, this.#troubles, this.#repair),
  );
  #row: LockRow | null = null;

  constructor(deeds: LockDeeds) {
    const act = (target: HTMLElement, deed: (row: LockRow) => void): void => {
      target.addEventListener('click', () => {
        if (this.#row !== null) deed(this.#row);
      });
    };
    act(this.#place, ({ offset }) => {
      if (offset !== null) deeds.goTo(offset);
    });
    act(this.#repair, ({ id }) => {
      deeds.repair(id);
    });
    act(this.#remove, ({ id }) => {
      deeds.drop(id);
    });
    setText(this.#repair, text('locks.repair'));
  }

  /** Shows it as it is now; what stays the same is left alone. */
  show(row: LockRow): void {
    this.#row = row;
    const name = visibleName(row.name);
    const kind = visibleName(row.kind);
    setAttribute(this.#icon, 'class', `codicon codicon-${icons[row.state]}`);
    setText(this.#state, row.words);
    setText(this.#kind, kind);
    setAttribute(this.#kind, 'title', kind);
    setText(this.#name, name);
    setAttribute(this.#name, 'title', name);
    this.#showPlace(row.offset);
    const title = rowTitle(row);
    setAttribute(this.element, 'aria-label', `${row.words}, ${title}`);
    setHidden(this.#remove, !row.isPlaced);
    label(this.#remove, text('locks.remove', title));
    label(this.#repair, text('locks.repairOf', title));
    const time = timeText(new Date(row.sinceMs));
    const since = text(row.sinceFirstLook ? 'locks.sinceLook' : 'locks.since', time);
    setText(this.#facts, [...row.facts.map(visibleName), since, row.certainty].join(' · '));
    this.#strip.show(row.strip);
    setText(this.#troubles, row.troubles.map(visibleName).join('\n'));
    setHidden(this.#repair, row.troubles.length === 0);
  }

  #showPlace(offset: number | null): void {
    setHidden(this.#place, offset === null);
    if (offset === null) return;
    setText(this.#place, `0x${hex(offset)}`);
    label(this.#place, text('locks.goTo', hex(offset)));
  }
}

function button(className: string, image?: string): HTMLButtonElement {
  const made = element('button', className, { attributes: { type: 'button' } });
  if (image !== undefined) made.append(icon(image));
  return made;
}

function label(target: HTMLElement, words: string): void {
  setAttribute(target, 'aria-label', words);
  setAttribute(target, 'title', words);
}
