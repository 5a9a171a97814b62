import { pairOf } from './columns/hex';
import { element } from './element';
import type { Edits } from './edits';
import type { Store } from './store';
import { grouped, hex, text } from './texts';

const delay = 400;

/** The history of the byte under the pointer. */
export class Tip {
  readonly element = element('div', 'tip', { role: 'tooltip' });
  #offset: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #x = 0;
  #y = 0;

  constructor(
    private readonly store: Store,
    private readonly edits: Edits,
  ) {
    this.element.hidden = true;
  }

  /** The pointer rests on a byte, or (null) on none. */
  over(offset: number | null, x: number, y: number): void {
    if (offset === this.#offset) return;
    this.hide();
    if (offset === null) return;
    this.#offset = offset;
    this.#x = x;
    this.#y = y;
    this.#timer = setTimeout(() => {
      this.element.hidden = false;
      this.refresh(performance.now());
    }, delay);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#offset = null;
    this.element.hidden = true;
  }

  /** Brings the text up to date while it is open. */
  refresh(now: number): void {
    if (this.#offset === null || this.element.hidden) return;
    const lines = tipLines(this.#offset, this.store, this.edits, now);
    this.element.replaceChildren(
      ...lines.map((line, index) =>
        element('div', index === lines.length - 1 ? 'quiet' : '', { text: line }),
      ),
    );
    const { width, height } = this.element.getBoundingClientRect();
    const below = this.#y + 18;
    const y = below + height < innerHeight ? below : this.#y - height - 8;
    this.element.style.left = `${String(Math.max(4, Math.min(this.#x + 8, innerWidth - width - 4)))}px`;
    this.element.style.top = `${String(Math.max(4, y))}px`;
  }
}

/** Offset and count; age and change of the last one; how far the byte can be trusted. */
export function tipLines(offset: number, store: Store, edits: Edits, now: number): string[] {
  const history = store.history.of(offset);
  const place = `0x${hex(offset, 4)} (${grouped(offset)})`;
  const count =
    history === null
      ? text('tip.unchanged')
      : history.count === 1
        ? text('tip.changedOnce')
        : text('tip.changed', grouped(history.count));
  const lines = [`${place} · ${count}`];
  const value = store.byte(offset);
  if (history !== null && value !== undefined) {
    const age = text('tip.last', ageText(now - history.changedAt));
    lines.push(`${age} · ${pairOf(history.before)} → ${pairOf(value)}`);
  }
  const typed = edits.pending.get(offset);
  if (typed !== undefined) lines.push(text('tip.pending', pairOf(typed.value)));
  else if (store.isHole(offset)) lines.push(text('cell.hole'));
  lines.push(trust(offset, store));
  return lines;
}

function trust(offset: number, store: Store): string {
  if (!store.live || offset >= store.size) return text('tip.lastKnown');
  if (store.lock.state === 'ours') return text('tip.underLock');
  if (store.copy === 'locked') return text('tip.locked');
  if (store.copy === 'busy') return text('tip.busy');
  return text(store.lock.kind === 'none' ? 'tip.noLock' : 'tip.torn');
}

/** An age in words: milliseconds, seconds or minutes. */
export function ageText(milliseconds: number): string {
  if (milliseconds < 1000) return text('tip.milliseconds', Math.max(0, Math.round(milliseconds)));
  if (milliseconds < 120_000) return text('tip.seconds', (milliseconds / 1000).toFixed(1));
  return text('tip.minutes', grouped(Math.floor(milliseconds / 60_000)));
}
