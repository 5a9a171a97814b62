import { replyChecks } from '../../extension/shared/checks';
import type { Found } from '../../extension/shared/protocol';
import type { Query } from '../../extension/shared/query';
import { selectedRange } from '../selection';
import { text } from '../texts';
import type { ViewContext } from '../viewContext';
import { problemText } from '../problems';
import { queryOf, type FindForm, type FindScope, type Moment } from './form';
import { Results } from './results';
import { outcomeText } from './searched';

/** Hits are looked at again this often while they are to be seen, in milliseconds. */
const recheckMs = 500;
/** Most hits of one look. */
const mostRechecked = 1000;

/** The searches of the view: what is looked for, what was found, and the way from hit to hit. */
export class Finding {
  scope: FindScope | null = null;
  moment: Moment | null = null;
  /** Whether hits are marked among the bytes: while the widget or the list of them is to be seen. */
  isMarking = false;
  #form: FindForm;
  #results: Results | null = null;
  /** The query that `results` answers, or that is being asked. */
  #asked = '';
  #asking = false;
  /** It was stopped before the host had said its number. */
  #stopsEarly = false;
  /** What came before its search was known by its number. */
  #early: Found[] = [];
  /** Why the last search could not begin. */
  #refused: string | null = null;
  /** Where to go once enough is known. */
  #wanted: { readonly direction: 1 | -1; readonly from: number } | null = null;
  readonly #watched: number[] = [];
  #checkedAt = -Infinity;
  #checking = false;

  constructor(private readonly view: ViewContext) {
    this.#form = view.memory.find;
  }

  get form(): FindForm {
    return this.#form;
  }

  set form(form: FindForm) {
    this.#form = form;
    this.#refused = null;
    this.view.memory.keepFind(form);
  }

  get results(): Results | null {
    return this.#results;
  }

  /** Something was found, or can be looked for. */
  get canStep(): boolean {
    return this.#results !== null || this.#form.text !== '';
  }

  get isRunning(): boolean {
    return this.#asking || this.#results?.done === false;
  }

  /** What is wrong with what is typed, or what befell the last search; null: nothing. */
  get problem(): string | null {
    const asked = this.#query();
    if ('problem' in asked) return problemText(asked.problem);
    const results = this.answer;
    return this.#refused ?? (results?.error ? outcomeText(results) : null);
  }

  /** The last search is the one that the form describes. */
  get isCurrent(): boolean {
    const asked = this.#query();
    return 'query' in asked && JSON.stringify(asked.query) === this.#asked;
  }

  /** What was found for the form as it is; null: that is not known yet. */
  get answer(): Results | null {
    return this.isCurrent && !this.#asking ? this.#results : null;
  }

  /** Begins the search that the form describes, in place of the one before; false: it describes none. */
  start(): boolean {
    const asked = this.#query();
    if (!('query' in asked)) return false;
    this.#refused = null;
    this.#stopsEarly = false;
    void this.#ask(asked.query);
    return true;
  }

  /** Ends the search; what was found stays. */
  stop(): void {
    if (!this.isRunning) return;
    this.#wanted = null;
    this.view.ask(this.view.host.stopFind());
    if (this.#asking) this.#stopsEarly = true;
    else if (this.#results) {
      this.#results.stop();
      this.view.say(outcomeText(this.#results));
    }
    this.view.invalidate();
  }

  /** Forgets what was found. */
  clear(): void {
    if (this.isRunning) this.view.ask(this.view.host.stopFind());
    this.#asked = '';
    this.#asking = false;
    this.#results = null;
    this.#early = [];
    this.#wanted = null;
    this.#refused = null;
    this.view.invalidate();
  }

  /** Another segment: nothing of the last one counts. */
  reset(): void {
    this.#asked = '';
    this.#asking = false;
    this.#results = null;
    this.#early = [];
    this.#wanted = null;
    this.#refused = null;
    this.scope = null;
    this.moment = null;
  }

  /** Takes in what the host found. */
  take(part: Found): void {
    if (this.#asking) this.#early.push(part);
    else this.#results?.take(part);
    this.#arrive();
    this.view.invalidate();
  }

  /**
   * To the next hit (1) or the one before (-1); begins the search that the form describes where it is another one.
   * `fresh`: the hit at the cursor counts too.
   */
  step(direction: 1 | -1, fresh = false): void {
    const { view } = this;
    if (!this.isCurrent && this.#form.text === '' && this.#form.kind !== 'changed') {
      view.say(text('jump.noHit'));
      return;
    }
    const isNew = !this.isCurrent;
    if (isNew && !this.start()) {
      view.say(this.problem ?? '', true);
      return;
    }
    if (this.#form.kind !== 'changed') view.memory.keepSought(this.#form.text);
    const { start } = selectedRange(view.store.selection);
    const inclusive = isNew || fresh;
    this.#wanted = { direction, from: inclusive && direction === 1 ? start - 1 : start };
    this.#arrive();
  }

  /** Remembers this moment for "changed since". */
  async markNow(): Promise<void> {
    const { view } = this;
    try {
      const { since } = replyChecks.markChanges(await view.host.markChanges());
      if (since === null) view.say(text('find.cannotMark'), true);
      else {
        this.moment = { since, at: Date.now() };
        view.say(text('find.marked'));
      }
    } catch (error) {
      view.say(error instanceof Error ? error.message : String(error), true);
    }
    view.invalidate();
  }

  /** These hits are to be seen in this picture; paint() looks whether they are still there. */
  watch(indices: readonly number[]): void {
    this.#watched.push(...indices);
  }

  /** Ends a picture: looks again at the hits in it, at most twice a second. */
  paint(now: number): void {
    const indices = [...new Set(this.#watched.splice(0))].slice(0, mostRechecked);
    const { store } = this.view;
    const results = this.#results;
    if (results === null || indices.length === 0 || this.#checking) return;
    if (now - this.#checkedAt < recheckMs || store.pace.paused || !store.live) return;
    // What runs expressions ended with the search.
    if (results.stopped && results.form.kind === 'regex') return;
    this.#checking = true;
    this.#checkedAt = now;
    void this.#look(results, indices);
  }

  async #look(results: Results, indices: readonly number[]): Promise<void> {
    const hits = indices.map((index) => results.at(index)).filter((hit) => hit !== null);
    try {
      const { still } = replyChecks.recheck(
        await this.view.host.recheck({
          id: results.id,
          offsets: hits.map(({ offset }) => offset),
          lengths: hits.map(({ length }) => Math.max(1, length)),
        }),
      );
      indices.forEach((index, at) => {
        results.setGone(index, still[at] === false);
      });
      setTimeout(() => {
        this.view.invalidate();
      }, recheckMs);
    } catch {
      // They stay as they were; what ails the segment is said elsewhere.
    }
    this.#checking = false;
  }

  async #ask(query: Query): Promise<void> {
    const { view } = this;
    const form = this.#form;
    const asked = JSON.stringify(query);
    this.#asked = asked;
    this.#asking = true;
    this.#early = [];
    this.#wanted = null;
    view.invalidate();
    const { start, length } = query;
    const searched = { length: length ?? view.store.size - start, isPart: length !== null };
    try {
      const { id } = replyChecks.find(await view.host.find(query));
      // Another search has begun meanwhile.
      if (this.#asked !== asked) return;
      this.#results = new Results(id, form, searched);
      this.#asking = false;
      for (const part of this.#early.splice(0)) this.#results.take(part);
      if (this.#stopsEarly) this.stop();
      this.#arrive();
    } catch (error) {
      if (this.#asked !== asked) return;
      this.#asking = false;
      this.#results = null;
      this.#refused = error instanceof Error ? error.message : String(error);
    }
    view.invalidate();
  }

  #query(): ReturnType<typeof queryOf> {
    return queryOf(this.#form, this.scope, this.moment, this.view.store.size);
  }

  /** Goes to the wanted hit as soon as no nearer one can come. */
  #arrive(): void {
    const results = this.#results;
    const wanted = this.#wanted;
    if (results === null || wanted === null || this.#asking) return;
    const { direction, from } = wanted;
    const hit = direction === 1 ? results.next(from) : results.previous(from);
    const isNearest = hit !== null && (direction === 1 ? hit.offset > from : hit.offset < from);
    // Hits come by offset: what lies before the cursor is the nearest only once the search has passed it.
    const isPassed = direction === 1 || (results.offsets.at(-1) ?? -1) >= from;
    if (!results.done && !(isNearest && isPassed)) return;
    this.#wanted = null;
    if (hit === null) {
      this.view.say(
        results.count === 0 ? outcomeText(results) : text('find.allGone'),
        results.error !== null,
      );
      return;
    }
    this.view.say(isNearest ? '' : text(direction === 1 ? 'find.wrapped' : 'find.wrappedBack'));
    this.view.goTo(hit.offset, hit.length, false);
  }
}
