import type { Disposable } from 'vscode';
import { Editor } from '../core/editor';
import { formatKey, type NativeKey } from '../core/key';
import type { OpenSegment, Segments } from '../core/segments';

/** A segment on screen with its edits; dispose() when done. */
export interface LiveDocument extends Disposable {
  readonly segment: OpenSegment;
  readonly editor: Editor;
}

interface Shared {
  readonly segment: OpenSegment;
  readonly editor: Editor;
  count: number;
}

/**
 * What viewers of one key share: the open segment and its undo history. Also keeps segments open that we are
 * attached to or hold the lock of, while no viewer shows them.
 */
export class Documents implements Disposable {
  readonly #shared = new Map<string, Shared>();
  readonly #kept = new Map<string, LiveDocument>();

  constructor(
    private readonly segments: Segments,
    private readonly timeoutMs: () => number,
  ) {}

  checkout(key: NativeKey): LiveDocument {
    const id = formatKey(key);
    const shared = this.#shared.get(id) ?? this.#open(id, key);
    shared.count++;
    let done = false;
    return {
      segment: shared.segment,
      editor: shared.editor,
      dispose: () => {
        if (done) return;
        done = true;
        if (--shared.count > 0) return;
        this.#shared.delete(id);
        shared.segment.dispose();
      },
    };
  }

  /** Call after attaching, detaching, locking or unlocking: keeps the segment open as long as we are part of it. */
  settle(segment: OpenSegment): void {
    const needed = segment.access === 'attach' || segment.holdsLock;
    const kept = this.#kept.get(segment.id);
    if (needed && kept === undefined) this.#kept.set(segment.id, this.checkout(segment.key));
    if (!needed && kept !== undefined) {
      this.#kept.delete(segment.id);
      kept.dispose();
    }
  }

  dispose(): void {
    for (const kept of this.#kept.values()) kept.dispose();
    this.#kept.clear();
  }

  #open(id: string, key: NativeKey): Shared {
    const segment = this.segments.checkout(key);
    const shared = { segment, editor: new Editor(segment, this.timeoutMs), count: 0 };
    this.#shared.set(id, shared);
    return shared;
  }
}
