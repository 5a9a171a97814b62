import { element, setAttribute, setClass, setHidden, setText } from './element';
import { text } from './texts';

/** What stands below the field: what the text means, or what is wrong with it. */
export type Verdict = { readonly means: string } | { readonly wrong: string };

/** One question with a text as its answer. */
export interface Question {
  readonly title: string;
  readonly value: string;
  /** Texts entered before, the last one first; arrows go through them. */
  readonly history?: readonly string[];
  /** Called as the user types. */
  readonly check: (text: string) => Verdict;
  /** The answer; it has passed the check. */
  readonly accept: (text: string) => void;
}

/** A question with yes and no as its answers. */
export interface Doubt {
  readonly title: string;
  /** The verb on the button that goes on. */
  readonly verb: string;
  readonly accept: () => void;
}

/**
 * The field at the top of the view in the look of VS Code's quick input. One at a time: another question takes its
 * place. Enter answers, Escape and leaving it turn away; either way the focus goes back to `home`.
 */
export class QuickField {
  readonly element = element('div', 'quick', { role: 'dialog', attributes: { hidden: '' } });
  #leave: () => void = () => undefined;

  /** `announce`: says the verdict to a screen reader. */
  constructor(
    private readonly home: { focus(): void },
    private readonly announce: (words: string) => void,
  ) {
    // The workbench would take what is typed here for keys of the grid.
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'F1') event.stopPropagation();
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.close();
    });
    this.element.addEventListener('focusout', (event) => {
      const inside = event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget);
      // Without a target the page itself lost the focus, perhaps for a look at the clipboard: it stays then.
      if (!inside && event.relatedTarget !== null) this.#hide();
    });
  }

  get isOpen(): boolean {
    return !this.element.hasAttribute('hidden');
  }

  ask({ title, value, history = [], check, accept }: Question): void {
    const message = element('div', 'verdict', { attributes: { id: 'quick-verdict' } });
    const field = element('input', 'field', {
      label: title,
      attributes: {
        type: 'text',
        spellcheck: 'false',
        autocomplete: 'off',
        'aria-describedby': 'quick-verdict',
      },
    });
    field.value = value;
    const judge = (): string | null => {
      const verdict = check(field.value);
      const isWrong = 'wrong' in verdict;
      const words = isWrong ? verdict.wrong : verdict.means;
      if (setText(message, words)) this.announce(words);
      setClass(message, 'wrong', isWrong);
      setAttribute(field, 'aria-invalid', String(isWrong));
      return isWrong ? null : field.value;
    };
    let at = -1;
    const recall = (to: number): void => {
      const recalled = to < 0 ? value : history[to];
      if (recalled === undefined) return;
      at = Math.max(-1, to);
      field.value = recalled;
      judge();
    };
    field.addEventListener('input', judge);
    field.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'ArrowUp') recall(at + 1);
      else if (event.key === 'ArrowDown') recall(at - 1);
      else if (event.key === 'Enter') {
        const answer = judge();
        if (answer === null) return;
        this.close();
        accept(answer);
      } else return;
      event.preventDefault();
    });
    this.#open(title, [element('div', 'title', { text: title }), field, message]);
    judge();
    field.focus();
    field.select();
  }

  /** Asks for yes or no; nothing but the button says yes. */
  doubt({ title, verb, accept }: Doubt): void {
    const yes = element('button', 'button', { text: verb, attributes: { type: 'button' } });
    const no = element('button', 'button secondary', {
      text: text('quick.cancel'),
      attributes: { type: 'button' },
    });
    yes.addEventListener('click', () => {
      this.close();
      accept();
    });
    no.addEventListener('click', () => {
      this.close();
    });
    this.#open(title, [element('div', 'title', { text: title }), element('div', 'buttons', {}, yes, no)]);
    no.focus();
  }

  /** Shows a form of the caller's own; `leave` hears when it goes. */
  show(title: string, parts: readonly HTMLElement[], leave: () => void = () => undefined): void {
    this.#open(title, [element('div', 'title', { text: title }), ...parts]);
    this.#leave = leave;
  }

  close(): void {
    if (!this.isOpen) return;
    this.#hide();
    this.home.focus();
  }

  #open(title: string, parts: readonly HTMLElement[]): void {
    this.#leave();
    this.#leave = () => undefined;
    setAttribute(this.element, 'aria-label', title);
    this.element.replaceChildren(...parts);
    setHidden(this.element, false);
  }

  #hide(): void {
    this.#leave();
    this.#leave = () => undefined;
    setHidden(this.element, true);
  }
}
