import type { Host } from '../extension/shared/protocol';
import type { Topic } from './announcer';
import type { BookmarkList } from './bookmarkList';
import type { Compare } from './compare';
import type { Edits } from './edits';
import type { FreezeBadge } from './freezing';
import type { GridView } from './gridView';
import type { Finding } from './find/finding';
import type { FindWidget } from './find/widget';
import type { Jumps } from './jumps';
import type { Memory } from './memory';
import type { Minimap } from './minimap/minimap';
import type { QuickField } from './quickField';
import type { Selection } from './selection';
import type { SidePane } from './side/pane';
import type { Store } from './store';

/** What a part of the live view may use of it. */
export interface ViewContext {
  readonly store: Store;
  readonly edits: Edits;
  readonly host: Host;
  readonly memory: Memory;
  readonly grid: GridView;
  readonly side: SidePane;
  /** The way back from every jump. */
  readonly jumps: Jumps;
  readonly bookmarks: BookmarkList;
  readonly quick: QuickField;
  readonly freeze: FreezeBadge;
  /** What the segment is compared with. */
  readonly compare: Compare;
  /** What is looked for and what was found. */
  readonly find: Finding;
  readonly findWidget: FindWidget;
  readonly minimap: Minimap;
  /** Text in the encoding of the text column; null where it has no bytes for some character. */
  encode(text: string): Uint8Array | null;
  /** The other way; what is no text becomes replacement characters. */
  decode(bytes: Uint8Array): string;
  /** Puts cursor and selection there, cut to what exists, and scrolls as little as shows the cursor. */
  select(selection: Selection): void;
  /** The same without scrolling. */
  selectInPlace(selection: Selection): void;
  /**
   * Jumps to a byte and selects `length` bytes from there (0: none); an offset out of sight comes to the middle.
   * `focus` false: the keyboard focus stays where it is.
   */
  goTo(offset: number, length: number, focus?: boolean): void;
  /** Says something to a screen reader alone: politely, at most every two seconds, the last of each topic. */
  announce(topic: Topic, words: string): void;
  /** Says something about the last action in the footer; a failure is said at once. */
  say(message: string, failure?: boolean): void;
  /** A call whose answer does not matter; its failure is said. */
  ask(call: Promise<void>): void;
  /** Asks for a fresh look at what is wanted. */
  look(): void;
  /** Something that is shown changed: paints in the next animation frame. */
  invalidate(): void;
  /** Something beside the bytes changed that nobody waits for: paints with the next bytes, or a moment later. */
  invalidateSoon(): void;
}
