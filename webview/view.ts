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
import { runCommand, setPace } from './commands';
import type { Compared } from '../extension/shared/compare';
import { Compare } from './compare';
import { openContextMenu } from './contextMenu';
import { Composing } from './composing';
import { Edits, type Trouble } from './edits';
import { element, setAttribute, setClass } from './element';
import { Footer } from './footer';
import { Finding } from './find/finding';
import { ResultSection } from './find/resultSection';
import { FindWidget } from './find/widget';
import { FreezeBadge, stopFreeze } from './freezing';
import { GridView } from './gridView';
import { glow } from './glow';
import { Header } from './header';
import { Jumps } from './jumps';
import { Keyboard } from './keyboard';
import { LockSection } from './locks/lockSection';
import type { Memory } from './memory';
import { Minimap } from './minimap/minimap';
import { mouseEvents } from './mouse';
import { visibleName } from '../extension/shared/visibleName';
import { decode, encode, lacking } from '../extension/shared/encoding';
import type { Reading } from '../extension/shared/reading';
import { clamp, type Selection } from './selection';
import { calm, dueAgain, PaintClock } from './paintClock';
import { QuickField } from './quickField';
import { Inspector } from './side/inspector';
import { SidePane } from './side/pane';
import { ProcessSection } from './side/processSection';
import { SelectionSection } from './side/selectionSection';
import { Store } from './store';
import { hex, text } from './texts';
import { Tip } from './tip';
import { Toolbar } from './toolbar';
import { troubleText, typeText } from './typing';
import type { ViewContext } from './viewContext';
import { Whereabouts } from './whereabouts';

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
  readonly #clock = new PaintClock(() => this.#paint());
  /** Nothing but new bytes and time is to be painted. */
  #onlyBytes = true;
  #aroundPainted = -Infinity;
  readonly #whereabouts = new Whereabouts(this);
  #conflict: number | null = null;
  /** How bytes are read where nothing else was chosen. */
  readonly #settings: Reading;

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
    const events = mouseEvents(this, (offset, x, y) => {
      this.#tip.over(offset, x, y);
    });
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
    if (first) this.#whereabouts.restore();
    this.#announceChange(cursor, before, store.byte(cursor));
    return this.#clock.painted();
  }

  stopFrame(frame: Frame): Promise<void> {
    this.compare.receiveStop(frame);
    this.invalidate();
    return Promise.resolve();
  }

  otherFrame(frame: Frame): Promise<void> {
    this.compare.receive(frame);
    return this.#clock.painted();
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
    this.#whereabouts.watch(true);
  }

  invalidate(): void {
    this.#onlyBytes = false;
    this.#clock.next();
  }

  invalidateSoon(): void {
    this.#clock.within(calm);
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
    const keyboard = new Keyboard(this, {
      acting: () => {
        this.#tip.hide();
      },
      typed: (refused) => {
        this.#typed(refused);
      },
    });
    grid.addEventListener('keydown', (event) => {
      if (event.defaultPrevented || !keyboard.press(event)) return;
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

  /** Says why nothing was typed, or shows where the cursor went. */
  #typed(refused: string | null): void {
    this.say(refused ?? '', refused !== null);
    this.#conflict = null;
    this.grid.show(this.store.selection.cursor);
    this.invalidate();
  }

  /** Another segment, or none. */
  #change(description: Description | null): void {
    const { store } = this;
    this.#whereabouts.keep();
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
    store.reading =
      description === null ? this.#settings : this.memory.reading(description.nativeKey, this.#settings);
    this.#whereabouts.begin(description?.nativeKey ?? null);
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

  /** In how many milliseconds it must be painted again; Infinity: it is up to date. */
  #paint(): number {
    const { store } = this;
    const { description } = store;
    if (description === null) return Infinity;
    const now = performance.now();
    const shrunk = store.keepsLost ? store.size : null;
    this.#banner.show(description.presence, description.notice, shrunk);
    this.find.isMarking = this.findWidget.isOpen || this.side.open;
    const found = this.find.isMarking ? this.find.results : null;
    this.findWidget.paint();
    this.compare.align(description);
    this.#makeRoom();
    const bytes = this.grid.paint(description, this.#conflict, this.bookmarks.all, found, now);
    const others = this.compare.paint(description, now);
    this.#watchHits();
    setClass(this.#stage, 'stale', description.presence !== 'live');
    setAttribute(this.#stage, 'data-column', store.selection.column);
    this.#composing.allow(store.selection.column === 'text');
    const around = this.#paintAround(description, now);
    this.find.paint(now);
    const map = this.minimap.paint(now);
    this.#tip.refresh(now);
    this.#whereabouts.watch(false);
    this.#whereabouts.tell();
    this.#whereabouts.keep();
    return Math.min(bytes, others, around, map);
  }

  /**
   * Paints what stands around the bytes, less often than them. In how many milliseconds it must be painted again;
   * Infinity: it is up to date.
   */
  #paintAround(description: Description, now: number): number {
    const { store } = this;
    const due = this.#onlyBytes ? dueAgain(this.#aroundPainted, now) : 0;
    if (due > 0) return due;
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
    return now - store.history.latest < glow + 2 * calm ? calm : Infinity;
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
}
