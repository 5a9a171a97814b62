import type { LockStatus } from '../extension/shared/lock';
import type { LockPicture } from '../extension/shared/lockRow';
import type { Description } from '../extension/shared/protocol';
import { Badge } from './badge';
import { Chips } from './chips';
import { element, icon, setText, setAttribute, setHidden } from './element';
import { foremostLock } from './locks/foremost';
import { visibleName } from '../extension/shared/visibleName';
import { grouped, text } from './texts';

/** What the segment is, what state its locks are in, and who uses it: one line. */
export class Header {
  readonly badge = new Badge();
  readonly #chips: Chips;
  readonly #name = element('h1', 'name');
  readonly #kind = element('span', 'fact kind');
  readonly #size = element('span', 'fact size');
  readonly #access = element('span', 'fact access');
  /** Which attached processes stand at a stop of the debugger. */
  #standing: readonly number[] = [];
  /** Label of the key that no segment has yet. */
  #waitsFor: string | null = null;
  readonly element: HTMLElement;

  /** `chosen`: a process was clicked. */
  constructor(chosen: (pid: number) => void) {
    this.#chips = new Chips(chosen);
    this.element = element(
      'div',
      'header',
      {},
      icon('chip'),
      this.#name,
      this.#kind,
      this.#size,
      this.#access,
      this.badge.element,
      this.#chips.element,
    );
  }

  describe(description: Description): void {
    setText(this.#name, visibleName(description.label));
    const key = text('header.key', visibleName(description.nativeKey));
    const owner =
      description.owner === '' ? '' : text('header.owner', visibleName(description.owner), description.mode);
    this.#name.title = `${key}\n${owner}`.trimEnd();
    setText(this.#kind, description.kindText);
    this.#kind.title = this.#name.title;
    const access = text(description.access === 'attach' ? 'access.attach' : 'access.observe');
    const readOnly = description.access === 'attach' && !description.writable;
    const limits = readOnly ? `${access}, ${text('access.readOnly')}` : access;
    setText(this.#access, limits);
    this.#access.title = [
      text(description.access === 'attach' ? 'access.attach.tip' : 'access.observe.tip'),
      description.routeText,
      description.readOnlyReason ?? '',
      owner,
    ]
      .filter((line) => line !== '')
      .join('\n');
    this.#standing = description.standing;
    this.#chips.show(description);
    this.#waitsFor = description.presence === 'waiting' ? description.label : null;
    if (this.#waitsFor !== null) this.#wait(this.#waitsFor);
  }

  /** Size and lock, as the last frame has them, null: no frame yet, or none that still holds true; and all locks. */
  look(size: number | null, lock: LockStatus | null, locks: LockPicture): void {
    setText(this.#size, size === null ? '' : bytesText(size));
    setAttribute(this.#size, 'title', size === null ? null : text('header.bytes.tip', grouped(size)));
    setHidden(this.badge.element, lock === null && this.#waitsFor === null);
    if (lock !== null) this.badge.show(lock, foremostLock(lock, locks, this.#isStanding(lock)));
    else if (this.#waitsFor !== null) this.#wait(this.#waitsFor);
  }

  #isStanding({ state, holder }: LockStatus): boolean {
    return state === 'held' && holder !== null && this.#standing.includes(holder.pid);
  }

  #wait(key: string): void {
    setHidden(this.badge.element, false);
    this.badge.wait(key);
  }
}

/** Bytes for a person: exact below 64 KiB, then with at most one decimal. */
export function bytesText(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  if (bytes < 64 * 1024) return text('header.bytes', grouped(bytes));
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toLocaleString(document.documentElement.lang || undefined, { maximumFractionDigits: 1 })} ${unit}`;
}
