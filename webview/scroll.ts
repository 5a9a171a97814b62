import { element, setAttribute, setClass } from './element';
import { text } from './texts';

/**
 * The vertical position as a row index, with a scrollbar of its own: elements end at 33 million pixels
 * (Chromium), a double counts the rows of a segment of any size exactly.
 */
export class Scroll {
  readonly element = element('div', 'scrollbar', {
    role: 'scrollbar',
    label: text('grid.scrollbar'),
    attributes: { 'aria-orientation': 'vertical', 'aria-controls': 'grid', 'aria-valuemin': '0' },
  });
  readonly #thumb = element('div', 'thumb');
  #top = 0;
  #total = 0;
  #page = 1;
  #track = 0;

  constructor(private readonly moved: () => void) {
    this.element.append(this.#thumb);
    this.element.addEventListener('pointerdown', (event) => {
      this.#press(event);
    });
  }

  /** First visible row; its fraction is the part of it that is scrolled away. */
  get top(): number {
    return this.#top;
  }

  /** The last `top`: the end of the last row at the lower edge. */
  get end(): number {
    return Math.max(0, this.#total - this.#page);
  }

  /** Takes the number of rows, the rows that fit (fractional) and the track's height in pixels. */
  measure(total: number, page: number, track: number): void {
    this.#total = total;
    this.#page = Math.max(1, page);
    this.#track = track;
    this.#top = Math.min(this.#top, this.end);
    this.#paint();
  }

  /** Moves to a row; cut to what exists. */
  to(top: number): void {
    const next = Math.min(this.end, Math.max(0, top));
    if (next === this.#top) return;
    this.#top = next;
    this.#paint();
    this.moved();
  }

  /** Moves by rows, the same part of a row staying visible. */
  by(rows: number): void {
    this.to(this.#top + rows);
  }

  /** Scrolls as little as brings a whole row into sight; `centred`: to the middle if it was out of sight. */
  show(row: number, centred = false): void {
    const whole = Math.max(1, Math.floor(this.#page));
    if (row >= this.#top && row + 1 <= this.#top + this.#page) return;
    if (centred) this.to(Math.max(0, row - Math.floor(whole / 2)));
    else if (row < this.#top) this.to(row);
    else this.to(row + 1 - whole);
  }

  #paint(): void {
    const needed = this.end > 0;
    setClass(this.element, 'idle', !needed);
    const { length, start } = this.#geometry();
    this.#thumb.style.height = `${String(length)}px`;
    this.#thumb.style.transform = `translateY(${String(start)}px)`;
    setAttribute(this.element, 'aria-valuemax', String(Math.floor(this.end)));
    setAttribute(this.element, 'aria-valuenow', String(Math.floor(this.#top)));
  }

  #geometry(): { length: number; start: number; room: number } {
    const length = Math.min(
      this.#track,
      Math.max(20, Math.round((this.#page / Math.max(1, this.#total)) * this.#track)),
    );
    const room = this.#track - length;
    const start = this.end === 0 ? 0 : Math.round((this.#top / this.end) * room);
    return { length, start, room };
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.end === 0) return;
    event.preventDefault();
    const box = this.element.getBoundingClientRect();
    const { length, start } = this.#geometry();
    const y = event.clientY - box.top;
    // Beside the thumb it jumps there, as the editor's scrollbar does, and the drag goes on from there.
    const grip = y >= start && y < start + length ? y - start : length / 2;
    const drag = (at: number): void => {
      const { room } = this.#geometry();
      const fraction = room <= 0 ? 0 : Math.min(1, Math.max(0, (at - box.top - grip) / room));
      this.to(fraction === 1 ? this.end : Math.floor(fraction * this.end));
    };
    if (grip === length / 2) drag(event.clientY);
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('dragging');
    const move = (next: PointerEvent): void => {
      drag(next.clientY);
    };
    this.element.addEventListener('pointermove', move);
    const release = (): void => {
      this.element.classList.remove('dragging');
      this.element.removeEventListener('pointermove', move);
    };
    this.element.addEventListener('lostpointercapture', release, { once: true });
  }
}
