import { codePointName, encode, encodingNames, lacking } from '../extension/shared/encoding';
import { pairOf } from './columns/hex';
import { printable } from './columns/text';
import type { Edits, Trouble } from './edits';
import { moveTo } from './selection';
import type { Store } from './store';
import { hex, text } from './texts';

/** Why bytes cannot be written now, for a person; null where they can. */
export function refusal({ description }: Store): string | null {
  if (description === null) return text('edit.notLive');
  if (description.presence !== 'live') return text('edit.notLive');
  return description.writable ? null : (description.readOnlyReason ?? text('edit.readOnly'));
}

/** Types a hexadecimal digit at the cursor: the first waits for the second. Returns what is to be said, if any. */
export function typeDigit(store: Store, edits: Edits, digit: number): string | null {
  const refused = refusal(store);
  if (refused !== null) return refused;
  const { cursor } = store.selection;
  const expected = edits.shown(cursor);
  if (expected === undefined || cursor >= store.size) return text('edit.unread');
  store.selection = moveTo(store.selection, cursor, false);
  const { nibble } = edits;
  if (nibble?.offset !== cursor) {
    edits.nibble = { offset: cursor, high: digit, expected };
    return null;
  }
  edits.nibble = null;
  edits.write(cursor, Uint8Array.of(nibble.high * 16 + digit), Uint8Array.of(nibble.expected));
  store.selection = moveTo(store.selection, Math.min(store.size - 1, cursor + 1), false);
  return null;
}

/** Types text at the cursor in the encoding of the text column. Returns what is to be said, if any. */
export function typeText(store: Store, edits: Edits, typed: string): string | null {
  const refused = refusal(store);
  if (refused !== null) return refused;
  const { cursor } = store.selection;
  const { encoding } = store.reading;
  const wrong = lacking(typed, encoding);
  if (wrong !== null) return text('edit.lacking', codePointName(wrong), encodingNames[encoding]);
  const bytes = encode(typed, encoding);
  if (cursor + bytes.length > store.size) return text('edit.pastEnd');
  const expected = bytes.slice();
  for (const index of bytes.keys()) {
    const shown = edits.shown(cursor + index);
    if (shown === undefined) return text('edit.unread');
    expected[index] = shown;
  }
  edits.nibble = null;
  edits.write(cursor, bytes, expected);
  store.selection = moveTo(store.selection, Math.min(store.size - 1, cursor + bytes.length), false);
  return null;
}

/** What became of an edit that did not go well, in words. */
export function troubleText(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'fault':
      return trouble.message;
    case 'nothing-to-undo':
      return text('edit.nothingToUndo');
    case 'nothing-to-redo':
      return text('edit.nothingToRedo');
    case 'conflict': {
      const { of, offset, found } = trouble;
      const key = of === 'edit' ? 'edit.conflict' : of === 'undo' ? 'edit.undoConflict' : 'edit.redoConflict';
      const bytes = [...found.subarray(0, 8)].map(pairOf).join(' ');
      return text(key, hex(offset), found.length > 8 ? `${bytes} …` : bytes);
    }
  }
}

/** The run around `offset` that a double click selects: a word of text, else equal bytes. Both ends inclusive. */
export function runAround(store: Store, offset: number): { readonly first: number; readonly last: number } {
  const value = store.byte(offset);
  if (value === undefined) return { first: offset, last: offset };
  const word = (byte: number | undefined): boolean =>
    byte !== undefined && printable(byte) && /[\w]/.test(String.fromCharCode(byte));
  const belongs = word(value) ? word : (byte: number | undefined) => byte === value;
  let first = offset;
  let last = offset;
  while (first > 0 && belongs(store.byte(first - 1))) first--;
  while (belongs(store.byte(last + 1))) last++;
  return { first, last };
}
