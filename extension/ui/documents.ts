import type { Disposable } from '../shared/disposable';
import { Editor } from '../core/editor';
import type { NativeKey } from '../core/key';
import type { OpenSegment, Segments } from '../core/segments';

/** A segment on screen with its edits; dispose() when done. */
export interface LiveDocument extends Disposable {
  readonly segment: OpenSegment;
  readonly editor: Editor;
}

/** What the viewers of one segment share: the open segment and its undo history. */
export class Documents {
  readonly #editors = new Map<OpenSegment, { readonly editor: Editor; count: number }>();

  constructor(
    private readonly segments: Segments,
    private readonly timeoutMs: () => number,
  ) {}

  /** Observes: creates nothing, and the key may lead nowhere. */
  checkout(key: NativeKey): LiveDocument {
    const segment = this.segments.checkout(key);
    const shared = this.#editors.get(segment) ?? { editor: new Editor(segment, this.timeoutMs), count: 0 };
    this.#editors.set(segment, shared);
    shared.count++;
    let done = false;
    return {
      segment,
      editor: shared.editor,
      dispose: () => {
        if (done) return;
        done = true;
        if (--shared.count === 0) this.#editors.delete(segment);
        segment.dispose();
      },
    };
  }

  /** Works with an open segment and lets go of it. */
  async use<T>(key: NativeKey, work: (segment: OpenSegment) => T | PromiseLike<T>): Promise<T> {
    const segment = this.segments.checkout(key);
    try {
      await segment.settled();
      return await work(segment);
    } finally {
      segment.dispose();
    }
  }

  /**
   * Works with a segment that can be written: attaches where we only observe, and leaves again by Qt's rule,
   * which removes nothing that was an orphan before. A lock that we hold stays ours, and where work failed, nobody
   * waits for a lock once more.
   */
  async write<T>(key: NativeKey, work: (segment: OpenSegment) => Promise<T>): Promise<T> {
    return this.use(key, async (segment) => {
      if (segment.writable) return work(segment);
      const attached = segment.access === 'attach';
      await segment.attach(true);
      let timeoutMs = 0;
      try {
        const result = await work(segment);
        timeoutMs = this.timeoutMs();
        return result;
      } finally {
        if (!attached) await segment.leave(timeoutMs);
      }
    });
  }
}
