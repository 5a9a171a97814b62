import type { GridEvents } from './gridView';
import { moveTo, selectedRange, wholeUnits, type Selection } from './selection';
import { runAround } from './typing';
import type { ViewContext } from './viewContext';

/** What the mouse does over the bytes; `over` is told of the byte below it, null: none, and where on the page. */
export function mouseEvents(
  view: ViewContext,
  over: (offset: number | null, x: number, y: number) => void,
): GridEvents {
  const { store } = view;
  /** Where the main column shows numbers, whole ones are selected. */
  const whole = (selection: Selection): Selection => {
    const { columns, extent } = view.grid.geometry();
    return selection.column === 'hex' ? wholeUnits(selection, columns.hex.unit, extent) : selection;
  };
  return {
    changed: () => {
      view.invalidate();
    },
    press: (at, extend) => {
      view.select(whole({ ...moveTo(store.selection, at.offset, extend), column: at.column }));
      view.grid.focus();
    },
    drag: (at) => {
      if (at.offset === store.selection.cursor) return;
      view.select(whole(moveTo(store.selection, at.offset, true)));
    },
    point: (at) => {
      const { start, length } = selectedRange(store.selection);
      if (at.offset >= start && at.offset < start + length) return;
      view.selectInPlace(whole({ ...moveTo(store.selection, at.offset, false), column: at.column }));
    },
    runAt: (at) => {
      const { first, last } = runAround(store, at.offset);
      view.select(whole({ cursor: last, anchor: first, column: at.column }));
    },
    hover: (at, x, y) => {
      over(at?.offset ?? null, x, y);
    },
  };
}
