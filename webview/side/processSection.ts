import type { AttachedProcess, Description, ProcessDeed } from '../../extension/shared/protocol';
import { visibleName } from '../../extension/shared/visibleName';
import { element, icon, setHidden } from '../element';
import { openMenu } from '../menu';
import { processState, processTitle } from '../processText';
import { text } from '../texts';
import type { ViewContext } from '../viewContext';
import type { Section } from './section';

/** Addresses of a process that a row has; its tip has all. */
const mostShown = 2;

/** Who has the segment, and who had it until it ended: each a button that leads to what runs it, with a menu. */
export class ProcessSection implements Section {
  readonly id = 'processes';
  readonly title = text('processes.section');
  readonly #list = element('ul', 'processes', { role: 'list', label: text('attached.label') });
  readonly #none = element('p', 'quiet', { text: text('attached.none') });
  readonly element = element('div', 'section', {}, this.#list, this.#none);
  #shown = '';

  constructor(private readonly view: ViewContext) {}

  focus(): void {
    this.#list.querySelector('button')?.focus();
  }

  /** Shows these from now on; the focus stays on the process that has it. */
  show({ attached, standing }: Description): void {
    const shown = JSON.stringify([attached, standing]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = this.#list.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-pid')
      : null;
    this.#list.replaceChildren(...attached.map((process) => this.#row(process, standing)));
    setHidden(this.#list, attached.length === 0);
    setHidden(this.#none, attached.length > 0);
    if (focused !== null && focused !== undefined)
      (
        this.#list.querySelector<HTMLElement>(`[data-pid="${focused}"]`) ?? this.#list.querySelector('button')
      )?.focus();
  }

  #row(process: AttachedProcess, standing: readonly number[]): HTMLElement {
    const { pid, alive, owner, mappings, commandLine } = process;
    const name = processTitle(process);
    const state = processState(process, standing);
    const addresses = mappings.map(({ address }) => `0x${address}`);
    const button = element('button', 'link', {
      text: name,
      label: text('processes.show', name, state),
      attributes: { type: 'button', 'data-pid': String(pid) },
    });
    const deed = (what: ProcessDeed): void => {
      this.view.ask(this.view.host.processDeed({ deed: what, pid }));
    };
    button.addEventListener('click', () => {
      deed('showProcess');
    });
    const facts = [
      ...(owner === '' ? [] : [visibleName(owner)]),
      state,
      ...addresses.slice(0, mostShown),
      ...(addresses.length > mostShown ? ['…'] : []),
    ].join(' · ');
    const row = element(
      'li',
      'process',
      { title: [commandLine, ...addresses].map(visibleName).join('\n').trim() },
      element('div', 'process-line', {}, icon(alive ? 'server-process' : 'circle-slash'), button),
      element('div', 'process-facts', { text: facts }),
    );
    row.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      event.stopPropagation();
      const { left, bottom } = button.getBoundingClientRect();
      const byKey = event.clientX === 0 && event.clientY === 0;
      const at = byKey ? { x: left, y: bottom } : { x: event.clientX, y: event.clientY };
      const item = (label: string, what: ProcessDeed, enabled = true) => ({
        label,
        enabled,
        run: () => {
          deed(what);
        },
      });
      openMenu(
        button,
        name,
        [
          item(text('processes.menu.show'), 'showProcess'),
          item(text('processes.menu.open'), 'openSharedMapping', alive),
          item(text('processes.menu.pid'), 'copyPid'),
        ],
        at,
      );
    });
    return row;
  }
}
