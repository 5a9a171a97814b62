import type { AttachedProcess, Description } from '../extension/shared/protocol';
import { element, icon, setClass } from './element';
import { visibleName } from '../extension/shared/visibleName';
import { processState, processTitle } from './processText';
import { text } from './texts';

/** The attached processes as chips; they fold to a count where they do not fit. */
export class Chips {
  readonly element = element('div', 'chips', { role: 'list', label: text('attached.label') });
  readonly #count = element('span', 'chip count', { role: 'listitem' });
  #shown = '';

  /** `chosen`: a chip was clicked; the side pane has the same for the keyboard. */
  constructor(private readonly chosen: (pid: number) => void) {
    new ResizeObserver(() => {
      this.fold();
    }).observe(this.element);
  }

  show({ attached, attachCount, standing }: Description): void {
    const key = JSON.stringify([attached, attachCount, standing]);
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
    this.#count.title = [words, ...attached.map((process) => tip(process, standing))].join('\n');
    this.element.replaceChildren(
      this.#count,
      ...attached.map((process) => chip(process, standing, this.chosen)),
    );
    this.fold();
  }

  /** Shows the chips if all of them fit, else the count. */
  fold(): void {
    const list = this.element;
    list.classList.remove('folded');
    setClass(list, 'folded', list.childElementCount === 1 || list.scrollWidth > list.clientWidth + 1);
  }
}

function chip(
  process: AttachedProcess,
  standing: readonly number[],
  chosen: (pid: number) => void,
): HTMLElement {
  const running = standing.includes(process.pid) ? 'debug-pause' : 'circle-filled';
  const made = element(
    'span',
    process.alive ? 'chip' : 'chip dead',
    { role: 'listitem', title: tip(process, standing) },
    icon(process.alive ? running : 'circle-slash'),
    element(process.alive ? 'span' : 's', '', { text: processTitle(process) }),
  );
  made.addEventListener('click', () => {
    chosen(process.pid);
  });
  return made;
}

function tip(process: AttachedProcess, standing: readonly number[]): string {
  const command = process.commandLine === '' ? '' : `\n${visibleName(process.commandLine)}`;
  return `${visibleName(process.name)} (${String(process.pid)}): ${processState(process, standing)}${command}`;
}
