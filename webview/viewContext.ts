import type { Host } from '../extension/shared/protocol';
import type { Copying } from './copying';
import type { Edits } from './edits';
import type { GridView } from './gridView';
import type { Memory } from './memory';
import type { Selection } from './selection';
import type { Store } from './store';

/** What a part of the live view may use of it. */
export interface ViewContext {
  readonly store: Store;
  readonly edits: Edits;
  readonly copying: Copying;
  readonly host: Host;
  readonly memory: Memory;
  readonly grid: GridView;
  /** Puts cursor and selection there, cut to what exists, and scrolls as little as shows the cursor. */
  select(selection: Selection): void;
  /** The same without scrolling. */
  selectInPlace(selection: Selection): void;
  /** Goes to a byte and selects `length` bytes from there (0: none); an offset out of sight comes to the middle. */
  goTo(offset: number, length: number): void;
  /** Says something about the last action in the footer; a failure is said at once. */
  say(message: string, failure?: boolean): void;
  /** A call whose answer does not matter; its failure is said. */
  ask(call: Promise<void>): void;
  /** Asks for a fresh look at what is wanted. */
  look(): void;
  /** Something that is shown changed: paints in the next animation frame. */
  invalidate(): void;
}
