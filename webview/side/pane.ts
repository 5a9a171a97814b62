import { gestureOf, runCommand } from '../commands';
import { element, icon, setAttribute, setClass, setHidden } from '../element';
import { text } from '../texts';
import type { ViewContext } from '../viewContext';
import { Sash } from './sash';
import type { Section } from './section';

/** Below this width of the view, in pixels, the pane would cover the text: it starts folded and opens over the grid. */
export const narrow = 1000;
const minimum = 200;
const preferred = 300;
/** What is left of the grid beside it, or of what lies below it. */
const rest = { beside: 320, over: 48 };

/** The pane at the right: sections below headers, as wide as the user likes, out of the way where there is no room. */
export class SidePane {
  readonly element = element('section', 'side', {
    label: text('side.label'),
    attributes: { id: 'side' },
  });
  readonly sash: HTMLElement;
  readonly #sash: Sash;
  readonly #sections: Section[] = [];
  readonly #headers = new Map<Section, HTMLElement>();
  #open: boolean;
  #narrow: boolean;

  constructor(private readonly view: ViewContext) {
    this.#sash = new Sash({
      minimum,
      preferred,
      maximum: () => this.#maximum(),
      width: () => this.#width(),
      resize: (width) => {
        this.view.memory.keepSide({ width });
        this.#layOut();
      },
    });
    this.sash = this.#sash.element;
    this.#narrow = innerWidth < narrow;
    this.#open = !this.#narrow && view.memory.side.open;
    this.#layOut();
    addEventListener('resize', () => {
      this.#resized();
    });
    this.element.addEventListener('keydown', (event) => {
      const gesture = gestureOf(event);
      if (gesture === null && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      if (gesture !== null) {
        runCommand(view, gesture);
        return;
      }
      if (this.#narrow) this.#set(false);
      this.view.grid.focus();
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** Adds a section below the others. */
  add(section: Section): void {
    const chevron = icon('chevron-down');
    const toggle = element(
      'button',
      'section-toggle',
      { attributes: { type: 'button', 'aria-controls': `side-${section.id}` } },
      chevron,
      element('span', 'words', { text: section.title }),
    );
    section.element.id = `side-${section.id}`;
    const show = (): void => {
      const folded = this.#isFolded(section);
      setHidden(section.element, folded);
      setAttribute(toggle, 'aria-expanded', String(!folded));
      setAttribute(chevron, 'class', `codicon codicon-chevron-${folded ? 'right' : 'down'}`);
      if (section.actions) setHidden(section.actions, folded);
    };
    toggle.addEventListener('click', () => {
      const { folded } = this.view.memory.side;
      const others = folded.filter((id) => id !== section.id);
      this.view.memory.keepSide({ folded: this.#isFolded(section) ? others : [...others, section.id] });
      show();
      this.view.invalidate();
    });
    show();
    const header = element('div', 'section-header', {}, element('h2', '', {}, toggle));
    if (section.actions) header.append(section.actions);
    this.#headers.set(section, header);
    this.element.append(header, section.element);
    this.#sections.push(section);
  }

  /** Folds it away, or opens it and takes the focus to its first section. */
  toggle(): void {
    this.#set(!this.#open);
    if (!this.#narrow) this.view.memory.keepSide({ open: this.#open });
    if (this.#open) this.focus();
    else this.view.grid.focus();
  }

  /** To the first section that is unfolded. */
  focus(): void {
    this.paint(performance.now());
    this.#sections.find((section) => !this.#isFolded(section) && section.isAbsent !== true)?.focus();
  }

  paint(now: number): void {
    if (!this.#open) return;
    for (const section of this.#sections) {
      const isAbsent = section.isAbsent === true;
      const header = this.#headers.get(section);
      if (header) setHidden(header, isAbsent);
      setHidden(section.element, isAbsent || this.#isFolded(section));
      if (!isAbsent && !this.#isFolded(section)) section.paint?.(now);
    }
  }

  #isFolded({ id }: Section): boolean {
    return this.view.memory.side.folded.includes(id);
  }

  #set(open: boolean): void {
    this.#open = open;
    this.#layOut();
    this.view.invalidate();
  }

  #resized(): void {
    const isNarrow = innerWidth < narrow;
    if (isNarrow !== this.#narrow) {
      this.#narrow = isNarrow;
      this.#open = !isNarrow && this.view.memory.side.open;
    }
    this.#layOut();
  }

  #maximum(): number {
    return Math.max(minimum, Math.min(800, innerWidth - (this.#narrow ? rest.over : rest.beside)));
  }

  #width(): number {
    return Math.min(this.#maximum(), this.view.memory.side.width ?? preferred);
  }

  #layOut(): void {
    setHidden(this.element, !this.#open);
    setHidden(this.sash, !this.#open);
    for (const part of [this.element, this.sash]) setClass(part, 'over', this.#narrow);
    const width = `${String(this.#width())}px`;
    this.element.style.width = width;
    this.sash.style.right = this.#narrow ? width : '';
    this.#sash.show();
  }
}
