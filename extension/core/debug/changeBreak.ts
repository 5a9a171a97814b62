import { isRecord } from '../../shared/check';
import type { Shelf } from '../bookmarks';
import { SegmentError } from '../errors';
import { Emitter, type Event } from '../event';
import { parseKey } from '../key';
import { invalidValue } from '../typed';
import { longestBreak, parseCondition } from './changeCondition';

/** Bytes of a segment; debug sessions are paused, or a line is logged, when they change. */
export interface ChangeBreak {
  readonly id: string;
  /** Identity string of the segment's key. */
  readonly segment: string;
  readonly offset: number;
  /** 1..longestBreak bytes. */
  readonly length: number;
  /** As parseCondition reads it. */
  readonly condition: string;
  readonly enabled: boolean;
  /** A line in the log instead of a pause. */
  readonly logs: boolean;
  /** Names of the sessions to pause, with those that are parts of them; null: all. */
  readonly sessions: readonly string[] | null;
}

/** Most breaks in one workspace: each looks 60 times a second on a thread of its own. */
export const mostBreaks = 32;

const slot = 'changeBreaks';

/** The breaks on change of this workspace, in the order in which they were made. Those from outside count as untrusted. */
export class BreakBook {
  #lent: readonly ChangeBreak[] = [];
  /** The lent ones as they were handed over, before the user changed anything. */
  #handed: readonly ChangeBreak[] = [];
  /** Lent ones that the user removed: they stay away as long as they are lent. */
  #refused: ReadonlySet<string> = new Set();
  readonly #changed = new Emitter<void>();
  /** A break was added, changed or removed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(private readonly shelf: Shelf) {}

  get all(): readonly ChangeBreak[] {
    return [...this.#stored, ...this.#lent].slice(0, mostBreaks);
  }

  /**
   * Has exactly these besides those of the workspace, until the next call; nothing of them is kept. What is known stays
   * as it is, also disabled or removed; one on the same bytes, with the same condition, as one of the workspace is left
   * out. Those with the same id are one, for the sessions of all of them.
   */
  lend(breaks: readonly ChangeBreak[]): void {
    const stored = this.#stored;
    const before = this.#handed;
    this.#handed = mergedBreaks(breaks);
    this.#refused = new Set(breaks.map(({ id }) => id).filter((id) => this.#refused.has(id)));
    const lent = this.#handed
      .filter(({ id }) => !this.#refused.has(id))
      .filter((one) => !stored.some((other) => sameBreak(one, other)))
      .map((one) => {
        const known = this.#lent.find(({ id }) => id === one.id);
        if (known === undefined) return one;
        const handed = before.find(({ id }) => id === one.id);
        // The sessions come and go; those that the user chose stay.
        const isChosen = JSON.stringify(known.sessions) !== JSON.stringify(handed?.sessions);
        return isChosen ? known : { ...known, sessions: one.sessions };
      });
    if (JSON.stringify(lent) === JSON.stringify(this.#lent)) return;
    this.#lent = lent;
    this.#changed.fire();
  }

  get #stored(): readonly ChangeBreak[] {
    const stored = this.shelf.get(slot);
    return Array.isArray(stored) ? stored.filter(isChangeBreak) : [];
  }

  find(id: string): ChangeBreak | null {
    return this.all.find((one) => one.id === id) ?? null;
  }

  /** Adds it, or changes the one with its id. Throws `already-exists` for the same bytes and condition, `invalid-size` beyond the most. */
  async put(wanted: ChangeBreak): Promise<void> {
    const { all } = this;
    const at = all.findIndex(({ id }) => id === wanted.id);
    if (all.some((one) => one.id !== wanted.id && sameBreak(one, wanted))) {
      throw new SegmentError('already-exists', 'the break exists', { rule: 'break-exists' });
    }
    if (at < 0 && all.length >= mostBreaks) {
      throw invalidValue('breaks-many', 'too many breaks', { maximum: String(mostBreaks) });
    }
    await this.#keep(at < 0 ? [...all, wanted] : all.with(at, wanted));
  }

  async remove(id: string): Promise<void> {
    if (this.#lent.some((one) => one.id === id)) this.#refused = new Set([...this.#refused, id]);
    await this.#keep(this.all.filter((one) => one.id !== id));
  }

  async #keep(breaks: readonly ChangeBreak[]): Promise<void> {
    const lent = new Set(this.#lent.map(({ id }) => id));
    this.#lent = breaks.filter(({ id }) => lent.has(id));
    await this.shelf.update(
      slot,
      breaks.filter(({ id }) => !lent.has(id)),
    );
    this.#changed.fire();
  }
}

/** Those with the same id as one, which pauses the sessions of all of them. */
export function mergedBreaks(breaks: readonly ChangeBreak[]): readonly ChangeBreak[] {
  const all = new Map<string, ChangeBreak>();
  for (const one of breaks) {
    const { sessions } = all.get(one.id) ?? { sessions: [] };
    const both = sessions === null || one.sessions === null ? null : [...sessions, ...one.sessions];
    all.set(one.id, { ...one, sessions: both === null ? null : [...new Set(both)] });
  }
  return [...all.values()];
}

/** Whether a session is one to pause, by its name and the names of those that it is a part of. */
export function pauses({ logs, sessions }: ChangeBreak, names: readonly string[]): boolean {
  return !logs && (sessions === null || names.some((name) => sessions.includes(name)));
}

function sameBreak(one: ChangeBreak, two: ChangeBreak): boolean {
  return (
    one.segment === two.segment &&
    one.offset === two.offset &&
    one.length === two.length &&
    one.condition === two.condition &&
    one.logs === two.logs
  );
}

/** What is stored may come from another version. */
function isChangeBreak(stored: unknown): stored is ChangeBreak {
  if (!isRecord(stored)) return false;
  const { id, segment, offset, length, condition, enabled, logs, sessions } = stored;
  if (typeof id !== 'string' || typeof segment !== 'string' || typeof condition !== 'string') return false;
  if (typeof enabled !== 'boolean' || typeof logs !== 'boolean') return false;
  if (sessions !== null && !(Array.isArray(sessions) && sessions.every((name) => typeof name === 'string')))
    return false;
  if (!isWithin(offset, 0, Number.MAX_SAFE_INTEGER) || !isWithin(length, 1, longestBreak)) return false;
  try {
    parseKey(segment);
    parseCondition(condition, length);
    return true;
  } catch {
    return false;
  }
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= low && value <= high;
}
