import type { Decoded, Note, Value } from '../../extension/shared/values/index';
import { element, setAttribute, setHidden, setText } from '../element';
import { heatLevel } from '../glow';
import { visibleName } from '../../extension/shared/visibleName';
import { text } from '../texts';

/** A line of the inspector: a type and what the bytes mean as that. Rewrites only what changed. */
export class ValueRow {
  readonly #swatch = element('span', 'swatch', { attributes: { 'aria-hidden': 'true', hidden: '' } });
  readonly words = element('span', 'words');
  readonly #note = element('span', 'note');
  readonly cell = element(
    'div',
    'value',
    { role: 'gridcell', attributes: { 'aria-colindex': '2' } },
    this.#swatch,
    this.words,
    this.#note,
  );
  readonly name: string;
  readonly element: HTMLElement;
  #decoded: Decoded | null = null;
  #changedAt = -Infinity;
  #level = 0;

  constructor(readonly value: Value) {
    this.name = text(`type.${value.id}`);
    this.element = element(
      'div',
      'value-row',
      { role: 'row', attributes: { tabindex: '-1', 'data-type': value.id } },
      element('span', 'type', { role: 'rowheader', text: this.name, attributes: { 'aria-colindex': '1' } }),
      this.cell,
    );
  }

  /** What the bytes mean now; null: there are too few. */
  get decoded(): Decoded | null {
    return this.#decoded;
  }

  /** Shows another meaning. `live`: of the same bytes at a later time, so that a difference is a change. */
  show(decoded: Decoded | null, live: boolean, now: number): void {
    const before = this.#decoded;
    this.#decoded = decoded;
    if (!live) this.#changedAt = -Infinity;
    else if (before?.text !== decoded?.text) this.#changedAt = now;
    this.#write(decoded === null ? text('inspector.short') : decoded.text);
  }

  /** Shows nothing until the bytes are there. */
  wait(): void {
    this.#decoded = null;
    this.#changedAt = -Infinity;
    this.#write('');
  }

  #write(shown: string): void {
    const decoded = this.#decoded;
    const note = decoded?.note === undefined ? '' : noteText(decoded.note);
    setText(this.words, shown);
    setText(this.#note, note);
    setAttribute(this.element, 'data-none', decoded === null ? '' : null);
    setHidden(this.#swatch, decoded?.swatch === undefined);
    if (decoded?.swatch !== undefined) this.#swatch.style.setProperty('--swatch', decoded.swatch);
    const label = [this.name, shown, note].filter((part) => part !== '').join(', ');
    setAttribute(this.element, 'aria-label', label);
    setAttribute(
      this.cell,
      'title',
      [shown, note, decoded?.detail ?? '', sizeText(decoded)].filter((part) => part !== '').join('\n'),
    );
  }

  /** Lets the mark of a change fade, or with `reducedMotion` go after a while. */
  glow(now: number, reducedMotion: boolean): void {
    const level = heatLevel(now - this.#changedAt, reducedMotion);
    if (level === this.#level) return;
    this.#level = level;
    setAttribute(this.cell, 'data-changed', level > 0 ? '' : null);
    this.cell.style.setProperty('--heat', `${String(level * 12.5)}%`);
  }
}

/** A note in the view's language; names that other programs chose are made visible. */
export function noteText([key, ...values]: Note): string {
  return text(key, ...values.map((value) => (typeof value === 'string' ? visibleName(value) : value)));
}

function sizeText(decoded: Decoded | null): string {
  if (decoded === null || decoded.length === 0) return '';
  return text('inspector.bytes', decoded.length);
}
