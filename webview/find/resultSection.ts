import { replyChecks } from '../../extension/shared/checks';
import { element, icon, setAttribute, setClass, setHidden, setText } from '../element';
import type { Hit } from '../hits';
import type { Section } from '../side/section';
import { selectedRange } from '../selection';
import { grouped, hex, text } from '../texts';
import type { ViewContext } from '../viewContext';
import { after, before, surroundingOf } from './surroundings';
import type { Results } from './results';
import { outcomeText } from './searched';

/** Pixels of a line of the list. */
const lineHeight = 22;
/** Lines that are to be seen without scrolling. */
const mostLines = 10;
/** How often what is around the hits is read, in milliseconds. */
const readMs = 500;
/** Most lines kept as read; beyond it all are forgotten. */
const mostKept = 2000;

interface Line {
  readonly element: HTMLElement;
  readonly place: HTMLElement;
  readonly before: Text;
  readonly hit: HTMLElement;
  readonly after: Text;
  /** For a screen reader. */
  readonly note: HTMLElement;
}

/** The list of what was found: only the lines in sight are on the page. Enter or a click goes to a hit. */
export class ResultSection implements Section {
  readonly id = 'results';
  readonly title = text('results.title');
  readonly #sheet = element('div', 'result-sheet');
  readonly #list = element(
    'div',
    'results',
    {
      role: 'listbox',
      label: text('results.title'),
      attributes: { tabindex: '0' },
    },
    this.#sheet,
  );
  readonly #none = element('p', 'none');
  readonly element = element('div', 'result-section', {}, this.#list, this.#none);
  readonly #count = element('span', 'fact');
  readonly #again = action('refresh', text('find.again'));
  readonly actions = element(
    'div',
    'section-actions',
    { role: 'toolbar', label: text('results.title') },
    this.#count,
    this.#again,
  );
  readonly #lines: Line[] = [];
  #shown: Results | null = null;
  #active = 0;
  readonly #read = new Map<number, Uint8Array>();
  #readAt = -Infinity;
  #reading = false;

  constructor(private readonly view: ViewContext) {
    const clear = action('clear-all', text('results.clear'));
    this.actions.append(clear);
    clear.addEventListener('click', () => {
      view.find.clear();
      view.grid.focus();
    });
    this.#again.addEventListener('click', () => {
      if (view.find.isRunning) view.find.stop();
      else view.find.start();
    });
    this.#list.addEventListener('scroll', () => {
      view.invalidate();
    });
    this.#list.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.#list.addEventListener('click', (event) => {
      const line = event.target instanceof Element ? event.target.closest<HTMLElement>('.result') : null;
      if (line) this.#goTo(Number(line.dataset['index']));
    });
  }

  /** There is nothing to list until something is looked for. */
  get isAbsent(): boolean {
    return this.view.find.results === null;
  }

  focus(): void {
    this.#list.focus();
  }

  paint(now: number): void {
    const { find } = this.view;
    const { results, isRunning } = find;
    if (results === null) return;
    if (results !== this.#shown) this.#begin(results);
    const { count } = results;
    const isAll = results.isComplete || !results.done;
    setText(this.#count, grouped(count) + (results.capped || !isAll ? '+' : ''));
    setHidden(this.#count, count === 0 && (isRunning || !results.isComplete));
    setAttribute(
      this.#again.firstElementChild ?? this.#again,
      'class',
      `codicon codicon-${isRunning ? 'stop-circle' : 'refresh'}`,
    );
    setAttribute(this.#again, 'title', text(isRunning ? 'find.stop' : 'find.again'));
    setAttribute(this.#again, 'aria-label', text(isRunning ? 'find.stop' : 'find.again'));
    setHidden(this.#list, count === 0);
    const said = isRunning ? (count > 0 ? '' : text('find.searching')) : outcomeText(results);
    setHidden(this.#none, said === '');
    setText(this.#none, said);
    this.#list.style.height = `${String(Math.min(count, mostLines) * lineHeight)}px`;
    const digits = hex(results.offsets.at(-1) ?? 0).length;
    this.#sheet.style.setProperty('--place', `${String(digits + 2)}ch`);
    this.#sheet.style.height = `${String(count * lineHeight)}px`;
    if (count === 0) return;
    this.#follow(results);
    const first = Math.min(Math.max(0, count - 1), Math.floor(this.#list.scrollTop / lineHeight));
    const lines = Math.min(count - first, mostLines + 1);
    for (let line = 0; line < Math.max(lines, this.#lines.length); line++)
      this.#paintLine(results, line, first, lines);
    setAttribute(
      this.#list,
      'aria-activedescendant',
      this.#active >= first && this.#active < first + lines ? `result-${String(this.#active)}` : null,
    );
    const shown = Array.from({ length: lines }, (_, index) => first + index);
    this.#look(results, shown, now);
  }

  #begin(results: Results): void {
    this.#shown = results;
    this.#active = 0;
    this.#read.clear();
    this.#readAt = -Infinity;
    this.#list.scrollTop = 0;
  }

  /** The hit at the cursor is the active one while the keys are elsewhere. */
  #follow(results: Results): void {
    if (document.activeElement === this.#list) return;
    const at = results.indexOf(selectedRange(this.view.store.selection).start);
    if (at < 0 || at === this.#active) return;
    this.#active = at;
    this.#reveal();
  }

  #paintLine(results: Results, line: number, first: number, lines: number): void {
    const made = (this.#lines[line] ??= this.#add());
    const index = first + line;
    const hit = line < lines ? results.at(index) : null;
    setHidden(made.element, hit === null);
    if (hit === null) return;
    const { element: item } = made;
    const isGone = results.isGone(index);
    const { form } = results;
    item.dataset['index'] = String(index);
    item.id = `result-${String(index)}`;
    item.style.transform = `translateY(${String(index * lineHeight)}px)`;
    setClass(item, 'active', index === this.#active);
    setClass(item, 'gone', isGone);
    setAttribute(item, 'aria-selected', String(index === this.#active));
    setAttribute(item, 'aria-posinset', String(index + 1));
    setAttribute(item, 'aria-setsize', String(results.count));
    setText(made.place, `0x${hex(hit.offset)}`);
    const start = Math.max(0, hit.offset - before);
    const bytes = this.#bytesAt(index, start, hit);
    const parts = surroundingOf(bytes, start, hit, form);
    if (made.before.data !== parts.before) made.before.data = parts.before;
    setText(made.hit, parts.hit);
    if (made.after.data !== parts.after) made.after.data = parts.after;
    const length = text('results.bytes', grouped(hit.length));
    setAttribute(
      item,
      'title',
      `0x${hex(hit.offset)}, ${length}${isGone ? `\n${text('results.gone')}` : ''}`,
    );
    setText(made.note, isGone ? text('results.gone') : '');
  }

  /** From what is on screen, else from the last look. */
  #bytesAt(index: number, start: number, hit: Hit): Uint8Array {
    const wanted = Math.min(hit.offset - start + after, this.view.store.size - start);
    const known = this.view.store.slice(start, wanted);
    return known.length === wanted ? known : (this.#read.get(index) ?? new Uint8Array(0));
  }

  /** Reads what is around the hits in sight, and whether they are still there. */
  #look(results: Results, indices: readonly number[], now: number): void {
    const { find, store } = this.view;
    find.watch(indices);
    const isNew = indices.some((index) => !this.#read.has(index));
    if (this.#reading || (!isNew && (store.pace.paused || now - this.#readAt < readMs)) || !store.live)
      return;
    void this.#peek(results, indices, now);
  }

  async #peek(results: Results, indices: readonly number[], now: number): Promise<void> {
    this.#reading = true;
    this.#readAt = now;
    try {
      const ranges = indices.map((index) => {
        const { offset = 0 } = results.at(index) ?? {};
        const start = Math.max(0, offset - before);
        return { offset: start, length: offset - start + after };
      });
      const { found } = replyChecks.read(await this.view.host.read({ ranges }));
      if (this.#shown === results) {
        if (this.#read.size > mostKept) this.#read.clear();
        indices.forEach((index, at) => this.#read.set(index, found[at] ?? new Uint8Array(0)));
        this.view.invalidate();
      }
    } catch {
      // The lines stay as they were; what ails the segment is said elsewhere.
      for (const index of indices) if (!this.#read.has(index)) this.#read.set(index, new Uint8Array(0));
    }
    this.#reading = false;
  }

  #add(): Line {
    const place = element('span', 'place');
    const hit = element('mark', '');
    const [front, back] = [new Text(), new Text()];
    const item = element(
      'div',
      'result',
      { role: 'option' },
      place,
      element('span', 'around', {}, front, hit, back),
    );
    const note = element('span', 'unseen');
    item.append(note);
    this.#sheet.append(item);
    return { element: item, place, before: front, hit, after: back, note };
  }

  #goTo(index: number): void {
    const hit = this.view.find.results?.at(index);
    if (!hit) return;
    this.#active = index;
    this.view.goTo(hit.offset, hit.length, false);
  }

  #onKey(event: KeyboardEvent): void {
    const { results } = this.view.find;
    if (results === null) return;
    const at = this.#active;
    const last = results.count - 1;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: last,
      PageDown: at + mostLines,
      PageUp: at - mostLines,
    }[event.key];
    if (to !== undefined) {
      this.#active = Math.min(last, Math.max(0, to));
      this.#reveal();
      this.view.invalidate();
    } else if (event.key === 'Enter') this.#goTo(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #reveal(): void {
    const top = this.#active * lineHeight;
    const height = this.#list.clientHeight;
    if (top < this.#list.scrollTop) this.#list.scrollTop = top;
    else if (top + lineHeight > this.#list.scrollTop + height)
      this.#list.scrollTop = top + lineHeight - height;
  }
}

function action(image: string, label: string): HTMLButtonElement {
  return element('button', 'tool', { label, title: label, attributes: { type: 'button' } }, icon(image));
}
