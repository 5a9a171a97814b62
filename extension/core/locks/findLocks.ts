import { setImmediate } from 'node:timers/promises';
import { mostSuggestions, type LockReason, type LockSuggestion } from '../../shared/lockSuggestion';
import type { DecodedLock, LockSort } from '../../shared/lockWords';
import { cancelled } from '../errors';
import { matchBoost } from './boostPlaces';
import type { LockLayout } from './layout';
import { matchLock } from './patterns';

/** About a millisecond; then the event loop has its turn. */
const chunkBytes = 256 * 1024;
/** As many bytes as the largest lock has, so that none is cut at the end of a chunk. */
const overlap = 64;

export interface LockSearch {
  readonly layout: LockLayout;
  /** Copies bytes of the segment, as many as there are. */
  readonly read: (offset: number, target: Uint8Array) => number;
  readonly size: number;
  /** The next byte that may be anything but a hole; null: only holes follow. Without it, everything is read. */
  readonly nextData?: (offset: number) => number | null;
  /** Whether a thread with this number lives, in any pid namespace that matters; asked once for each owner. */
  readonly lives?: (tid: number) => boolean;
  /** Called after each chunk with the bytes that are done. */
  readonly progress?: (position: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Looks for locks in the bytes of a segment by the patterns that they have, in the order of their offsets: at most
 * `mostSuggestions`, `capped` where there are more. Reads only. Rejects with `closed` once `signal` aborts.
 */
export async function findLocks(
  search: LockSearch,
): Promise<{ readonly suggestions: readonly LockSuggestion[]; readonly capped: boolean }> {
  const { layout, read, size, nextData = everywhere, progress, signal } = search;
  const suggestions: LockSuggestion[] = [];
  const buffer = new Uint8Array(Math.min(chunkBytes, size) + overlap);
  const unit = layout.semaphore.shift === 0 ? 8 : 4;
  let position = 0;
  while (position < size) {
    if (signal?.aborted === true) throw cancelled('The search for locks was cancelled.');
    const data = nextData(position);
    if (data === null) break;
    // A lock may begin in the hole before: zeros are how most of them begin.
    position = Math.max(position, data - (data % unit) - overlap);
    const wanted = Math.min(buffer.length, size - position);
    const count = read(position, buffer.subarray(0, wanted));
    const end = Math.min(chunkBytes, count);
    for (let at = 0; at < end; at += unit) {
      const found = matchAt(buffer.subarray(0, count), at, position + at, search);
      if (found === null) continue;
      if (suggestions.length === mostSuggestions) return { suggestions, capped: true };
      suggestions.push(found);
      at += layout[found.sort].size - unit;
    }
    position += chunkBytes;
    progress?.(Math.min(position, size));
    if (count < wanted) break;
    await setImmediate();
  }
  progress?.(size);
  return { suggestions, capped: false };
}

/** What begins at a byte. A mutex first: seen from its middle, a held one looks like a semaphore. */
function matchAt(
  bytes: Uint8Array,
  at: number,
  offset: number,
  { layout, read, lives }: LockSearch,
): LockSuggestion | null {
  const sort = order.find((one) => hints[one](bytes, at, layout) && matchLock(one, part(bytes, at), layout));
  const decoded = sort === undefined ? null : matchLock(sort, part(bytes, at), layout);
  if (sort === undefined || decoded === null) return null;
  const isOwned = decoded.owner !== null;
  const isAlive = decoded.owner !== null && lives?.(decoded.owner) === true;
  const isBoost = sort === 'mutex' && matchBoost(offset, read, layout);
  const isAwaited = decoded.waiters !== null && decoded.waiters !== 0;
  const reasons: readonly LockReason[] = [
    signs[sort],
    ...(isOwned ? (['owner'] as const) : []),
    ...(isAlive ? (['owner-lives'] as const) : []),
    ...(isAwaited ? (['waiters'] as const) : []),
    ...(isBoost ? (['boost'] as const) : []),
  ];
  const certainty = reasons.length > 1 || isDistinct(decoded) ? 'likely' : 'unknown';
  return { sort, offset, decoded, reasons, certainty };
}

const signs: Readonly<Record<LockSort, LockReason>> = { mutex: 'kind', rwlock: 'writer', semaphore: 'scope' };

/** Where nobody tells of holes. */
const everywhere = (offset: number): number | null => offset;

const order = ['mutex', 'semaphore', 'rwlock'] as const;

/** The telling bytes alone: the quick look that nearly every place ends with. */
const hints: Readonly<Record<LockSort, (bytes: Uint8Array, at: number, layout: LockLayout) => boolean>> = {
  mutex: (bytes, at, { mutex: { kind } }) =>
    ((bytes[at + kind] ?? 0) & 0x80) !== 0 && bytes[at + kind + 2] === 0 && bytes[at + kind + 3] === 0,
  semaphore: (bytes, at, { semaphore: { scope } }) =>
    bytes[at + scope] === 0x80 && bytes[at + scope + 1] === 0,
  rwlock: (bytes, at, { rwlock: { shared } }) => bytes[at + shared] === 1 && ((bytes[at] ?? 0) & 1) === 1,
};

function part(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at, at + overlap);
}

/** Whether it says more than that a 128 stands among zeros. */
function isDistinct({ nature, state, value }: DecodedLock): boolean {
  if (nature.sort === 'mutex') return nature.kind !== 'normal' || nature.robust || nature.priority !== 'none';
  return nature.sort === 'semaphore' ? value === 1 : state === 'held';
}
