import { setImmediate } from 'node:timers/promises';
import type { Difference, DifferenceCount, DifferenceRequest } from '../shared/compare';
import { SegmentError } from './errors';
import { Holes } from './holes';

/** Read of either side at once; then the event loop has its turn. */
const chunkBytes = 256 * 1024;
/** A longer run is told in part. */
const longestRun = 1024 * 1024;

/** Bytes that can be compared: a segment, a file, a moment. */
export interface Side {
  /** Bytes now; 0 while there are none to be had. */
  readonly size: number;
  /** Copies as many bytes as there are. */
  read(offset: number, target: Uint8Array): number | Promise<number>;
  /**
   * The first byte at or after `offset` that may be anything but zero, as OpenSegment.nextData; null where only zeros
   * follow. Without it, everything may be something.
   */
  nextData?(offset: number): number | null;
}

/** What a search over both sides hears of its surroundings. */
export interface Searching {
  /** Gets the fraction done, after each chunk. */
  readonly progress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/**
 * The run of differing bytes after (or before) the one that `from` is in, from the other end on where there is none;
 * the same one where it is the only one; null where both are equal. Sizes may differ: what only one side has differs.
 * Reads both in chunks, from `from` on, and lets the event loop go on in between; holes are not read. Rejects with `closed`
 * once aborted.
 */
export async function findDifference(
  now: Side,
  other: Side,
  { from, direction }: DifferenceRequest,
  searching: Searching,
): Promise<Difference | null> {
  const pair = new Pair(now, other, searching);
  const { end } = pair;
  const start = Math.min(from, end);
  if (direction === 'next') {
    const ahead = await pair.ahead(start, end, true);
    if (ahead !== null) return { ...ahead, wrapped: false };
    // Past `start`: a run across it begins before it and is one.
    const around = await pair.ahead(0, end, false, start);
    return around && { ...around, wrapped: true };
  }
  const behind = await pair.behind(Math.min(start + 1, end), 0, true);
  if (behind !== null) return { ...behind, wrapped: false };
  const around = await pair.behind(end, 0, false, start);
  return around && { ...around, wrapped: true };
}

/** How many bytes differ in all. As findDifference. */
export async function countDifferences(
  now: Side,
  other: Side,
  searching: Searching,
): Promise<DifferenceCount> {
  const pair = new Pair(now, other, searching);
  let bytes = 0;
  for (let at = 0; at < pair.shared;) {
    const part = await pair.look(at, pair.shared - at);
    if (part.kind === 'mixed')
      for (let index = 0; index < part.length; index++) bytes += part.mask[index] ?? 0;
    else if (part.kind === 'other') bytes += part.length;
    at += part.length;
    await pair.breathe(part.length);
  }
  const unpaired = pair.end - pair.shared;
  return { bytes: bytes + unpaired, unpaired };
}

interface Run {
  readonly offset: number;
  readonly length: number;
}

/** What a stretch of both sides is: the same, all other, or a mask with 1 where a byte differs. */
type Part =
  | { readonly kind: 'same' | 'other'; readonly length: number }
  | { readonly kind: 'mixed'; readonly length: number; readonly mask: Uint8Array };

class Pair {
  /** Bytes that both have. */
  readonly shared: number;
  /** Bytes of the longer one. */
  readonly end: number;
  readonly #one: Buffer;
  readonly #two: Buffer;
  readonly #mask: Uint8Array;
  readonly #holes: readonly [Holes, Holes];
  #done = 0;

  constructor(
    now: Side,
    other: Side,
    private readonly searching: Searching,
  ) {
    const sizes = [now.size, other.size];
    this.shared = Math.min(...sizes);
    this.end = Math.max(...sizes);
    const chunk = Math.min(chunkBytes, this.shared);
    this.#one = Buffer.alloc(chunk);
    this.#two = Buffer.alloc(chunk);
    this.#mask = new Uint8Array(chunk);
    this.#holes = [new Holes(now), new Holes(other)];
  }

  /**
   * Compares up to a chunk, or as much as is a hole in both, without a read; past what both have all of it is other,
   * without one too.
   */
  async look(offset: number, length: number): Promise<Part> {
    if (offset >= this.shared) return { kind: 'other', length };
    const hole = this.#common((holes) => holes.after(offset));
    if (hole > 0) return { kind: 'same', length: Math.min(hole, length) };
    return this.#compare(offset, Math.min(length, chunkBytes, this.shared - offset));
  }

  /** As look(), of up to `length` bytes before `end`. */
  async lookBack(end: number, length: number): Promise<Part> {
    if (end > this.shared) return { kind: 'other', length: Math.min(length, end - this.shared) };
    const hole = this.#common((holes) => holes.before(end));
    if (hole > 0) return { kind: 'same', length: Math.min(hole, length) };
    const wanted = Math.min(length, chunkBytes);
    return this.#compare(end - wanted, wanted);
  }

  async #compare(offset: number, length: number): Promise<Part> {
    const one = this.#one.subarray(0, length);
    const two = this.#two.subarray(0, length);
    const [holes, otherHoles] = this.#holes;
    const first = await holes.read(offset, one);
    const second = await otherHoles.read(offset, two);
    // What shrank meanwhile has no bytes there: they differ where the other has some.
    if (first < length || second < length) return this.#masked(length, first, second);
    return one.equals(two) ? { kind: 'same', length } : this.#masked(length, first, second);
  }

  /** The first run from `from` on, before `to`; with `skip` not the one that `from` is in; none that begins past `last`. */
  async ahead(from: number, to: number, skip: boolean, last = to): Promise<Run | null> {
    let skipping = skip;
    let start = -1;
    for (let at = from; at < to;) {
      if (start < 0 && at > last) return null;
      const part = await this.look(at, to - at);
      for (let index = 0; index < part.length; index++) {
        if (part.kind === 'same' || (part.kind === 'mixed' && part.mask[index] === 0)) {
          if (start >= 0) return run(start, at + index);
          skipping = false;
          if (part.kind === 'same') break;
        } else {
          if (!skipping && start < 0) start = at + index;
          if (part.kind === 'other') break;
        }
      }
      at += part.length;
      if (start >= 0 && at - start >= longestRun) return { offset: start, length: at - start };
      await this.breathe(part.length);
    }
    return start < 0 ? null : run(start, to);
  }

  /** The last run that ends at `from` or before, after `to`; as ahead(). */
  async behind(from: number, to: number, skip: boolean, last = to): Promise<Run | null> {
    let skipping = skip;
    let end = -1;
    for (let at = from; at > to;) {
      if (end < 0 && at <= last) return null;
      const part = await this.lookBack(at, at - to);
      const start = at - part.length;
      for (let index = part.length - 1; index >= 0; index--) {
        if (part.kind === 'same' || (part.kind === 'mixed' && part.mask[index] === 0)) {
          if (end >= 0) return run(start + index + 1, end);
          skipping = false;
          if (part.kind === 'same') break;
        } else {
          if (!skipping && end < 0) end = start + index + 1;
          if (part.kind === 'other') break;
        }
      }
      at = start;
      if (end >= 0 && end - at >= longestRun) return { offset: at, length: end - at };
      await this.breathe(part.length);
    }
    return end < 0 ? null : run(to, end);
  }

  /** Lets the event loop go on; throws once the search was given up. */
  async breathe(length: number): Promise<void> {
    this.#done += length;
    this.searching.progress(Math.min(1, this.#done / Math.max(1, this.end)));
    await setImmediate();
    if (this.searching.signal.aborted) throw new SegmentError('closed', 'Comparing was given up.');
  }

  /** The shorter of what both sides say. */
  #common(length: (holes: Holes) => number): number {
    const [one, two] = this.#holes;
    const first = length(one);
    return first === 0 ? 0 : Math.min(first, length(two));
  }

  #masked(length: number, first: number, second: number): Part {
    const mask = this.#mask;
    for (let index = 0; index < length; index++) {
      const differs =
        index < first && index < second
          ? this.#one[index] !== this.#two[index]
          : index < first || index < second;
      mask[index] = differs ? 1 : 0;
    }
    return { kind: 'mixed', length, mask };
  }
}

function run(from: number, to: number): Run {
  return { offset: from, length: to - from };
}
