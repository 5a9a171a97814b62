import { hit, type Grid, type Hit } from './grid';
import type { ColumnName } from './columns/column';

/** What the pointer does to the grid. */
export interface PointerTarget {
  /** The rows' element: its top edge is the top edge of row `firstRow()`. */
  readonly element: HTMLElement;
  readonly viewport: HTMLElement;
  grid(): Grid;
  firstRow(): number;
  press(at: Hit, extend: boolean): void;
  drag(at: Hit): void;
  /** The other button: a menu is about to open for this byte. */
  point(at: Hit): void;
  runAt(at: Hit): void;
  hover(at: Hit | null, x: number, y: number): void;
  scrollBy(rows: number): void;
}

/** Wires mouse, pen and wheel to the grid: click, shift-click, drag past the edges, double click, wheel. */
export function wirePointer(target: PointerTarget): void {
  const { viewport } = target;
  let kept: ColumnName | null = null;
  let last: PointerEvent | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  const at = (event: MouseEvent, keep?: ColumnName): Hit | null => {
    const box = target.element.getBoundingClientRect();
    return hit(target.grid(), target.firstRow(), event.clientX - box.left, event.clientY - box.top, keep);
  };
  // Past an edge it means a byte that is out of sight: the selection brings it into sight, again and again.
  const drag = (): void => {
    if (kept === null || last === null) return;
    const place = at(last, kept);
    if (place !== null) target.drag(place);
  };

  viewport.addEventListener('pointerdown', (event) => {
    const place = at(event);
    if (event.button === 2 && place?.inside === true) target.point(place);
    if (event.button !== 0 || place === null) return;
    event.preventDefault();
    target.press(place, event.shiftKey);
    kept = place.column;
    last = event;
    viewport.setPointerCapture(event.pointerId);
    timer = setInterval(drag, 50);
  });
  viewport.addEventListener('pointermove', (event) => {
    if (kept === null) {
      const place = at(event);
      target.hover(place?.inside === true ? place : null, event.clientX, event.clientY);
      return;
    }
    last = event;
    drag();
  });
  viewport.addEventListener('lostpointercapture', () => {
    clearInterval(timer);
    kept = null;
    last = null;
  });
  viewport.addEventListener('pointerleave', () => {
    target.hover(null, 0, 0);
  });
  viewport.addEventListener('dblclick', (event) => {
    const place = at(event);
    if (place?.inside === true) target.runAt(place);
  });
  viewport.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      target.hover(null, 0, 0);
      const unit = [1 / target.grid().rowHeight, 1, viewport.clientHeight / target.grid().rowHeight];
      target.scrollBy(event.deltaY * (unit[event.deltaMode] ?? 1));
    },
    { passive: false },
  );
}
