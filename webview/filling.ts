import { bytesOfHex } from '../extension/shared/pasted';
import { longestEdit } from '../extension/shared/limits';
import { pairOf } from './columns/hex';
import { overwrite } from './overwriting';
import { problemText } from './problems';
import type { Verdict } from './quickField';
import { selectedRange } from './selection';
import { grouped, hex, text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** Asks for a pattern and repeats it over the selection, or over the byte at the cursor. */
export function fill(view: ViewContext): void {
  const range = rangeOf(view);
  if (range === null) return;
  const { start, length } = range;
  view.quick.ask({
    title: text('fill.title', grouped(length), hex(start)),
    value: view.memory.pattern,
    check: (typed) => verdict(typed, length),
    accept: (typed) => {
      const pattern = patternOf(typed);
      if (!('bytes' in pattern)) return;
      view.memory.keepPattern(typed);
      repeat(view, start, length, pattern.bytes);
    },
  });
}

/** Writes zeros over the selection, or over the byte at the cursor. */
export function zeroOut(view: ViewContext): void {
  const range = rangeOf(view);
  if (range !== null) repeat(view, range.start, range.length, Uint8Array.of(0));
}

/**
 * Adds to the number at the cursor, in the byte order of the view: its width is that of the selection, 1, 2, 4 or 8
 * bytes; one byte where nothing is selected. Past its largest value it goes on at its smallest.
 */
export function addToNumber(view: ViewContext, amount: 1 | -1): void {
  const { store, edits } = view;
  const { start, length } = selectedRange(store.selection);
  const width = Math.max(1, length);
  if (![1, 2, 4, 8].includes(width)) {
    view.say(text('increment.length', grouped(width)), true);
    return;
  }
  const refused = refusal(store);
  if (refused !== null) {
    view.say(refused, true);
    return;
  }
  const bytes = new Uint8Array(width);
  for (let index = 0; index < width; index++) {
    const shown = edits.shown(start + index);
    if (shown === undefined) {
      view.say(text('edit.unread'), true);
      return;
    }
    bytes[index] = shown;
  }
  overwrite(view, {
    offset: start,
    bytes: added(bytes, amount, view.store.endian === 'little'),
    verb: '',
    advance: false,
  });
}

/** The bytes of a number after adding to it, as many as before. */
export function added(bytes: Uint8Array, amount: number, littleEndian: boolean): Uint8Array {
  const sum = bytes.slice();
  let carry = amount;
  for (let step = 0; step < sum.length; step++) {
    const index = littleEndian ? step : sum.length - 1 - step;
    const value = (sum[index] ?? 0) + carry;
    sum[index] = value & 0xff;
    carry = Math.floor(value / 256);
  }
  return sum;
}

function rangeOf(view: ViewContext): { readonly start: number; readonly length: number } | null {
  const { start, length } = selectedRange(view.store.selection);
  const wanted = Math.max(1, length);
  const refused =
    refusal(view.store) ??
    (wanted > longestEdit ? text('edit.tooLong', grouped(wanted), grouped(longestEdit)) : null);
  if (refused === null) return { start, length: wanted };
  view.say(refused, true);
  return null;
}

function repeat(view: ViewContext, offset: number, length: number, pattern: Uint8Array): void {
  const bytes = Uint8Array.from({ length }, (_, index) => pattern[index % pattern.length] ?? 0);
  overwrite(view, { offset, bytes, verb: text('fill.verb'), advance: false });
}

/** Hex as it is pasted too, or text in quotation marks. */
function patternOf(typed: string): ReturnType<typeof bytesOfHex> {
  const quoted = /^\s*"(.+)"\s*$/su.exec(typed)?.[1];
  return quoted === undefined ? bytesOfHex(typed) : { bytes: new TextEncoder().encode(quoted) };
}

function verdict(typed: string, length: number): Verdict {
  const pattern = patternOf(typed);
  if ('problem' in pattern) return { wrong: problemText(pattern.problem) };
  if (pattern.bytes.length > length) {
    return { wrong: text('fill.tooLong', grouped(pattern.bytes.length), grouped(length)) };
  }
  const shown = [...pattern.bytes.subarray(0, 16)].map(pairOf).join(' ');
  return { means: text('fill.means', pattern.bytes.length > 16 ? `${shown} …` : shown) };
}
