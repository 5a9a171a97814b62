import type { Found } from '../../extension/shared/protocol';
import type { Hit, HitList } from '../hits';
import type { FindForm } from './form';
import type { Searched } from './searched';

/** The hits of one search, by offset, as far as they have come. */
export class Results implements HitList {
  readonly offsets: number[] = [];
  readonly lengths: number[] = [];
  /** Grows with every change. */
  version = 0;
  total = 0;
  capped = false;
  done = false;
  /** 0..1 of the bytes to search; of a search that failed, as last heard before. */
  progress = 0;
  stopped = false;
  /** What ended it; a sentence for a person. */
  error: string | null = null;
  readonly #gone = new Set<number>();

  /** `id` is the host's answer; `form` is what was looked for, `searched` where. */
  constructor(
    readonly id: number,
    readonly form: FindForm,
    readonly searched: Searched,
  ) {}

  get count(): number {
    return this.offsets.length;
  }

  /** It looked everywhere, or until there were too many hits to list. */
  get isComplete(): boolean {
    return this.done && !this.stopped && this.error === null;
  }

  /** Bytes that it has surely looked at, from where it began. */
  get reached(): number {
    return Math.floor(this.progress * this.searched.length);
  }

  /** Takes a part in; one of another search changes nothing. */
  take(part: Found): void {
    if (part.id !== this.id || this.done) return;
    for (const offset of part.offsets) this.offsets.push(offset);
    for (const length of part.lengths) this.lengths.push(length);
    // A failure tells neither counts nor how far it came.
    if (part.error === null) {
      this.total = part.total;
      this.capped = part.capped;
      this.progress = part.progress;
    }
    this.done = part.done;
    this.error = part.error;
    this.version++;
  }

  /** Nothing more comes: it was stopped. */
  stop(): void {
    this.done = true;
    this.stopped = true;
    this.version++;
  }

  at(index: number): Hit | null {
    const offset = this.offsets[index];
    return offset === undefined ? null : { offset, length: this.lengths[index] ?? 1 };
  }

  /** Index of the first hit at or after `offset`; the count where there is none. */
  indexFrom(offset: number): number {
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.offsets[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the hit that begins at `offset`; -1: none. */
  indexOf(offset: number): number {
    const index = this.indexFrom(offset);
    return this.offsets[index] === offset ? index : -1;
  }

  next(offset: number): Hit | null {
    return this.#walk(this.indexFrom(offset + 1), 1);
  }

  previous(offset: number): Hit | null {
    return this.#walk(this.indexFrom(offset) - 1, -1);
  }

  /** Whether the bytes of a hit are no longer what was looked for, when last seen. */
  isGone(index: number): boolean {
    return this.#gone.has(index);
  }

  setGone(index: number, gone: boolean): void {
    if (this.#gone.has(index) === gone) return;
    if (gone) this.#gone.add(index);
    else this.#gone.delete(index);
    this.version++;
  }

  /** Indices of the hits that have bytes in `start` … `end` - 1. They may overlap, but each reaches no farther than the longest. */
  within(start: number, end: number): { readonly from: number; readonly to: number } {
    let from = this.indexFrom(start);
    while (from > 0 && (this.offsets[from - 1] ?? 0) + (this.lengths[from - 1] ?? 0) > start) from--;
    return { from, to: this.indexFrom(end) };
  }

  /** From `index` on, round the end; a hit that is gone is passed over. */
  #walk(index: number, direction: 1 | -1): Hit | null {
    const { count } = this;
    for (let step = 0; step < count; step++) {
      const at = (((index + direction * step) % count) + count) % count;
      if (!this.#gone.has(at)) return this.at(at);
    }
    return null;
  }
}
