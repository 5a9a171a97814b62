import type { Host, Window } from '../extension/shared/protocol';
import type { ColumnName } from './columns/column';
import { pairOf } from './columns/hex';
import { selectedRange } from './selection';
import type { Store } from './store';
import { grouped, text } from './texts';

/** The clipboard takes 1 MiB of text, and a byte is three characters in hex. */
const most = Math.floor((1024 * 1024) / 3);
const longestWindow = 1024 * 1024;
const patience = 3000;

interface Wanted {
  readonly start: number;
  readonly length: number;
  readonly done: (bytes: Uint8Array | null) => void;
}

/** Copies the selection, also what is off screen: the window is widened for one frame to see it. */
export class Copying {
  #wanted: Wanted | null = null;

  constructor(
    private readonly store: Store,
    private readonly host: Pick<Host, 'copy'>,
    private readonly rewatch: () => void,
  ) {}

  /** Copies the selected bytes, or the one at the cursor; returns what is to be said. */
  async copy(column: ColumnName): Promise<string> {
    const { start, length } = selectedRange(this.store.selection);
    const wanted = Math.max(1, length);
    if (wanted > most) return text('copy.tooLong', grouped(most));
    const bytes = await this.#read(start, wanted);
    if (bytes === null) return text('copy.unread');
    const copied = column === 'hex' ? [...bytes].map(pairOf).join(' ') : new TextDecoder().decode(bytes);
    try {
      await this.host.copy({ text: copied });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return bytes.length === 1 ? text('copy.doneOne') : text('copy.done', grouped(bytes.length));
  }

  /** The window to watch so that what is to be copied is seen too. */
  widen(visible: Window): Window {
    if (this.#wanted === null) return visible;
    const { start, length } = this.#wanted;
    const offset = Math.min(visible.offset, start);
    const end = Math.max(visible.offset + visible.length, start + length);
    return end - offset <= longestWindow ? { offset, length: end - offset } : { offset: start, length };
  }

  /** A frame came: perhaps it has the bytes. */
  settle(): void {
    if (this.#wanted === null) return;
    const bytes = this.store.slice(this.#wanted.start, this.#wanted.length);
    if (bytes.length === this.#wanted.length) this.#finish(bytes);
  }

  async #read(start: number, length: number): Promise<Uint8Array | null> {
    const known = this.store.slice(start, length);
    if (known.length === length) return known;
    this.#finish(null);
    return new Promise((resolve) => {
      this.#wanted = { start, length, done: resolve };
      this.rewatch();
      setTimeout(() => {
        if (this.#wanted?.done === resolve) this.#finish(null);
      }, patience);
    });
  }

  #finish(bytes: Uint8Array | null): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted?.done(bytes);
  }
}
