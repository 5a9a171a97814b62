import { Freeze } from '../core/freeze';
import type { OpenSegment } from '../core/segments';
import type { Frozen } from '../shared/frozen';
import { phrase } from './phrases';
import { freezeLimit } from './settings';

interface Range {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The one freeze that a view may have; `tell` hears its counts, its end, and then that there is none. */
export class Freezing {
  #freeze: Freeze | null = null;
  /** Its end, where the view was hidden before it could hear of it. */
  #unheard: Frozen | null = null;

  constructor(private readonly tell: (frozen: Frozen | null) => void) {}

  /** What is kept as it is; null: nothing. */
  get frozen(): Frozen | null {
    return this.#freeze?.state ?? null;
  }

  /** Ends the one before. Throws as Freeze. */
  start(segment: OpenSegment, { offset, bytes }: Range): Promise<void> {
    this.stop();
    const freeze = new Freeze(segment, offset, bytes, freezeLimit());
    this.#freeze = freeze;
    freeze.onDidChange((state) => {
      const { failure } = freeze;
      this.tell({ ...state, message: failure === null ? null : phrase(failure) });
      if (state.ended === null) return;
      if (this.#freeze === freeze) this.#freeze = null;
      this.tell(null);
    });
    this.tell(freeze.state);
    return Promise.resolve();
  }

  /** The user wrote: frozen bytes among these are kept as written. */
  adopt({ offset, bytes }: Range): void {
    this.#freeze?.adopt(offset, bytes);
  }

  stop(): void {
    this.#freeze?.stop();
    this.#unheard = null;
  }

  /** Nobody sees the badge that says so: ends it. */
  hide(): void {
    const freeze = this.#freeze;
    freeze?.hide();
    this.#unheard = freeze?.state ?? this.#unheard;
  }

  /** The view is there again: tells what ended when it was hidden. */
  show(): void {
    const ended = this.#unheard;
    this.#unheard = null;
    if (ended === null) return;
    this.tell(ended);
    this.tell(null);
  }
}
