import { lengthOf, offsetOf, type Surroundings } from '../extension/shared/expression';
import type { StringKey } from '../extension/shared/strings';
import { problemText } from './problems';
import { selectedRange } from './selection';
import type { Question, Verdict } from './quickField';
import { grouped, hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** What an expression that is typed now may refer to. */
export function surroundings({ store, bookmarks }: ViewContext): Surroundings {
  return {
    size: store.size,
    cursor: store.selection.cursor,
    bookmark: (name) => bookmarks.named(name)?.offset,
  };
}

/** What an expression means as an offset, or why it is none. */
export function offsetVerdict(view: ViewContext, typed: string): Verdict {
  const found = offsetOf(typed, surroundings(view));
  if ('problem' in found) return { wrong: problemText(found.problem) };
  return { means: text('quick.offset', hex(found.offset), grouped(found.offset)) };
}

/** What an expression means as a number of bytes from `start` on, or why it is none. */
export function lengthVerdict(view: ViewContext, typed: string, start: number): Verdict {
  const found = lengthOf(typed, start, surroundings(view));
  if ('problem' in found) return { wrong: problemText(found.problem) };
  const last = start + found.length - 1;
  return { means: text('quick.length', grouped(found.length), hex(start), hex(last)) };
}

/** Ctrl+G: goes to what is typed. */
export function askOffset(view: ViewContext): void {
  ask(view, 'quick.goTo', `0x${hex(view.store.selection.cursor)}`, (offset) => {
    view.goTo(offset, 0);
  });
}

/** Selects from the cursor, or from where the selection starts, to the typed offset. */
export function askSelectTo(view: ViewContext): void {
  const { selection } = view.store;
  ask(view, 'quick.selectTo', `0x${hex(selection.cursor)}`, (offset) => {
    view.select({ ...selection, anchor: selection.anchor ?? selection.cursor, cursor: offset });
  });
}

/** Selects as many bytes as are typed, from the cursor or from where the selection starts. */
export function askSelectBytes(view: ViewContext): void {
  const { selection } = view.store;
  const { start, length } = selectedRange(selection);
  view.quick.ask({
    title: text('quick.selectBytes', hex(start)),
    value: String(Math.max(1, length)),
    history: view.memory.expressions,
    check: (typed) => lengthVerdict(view, typed, start),
    accept: (typed) => {
      const found = lengthOf(typed, start, surroundings(view));
      if ('problem' in found) return;
      view.memory.keepExpression(typed);
      view.selectInPlace({ ...selection, cursor: start, anchor: start + found.length - 1 });
    },
  });
}

function ask(view: ViewContext, title: StringKey, value: string, go: (offset: number) => void): void {
  const question: Question = {
    title: text(title),
    value,
    history: view.memory.expressions,
    check: (typed) => offsetVerdict(view, typed),
    accept: (typed) => {
      const found = offsetOf(typed, surroundings(view));
      if ('problem' in found) return;
      view.memory.keepExpression(typed);
      go(found.offset);
    },
  };
  view.quick.ask(question);
}
