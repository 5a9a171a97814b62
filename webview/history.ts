/** What is remembered of one byte. */
export interface ByteHistory {
  /** Changes seen. */
  readonly count: number;
  /** Time of the last one, in the milliseconds of `performance.now()`. */
  readonly changedAt: number;
  /** Its value before that. */
  readonly before: number;
}

const pageLength = 1024;
const maxPages = 256;

interface Page {
  readonly changedAt: Float64Array;
  readonly count: Uint32Array;
  readonly before: Uint8Array;
}

/** What is remembered of a range. */
export interface RangeHistory {
  /** Bytes that were seen to change. */
  readonly bytes: number;
  /** Changes of all of them. */
  readonly count: number;
  readonly changedAt: number;
}

/** The changes seen of every byte that was on screen; forgets the pages that were on screen longest ago. */
export class History {
  readonly #pages = new Map<number, Page>();
  #latest = -Infinity;

  /** Time of the latest change of all. */
  get latest(): number {
    return this.#latest;
  }

  /** The byte at `offset` changed from `before` at time `now`. */
  record(offset: number, before: number, now: number): void {
    const index = Math.floor(offset / pageLength);
    const page = this.#pages.get(index) ?? this.#add(index);
    const at = offset - index * pageLength;
    page.changedAt[at] = now;
    page.count[at] = (page.count[at] ?? 0) + 1;
    page.before[at] = before;
    this.#latest = now;
  }

  /** null: not seen to change. */
  of(offset: number): ByteHistory | null {
    const index = Math.floor(offset / pageLength);
    const page = this.#pages.get(index);
    const at = offset - index * pageLength;
    const count = page?.count[at] ?? 0;
    if (page === undefined || count === 0) return null;
    return { count, changedAt: page.changedAt[at] ?? 0, before: page.before[at] ?? 0 };
  }

  /** Time of the last change of a byte; -Infinity: not seen to change. */
  changedAt(offset: number): number {
    const index = Math.floor(offset / pageLength);
    const page = this.#pages.get(index);
    const at = offset - index * pageLength;
    return page === undefined || page.count[at] === 0 ? -Infinity : (page.changedAt[at] ?? -Infinity);
  }

  /**
   * Fills `target` with the times of the last changes of `length` bytes from `start` on, -Infinity where none was
   * seen; false, and nothing filled, where no byte of them was seen to change.
   */
  times(start: number, length: number, target: Float64Array): boolean {
    let some = false;
    for (let at = start; at < start + length;) {
      const index = Math.floor(at / pageLength);
      const page = this.#pages.get(index);
      const end = Math.min(start + length, (index + 1) * pageLength);
      if (page !== undefined && !some) target.fill(-Infinity, 0, at - start);
      if (page === undefined && some) target.fill(-Infinity, at - start, end - start);
      some ||= page !== undefined;
      for (let from = at - index * pageLength; page !== undefined && at < end; at++, from++) {
        target[at - start] = page.count[from] === 0 ? -Infinity : (page.changedAt[from] ?? -Infinity);
      }
      at = end;
    }
    return some;
  }

  /** Of `length` bytes from `start` on; null: none was seen to change. Costs what is remembered, not `length`. */
  within(start: number, length: number): RangeHistory | null {
    let bytes = 0;
    let count = 0;
    let changedAt = -Infinity;
    for (const [index, page] of this.#pages) {
      const first = index * pageLength;
      const to = Math.min(pageLength, start + length - first);
      for (let at = Math.max(0, start - first); at < to; at++) {
        const changes = page.count[at] ?? 0;
        if (changes === 0) continue;
        bytes++;
        count += changes;
        changedAt = Math.max(changedAt, page.changedAt[at] ?? -Infinity);
      }
    }
    return bytes === 0 ? null : { bytes, count, changedAt };
  }

  /** The bytes that were seen to change, in ascending order. */
  offsets(): readonly number[] {
    return [...this.#pages]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, { count }]) =>
        Array.from(count.keys())
          .filter((at) => count[at] !== 0)
          .map((at) => index * pageLength + at),
      );
  }

  clear(): void {
    this.#pages.clear();
    this.#latest = -Infinity;
  }

  #add(index: number): Page {
    if (this.#pages.size >= maxPages) {
      const oldest = this.#pages.keys().next();
      if (oldest.done !== true) this.#pages.delete(oldest.value);
    }
    const page: Page = {
      changedAt: new Float64Array(pageLength),
      count: new Uint32Array(pageLength),
      before: new Uint8Array(pageLength),
    };
    this.#pages.set(index, page);
    return page;
  }
}
