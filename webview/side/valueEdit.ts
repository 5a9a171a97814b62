import { ValueFault, type Endian } from '../../extension/shared/values/index';
import { element, setAttribute, setHidden, setText } from '../element';
import { text } from '../texts';
import { refusal } from '../typing';
import type { ViewContext } from '../viewContext';
import type { ValueRow } from './valueRow';

/** The bytes as they were on screen when the editing began. */
export interface Seen {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * A value being typed in its row. Written is only over the bytes that the user saw: those of the moment when the
 * editing began, or those that were shown since, beside the field.
 */
export class ValueEdit {
  readonly #input = element('input', 'input', {
    attributes: { type: 'text', spellcheck: 'false', autocomplete: 'off', 'aria-describedby': 'value-error' },
  });
  readonly #error = element('div', 'value-error', {
    role: 'alert',
    attributes: { id: 'value-error', hidden: '' },
  });
  #open = true;

  constructor(
    private readonly view: ViewContext,
    readonly row: ValueRow,
    private readonly endian: Endian,
    private seen: Seen,
    private readonly closed: (refocus: boolean) => void,
  ) {
    this.#input.value = row.decoded?.text ?? '';
    setAttribute(this.#input, 'aria-label', text('inspector.input', row.name));
    row.element.classList.add('editing');
    row.cell.append(this.#input, this.#error);
    this.#input.addEventListener('keydown', (event) => {
      // Its own undo, select all and arrows: neither the pane's, the view's nor the workbench's.
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Enter') this.#submit();
      else if (event.key === 'Escape') this.close(true);
      else return;
      event.preventDefault();
    });
    this.#input.addEventListener('input', () => {
      this.#complain('');
    });
    // Never written by going away: nobody pressed Enter.
    this.#input.addEventListener('blur', () => {
      this.close(false);
    });
    this.#input.focus();
    this.#input.select();
  }

  get offset(): number {
    return this.seen.offset;
  }

  close(refocus: boolean): void {
    if (!this.#open) return;
    this.#open = false;
    this.row.element.classList.remove('editing');
    this.#input.remove();
    this.#error.remove();
    this.closed(refocus);
  }

  #submit(): void {
    const { view, row, seen } = this;
    const refused = refusal(view.store);
    if (refused !== null) {
      this.#complain(refused);
      return;
    }
    const { offset } = seen;
    const bytes = this.#encode(view.store.size - offset);
    if (bytes === null) return;
    const now = shownBytes(view, offset, seen.bytes.length);
    if (bytes.length > seen.bytes.length || bytes.length > now.length) {
      this.#complain(text('inspector.unread'));
      return;
    }
    const length = Math.max(bytes.length, row.decoded?.length ?? 0);
    if (!isSame(now, seen.bytes, length)) {
      const found = row.value.decode(now, this.endian)?.text ?? '';
      this.seen = { offset, bytes: now };
      this.#complain(text('inspector.moved', found));
      return;
    }
    const expected = now.slice(0, bytes.length);
    if (!isSame(bytes, expected, bytes.length)) view.edits.write(offset, bytes, expected);
    this.close(true);
  }

  #encode(room: number): Uint8Array | null {
    try {
      return this.row.value.encode(this.#input.value, this.endian, room);
    } catch (error) {
      if (!(error instanceof ValueFault)) throw error;
      const { rule, minimum, maximum, example } = error;
      this.#complain(text(`value.rule.${rule}`, minimum, maximum, example));
      return null;
    }
  }

  #complain(message: string): void {
    setText(this.#error, message);
    setHidden(this.#error, message === '');
    setAttribute(this.#input, 'aria-invalid', message === '' ? null : 'true');
  }
}

/** The bytes from `offset` on as the user sees them, as far as they are known, at most `length`. */
export function shownBytes({ store, edits }: ViewContext, offset: number, length: number): Uint8Array {
  const bytes = store.slice(offset, length);
  if (edits.pending.size > 0) {
    for (const index of bytes.keys()) bytes[index] = edits.shown(offset + index) ?? 0;
  }
  return bytes;
}

function isSame(one: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}
