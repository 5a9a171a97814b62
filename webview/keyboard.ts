import { gestureOf, runCommand } from './commands';
import { copy } from './copying';
import { stopFreeze } from './freezing';
import { intentOf, type Intent } from './keys';
import { openNumber, startOfNumber } from './numberInput';
import { destination, moveTo, wholeUnits, type Move } from './selection';
import { text } from './texts';
import { typeDigit, typeText } from './typing';
import type { ViewContext } from './viewContext';

/** What else of the view the keys need. */
interface Ends {
  /** A key does something: what hangs over the grid goes away. */
  readonly acting: () => void;
  /** Something was typed; why it was not, or null. */
  readonly typed: (refused: string | null) => void;
}

/** What keys do in the grid: commands first, then what is typed, then movement. */
export class Keyboard {
  constructor(
    private readonly view: ViewContext,
    private readonly ends: Ends,
  ) {}

  /** False: nothing was to be done, the workbench may have the key. */
  press(event: KeyboardEvent): boolean {
    if (event.isComposing) return false;
    const { view } = this;
    const { store } = view;
    const gesture = gestureOf(event);
    if (gesture !== null) {
      this.ends.acting();
      runCommand(view, gesture);
      return true;
    }
    const number = store.description === null ? null : startOfNumber(view, event);
    if (number !== null) {
      this.ends.acting();
      openNumber(view, number);
      return true;
    }
    const intent = intentOf(
      {
        key: event.key,
        ctrl: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        shift: event.shiftKey,
        altGraph: event.getModifierState('AltGraph'),
      },
      store.selection.column,
    );
    if (intent === null) return false;
    this.ends.acting();
    return store.description !== null && this.#perform(intent);
  }

  #perform(intent: Intent): boolean {
    const { view } = this;
    const { store, edits } = view;
    const { selection, reading } = store;
    switch (intent.kind) {
      case 'move':
        this.#move(intent.move, intent.extend);
        return true;
      case 'scroll':
        view.grid.scroll.by(intent.rows);
        return true;
      case 'switchColumn':
        edits.nibble = null;
        view.select({ ...selection, column: selection.column === 'hex' ? 'text' : 'hex' });
        return true;
      case 'cancel':
        return this.#cancel();
      case 'copy':
        void copy(view, selection.column);
        return true;
      case 'back':
        if (edits.nibble !== null) edits.nibble = null;
        else view.select(moveTo(selection, Math.max(0, selection.cursor - 1), false));
        view.invalidate();
        return true;
      case 'refuse':
        view.say(text('edit.fixedLength'));
        return true;
      case 'notDigit':
        view.say(text(reading.format === 'hex' ? 'edit.notHex' : 'number.notANumber'));
        return true;
      case 'digit':
        if (reading.format === 'hex') this.ends.typed(typeDigit(store, edits, intent.value));
        else view.say(text('number.notANumber'));
        return true;
      case 'type':
        this.ends.typed(typeText(store, edits, intent.text));
        return true;
    }
  }

  #move(move: Move, extend: boolean): void {
    const { view } = this;
    const { selection } = view.store;
    const grid = view.grid.geometry();
    const page = Math.max(1, Math.floor(view.grid.visibleRows()) - 1);
    const unit = selection.column === 'hex' ? grid.columns.hex.unit : 1;
    const { bytesPerRow, extent } = grid;
    const cursor = destination(selection.cursor, move, bytesPerRow, page, extent, unit);
    if (move === 'pageUp' || move === 'pageDown') view.grid.scroll.by(move === 'pageUp' ? -page : page);
    view.select(wholeUnits(moveTo(selection, cursor, extend), unit, extent));
  }

  /** Takes back what goes on, the innermost first. */
  #cancel(): boolean {
    const { view } = this;
    const { edits } = view;
    const { selection } = view.store;
    if (stopFreeze(view) || view.compare.giveUp()) return true;
    if (edits.nibble !== null || edits.pending.size > 0) edits.drop();
    else if (selection.anchor !== null) view.selectInPlace({ ...selection, anchor: null });
    else return false;
    view.say('');
    view.invalidate();
    return true;
  }
}
