import { isRecord } from '../../shared/check';
import { placedLock } from '../../shared/checks/locks';
import { mostPlacedLocks, type PlacedLock } from '../../shared/placedLock';
import type { Shelf } from '../bookmarks';
import { SegmentError } from '../errors';
import { Emitter, type Event } from '../event';
import { objectId, type NativeKey } from '../key';
import { Unchanged } from './unchanged';

const slot = 'placedLocks';
const empty = {};

/** The locks that the user paired with segments, kept by what the segment's key leads to. */
export class LockBook {
  readonly #changed = new Emitter<NativeKey>();
  /** The locks of the segment with this key changed. */
  readonly onDidChange: Event<NativeKey> = this.#changed.event;

  /** What was made of what is stored, because it is asked for at every look. */
  readonly #read = new WeakMap<readonly unknown[], readonly PlacedLock[]>();
  /** What was asked for last, most often asked for again: what is stored is replaced, never changed. */
  readonly #asked = new Unchanged<object, NativeKey, readonly PlacedLock[]>();

  constructor(private readonly shelf: Shelf) {}

  /** Those in the segment by offset, then the others as they were added: until they change, the very same objects. */
  of(key: NativeKey): readonly PlacedLock[] {
    const all = this.#all;
    return this.#asked.of(all, key, () => {
      const stored = all[objectId(key)];
      if (!Array.isArray(stored)) return [];
      const known = this.#read.get(stored) ?? stored.map(lockOf).filter((lock) => lock !== null);
      this.#read.set(stored, known);
      return known;
    });
  }

  /** Adds it, or changes the one with its id. Throws `already-exists` where another is in its place. */
  async add(key: NativeKey, lock: PlacedLock): Promise<void> {
    const others = this.of(key).filter(({ id }) => id !== lock.id);
    if (others.some((other) => placeOf(other) === placeOf(lock))) {
      throw new SegmentError('already-exists', `There is a lock at ${placeOf(lock)}.`);
    }
    if (others.length >= mostPlacedLocks) {
      throw new SegmentError('invalid-size', `A segment has at most ${String(mostPlacedLocks)} locks.`);
    }
    await this.#keep(key, [...others, lock]);
  }

  async remove(key: NativeKey, id: string): Promise<void> {
    await this.#keep(
      key,
      this.of(key).filter((lock) => lock.id !== id),
    );
  }

  get #all(): Readonly<Record<string, unknown>> {
    const stored = this.shelf.get(slot);
    return isRecord(stored) ? stored : empty;
  }

  async #keep(key: NativeKey, locks: readonly PlacedLock[]): Promise<void> {
    const ordered = [...locks].sort((a, b) => offsetOf(a) - offsetOf(b));
    await this.shelf.update(slot, { ...this.#all, [objectId(key)]: ordered });
    this.#changed.fire(key);
  }
}

/** What is stored may come from another version; null: it makes no sense to this one. */
function lockOf(stored: unknown): PlacedLock | null {
  try {
    return placedLock(stored);
  } catch {
    return null;
  }
}

/** Two locks with the same are one. */
function placeOf(lock: PlacedLock): string {
  if (lock.place === 'bytes') return String(lock.offset);
  const { semaphore } = lock;
  if ('name' in semaphore) return `posix ${semaphore.name}`;
  const which = String(semaphore.semnum ?? 0);
  if ('path' in semaphore) return `file ${which} ${String(semaphore.projectId)} ${semaphore.path}`;
  return 'key' in semaphore
    ? `key ${which} ${String(semaphore.key)}`
    : `semid ${which} ${String(semaphore.semid)}`;
}

function offsetOf(lock: PlacedLock): number {
  return lock.place === 'bytes' ? lock.offset : Infinity;
}
