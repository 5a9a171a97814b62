import type { AttachedProcess, Description } from '../extension/shared/protocol';
import { element, icon, setClass } from './element';
import { visibleName } from '../extension/shared/visibleName';
import { text } from './texts';

/** The attached processes as chips; they fold to a count where they do not fit. */
export class Chips {
  readonly element = element('div', 'chips', { role: 'list', label: text('attached.label') });
  readonly #count = element('span', 'chip count', { role: 'listitem' });
  #shown = '';

  constructor() {
    new ResizeObserver(() => {
      this.fold();
    }).observe(this.element);
  }

  show({ attached, attachCount }: Description): void {
    const key = JSON.stringify([attached, attachCount]);
    if (key === this.#shown) return;
    this.#shown = key;
    const alive = attached.filter((process) => process.alive).length;
    const total = attachCount ?? alive;
    const words = total === 0 ? text('attached.none') : text('attached.count', total);
    this.#count.replaceChildren(
      icon('server-process'),
      element('span', 'words', { text: words }),
      element('span', 'number', { text: String(total), attributes: { 'aria-hidden': 'true' } }),
    );
    this.#count.title = [words, ...attached.map(tip)].join('\n');
    this.element.replaceChildren(this.#count, ...attached.map(chip));
    this.fold();
  }

  /** Shows the chips if all of them fit, else the count. */
  fold(): void {
    const list = this.element;
    list.classList.remove('folded');
    setClass(list, 'folded', list.childElementCount === 1 || list.scrollWidth > list.clientWidth + 1);
  }
}

function chip(process: AttachedProcess): HTMLElement {
  const name = process.us ? text('attached.us') : visibleName(process.name);
  return element(
    'span',
    process.alive ? 'chip' : 'chip dead',
    { role: 'listitem', title: tip(process) },
    icon(process.alive ? 'circle-filled' : 'circle-slash'),
    element(process.alive ? 'span' : 's', '', { text: `${name} ${String(process.pid)}` }),
  );
}

function tip(process: AttachedProcess): string {
  const access = text(process.writable ? 'attached.readWrite' : 'attached.readOnly');
  const state = process.alive ? access : text('attached.dead');
  const command = process.commandLine === '' ? '' : `\n${visibleName(process.commandLine)}`;
  return `${visibleName(process.name)} (${String(process.pid)}): ${state}${command}`;
}
