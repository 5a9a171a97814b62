import { setImmediate } from 'node:timers/promises';
import type { Side } from './difference';
import { cancelled, SegmentError } from './errors';
import { Holes } from './holes';
import type { OpenSegment } from './segments';

/** Most bytes of data in one moment; pages of zeros count nothing. */
export const longestMoment = 64 * 1024 * 1024;
const chunkBytes = 256 * 1024;
const pageBytes = 4096;
const zeros = Buffer.alloc(pageBytes);

/** The bytes that a segment had, kept in this process. Pages of zeros take no memory. */
export interface Moment extends Side {
  /** Counts up: the id of a moment among all. */
  readonly id: number;
  /** Identity string of the segment. */
  readonly segment: string;
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** We held the lock all the while: no byte is torn. */
  readonly locked: boolean;
  /** Bytes that it takes. */
  readonly held: number;
}

let count = 0;

/**
 * Copies a segment chunk by chunk, and lets the event loop go on in between. Reads only, and no holes. Rejects with `out-of-resources`
 * beyond `most` bytes of data, with `gone` where the segment went or shrank meanwhile, with `closed` once aborted.
 */
export async function rememberMoment(
  segment: Pick<OpenSegment, 'id' | 'size' | 'read' | 'holdsLock' | 'fault'> & Pick<Side, 'nextData'>,
  most: number,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Moment> {
  const at = Date.now();
  const { size } = segment;
  const pages = new Map<number, Uint8Array>();
  const holes = new Holes(segment);
  const chunk = Buffer.alloc(Math.min(chunkBytes, size));
  let locked = true;
  for (let offset = 0; offset < size;) {
    if (signal.aborted) throw cancelled('Remembering was given up.');
    locked &&= segment.holdsLock;
    offset += wholePages(holes.after(offset));
    if (offset >= size) break;
    const bytes = chunk.subarray(0, Math.min(chunk.length, size - offset));
    if (segment.read(offset, bytes) !== bytes.length) {
      throw segment.fault ?? new SegmentError('gone', 'The segment went or shrank while it was remembered.');
    }
    keep(pages, offset, bytes);
    if (pages.size * pageBytes > most) {
      throw new SegmentError('out-of-resources', 'too much data to remember', {
        rule: 'moment-size',
        maximum: String(most),
      });
    }
    offset += bytes.length;
    progress(offset / size);
    await setImmediate();
  }
  if (size === 0) throw segment.fault ?? new SegmentError('gone', 'There are no bytes to remember.');
  const held = pages.size * pageBytes;
  const read = (offset: number, target: Uint8Array): number => copy(pages, size, offset, target);
  const kept = [...pages.keys()];
  const nextData = (offset: number): number | null => pageFrom(kept, offset);
  return { id: ++count, segment: segment.id, at, locked, held, size, read, nextData };
}

function wholePages(length: number): number {
  return length - (length % pageBytes);
}

/** The first byte at or after `offset` that is on a page that is kept. `kept` ascends. */
function pageFrom(kept: readonly number[], offset: number): number | null {
  const wanted = Math.floor(offset / pageBytes);
  let [low, high] = [0, kept.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const page = kept[low];
  return page === undefined ? null : Math.max(offset, page * pageBytes);
}

/** Keeps the pages that hold anything. `offset` is a multiple of a page. */
function keep(pages: Map<number, Uint8Array>, offset: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += pageBytes) {
    const page = bytes.subarray(at, at + pageBytes);
    if (page.equals(zeros.subarray(0, page.length))) continue;
    pages.set((offset + at) / pageBytes, new Uint8Array(page));
  }
}

function copy(
  pages: ReadonlyMap<number, Uint8Array>,
  size: number,
  offset: number,
  target: Uint8Array,
): number {
  const length = Math.max(0, Math.min(target.length, size - offset));
  for (let done = 0; done < length;) {
    const page = Math.floor((offset + done) / pageBytes);
    const within = offset + done - page * pageBytes;
    const part = Math.min(length - done, pageBytes - within);
    const held = pages.get(page);
    if (held) target.set(held.subarray(within, within + part), done);
    else target.fill(0, done, done + part);
    done += part;
  }
  return length;
}
