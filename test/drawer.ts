import type { Shelf } from '../extension/core/bookmarks';

/** A shelf that keeps what it is given as the editor does: as JSON. */
export class Drawer implements Shelf {
  readonly #kept = new Map<string, unknown>();

  /** All that it keeps. */
  get values(): readonly unknown[] {
    return [...this.#kept.values()];
  }

  get(name: string): unknown {
    return this.#kept.get(name);
  }

  update(name: string, value: unknown): Promise<void> {
    this.#kept.set(name, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  }
}
