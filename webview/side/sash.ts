import { element, setAttribute } from '../element';
import { text } from '../texts';

const step = 16;

/** What a sash moves. */
export interface Sashed {
  readonly minimum: number;
  readonly preferred: number;
  maximum(): number;
  width(): number;
  resize(width: number): void;
}

/** The edge between the grid and the side pane: dragged, or moved by the arrows; a double click sets it back. */
export class Sash {
  readonly element = element('div', 'sash', {
    role: 'separator',
    label: text('side.sash'),
    attributes: { tabindex: '0', 'aria-orientation': 'vertical', 'aria-controls': 'side' },
  });

  constructor(private readonly sashed: Sashed) {
    this.element.addEventListener('pointerdown', (event) => {
      this.#press(event);
    });
    this.element.addEventListener('dblclick', () => {
      this.#to(sashed.preferred);
    });
    this.element.addEventListener('keydown', (event) => {
      const width = sashed.width();
      const to = {
        ArrowLeft: width + step,
        ArrowRight: width - step,
        Home: sashed.minimum,
        End: sashed.maximum(),
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#to(to);
    });
  }

  /** Says how wide the pane is. */
  show(): void {
    setAttribute(this.element, 'aria-valuemin', String(this.sashed.minimum));
    setAttribute(this.element, 'aria-valuemax', String(Math.round(this.sashed.maximum())));
    setAttribute(this.element, 'aria-valuenow', String(Math.round(this.sashed.width())));
  }

  #to(width: number): void {
    const { minimum } = this.sashed;
    this.sashed.resize(Math.max(minimum, Math.min(this.sashed.maximum(), width)));
    this.show();
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    const from = event.clientX;
    const width = this.sashed.width();
    const move = (next: PointerEvent): void => {
      this.#to(width + from - next.clientX);
    };
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('dragging');
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener(
      'lostpointercapture',
      () => {
        this.element.classList.remove('dragging');
        this.element.removeEventListener('pointermove', move);
      },
      { once: true },
    );
  }
}
