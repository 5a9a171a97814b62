import type { Edit, EditReply } from '../shared/protocol';
import { Emitter, type Event } from './event';
import type { OpenSegment } from './segments';

const mostEntries = 1000;
const mostBytes = 16 * 1024 * 1024;

/** An edit that was written: undoing it is the same exchange with the arrays swapped. */
interface Done {
  readonly offset: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * Checked edits of one segment and their undo, one at a time in the order they came. What the user did not see is
 * never overwritten: a conflict writes nothing and leaves undo and redo as they were. The last 1,000 edits, at
 * most 16 MiB of them, can be undone. Another segment under the same key starts with an empty history.
 */
export class Editor {
  #undo: Done[] = [];
  #redo: Done[] = [];
  #identity: string | null = null;
  #work: Promise<unknown> = Promise.resolve();
  readonly #changed = new Emitter<void>();
  /** canUndo or canRedo may have changed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(
    private readonly segment: OpenSegment,
    private readonly timeoutMs: () => number,
  ) {}

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  /** Throws as OpenSegment.exchange. */
  edit({ offset, bytes, expected }: Edit): Promise<EditReply> {
    return this.#serialise(async () => {
      const done = { offset, before: expected, after: bytes };
      const reply = await this.#exchange(done);
      if (reply.outcome === 'written' && Buffer.compare(bytes, expected) !== 0) {
        this.#undo = withinLimits([...this.#undo, done]);
        this.#redo = [];
      }
      return reply;
    });
  }

  undo(): Promise<EditReply> {
    return this.#serialise(async () => {
      const done = this.#undo.at(-1);
      if (!done) return nothingToDo;
      const { offset, before, after } = done;
      const reply = await this.#exchange({ offset, before: after, after: before });
      if (reply.outcome === 'written') {
        this.#undo.pop();
        this.#redo.push(done);
      }
      return reply;
    });
  }

  redo(): Promise<EditReply> {
    return this.#serialise(async () => {
      const done = this.#redo.at(-1);
      if (!done) return nothingToDo;
      const reply = await this.#exchange(done);
      if (reply.outcome === 'written') {
        this.#redo.pop();
        this.#undo.push(done);
      }
      return reply;
    });
  }

  #serialise(work: () => Promise<EditReply>): Promise<EditReply> {
    const done = this.#work.then(() => {
      this.#forgetOtherSegment();
      return work();
    });
    this.#work = done.then(
      () => {
        this.#changed.fire();
      },
      () => undefined,
    );
    return done;
  }

  #forgetOtherSegment(): void {
    const { identity } = this.segment;
    if (identity === null || identity === this.#identity) return;
    this.#identity = identity;
    this.#undo = [];
    this.#redo = [];
  }

  async #exchange({ offset, before, after }: Done): Promise<EditReply> {
    const { written, found } = await this.segment.exchange(offset, before, after, this.timeoutMs());
    return written
      ? { outcome: 'written', offset, found: null }
      : { outcome: 'conflict', offset, found: Uint8Array.from(found) };
  }
}

const nothingToDo: EditReply = { outcome: 'nothing-to-do', offset: 0, found: null };

function withinLimits(history: Done[]): Done[] {
  let bytes = 0;
  let first = history.length;
  while (first > 0 && history.length - first < mostEntries) {
    bytes += 2 * (history[first - 1]?.after.length ?? 0);
    if (bytes > mostBytes) break;
    first -= 1;
  }
  return history.slice(first);
}
