import type { Gesture } from '../../extension/shared/gestures';
import { gestureOf, keyText, runCommand } from '../commands';
import { element, icon, setAttribute, setClass, setHidden, setText } from '../element';
import { bytesText } from '../header';
import { selectedRange } from '../selection';
import { grouped, hex, text, timeText } from '../texts';
import type { ViewContext } from '../viewContext';
import { outcomeText } from './searched';
import { searchesAsTyped, type FindForm } from './form';
import { kindPicker, optionPickers, type Picker } from './options';

/** From the last key to the search that it begins, in milliseconds. */
const pause = 300;
/** Most selected bytes that become what is looked for. */
const mostSeeded = 64;
const placeholders = {
  hex: 'find.hint.hex',
  text: 'find.hint.text',
  number: 'find.hint.number',
  regex: 'find.hint.regex',
  changed: 'find.hint.text',
} as const;

/** The find widget, at the top right over the bytes as the editor's. */
export class FindWidget {
  readonly element = element('div', 'find', {
    role: 'search',
    label: text('find.label'),
    attributes: { hidden: '', id: 'find' },
  });
  readonly #progress = element('div', 'progress', {
    role: 'progressbar',
    label: text('find.searching'),
    attributes: { 'aria-valuemin': '0', 'aria-valuemax': '100' },
  });
  readonly #bar = element('div', 'bar');
  readonly #field = element('input', 'field', {
    label: text('find.field'),
    attributes: {
      type: 'text',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-describedby': 'find-problem',
    },
  });
  readonly #case = toggle('case-sensitive', text('find.matchCase'));
  readonly #scope = toggle('selection', text('find.inSelection'));
  readonly #box = element('div', 'box', {}, this.#field, this.#case);
  readonly #moment = element('span', 'moment');
  readonly #mark = element('button', 'button secondary', {
    text: text('find.mark'),
    attributes: { type: 'button' },
  });
  readonly #changed = element('div', 'box changed', {}, this.#moment, this.#mark);
  readonly #count = element('span', 'count');
  readonly #previous = tool('arrow-up', text('find.previous', keyText('previousHit')));
  readonly #next = tool('arrow-down', text('find.next', keyText('nextHit')));
  readonly #again = tool('refresh', text('find.again'));
  readonly #problem = element('div', 'problem', { attributes: { id: 'find-problem' } });
  readonly #note = element('span', 'note');
  readonly #kind: Picker;
  readonly #pickers: readonly Picker[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Place in what was looked for before; -1: what is typed now. */
  #recalled = -1;
  #typed = '';
  #width = 0;
  #height = 0;

  constructor(private readonly view: ViewContext) {
    const change = (apply: (form: FindForm) => FindForm): void => {
      this.#change(apply(view.find.form));
    };
    this.#kind = kindPicker(change);
    this.#pickers = optionPickers(change);
    const close = tool('close', text('find.close'));
    this.#progress.append(this.#bar);
    this.element.append(
      this.#progress,
      element(
        'div',
        'line',
        {},
        this.#kind.element,
        this.#box,
        this.#changed,
        this.#count,
        this.#previous,
        this.#next,
        this.#again,
        close,
      ),
      element('div', 'line options', {}, ...this.#pickers.map((one) => one.element), this.#scope, this.#note),
      this.#problem,
    );
    on(close, () => {
      this.close();
    });
    on(this.#previous, () => {
      view.find.step(-1);
    });
    on(this.#next, () => {
      view.find.step(1);
    });
    on(this.#again, () => {
      if (view.find.isRunning) view.find.stop();
      else view.find.start();
    });
    on(this.#mark, () => {
      // Nothing can have changed yet: what was about to be looked for is asked for by the button.
      clearTimeout(this.#timer);
      void view.find.markNow();
    });
    on(this.#case, () => {
      const { form } = view.find;
      this.#change({ ...form, matchCase: !form.matchCase });
    });
    on(this.#scope, () => {
      this.#toggleScope();
    });
    this.#field.addEventListener('input', () => {
      this.#recalled = -1;
      this.#change({ ...view.find.form, text: this.#field.value });
    });
    this.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      this.element.style.setProperty('--grid-width', `${String(Math.floor(width))}px`);
    }).observe(view.grid.element);
    new ResizeObserver(() => {
      this.#width = this.element.offsetWidth;
      this.#height = this.element.offsetHeight;
      view.invalidate();
    }).observe(this.element);
  }

  /** Pixels that it takes of the grid, its distance to the edge included. */
  get width(): number {
    return this.#width + 20;
  }

  /** Pixels; 0 while closed. */
  get height(): number {
    return this.#height;
  }

  get isOpen(): boolean {
    return !this.element.hasAttribute('hidden');
  }

  /** Opens it, or selects what is typed; a few selected bytes become what is looked for. */
  open(): void {
    this.#seed();
    setHidden(this.element, false);
    this.paint();
    if (this.view.find.form.kind === 'changed') this.#kind.element.focus();
    else {
      this.#field.focus();
      this.#field.select();
    }
    this.view.invalidate();
  }

  /** Closes it and gives the focus back; what was found stays in the list. */
  close(): void {
    if (!this.isOpen) return;
    clearTimeout(this.#timer);
    setHidden(this.element, true);
    this.view.grid.focus();
    this.view.invalidate();
  }

  /** Another segment: what is left to do for the last one is not done. */
  reset(): void {
    clearTimeout(this.#timer);
  }

  paint(): void {
    if (!this.isOpen) return;
    const { find, store } = this.view;
    const { form, answer, isRunning } = find;
    this.#kind.show(form);
    for (const one of this.#pickers) one.show(form);
    const isChanged = form.kind === 'changed';
    setHidden(this.#box, isChanged);
    setHidden(this.#changed, !isChanged);
    setHidden(this.#case, form.kind !== 'text' && form.kind !== 'regex');
    if (this.#field.value !== form.text) this.#field.value = form.text;
    setAttribute(this.#field, 'placeholder', text(placeholders[form.kind]));
    setAttribute(this.#case, 'aria-pressed', String(form.matchCase));
    setAttribute(this.#scope, 'aria-pressed', String(find.scope !== null));
    const scope = find.scope;
    setAttribute(
      this.#scope,
      'title',
      scope === null
        ? text('find.inSelection')
        : text('find.inRange', hex(scope.start), hex(scope.start + scope.length - 1)),
    );
    setText(
      this.#moment,
      find.moment === null
        ? text('find.unmarked')
        : text('find.markedAt', timeText(new Date(find.moment.at))),
    );
    const problem = form.text === '' && !isChanged ? null : find.problem;
    setText(this.#problem, problem ?? '');
    setHidden(this.#problem, problem === null);
    setAttribute(this.#field, 'aria-invalid', String(problem !== null));
    const count = this.#countText();
    if (setText(this.#count, count)) this.view.announce('find', count);
    setClass(this.#count, 'none', answer?.count === 0 && answer.isComplete);
    const waits =
      problem === null && form.text !== '' && !isChanged && !find.isCurrent && !this.#searchesAsTyped();
    const ended = answer?.stopped ? outcomeText(answer) : '';
    setText(this.#note, waits ? text('find.pressEnter', bytesText(this.#searched())) : ended);
    setClass(this.#note, 'ended', ended !== '');
    setAttribute(this.#again, 'title', text(isRunning ? 'find.stop' : 'find.again'));
    setAttribute(this.#again, 'aria-label', text(isRunning ? 'find.stop' : 'find.again'));
    setAttribute(
      this.#again.firstElementChild ?? this.#again,
      'class',
      `codicon codicon-${isRunning ? 'stop-circle' : 'refresh'}`,
    );
    this.#again.disabled =
      !isRunning && (problem !== null || (form.text === '' && !isChanged) || !store.live);
    const none = answer === null || answer.count === 0;
    this.#previous.disabled = none;
    this.#next.disabled = none;
    setClass(this.#progress, 'running', isRunning);
    const share = isRunning ? Math.round((answer?.progress ?? 0) * 100) : 0;
    setAttribute(this.#progress, 'aria-valuenow', String(share));
    this.#bar.style.width = `${String(share)}%`;
  }

  /** "3 of 128", "128 hits", "10,000+", "No results". There may be more where it did not look everywhere. */
  #countText(): string {
    const { find, store } = this.view;
    const results = find.answer;
    if (results === null) return '';
    if (results.count === 0) return results.isComplete ? text('find.none') : '';
    const isAll = results.isComplete || !results.done;
    const total = grouped(results.count) + (results.capped || !isAll ? '+' : '');
    const at = results.indexOf(selectedRange(store.selection).start);
    return at < 0 ? text('find.hits', total) : text('find.of', grouped(at + 1), total);
  }

  #searched(): number {
    const { find, store } = this.view;
    return find.scope?.length ?? store.size;
  }

  #searchesAsTyped(): boolean {
    return searchesAsTyped(this.view.find.form, this.#searched());
  }

  #change(form: FindForm): void {
    const { find } = this.view;
    find.form = form;
    this.view.invalidate();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (
        this.isOpen &&
        this.#searchesAsTyped() &&
        !find.isCurrent &&
        (form.text !== '' || form.kind === 'changed')
      )
        find.start();
    }, pause);
  }

  #toggleScope(): void {
    const { find, store } = this.view;
    const { start, length } = selectedRange(store.selection);
    if (find.scope === null && length < 2) {
      this.view.say(text('find.noSelection'), true);
      return;
    }
    find.scope = find.scope === null ? { start, length } : null;
    this.#change(find.form);
  }

  #seed(): void {
    const { find, store } = this.view;
    const { start, length } = selectedRange(store.selection);
    if (length === 0 || length > mostSeeded) return;
    // The hit that one stands on was found by what is typed; it may have wildcards.
    if (find.results !== null && find.results.indexOf(start) >= 0) return;
    const bytes = store.slice(start, length);
    if (bytes.length < length) return;
    const { kind } = find.form;
    if (kind === 'hex')
      this.#change({ ...find.form, text: [...bytes].map((byte) => hex(byte, 2)).join(' ') });
    if (kind !== 'text') return;
    const words = this.view.decode(bytes);
    if (!/[\p{C}\ufffd]/u.test(words)) {
      this.#change({ ...find.form, text: words, encoding: store.reading.encoding });
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    // The workbench would take what is typed here for keys of the grid.
    if (event.key !== 'F1') event.stopPropagation();
    if (event.key === 'Escape') {
      event.preventDefault();
      this.close();
      return;
    }
    const gesture = gestureOf(event);
    if (gesture !== null && ours.includes(gesture)) {
      event.preventDefault();
      runCommand(this.view, gesture);
      return;
    }
    if (event.target !== this.#field) return;
    if (event.key === 'Enter') {
      clearTimeout(this.#timer);
      this.view.find.step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'ArrowUp') this.#recall(this.#recalled + 1);
    else if (event.key === 'ArrowDown') this.#recall(this.#recalled - 1);
    else return;
    event.preventDefault();
  }

  /** Puts in what was looked for before; -1: what was typed before that. */
  #recall(to: number): void {
    const { find, memory } = this.view;
    if (this.#recalled === -1) this.#typed = find.form.text;
    const others = memory.sought.filter((entered) => entered !== this.#typed);
    const recalled = to < 0 ? this.#typed : others[to];
    if (recalled === undefined) return;
    this.#recalled = Math.max(-1, to);
    this.#change({ ...find.form, text: recalled });
    this.#field.value = recalled;
  }
}

/** The gestures that work inside the widget; the others would act on the bytes. */
const ours: readonly Gesture[] = ['find', 'nextHit', 'previousHit', 'markNow', 'toggleMinimap', 'toggleSide'];

function on(button: HTMLElement, click: () => void): void {
  button.addEventListener('click', click);
}

function tool(image: string, label: string): HTMLButtonElement {
  return element('button', 'tool', { label, title: label, attributes: { type: 'button' } }, icon(image));
}

function toggle(image: string, label: string): HTMLButtonElement {
  const button = tool(image, label);
  button.classList.add('toggle');
  button.setAttribute('aria-pressed', 'false');
  return button;
}
