import type { Description, Frame, Gesture, Host, Pace, Viewer, Welcome } from '../extension/shared/protocol';
import { Announcer } from './announcer';
import { Banner } from './banner';
import type { ColumnName } from './columns/column';
import { rowCount, rowOf, rowWidth, windowOf, type Grid } from './grid';
import { Copying } from './copying';
import { CursorCell } from './cursor';
import { Edits, type Trouble } from './edits';
import { element, setAttribute, setClass } from './element';
import { Footer } from './footer';
import { Header } from './header';
import { Heading } from './heading';
import { intentOf, type Intent } from './keys';
import { Marks } from './marks';
import type { Memory } from './memory';
import { control, openMenu } from './menu';
import { visibleName } from './names';
import { wirePointer } from './pointer';
import { Rows } from './rows';
import type { Scene } from './scene';
import { Scroll } from './scroll';
import { clamp, destination, moveTo, selectedRange, type Selection } from './selection';
import { Store } from './store';
import { hex, text } from './texts';
import { readTheme, watchTheme, type Theme } from './theme';
import { Tip } from './tip';
import { Toolbar } from './toolbar';
import { runAround, troubleText, typeDigit, typeText } from './typing';

/** Rows watched above and below the visible ones, so that small scrolls show bytes at once. */
const margin = 8;
/** A glow is repainted this often between frames, in milliseconds. */
const glowStep = 50;

/** The live view: puts the parts on the page and lets them act on one another. */
export class View implements Viewer {
  readonly #store = new Store();
  readonly #edits: Edits;
  readonly #header = new Header();
  readonly #toolbar: Toolbar;
  readonly #banner: Banner;
  readonly #footer = new Footer();
  readonly #heading = new Heading();
  readonly #rows = new Rows();
  readonly #marks = new Marks();
  readonly #cursor = new CursorCell();
  readonly #scroll = new Scroll(() => {
    this.#invalidate();
  });
  readonly #announcer = new Announcer();
  readonly #tip: Tip;
  readonly #copying: Copying;
  readonly #viewport = element('div', 'viewport');
  readonly #sheet = element('div', 'sheet');
  readonly #grid = element('div', 'grid', { role: 'grid', attributes: { id: 'grid', tabindex: '0' } });
  readonly #stage = element('main', 'stage');
  readonly #empty = element('div', 'empty');
  #theme: Theme | null = null;
  /** Of the viewport, in pixels; asking the page for it would force a layout in every frame. */
  #height = 0;
  /** Of the grid, in pixels. */
  #width = 0;
  #painted: (() => void)[] = [];
  #scheduled = 0;
  #glowing: ReturnType<typeof setTimeout> | undefined;
  #watched = '';
  #told = '';
  #conflict: number | null = null;
  /** Where to scroll once the size is known. */
  #restoreTop: number | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly host: Host,
    private readonly memory: Memory,
    welcome: Welcome,
  ) {
    const store = this.#store;
    store.bytesPerRow = welcome.bytesPerRow;
    store.place = welcome.place;
    this.#edits = new Edits(
      store,
      host,
      () => {
        this.#invalidate();
      },
      (trouble) => {
        this.#onTrouble(trouble);
      },
    );
    this.#tip = new Tip(store, this.#edits);
    this.#copying = new Copying(store, host, () => {
      this.#watch(true);
    });
    this.#banner = new Banner(() => {
      this.#reopen();
    });
    this.#toolbar = new Toolbar({
      act: (action) => {
        this.#ask(host.act({ action }));
      },
      pace: (pace) => {
        this.#pace(pace);
      },
      undo: () => {
        this.#edits.undo();
      },
      redo: () => {
        this.#edits.redo();
      },
      copy: (column) => {
        this.#copy(column);
      },
      selectAll: () => {
        this.#perform({ kind: 'selectAll' });
      },
    });
    this.#build(welcome.place);
    this.#wire();
    store.pace = welcome.pace;
    const hertz = memory.hertz ?? welcome.pace.hertz;
    if (memory.paused !== welcome.pace.paused || hertz !== welcome.pace.hertz) {
      this.#pace({ hertz, paused: memory.paused });
    }
    void this.describe(welcome.description);
  }

  /** Takes a frame in and answers when it has been painted. */
  frame(frame: Frame): Promise<void> {
    const first = this.#store.frames === 0;
    const now = performance.now();
    const { cursor } = this.#store.selection;
    const before = this.#store.byte(cursor);
    this.#store.receive(frame, now);
    this.#edits.settle();
    this.#copying.settle();
    if (first) this.#restore();
    const after = this.#store.byte(cursor);
    if (
      before !== undefined &&
      after !== undefined &&
      before !== after &&
      document.activeElement === this.#grid
    ) {
      this.#announcer.say(text('cell.becomes', hex(cursor), hex(after, 2)));
    }
    return new Promise((resolve) => {
      this.#painted.push(resolve);
      this.#invalidate();
      // A page that is not drawn gets no animation frames; the host must not wait for one.
      setTimeout(resolve, 250);
    });
  }

  describe(description: Description | null): Promise<void> {
    const store = this.#store;
    const before = store.description;
    if (description?.nativeKey !== before?.nativeKey) {
      this.#keepPlace();
      store.description = description;
      store.reset();
      this.#edits.drop();
      this.#footer.say('');
      this.#conflict = null;
      this.#watched = '';
      const place = description === null ? undefined : this.memory.place(description.nativeKey);
      if (place) store.selection = { cursor: place.cursor, anchor: place.anchor, column: place.column };
      this.#restoreTop = place?.top ?? 0;
    } else {
      store.description = description;
      if (before?.presence !== 'live' && description?.presence === 'live') store.restart();
      if (before?.presence === 'live' && description?.presence !== 'live') this.#edits.drop();
    }
    setClass(this.root, 'without', description === null);
    if (description !== null) {
      this.#header.describe(description);
      this.#banner.show(description.presence, description.notice, null);
      setAttribute(this.#grid, 'aria-label', text('grid.label', visibleName(description.label)));
    }
    this.#invalidate();
    return Promise.resolve();
  }

  reveal({ offset, length }: { readonly offset: number; readonly length: number }): Promise<void> {
    const store = this.#store;
    const last = Math.max(offset, offset + length - 1);
    this.#select({ ...store.selection, cursor: offset, anchor: length > 0 ? last : null });
    this.#scroll.show(rowOf(this.#geometry(), store.selection.cursor), true);
    this.#grid.focus();
    return Promise.resolve();
  }

  perform({ gesture }: { readonly gesture: Gesture }): Promise<void> {
    switch (gesture) {
      case 'undo':
        this.#edits.undo();
        break;
      case 'redo':
        this.#edits.redo();
        break;
      case 'togglePause':
        this.#pace({ ...this.#store.pace, paused: !this.#store.pace.paused });
        break;
      case 'selectAll':
        this.#perform({ kind: 'selectAll' });
        break;
      case 'copyHex':
        this.#copy('hex');
        break;
      case 'copyText':
        this.#copy('text');
        break;
      case 'focus':
        this.#grid.focus();
        break;
    }
    return Promise.resolve();
  }

  paced(pace: Pace): Promise<void> {
    this.#store.pace = pace;
    this.memory.keepPace(pace.paused, pace.hertz);
    this.#invalidate();
    return Promise.resolve();
  }

  #build(place: 'editor' | 'panel'): void {
    this.root.dataset['place'] = place;
    this.#sheet.append(this.#marks.element, this.#rows.element, this.#cursor.refuge);
    this.#viewport.append(this.#sheet);
    this.#grid.append(this.#heading.element, this.#viewport);
    setAttribute(this.#grid, 'aria-multiselectable', 'true');
    this.#stage.append(this.#grid, this.#scroll.element, this.#tip.element, this.#announcer.element);
    this.#empty.append(
      element('h2', '', { text: text('empty.title') }),
      element('p', '', { text: text('empty.text') }),
    );
    this.root.replaceChildren(
      element('header', 'chrome', {}, this.#header.element, this.#toolbar.element),
      this.#banner.element,
      this.#stage,
      this.#footer.element,
      this.#empty,
    );
  }

  #wire(): void {
    watchTheme(() => {
      this.#theme = null;
      this.#invalidate();
    });
    const resized = new ResizeObserver(() => {
      this.#height = this.#viewport.clientHeight;
      this.#width = this.#grid.clientWidth;
      this.#invalidate();
    });
    resized.observe(this.#grid);
    resized.observe(this.#viewport);
    this.#grid.addEventListener('keydown', (event) => {
      const intent = intentOf(
        {
          key: event.key,
          ctrl: event.ctrlKey || event.metaKey,
          alt: event.altKey,
          shift: event.shiftKey,
          altGraph: event.getModifierState('AltGraph'),
        },
        this.#store.selection.column,
      );
      if (intent === null || event.isComposing || !this.#perform(intent)) return;
      event.preventDefault();
      // The workbench listens on the window and would run its own undo, select all …
      event.stopPropagation();
    });
    this.#grid.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      // From the keyboard it has no place of its own: below the cursor, then.
      const box = event.button === 2 ? null : this.#cursor.box();
      this.#contextMenu(box?.left ?? event.clientX, box?.bottom ?? event.clientY);
    });
    wirePointer({
      element: this.#sheet,
      viewport: this.#viewport,
      grid: () => this.#geometry(),
      firstRow: () => Math.floor(this.#scroll.top),
      press: (at, extend) => {
        this.#select({ ...moveTo(this.#store.selection, at.offset, extend), column: at.column });
        this.#grid.focus({ preventScroll: true });
      },
      drag: (at) => {
        if (at.offset !== this.#store.selection.cursor) {
          this.#select(moveTo(this.#store.selection, at.offset, true));
        }
      },
      runAt: (at) => {
        const { first, last } = runAround(this.#store, at.offset);
        this.#select({ cursor: last, anchor: first, column: at.column });
      },
      hover: (at, x, y) => {
        this.#tip.over(at?.offset ?? null, x, y);
      },
      scrollBy: (rows) => {
        this.#scroll.by(rows);
      },
    });
  }

  /** Does what a key means; false: nothing was to be done, the workbench may have the key. */
  #perform(intent: Intent): boolean {
    const store = this.#store;
    const { selection } = store;
    const grid = this.#geometry();
    this.#tip.hide();
    if (store.description === null) return false;
    switch (intent.kind) {
      case 'move': {
        const page = Math.max(1, Math.floor(this.#visibleRows()) - 1);
        const cursor = destination(selection.cursor, intent.move, grid.bytesPerRow, page, grid.extent);
        if (intent.move === 'pageUp' || intent.move === 'pageDown') {
          this.#scroll.by(intent.move === 'pageUp' ? -page : page);
        }
        this.#select(moveTo(selection, cursor, intent.extend));
        return true;
      }
      case 'scroll':
        this.#scroll.by(intent.rows);
        return true;
      case 'switchColumn':
        this.#edits.nibble = null;
        this.#select({ ...selection, column: selection.column === 'hex' ? 'text' : 'hex' });
        return true;
      case 'selectAll':
        if (grid.extent > 0) this.#setSelection({ ...selection, anchor: 0, cursor: grid.extent - 1 });
        return true;
      case 'cancel':
        return this.#cancel();
      case 'undo':
        this.#edits.undo();
        return true;
      case 'redo':
        this.#edits.redo();
        return true;
      case 'copy':
        this.#copy(selection.column);
        return true;
      case 'back':
        if (this.#edits.nibble !== null) this.#edits.nibble = null;
        else this.#select(moveTo(selection, Math.max(0, selection.cursor - 1), false));
        this.#invalidate();
        return true;
      case 'refuse':
        this.#say(text('edit.fixedLength'));
        return true;
      case 'notDigit':
        this.#say(text('edit.notHex'));
        return true;
      case 'digit':
        this.#typed(typeDigit(store, this.#edits, intent.value));
        return true;
      case 'type':
        this.#typed(typeText(store, this.#edits, intent.text));
        return true;
    }
  }

  /** Says why nothing was typed, or shows where the cursor went. */
  #typed(refused: string | null): void {
    this.#say(refused ?? '', refused !== null);
    this.#conflict = null;
    this.#scroll.show(rowOf(this.#geometry(), this.#store.selection.cursor));
    this.#invalidate();
  }

  #cancel(): boolean {
    const { selection } = this.#store;
    const busy = this.#edits.nibble !== null || this.#edits.pending.size > 0;
    if (busy) this.#edits.drop();
    else if (selection.anchor !== null) this.#setSelection({ ...selection, anchor: null });
    else return false;
    this.#say('');
    this.#invalidate();
    return true;
  }

  #select(selection: Selection): void {
    this.#setSelection(selection);
    this.#scroll.show(rowOf(this.#geometry(), this.#store.selection.cursor));
  }

  #setSelection(selection: Selection): void {
    const store = this.#store;
    if (this.#edits.nibble?.offset !== selection.cursor) this.#edits.nibble = null;
    store.selection = store.extent > 0 ? clamp(selection, store.extent) : selection;
    this.#conflict = null;
    this.#invalidate();
  }

  #copy(column: ColumnName): void {
    void this.#copying.copy(column).then((said) => {
      this.#say(said);
    });
  }

  #contextMenu(x: number, y: number): void {
    const { description } = this.#store;
    if (description === null) return;
    this.#tip.hide();
    const live = description.presence === 'live';
    openMenu(
      this.#grid,
      text('tool.more'),
      [
        {
          label: text('menu.copyHex'),
          run: () => {
            this.#copy('hex');
          },
        },
        {
          label: text('menu.copyText'),
          run: () => {
            this.#copy('text');
          },
        },
        {
          label: text('menu.selectAll'),
          key: control('A'),
          run: () => {
            this.#perform({ kind: 'selectAll' });
          },
        },
        null,
        {
          label: text('menu.undo'),
          key: control('Z'),
          enabled: description.canUndo,
          run: () => {
            this.#edits.undo();
          },
        },
        {
          label: text('menu.redo'),
          key: control('Y'),
          enabled: description.canRedo,
          run: () => {
            this.#edits.redo();
          },
        },
        null,
        {
          label: text('tool.write'),
          enabled: live,
          run: () => {
            this.#ask(this.host.act({ action: 'write' }));
          },
        },
        {
          label: text('tool.goTo'),
          enabled: live,
          run: () => {
            this.#ask(this.host.act({ action: 'goTo' }));
          },
        },
      ],
      { x, y },
    );
  }

  #pace(pace: Pace): void {
    void this.paced(pace);
    this.#ask(this.host.pace(pace));
  }

  #reopen(): void {
    this.#store.forgetLost();
    this.#ask(this.host.act({ action: 'reopen' }));
    this.#invalidate();
  }

  #onTrouble(trouble: Trouble): void {
    const store = this.#store;
    if (trouble.kind === 'conflict') {
      this.#select({ ...store.selection, cursor: trouble.offset, anchor: null });
      this.#conflict = trouble.offset;
      this.#watch(true);
    }
    this.#say(troubleText(trouble), trouble.kind === 'fault' || trouble.kind === 'conflict');
  }

  #say(message: string, failure = false): void {
    this.#footer.say(message, failure);
  }

  /** A call whose answer does not matter; its failure does. */
  #ask(call: Promise<void>): void {
    call.catch((error: unknown) => {
      this.#say(error instanceof Error ? error.message : String(error), true);
    });
  }

  #geometry(): Grid {
    this.#theme ??= readTheme(this.#sheet);
    const { charWidth, rowHeight } = this.#theme;
    return { bytesPerRow: this.#store.bytesPerRow, extent: this.#store.extent, charWidth, rowHeight };
  }

  #visibleRows(): number {
    return this.#height / (this.#theme?.rowHeight ?? 20);
  }

  #restore(): void {
    const store = this.#store;
    store.selection = clamp(store.selection, store.extent);
    const grid = this.#geometry();
    this.#scroll.measure(rowCount(grid), this.#visibleRows(), this.#height);
    if (this.#restoreTop !== null) this.#scroll.to(this.#restoreTop);
    this.#restoreTop = null;
  }

  #keepPlace(): void {
    const { description, selection, frames } = this.#store;
    if (description === null || frames === 0) return;
    this.memory.keepPlace(description.nativeKey, { top: this.#scroll.top, ...selection });
  }

  #invalidate(): void {
    if (this.#scheduled !== 0) return;
    this.#scheduled = requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const store = this.#store;
    const { description } = store;
    if (description !== null) this.#paintGrid(description);
    const painted = this.#painted;
    this.#painted = [];
    for (const resolve of painted) resolve();
  }

  #paintGrid(description: Description): void {
    const store = this.#store;
    const now = performance.now();
    const grid = this.#geometry();
    const theme = (this.#theme ??= readTheme(this.#sheet));
    const shrunk = store.extent > store.size && store.size >= 0 ? store.size : null;
    this.#banner.show(description.presence, description.notice, shrunk);
    const visible = this.#visibleRows();
    this.#scroll.measure(rowCount(grid), visible, this.#height);
    const { top } = this.#scroll;
    const rows = Math.max(0, Math.ceil(visible) + 1);
    const scene: Scene = { grid, top, rows, store, edits: this.#edits, now };
    this.#heading.paint(grid, store.selection);
    setClass(this.#grid, 'wide', rowWidth(grid) > this.#width);
    this.#rows.paint(scene);
    this.#cursor.paint(scene, this.#rows, this.#grid, this.#conflict);
    this.#sheet.style.transform = `translateY(${String(-Math.round((top - Math.floor(top)) * grid.rowHeight))}px)`;
    setAttribute(this.#grid, 'aria-rowcount', String(rowCount(grid) + 1));
    setAttribute(this.#grid, 'aria-colcount', String(1 + 2 * grid.bytesPerRow));
    setAttribute(this.#grid, 'aria-readonly', String(!description.writable));
    setClass(this.#stage, 'stale', description.presence !== 'live');
    setAttribute(this.#stage, 'data-column', store.selection.column);
    this.#header.look(
      store.frames === 0 ? null : store.size,
      store.live && store.frames > 0 ? store.lock : null,
    );
    this.#toolbar.show({
      description,
      lock: store.lock,
      pace: store.pace,
      place: store.place,
      selected: store.extent > 0,
    });
    this.#footer.show(store);
    this.#tip.refresh(now);
    const glows = this.#marks.paint(scene, theme);
    clearTimeout(this.#glowing);
    if (glows) {
      this.#glowing = setTimeout(() => {
        this.#invalidate();
      }, glowStep);
    }
    this.#watch(false);
    this.#tell();
    this.#keepPlace();
  }

  /** Tells the host which bytes are wanted, when that changes or (`again`) a fresh look is needed. */
  #watch(again: boolean): void {
    const grid = this.#geometry();
    const rows = Math.ceil(this.#visibleRows());
    const unknown = this.#store.frames === 0;
    const top = unknown ? Math.floor(this.#restoreTop ?? 0) : this.#scroll.top;
    const visible = unknown
      ? { offset: top * grid.bytesPerRow, length: rows * grid.bytesPerRow }
      : windowOf(grid, top, rows + 1, margin);
    const window = this.#copying.widen(visible);
    const key = `${String(window.offset)}+${String(window.length)}`;
    if (key === this.#watched && !again) return;
    this.#watched = key;
    this.#ask(this.host.watch(window));
  }

  #tell(): void {
    const { selection, extent } = this.#store;
    if (extent === 0) return;
    const { start, length } = selectedRange(selection);
    const cursor = { offset: selection.cursor, start, length };
    const key = JSON.stringify(cursor);
    if (key === this.#told) return;
    this.#told = key;
    this.#ask(this.host.cursor(cursor));
  }
}
