import type { EditReply, Host } from '../extension/shared/protocol';
import type { Store } from './store';

/** A byte that was typed and is not yet known to be in the segment. */
export interface PendingByte {
  readonly value: number;
  /** Whether it has been written; the next frame will tell. */
  readonly written: boolean;
}

/** How long a written byte may stay pending without a frame, in milliseconds. */
const patience = 1000;

/** How an edit ended when it did not end well. */
export type Trouble =
  | {
      readonly kind: 'conflict';
      readonly offset: number;
      readonly found: Uint8Array;
      readonly of: 'edit' | 'undo' | 'redo';
    }
  | { readonly kind: 'nothing-to-undo' | 'nothing-to-redo' }
  | { readonly kind: 'fault'; readonly message: string };

/** A first digit that waits for its second. */
export interface Nibble {
  readonly offset: number;
  readonly high: number;
  /** The byte as it was on screen when the digit was typed. */
  readonly expected: number;
}

/**
 * Sends what is typed, one edit after the other, each with the bytes that were on screen when it was typed. A byte
 * stays pending until a frame that was read after the write shows it. A refused edit takes the ones queued behind
 * it along: they were typed in the belief that it went well.
 */
export class Edits {
  nibble: Nibble | null = null;
  readonly #pending = new Map<number, PendingByte>();
  #queue: Promise<void> = Promise.resolve();
  #generation = 0;

  constructor(
    private readonly store: Store,
    private readonly host: Pick<Host, 'edit' | 'undo' | 'redo'>,
    private readonly changed: () => void,
    private readonly trouble: (trouble: Trouble) => void,
  ) {}

  get pending(): ReadonlyMap<number, PendingByte> {
    return this.#pending;
  }

  /** The byte as the user sees it: what was typed there, else what the segment had. */
  shown(offset: number): number | undefined {
    return this.#pending.get(offset)?.value ?? this.store.byte(offset);
  }

  /** Writes `bytes` at `offset` over `expected`, the bytes that were on screen there when the user typed. */
  write(offset: number, bytes: Uint8Array, expected: Uint8Array): void {
    bytes.forEach((value, index) => this.#pending.set(offset + index, { value, written: false }));
    this.#enqueue('edit', () => this.host.edit({ offset, bytes, expected }), offset, bytes);
  }

  undo(): void {
    this.nibble = null;
    this.#enqueue('undo', () => this.host.undo());
  }

  redo(): void {
    this.nibble = null;
    this.#enqueue('redo', () => this.host.redo());
  }

  /** A frame came: bytes written before it was read are what it says. */
  settle(): void {
    for (const [offset, { written }] of this.#pending) {
      if (written) this.#pending.delete(offset);
    }
  }

  /** Forgets what was typed and not sent yet. */
  drop(): void {
    this.#generation++;
    this.nibble = null;
    this.#pending.clear();
  }

  #enqueue(
    of: 'edit' | 'undo' | 'redo',
    call: () => Promise<EditReply>,
    offset = 0,
    bytes?: Uint8Array,
  ): void {
    const generation = this.#generation;
    this.#queue = this.#queue.then(async () => {
      if (generation !== this.#generation) return;
      try {
        const reply = await call();
        if (generation !== this.#generation) return;
        this.#conclude(of, reply, offset, bytes);
      } catch (error) {
        if (generation !== this.#generation) return;
        this.drop();
        this.trouble({ kind: 'fault', message: error instanceof Error ? error.message : String(error) });
      }
      this.changed();
    });
    this.changed();
  }

  #conclude(of: 'edit' | 'undo' | 'redo', reply: EditReply, offset: number, bytes?: Uint8Array): void {
    if (reply.outcome === 'conflict') {
      this.drop();
      const found = reply.found ?? new Uint8Array(0);
      this.store.correct(reply.offset, found, performance.now());
      this.trouble({ kind: 'conflict', offset: reply.offset, found, of });
    } else if (reply.outcome === 'nothing-to-do') {
      if (of !== 'edit') this.trouble({ kind: of === 'undo' ? 'nothing-to-undo' : 'nothing-to-redo' });
    }
    if (bytes === undefined || reply.outcome === 'conflict') return;
    this.#written(offset, bytes);
  }

  /** While paused no frame will come: the write itself compared and proved what is there. */
  #written(offset: number, bytes: Uint8Array): void {
    const { paused } = this.store.pace;
    if (paused) {
      this.store.correct(offset, bytes, performance.now());
      this.store.fill(offset, bytes.length);
    }
    bytes.forEach((value, index) => {
      const at = offset + index;
      if (this.#pending.get(at)?.value !== value) return;
      if (paused) this.#pending.delete(at);
      else this.#await(at, { value, written: true });
    });
  }

  /** The host is silent while nothing differs from its last frame: then that frame already told the truth. */
  #await(offset: number, byte: PendingByte): void {
    this.#pending.set(offset, byte);
    setTimeout(() => {
      if (this.#pending.get(offset) !== byte) return;
      this.#pending.delete(offset);
      this.changed();
    }, patience);
  }
}
