import type { Bookmark } from '../extension/shared/bookmark';
import type { Frozen } from '../extension/shared/frozen';
import type { Gesture } from '../extension/shared/gestures';
import { placedLocks } from '../extension/shared/foremost';
import type { LockPicture } from '../extension/shared/lockRow';
import type {
  Description,
  Found,
  Frame,
  Host,
  Pace,
  SegmentMap,
  Viewer,
  Welcome,
} from '../extension/shared/protocol';
import { Announcer, type Topic } from './announcer';
import { Banner } from './banner';
import { followBase } from './bases';
import { BookmarkList } from './bookmarkList';
import { BookmarkSection } from './bookmarkSection';
import { gestureOf, runCommand, setPace } from './commands';
import type { Compared } from '../extension/shared/compare';
import { Compare } from './compare';
import { openContextMenu } from './contextMenu';
import { Composing } from './composing';
import { copy } from './copying';
import { Edits, type Trouble } from './edits';
import { element, setAttribute, setClass } from './element';
import { Footer } from './footer';
import { Finding } from './find/finding';
import { ResultSection } from './find/resultSection';
import { FindWidget } from './find/widget';
import { FreezeBadge, stopFreeze } from './freezing';
import { GridView, type GridEvents } from './gridView';
import { glow } from './glow';
import { Header } from './header';
import { Jumps } from './jumps';
import { intentOf, type Intent } from './keys';
import { LockSection } from './locks/lockSection';
import type { Memory } from './memory';
import { Minimap } from './minimap/minimap';
import { visibleName } from '../extension/shared/visibleName';
import { decode, encode, lacking } from '../extension/shared/encoding';
import type { Reading } from '../extension/shared/reading';
import { clamp, destination, moveTo, selectedRange, wholeUnits, type Selection } from './selection';
import { openNumber, startOfNumber } from './numberInput';
import { QuickField } from './quickField';
import { Inspector } from './side/inspector';
import { SidePane } from './side/pane';
import { ProcessSection } from './side/processSection';
import { SelectionSection } from './side/selectionSection';
import { Store } from './store';
import { hex, text } from './texts';
import { Tip } from './tip';
import { Toolbar } from './toolbar';
import { runAround, troubleText, typeDigit, typeText } from './typing';
import type { ViewContext } from './viewContext';

/** Rows watched above and below the visible ones, so that small scrolls show bytes at once. */
const margin = 8;

/** While bytes keep changing, what stands beside them is painted this often, in milliseconds. */
const aroundStep = 100;

/** The live view: puts the parts on the page and lets them act on one another. */
export class View implements Viewer, ViewContext {
  readonly store = new Store();
  readonly edits: Edits;
  readonly grid: GridView;
  readonly side: SidePane;
  readonly #selection: SelectionSection;
  readonly #locks: LockSection;
  readonly jumps = new Jumps();
  readonly bookmarks = new BookmarkList();
  readonly quick: QuickField;
  readonly freeze: FreezeBadge;
  readonly compare: Compare;
  readonly find: Finding;
  readonly findWidget: FindWidget;
  readonly minimap: Minimap;
  readonly #header = new Header((pid) => {
    this.ask(this.host.processDeed({ deed: 'showProcess', pid }));
  });
  readonly #processes: ProcessSection;
  readonly #toolbar: Toolbar;
  readonly #banner: Banner;
  readonly #footer: Footer;
  readonly #announcer = new Announcer();
  readonly #tip: Tip;
  readonly #composing: Composing;
  readonly #stage = element('main', 'stage');
  #painted: (() => void)[] = [];
  #scheduled = 0;
  /** Nothing but new bytes and time is to be painted. */
  #onlyBytes = true;
  #aroundPainted = -Infinity;
  #glowing: ReturnType<typeof setTimeout> | undefined;
  #watched = '';
  #told = '';
  #conflict: number | null = null;
  /** How bytes are read where nothing else was chosen. */
  readonly #settings: Reading;
  /** Where to scroll once the size is known. */
  #restoreTop: number | null = null;

  constructor(
    private readonly root: HTMLElement,
    readonly host: Host,
    readonly memory: Memory,
    welcome: Welcome,
  ) {
    const { store } = this;
    this.#settings = welcome.reading;
    store.place = welcome.place;
    this.edits = new Edits(
      store,
      host,
      () => {
        this.invalidate();
      },
      (trouble) => {
        this.#onTrouble(trouble);
      },
    );
    this.#tip = new Tip(store, this.edits);
    this.#banner = new Banner(() => {
      this.#reopen();
    });
    const events = this.#gridEvents();
    this.grid = new GridView(store, this.edits, events);
    this.#composing = new Composing(this.grid, (typed) => {
      this.#typed(typeText(store, this.edits, typed));
    });
    // The tip speaks of the segment; over the other grid it would say what is not there.
    this.compare = new Compare(this, { ...events, hover: () => undefined });
    this.side = new SidePane(this);
    this.find = new Finding(this);
    this.findWidget = new FindWidget(this);
    this.minimap = new Minimap(this);
    this.#selection = new SelectionSection(this);
    this.side.add(new ResultSection(this));
    this.side.add(new Inspector(this));
    this.side.add(this.#selection);
    this.#locks = new LockSection(this);
    this.side.add(this.#locks);
    this.#processes = new ProcessSection(this);
    this.side.add(this.#processes);
    this.quick = new QuickField(this.grid, (words) => {
      this.announce('field', words);
    });
    this.freeze = new FreezeBadge(() => {
      stopFreeze(this);
      this.grid.focus();
    });
    this.side.add(new BookmarkSection(this));
    this.#toolbar = new Toolbar(this);
    this.#footer = new Footer(this);
    this.#build(welcome.place);
    this.#wire();
    store.pace = welcome.pace;
    store.isPaused = welcome.pace.paused;
    const hertz = memory.hertz ?? welcome.pace.hertz;
    if (memory.paused !== welcome.pace.paused || hertz !== welcome.pace.hertz) {
      // The lock is only taken where the user asks for it anew.
      setPace(this, { hertz, paused: memory.paused, underLock: false });
    }
    void this.describe(welcome.description);
  }

  /** Takes a frame in and answers when it has been painted. */
  frame(frame: Frame): Promise<void> {
    const { store } = this;
    const first = store.frames === 0;
    const { cursor } = store.selection;
    const before = store.byte(cursor);
    // Other bytes than before are to be read at once.
    if (first || frame.offset !== store.span.offset) this.#onlyBytes = false;
    store.receive(frame, performance.now());
    this.edits.settle();
    if (first) this.#restore();
    this.#announceChange(cursor, before, store.byte(cursor));
    return this.#whenPainted();
  }

  stopFrame(frame: Frame): Promise<void> {
    this.compare.receiveStop(frame);
    this.invalidate();
    return Promise.resolve();
  }

  otherFrame(frame: Frame): Promise<void> {
    this.compare.receive(frame);
    return this.#whenPainted();
  }

  compared(compared: Compared | null): Promise<void> {
    this.compare.show(compared);
    return Promise.resolve();
  }

  comparing({ fraction }: { readonly fraction: number }): Promise<void> {
    this.compare.progress(fraction);
    return Promise.resolve();
  }

  describe(description: Description | null): Promise<void> {
    const { store } = this;
    const before = store.description;
    if (description?.nativeKey !== before?.nativeKey) this.#change(description);
    else {
      store.description = description;
      if (before?.presence !== 'live' && description?.presence === 'live') {
        store.restart();
        this.minimap.reset();
      }
      if (before?.presence === 'live' && description?.presence !== 'live') this.edits.drop();
    }
    setClass(this.root, 'without', description === null);
    followBase(this);
    if (description !== null) {
      this.#header.describe(description);
      this.#processes.show(description);
      this.#banner.show(description.presence, description.notice, null);
      setAttribute(this.grid.element, 'aria-label', text('grid.label', visibleName(description.label)));
    }
    this.invalidate();
    return Promise.resolve();
  }

  reveal({ offset, length }: { readonly offset: number; readonly length: number }): Promise<void> {
    this.goTo(offset, length);
    return Promise.resolve();
  }

  perform({ gesture }: { readonly gesture: Gesture }): Promise<void> {
    runCommand(this, gesture);
    return Promise.resolve();
  }

  focus(): Promise<void> {
    this.grid.focus();
    return Promise.resolve();
  }

  hashing({ fraction }: { readonly fraction: number }): Promise<void> {
    this.#selection.hashes.progress(fraction);
    return Promise.resolve();
  }

  frozen(frozen: Frozen | null): Promise<void> {
    const ended = this.freeze.show(frozen);
    if (ended !== null) this.say(ended, frozen?.ended === 'failed');
    return Promise.resolve();
  }

  bookmarked(bookmarks: readonly Bookmark[]): Promise<void> {
    this.bookmarks.set(bookmarks);
    return Promise.resolve();
  }

  locks(picture: LockPicture): Promise<void> {
    this.#locks.take(picture);
    this.invalidate();
    return Promise.resolve();
  }

  found(part: Found): Promise<void> {
    this.find.take(part);
    return Promise.resolve();
  }

  map(map: SegmentMap): Promise<void> {
    this.minimap.take(map);
    return Promise.resolve();
  }

  paced(pace: Pace): Promise<void> {
    this.store.pace = pace;
    this.store.isPaused = pace.paused;
    this.memory.keepPace(pace.paused, pace.hertz);
    this.invalidate();
    return Promise.resolve();
  }

  select(selection: Selection): void {
    this.selectInPlace(selection);
    this.grid.show(this.store.selection.cursor);
  }

  selectInPlace(selection: Selection): void {
    const { store } = this;
    if (this.edits.nibble?.offset !== selection.cursor) this.edits.nibble = null;
    store.selection = store.extent > 0 ? clamp(selection, store.extent) : selection;
    this.#conflict = null;
    this.invalidate();
  }

  goTo(offset: number, length: number, focus = true): void {
    this.jumps.jump(this.store.selection.cursor, offset);
    const last = Math.max(offset, offset + length - 1);
    this.selectInPlace({ ...this.store.selection, cursor: offset, anchor: length > 0 ? last : null });
    this.grid.show(this.store.selection.cursor, true);
    if (focus) this.grid.focus();
  }

  encode(typed: string): Uint8Array | null {
    const { encoding } = this.store.reading;
    return lacking(typed, encoding) === null ? encode(typed, encoding) : null;
  }

  decode(bytes: Uint8Array): string {
    return decode(bytes, this.store.reading.encoding);
  }

  announce(topic: Topic, words: string): void {
    this.#announcer.say(topic, words);
  }

  say(message: string, failure = false): void {
    this.#footer.say(message, failure);
  }

  ask(call: Promise<void>): void {
    call.catch((error: unknown) => {
      this.say(error instanceof Error ? error.message : String(error), true);
    });
  }

  look(): void {
    this.#watch(true);
  }

  invalidate(): void {
    this.#onlyBytes = false;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled !== 0) return;
    this.#scheduled = requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.#paint();
    });
  }

  #whenPainted(): Promise<void> {
    return new Promise((resolve) => {
      this.#painted.push(resolve);
      this.#schedule();
      // A page that is not drawn gets no animation frames; the host must not wait for one.
      setTimeout(resolve, 250);
    });
  }

  #gridEvents(): GridEvents {
    return {
      changed: () => {
        this.invalidate();
      },
      press: (at, extend) => {
        const moved = { ...moveTo(this.store.selection, at.offset, extend), column: at.column };
        this.select(this.#whole(moved));
        this.grid.focus();
      },
      drag: (at) => {
        if (at.offset !== this.store.selection.cursor) {
          this.select(this.#whole(moveTo(this.store.selection, at.offset, true)));
        }
      },
      point: (at) => {
        const { start, length } = selectedRange(this.store.selection);
        if (at.offset >= start && at.offset < start + length) return;
        const moved = moveTo(this.store.selection, at.offset, false);
        this.selectInPlace(this.#whole({ ...moved, column: at.column }));
      },
      runAt: (at) => {
        const { first, last } = runAround(this.store, at.offset);
        this.select(this.#whole({ cursor: last, anchor: first, column: at.column }));
      },
      hover: (at, x, y) => {
        this.#tip.over(at?.offset ?? null, x, y);
      },
    };
  }

  #build(place: 'editor' | 'panel'): void {
    this.root.dataset['place'] = place;
    this.compare.cover(element('div', 'find-anchor', {}, this.findWidget.element));
    this.#stage.append(
      this.compare.element,
      this.minimap.element,
      this.grid.scroll.element,
      this.side.sash,
      this.side.element,
      this.#tip.element,
      this.#composing.element,
      this.#announcer.element,
      this.quick.element,
    );
    this.root.replaceChildren(
      element('header', 'chrome', {}, this.#header.element, this.freeze.element, this.#toolbar.element),
      this.#banner.element,
      this.#stage,
      this.#footer.element,
      element(
        'div',
        'empty',
        {},
        element('h2', '', { text: text('empty.title') }),
        element('p', '', { text: text('empty.text') }),
      ),
    );
  }

  #wire(): void {
    const { element: grid } = this.grid;
    // Who comes into the view by a key comes to the bytes, not to a page without a focus.
    addEventListener('focus', () => {
      this.ask(this.host.focused());
      if (document.activeElement === null || document.activeElement === document.body) this.grid.focus();
    });
    grid.addEventListener('keydown', (event) => {
      if (event.defaultPrevented || !this.#onKey(event)) return;
      event.preventDefault();
      // The workbench listens on the window and would run its own undo, select all …
      event.stopPropagation();
    });
    grid.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      if (this.store.description === null) return;
      this.#tip.hide();
      // From the keyboard it has no place of its own: below the cursor, then.
      const box = event.button === 2 ? null : this.grid.cursorBox();
      openContextMenu(this, { x: box?.left ?? event.clientX, y: box?.bottom ?? event.clientY });
    });
  }

  /** False: nothing was to be done, the workbench may have the key. */
  #onKey(event: KeyboardEvent): boolean {
    if (event.isComposing) return false;
    const { store } = this;
    const gesture = gestureOf(event);
    if (gesture !== null) {
      this.#tip.hide();
      runCommand(this, gesture);
      return true;
    }
    const number = store.description === null ? null : startOfNumber(this, event);
    if (number !== null) {
      this.#tip.hide();
      openNumber(this, number);
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
    return intent !== null && this.#perform(intent);
  }

  /** Does what a key means; false: nothing was to be done. */
  #perform(intent: Intent): boolean {
    const { store } = this;
    const { selection } = store;
    this.#tip.hide();
    if (store.description === null) return false;
    switch (intent.kind) {
      case 'move': {
        const grid = this.grid.geometry();
        const page = Math.max(1, Math.floor(this.grid.visibleRows()) - 1);
        const unit = selection.column === 'hex' ? grid.columns.hex.unit : 1;
        const { bytesPerRow, extent } = grid;
        const cursor = destination(selection.cursor, intent.move, bytesPerRow, page, extent, unit);
        if (intent.move === 'pageUp' || intent.move === 'pageDown') {
          this.grid.scroll.by(intent.move === 'pageUp' ? -page : page);
        }
        this.select(wholeUnits(moveTo(selection, cursor, intent.extend), unit, extent));
        return true;
      }
      case 'scroll':
        this.grid.scroll.by(intent.rows);
        return true;
      case 'switchColumn':
        this.edits.nibble = null;
        this.select({ ...selection, column: selection.column === 'hex' ? 'text' : 'hex' });
        return true;
      case 'cancel':
        return this.#cancel();
      case 'copy':
        void copy(this, selection.column);
        return true;
      case 'back':
        if (this.edits.nibble !== null) this.edits.nibble = null;
        else this.select(moveTo(selection, Math.max(0, selection.cursor - 1), false));
        this.invalidate();
        return true;
      case 'refuse':
        this.say(text('edit.fixedLength'));
        return true;
      case 'notDigit':
        this.say(text(store.reading.format === 'hex' ? 'edit.notHex' : 'number.notANumber'));
        return true;
      case 'digit':
        if (store.reading.format !== 'hex') {
          this.say(text('number.notANumber'));
          return true;
        }
        this.#typed(typeDigit(store, this.edits, intent.value));
        return true;
      case 'type':
        this.#typed(typeText(store, this.edits, intent.text));
        return true;
    }
  }

  /** Says why nothing was typed, or shows where the cursor went. */
  #typed(refused: string | null): void {
    this.say(refused ?? '', refused !== null);
    this.#conflict = null;
    this.grid.show(this.store.selection.cursor);
    this.invalidate();
  }

  #cancel(): boolean {
    const { selection } = this.store;
    const busy = this.edits.nibble !== null || this.edits.pending.size > 0;
    if (stopFreeze(this) || this.compare.giveUp()) return true;
    if (busy) this.edits.drop();
    else if (selection.anchor !== null) this.selectInPlace({ ...selection, anchor: null });
    else return false;
    this.say('');
    this.invalidate();
    return true;
  }

  /** Another segment, or none. */
  #change(description: Description | null): void {
    const { store } = this;
    this.#keepPlace();
    store.description = description;
    store.reset();
    this.edits.drop();
    this.jumps.clear();
    this.quick.close();
    this.findWidget.reset();
    this.find.reset();
    this.minimap.reset();
    this.bookmarks.set([]);
    this.#locks.take({ rows: [], deadlocks: [] });
    this.say('');
    this.#conflict = null;
    this.#watched = '';
    this.#told = '';
    store.reading =
      description === null ? this.#settings : this.memory.reading(description.nativeKey, this.#settings);
    const place = description === null ? undefined : this.memory.place(description.nativeKey);
    if (place) store.selection = { cursor: place.cursor, anchor: place.anchor, column: place.column };
    this.#restoreTop = place?.top ?? 0;
  }

  /** Where the main column shows numbers, whole ones are selected. */
  #whole(selection: Selection): Selection {
    const { columns, extent } = this.grid.geometry();
    return selection.column === 'hex' ? wholeUnits(selection, columns.hex.unit, extent) : selection;
  }

  #announceChange(offset: number, before: number | undefined, after: number | undefined): void {
    if (before === undefined || after === undefined || before === after) return;
    if (document.activeElement !== this.grid.element) return;
    this.announce('byte', text('cell.becomes', hex(offset), hex(after, 2)));
  }

  #reopen(): void {
    this.store.forgetLost();
    this.ask(this.host.act({ action: 'reopen' }));
    this.invalidate();
  }

  #onTrouble(trouble: Trouble): void {
    if (trouble.kind === 'conflict') {
      this.select({ ...this.store.selection, cursor: trouble.offset, anchor: null });
      this.#conflict = trouble.offset;
      this.look();
    }
    this.say(troubleText(trouble), trouble.kind === 'fault' || trouble.kind === 'conflict');
  }

  #restore(): void {
    const { store } = this;
    store.selection = clamp(store.selection, store.extent);
    this.grid.measure();
    if (this.#restoreTop !== null) this.grid.scroll.to(this.#restoreTop);
    this.#restoreTop = null;
  }

  #keepPlace(): void {
    const { description, selection, frames } = this.store;
    if (description === null || frames === 0) return;
    this.memory.keepPlace(description.nativeKey, { top: this.grid.scroll.top, ...selection });
  }

  #paint(): void {
    const { description } = this.store;
    if (description !== null) this.#paintAll(description);
    const painted = this.#painted;
    this.#painted = [];
    for (const resolve of painted) resolve();
  }

  #paintAll(description: Description): void {
    const { store } = this;
    const now = performance.now();
    const shrunk = store.keepsLost ? store.size : null;
    this.#banner.show(description.presence, description.notice, shrunk);
    this.find.isMarking = this.findWidget.isOpen || this.side.open;
    const found = this.find.isMarking ? this.find.results : null;
    this.findWidget.paint();
    this.compare.align(description);
    this.#makeRoom();
    let again = Math.min(
      this.grid.paint(description, this.#conflict, this.bookmarks.all, found, now),
      this.compare.paint(description, now),
    );
    this.#watchHits();
    setClass(this.#stage, 'stale', description.presence !== 'live');
    setAttribute(this.#stage, 'data-column', store.selection.column);
    this.#composing.allow(store.selection.column === 'text');
    again = Math.min(again, this.#paintAround(description, now));
    this.find.paint(now);
    this.minimap.paint(now);
    this.#tip.refresh(now);
    clearTimeout(this.#glowing);
    if (again === 0) this.#schedule();
    else if (again < Infinity) {
      this.#glowing = setTimeout(() => {
        this.#schedule();
      }, again);
    }
    this.#watch(false);
    this.#tell();
    this.#keepPlace();
  }

  /**
   * Paints what stands around the bytes, less often than them: nobody reads values at 60 Hz. In how many milliseconds
   * it must be painted again; Infinity: it is up to date.
   */
  #paintAround(description: Description, now: number): number {
    const { store } = this;
    const due = this.#aroundPainted + aroundStep;
    if (this.#onlyBytes && now < due) return due - now;
    this.#onlyBytes = true;
    this.#aroundPainted = now;
    this.#header.look(
      store.frames === 0 ? null : store.size,
      store.live && store.frames > 0 ? store.lock : null,
      this.#locks.picture,
    );
    this.#toolbar.show(description);
    this.#footer.show(store, placedLocks(this.#locks.picture.rows).length);
    this.side.paint(now);
    // Values glow as bytes do, and later than they.
    return now - store.history.latest < glow + 2 * aroundStep ? aroundStep : Infinity;
  }

  /** The bytes begin below the find widget where it would lie over them. */
  #makeRoom(): void {
    const { isOpen } = this.findWidget;
    setClass(this.#stage, 'find-open', isOpen);
    const isCovering = this.compare.compared !== null || this.grid.spareWidth() < this.findWidget.width;
    setClass(this.#stage, 'finding', isOpen && isCovering);
    if (!isOpen) return;
    const height = `${String(this.findWidget.height)}px`;
    if (this.#stage.style.getPropertyValue('--find-height') === height) return;
    this.#stage.style.setProperty('--find-height', height);
  }

  /** The hits among the visible bytes are to be looked at again. */
  #watchHits(): void {
    const { results, isMarking } = this.find;
    if (results === null || !isMarking) return;
    const { offset, length } = this.grid.window(this.grid.scroll.top, 0);
    const { from, to } = results.within(offset, offset + length);
    this.find.watch(Array.from({ length: to - from }, (_, index) => from + index));
  }

  /** Tells the host which bytes are wanted, when that changes or (`again`) a fresh look is needed. */
  #watch(again: boolean): void {
    const { store, grid } = this;
    const window = store.frames === 0 ? this.#firstWindow() : grid.window(grid.scroll.top, margin);
    const key = `${String(window.offset)}+${String(window.length)}`;
    if (key === this.#watched && !again) return;
    this.#watched = key;
    this.ask(this.host.watch(window));
  }

  /** Before the size is known: the rows from where the user was. */
  #firstWindow(): { readonly offset: number; readonly length: number } {
    const { bytesPerRow } = this.grid.geometry();
    const top = Math.floor(this.#restoreTop ?? 0);
    return { offset: top * bytesPerRow, length: Math.ceil(this.grid.visibleRows()) * bytesPerRow };
  }

  #tell(): void {
    const { selection, extent } = this.store;
    if (extent === 0) return;
    const { start, length } = selectedRange(selection);
    const cursor = { offset: selection.cursor, start, length };
    const key = JSON.stringify(cursor);
    if (key === this.#told) return;
    this.#told = key;
    this.ask(this.host.cursor(cursor));
  }
}
