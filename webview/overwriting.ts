import { replyChecks } from '../extension/shared/checks';
import { longestEdit } from '../extension/shared/limits';
import { moveTo } from './selection';
import { grouped, hex, text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** Bytes to write over those of the segment. */
export interface Overwrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** The verb on the button where some of the bytes are not on screen. */
  readonly verb: string;
  /** Whether the cursor goes behind what was written. */
  readonly advance: boolean;
}

/**
 * Writes bytes as one edit, one step to undo. What does not fit is refused with the range that does, and so is more
 * than one edit may have. Bytes that the user cannot see are written over only after asking, and then what they
 * were at that moment is what must still be there.
 */
export function overwrite(view: ViewContext, edit: Overwrite): void {
  const { store, edits } = view;
  const { offset, bytes } = edit;
  const refused = refusal(store) ?? misfit(offset, bytes.length, store.size);
  if (refused !== null) {
    view.say(refused, true);
    return;
  }
  const expected = new Uint8Array(bytes.length);
  let unseen = 0;
  for (let index = 0; index < bytes.length; index++) {
    const shown = edits.shown(offset + index);
    if (shown === undefined) unseen++;
    else expected[index] = shown;
  }
  if (unseen === 0) {
    write(view, edit, expected);
    return;
  }
  view.quick.doubt({
    title: text('edit.unseen', grouped(bytes.length), hex(offset), grouped(unseen)),
    verb: edit.verb,
    accept: () => {
      void writeUnseen(view, edit);
    },
  });
}

function misfit(offset: number, length: number, size: number): string | null {
  if (length > longestEdit) return text('edit.tooLong', grouped(length), grouped(longestEdit));
  if (offset + length <= size) return null;
  return text('edit.misfit', grouped(length), hex(offset), grouped(Math.max(0, size - offset)));
}

async function writeUnseen(view: ViewContext, edit: Overwrite): Promise<void> {
  const { edits } = view;
  const { offset, bytes } = edit;
  try {
    const ranges = [{ offset, length: bytes.length }];
    const [found] = replyChecks.read(await view.host.read({ ranges })).found;
    if (found?.length !== bytes.length) {
      view.say(text('edit.unread'), true);
      return;
    }
    // What is on screen counts as the user saw it.
    write(
      view,
      edit,
      found.map((value, index) => edits.shown(offset + index) ?? value),
    );
  } catch (error) {
    view.say(error instanceof Error ? error.message : String(error), true);
  }
}

function write(view: ViewContext, { offset, bytes, advance }: Overwrite, expected: Uint8Array): void {
  view.edits.nibble = null;
  view.say('');
  view.edits.write(offset, bytes, expected);
  if (!advance) return;
  const { store } = view;
  view.select(moveTo(store.selection, Math.min(store.size - 1, offset + bytes.length), false));
}
