import type { Search, SearchBatch } from './native';

/** A search of an open segment, until its end or stop(). See Search of the addon. */
export class SegmentSearch {
  #stopped = false;

  /** For OpenSegment: `hasHandle` tells whether it still has the handle; `failed` takes what the search failed with. */
  constructor(
    private readonly search: Search,
    private readonly hasHandle: () => boolean,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** False once stopped, and once the segment was let go of, or is reached by another handle. */
  get isCurrent(): boolean {
    return !this.#stopped && this.hasHandle();
  }

  /** What was found since the last time. Throws what the search failed with, which shows in presence too. */
  take(): SearchBatch {
    try {
      return this.search.take();
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.search.stop();
  }
}
