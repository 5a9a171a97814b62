import type { Bookmark } from '../extension/shared/bookmark';
import { cellKinds } from '../extension/shared/cells';
import type { Description } from '../extension/shared/protocol';
import { BookmarkFrames } from './bookmarkFrames';
import { CursorCell, frameOf } from './cursor';
import { DifferenceMarks } from './differenceMarks';
import type { Differences } from './differences';
import type { Edits } from './edits';
import { element, setAttribute, setClass } from './element';
import {
  cellCount,
  gridOf,
  gridToFit,
  rowCount,
  rowOf,
  rowWidth,
  windowOf,
  type Grid,
  type Hit,
} from './grid';
import { HitFrames } from './find/hitFrames';
import type { Results } from './find/results';
import { Heading } from './heading';
import { Heat } from './layers/heat';
import { SelectionFields } from './layers/selectionFields';
import { Signs } from './layers/signs';
import { calm } from './paintClock';
import { wirePointer } from './pointer';
import { Rows } from './rows';
import type { Scene } from './scene';
import { Scroll } from './scroll';
import type { Store } from './store';
import { selectedRange } from './selection';
import { readTheme, watchTheme, type Theme } from './theme';

/** What the grid tells of the pointer. */
export interface GridEvents {
  /** What is to be seen changed: scrolled, resized, another theme. */
  readonly changed: () => void;
  readonly press: (at: Hit, extend: boolean) => void;
  readonly drag: (at: Hit) => void;
  readonly point: (at: Hit) => void;
  readonly runAt: (at: Hit) => void;
  readonly hover: (at: Hit | null, x: number, y: number) => void;
}

/** The bytes on the page: rows, marks, cursor and scrollbar, and the arithmetic between offsets and pixels. */
export class GridView {
  /** Takes the focus and the keys. */
  readonly element: HTMLElement;
  readonly scroll: Scroll;
  readonly #heading = new Heading();
  readonly #rows = new Rows();
  readonly #selection = new SelectionFields();
  readonly #heat = new Heat();
  readonly #signs = new Signs();
  readonly #frames = new BookmarkFrames();
  readonly #hits = new HitFrames();
  readonly #cursor: CursorCell;
  readonly #differenceMarks = new DifferenceMarks();
  #differences: Differences | null = null;
  #differing = 0;
  readonly #viewport = element('div', 'viewport');
  readonly #sheet = element('div', 'sheet');
  #theme: Theme | null = null;
  #grid: Grid | null = null;
  /** The width that the rows were made for; 0: they have a length of their own. */
  #fitted = 0;
  #rowLength = 0;
  /** Of the viewport, in pixels; asking the page for it would force a layout in every frame. */
  #height = 0;
  /** Of the grid, in pixels. */
  #width = 0;
  /** Of the scrollbar, in pixels: longer than the rows where two grids share it. */
  #track = 0;

  constructor(
    private readonly store: Store,
    private readonly edits: Edits,
    events: GridEvents,
    /** The grid that this one scrolls with; it takes no focus and no keys of its own then. */
    private readonly lead: GridView | null = null,
  ) {
    const id = lead === null ? 'grid' : 'other-grid';
    const tabindex = lead === null ? '0' : '-1';
    this.element = element('div', 'grid', { role: 'grid', attributes: { id, tabindex } });
    this.#cursor = new CursorCell(lead === null ? 'cell' : 'other-cell');
    this.scroll = new Scroll(events.changed);
    this.#sheet.append(
      this.#selection.element,
      this.#heat.element,
      this.#signs.element,
      this.#hits.element,
      this.#rows.element,
      this.#frames.element,
      this.#cursor.refuge,
    );
    this.#viewport.append(this.#sheet);
    this.element.append(this.#heading.element, this.#viewport);
    setAttribute(this.element, 'aria-multiselectable', 'true');
    // Only then: offsets that stay in sight make every row dearer.
    this.element.addEventListener('scroll', () => {
      setClass(this.element, 'aside', this.element.scrollLeft > 0);
    });
    watchTheme(() => {
      this.#theme = null;
      events.changed();
    });
    const resized = new ResizeObserver(() => {
      this.#height = this.#viewport.clientHeight;
      this.#width = this.element.clientWidth;
      this.#track = this.scroll.element.clientHeight;
      events.changed();
    });
    resized.observe(this.element);
    resized.observe(this.#viewport);
    resized.observe(this.scroll.element);
    wirePointer({
      element: this.#sheet,
      viewport: this.#viewport,
      grid: () => this.geometry(),
      firstRow: () => Math.floor(this.#leading.scroll.top),
      press: (at, extend) => {
        events.press(this.#characterAt(at, extend), extend);
      },
      drag: (at) => {
        events.drag(this.#characterAt(at, true));
      },
      point: events.point,
      runAt: events.runAt,
      hover: events.hover,
      scrollBy: (rows) => {
        this.#leading.scroll.by(rows);
      },
    });
  }

  /** Bytes in the visible rows that differ from what the bytes are compared with. */
  get differing(): number {
    return this.#differing;
  }

  /** How many of them were written after the stop at which a program stands. */
  get later(): number {
    return this.#differenceMarks.later;
  }

  /** Marks from now on what differs; null: nothing is compared. */
  compareTo(differences: Differences | null): void {
    this.#differences = differences;
    this.#differing = 0;
    const { element: marks, lines } = this.#differenceMarks;
    if (differences === null) {
      marks.remove();
      lines.remove();
    } else {
      this.#sheet.prepend(marks);
      this.#rows.element.after(lines);
    }
  }

  geometry(): Grid {
    const { charWidth, rowHeight } = this.#look();
    const { reading, extent } = this.store;
    const led = this.lead?.geometry().bytesPerRow;
    const isFitted = led === undefined && reading.bytesPerRow === 'fit';
    const width = isFitted ? this.#width || this.element.clientWidth : 0;
    const grid = this.#grid;
    if (
      grid?.reading === reading &&
      grid.extent === extent &&
      grid.charWidth === charWidth &&
      grid.rowHeight === rowHeight &&
      (led === undefined || grid.bytesPerRow === led) &&
      this.#fitted === width
    ) {
      return grid;
    }
    this.#fitted = width;
    const parts = { extent, charWidth, rowHeight, reading, ...(led !== undefined && { bytesPerRow: led }) };
    return (this.#grid = width > 0 ? gridToFit(parts, width) : gridOf(parts));
  }

  /** Rows that fit, fractional. */
  visibleRows(): number {
    return this.#height / (this.#theme?.rowHeight ?? 20);
  }

  /** Pixels right of the bytes that nothing is shown in. */
  spareWidth(): number {
    return this.#width - rowWidth(this.geometry());
  }

  /** Where the cursor is on the page once it is painted (what was painted last may be elsewhere), kept in sight. */
  cursorBox(): DOMRect {
    const grid = this.geometry();
    const { cursor, column } = this.store.selection;
    const row = rowOf(grid, cursor);
    const inSight = Math.max(0, Math.min(row - this.#leading.scroll.top, this.visibleRows() - 1));
    const frame = frameOf(grid, column, cursor - row * grid.bytesPerRow);
    const home = this.#viewport.getBoundingClientRect();
    const y = home.top + Math.round(inSight * grid.rowHeight);
    return new DOMRect(home.left + frame.left, y, frame.width, grid.rowHeight);
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Scrolls as little as shows the byte; `centred`: to the middle if it was out of sight. */
  show(offset: number, centred = false): void {
    this.scroll.show(rowOf(this.geometry(), offset), centred);
  }

  /** Takes in how many rows there are; where their length is another one the first byte stays where it is. */
  measure(): void {
    const grid = this.geometry();
    const before = this.#rowLength;
    const { top } = this.scroll;
    this.#rowLength = grid.bytesPerRow;
    this.scroll.measure(rowCount(grid), this.visibleRows(), this.#track);
    if (before === 0 || before === grid.bytesPerRow) return;
    this.scroll.to(Math.floor((Math.floor(top) * before) / grid.bytesPerRow));
  }

  /** The bytes of the rows from `top` on, and of `margin` rows more each way. */
  window(top: number, margin: number): { offset: number; length: number } {
    return windowOf(this.geometry(), top, Math.ceil(this.visibleRows()) + 1, margin);
  }

  /**
   * Brings the page up to date; in how many milliseconds it must be painted again, because a glow goes on or
   * characters are still to be drawn: 0 with the next frame, Infinity when something changes.
   */
  paint(
    description: Description,
    conflict: number | null,
    bookmarks: readonly Bookmark[],
    found: Results | null,
    now: number,
  ): number {
    const { store } = this;
    const theme = this.#look();
    this.measure();
    const grid = this.geometry();
    const { top } = this.#leading.scroll;
    const rows = Math.max(0, Math.ceil(this.visibleRows()) + 1);
    const differences = this.#differences;
    const { edits } = this;
    const scene: Scene = { grid, top, rows, store, edits, differences, bookmarks, found, theme, now };
    if (differences !== null) {
      const { selection } = store;
      this.#differing = this.#differenceMarks.paint(grid, top, rows, differences, selection);
    }
    this.#heading.paint(grid, store.selection);
    const undescribed = this.#rows.paint(scene);
    this.#frames.paint(grid, top, rows, bookmarks);
    this.#hits.paint(grid, top, rows, found, selectedRange(store.selection).start);
    this.#cursor.paint(scene, this.#rows, this.element, conflict);
    const shift = -Math.round((top - Math.floor(top)) * grid.rowHeight);
    this.#sheet.style.transform = `translateY(${String(shift)}px)`;
    setAttribute(this.element, 'aria-rowcount', String(rowCount(grid) + 1));
    setAttribute(this.element, 'aria-colcount', String(cellCount(grid)));
    setAttribute(this.element, 'aria-readonly', String(!description.writable));
    this.#selection.paint(scene);
    const glows = this.#heat.paint(scene);
    if (this.#signs.paint(scene, this.#rows)) return 0;
    return Math.min(glows ? calm : Infinity, undescribed);
  }

  /**
   * Over the right half of a wide character the character itself is meant, not its second byte; but a selection that
   * grows to the right takes the byte in.
   */
  #characterAt(at: Hit, extend: boolean): Hit {
    if (at.column !== 'text') return at;
    const { bytesPerRow } = this.geometry();
    const row = Math.floor(at.offset / bytesPerRow);
    const index = at.offset - row * bytesPerRow;
    const cells = this.#rows.textOf(row)?.cells;
    if (index === 0 || cells?.kinds[index] !== cellKinds.rest || (cells.widths[index - 1] ?? 0) < 2)
      return at;
    const { anchor, cursor } = this.store.selection;
    const start = at.offset - 1;
    const grows = extend && (anchor === null ? start > cursor : start >= anchor);
    return grows ? at : { ...at, offset: start };
  }

  get #leading(): GridView {
    return this.lead ?? this;
  }

  #look(): Theme {
    return (this.#theme ??= readTheme(this.#sheet));
  }
}
