import { element, setHidden, setText } from './element';
import type { GridView } from './gridView';

/** What is used of the EditContext of the W3C, which Chromium has since 121 and VS Code 1.96 therefore too. */
interface EditContext extends EventTarget {
  readonly text: string;
  updateText(start: number, end: number, text: string): void;
  updateSelection(start: number, end: number): void;
  updateControlBounds(bounds: DOMRect): void;
  updateSelectionBounds(bounds: DOMRect): void;
}

/**
 * Text that is composed of several keys, by an input method or with a dead key: the grid is no field that the browser
 * would compose in. Shown at the cursor while it is composed, and typed once it is whole.
 */
export class Composing {
  /** What is composed now. */
  readonly element = element('div', 'composing', { attributes: { hidden: '' } });
  readonly #context: EditContext | undefined;
  #composes = false;

  constructor(
    private readonly grid: GridView,
    private readonly type: (text: string) => void,
  ) {
    const { EditContext: Context } = window as { readonly EditContext?: new () => EditContext };
    const context = Context && new Context();
    this.#context = context;
    context?.addEventListener('compositionstart', () => {
      this.#composes = true;
      const box = grid.cursorBox();
      context.updateControlBounds(grid.element.getBoundingClientRect());
      context.updateSelectionBounds(box);
      this.element.style.left = `${String(box.left)}px`;
      this.element.style.top = `${String(box.top)}px`;
    });
    context?.addEventListener('textupdate', () => {
      if (this.#composes) this.#show(context.text);
      else this.#take(context);
    });
    context?.addEventListener('compositionend', () => {
      this.#composes = false;
      this.#take(context);
    });
  }

  /** Whether text can be composed in the grid now. */
  allow(allowed: boolean): void {
    const target = this.grid.element as HTMLElement & { editContext?: EditContext | null };
    const wanted = allowed ? this.#context : undefined;
    if ((target.editContext ?? undefined) !== wanted) target.editContext = wanted ?? null;
  }

  #take(context: EditContext): void {
    const { text } = context;
    context.updateText(0, text.length, '');
    context.updateSelection(0, 0);
    this.#show('');
    if (text !== '') this.type(text);
  }

  #show(text: string): void {
    setText(this.element, text);
    setHidden(this.element, text === '');
  }
}
