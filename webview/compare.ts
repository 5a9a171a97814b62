import type { Compared, Difference } from '../extension/shared/compare';
import type { Description, Frame } from '../extension/shared/protocol';
import type { Reading } from '../extension/shared/reading';
import { Differences } from './differences';
import { Edits } from './edits';
import { element, icon, setAttribute, setClass, setHidden, setText } from './element';
import { GridView, type GridEvents } from './gridView';
import { columnLeft, gridToFit, rowWidth } from './grid';
import { Store } from './store';
import { grouped, hex, text, timeText } from './texts';
import type { ViewContext } from './viewContext';

/** Both sides are counted unasked up to this size. */
const countedUnasked = 64 * 1024 * 1024;
/** Below this height the grids stay beside one another, however narrow. */
const lowest = 260;

/** The segment beside what it is compared with: two grids that scroll as one, what each is, and what differs. */
export class Compare {
  /** Holds the grid of the segment, and the other one while there is something to compare with. */
  readonly element = element('div', 'halves');
  readonly #now = element('div', 'half now');
  readonly #other = element('div', 'half other', { attributes: { hidden: '' } });
  readonly #title = element('span', 'title');
  readonly #notice = element('span', 'notice');
  readonly #here = element('span', 'here');
  readonly #count = element('button', 'total', { attributes: { type: 'button' } });
  readonly #picture = icon('history');
  readonly #store = new Store();
  readonly #edits: Edits;
  /** The segment at the stop at which a program stands; null: none stands, or nothing older is compared with. */
  #stop: Store | null = null;
  #grid: GridView | null = null;
  #compared: Compared | null = null;
  /** What the other side's reading was made from. */
  #readFrom: Reading | null = null;
  #searching = false;
  #counting = false;
  #counted = '';
  #width = 0;
  #height = 0;

  constructor(
    private readonly view: ViewContext,
    private readonly events: GridEvents,
  ) {
    // Never asked: the second grid has no keys and nothing is typed in it.
    this.#edits = new Edits(this.#store, view.host, events.changed, () => undefined);
    this.#now.append(
      element(
        'div',
        'half-head',
        {},
        icon('pulse'),
        element('span', 'title', { text: text('compare.now'), title: text('compare.now.tip') }),
      ),
      view.grid.element,
    );
    this.#other.append(this.#makeHead());
    this.element.append(this.#now, this.#other);
    new ResizeObserver(() => {
      this.#width = this.element.clientWidth;
      this.#height = this.element.clientHeight;
      events.changed();
    }).observe(this.element);
  }

  get compared(): Compared | null {
    return this.#compared;
  }

  /** Whether a difference is being looked for. */
  get searching(): boolean {
    return this.#searching;
  }

  /** Shows what the segment is compared with now; null: nothing any more. */
  show(compared: Compared | null): void {
    const before = this.#compared;
    this.#compared = compared;
    const isOther =
      compared?.detail !== before?.detail ||
      compared?.title !== before?.title ||
      compared?.stop !== before?.stop;
    if (isOther) {
      this.#store.reset();
      this.#stop = (compared?.stop ?? null) === null ? null : new Store();
      this.#counted = '';
    }
    const { view } = this;
    if (compared === null) {
      view.store.reach = 0;
      view.grid.compareTo(null);
      if (before !== null) view.selectInPlace(view.store.selection);
    } else {
      this.#grid ??= this.#makeGrid();
      view.grid.compareTo(new Differences(view.store, this.#store, this.#stop));
      setText(this.#title, compared.title);
      setAttribute(this.#title, 'title', `${compared.title}\n${compared.detail}`.trim());
      setAttribute(this.#picture, 'class', `codicon codicon-${pictures[compared.kind]}`);
      setAttribute(this.#grid.element, 'aria-label', text('compare.grid', compared.title));
      const notice = compared.notice ?? '';
      if (setText(this.#notice, notice)) view.announce('compare', notice);
      setHidden(this.#notice, compared.notice === null);
    }
    setClass(this.element, 'comparing', compared !== null);
    setClass(this.element.parentElement ?? this.element, 'comparing', compared !== null);
    setHidden(this.#other, compared === null);
    view.invalidate();
  }

  /** Takes in the other side's bytes. Throws as Store.receive. */
  receive(frame: Frame): void {
    if (this.#compared === null) return;
    const first = this.#store.frames === 0;
    this.#store.receive(frame, performance.now());
    if (!first) return;
    if (Math.max(this.#store.size, this.view.store.size) <= countedUnasked) void this.#countAll();
  }

  /** Takes in the bytes of the stop. Throws as Store.receive. */
  receiveStop(frame: Frame): void {
    this.#stop?.receive(frame, performance.now());
  }

  /** Progress of the search for a difference. */
  progress(fraction: number): void {
    if (this.#searching) setText(this.#here, text('compare.searching', Math.floor(fraction * 100)));
  }

  /** Makes both grids of one shape; before either is painted. */
  align(description: Description): void {
    if (this.#compared === null) return;
    const { store: main } = this.view;
    const store = this.#store;
    const known = this.#isKnown;
    main.reach = known ? store.size : 0;
    store.reach = known ? main.extent : 0;
    store.description = description;
    store.reading = this.#readingBeside(main.reading);
    store.selection = main.selection;
    this.#arrange();
  }

  /** The address that a process has mapped the segment at says nothing of another segment or a file. */
  #readingBeside(reading: Reading): Reading {
    if (reading.base === 'offset' || this.#compared?.kind === 'moment') return reading;
    const { base } = this.#store.reading;
    if (this.#readFrom === reading && base === 'offset') return this.#store.reading;
    this.#readFrom = reading;
    return { ...reading, base: 'offset' };
  }

  /**
   * Beside one another where both fit; where that is only so without the second offsets, which are those of the first,
   * without them; else below one another, if there is the height.
   */
  #arrange(): void {
    const now = this.view.grid.geometry();
    const other = this.#grid?.geometry() ?? now;
    const fits = now.reading.bytesPerRow === 'fit';
    // Rows that fit have no length of their own: what counts is whether short ones fit into half the width.
    const half = (this.#width - 1) / 2;
    const row = rowWidth(fits ? gridToFit(now, half) : now);
    const otherRow = rowWidth(fits ? gridToFit(other, half) : other);
    const offsets = Math.floor(columnLeft(other, 'hex') - other.charWidth);
    const roomy = row + otherRow + 1 <= this.#width;
    const stacked = row + otherRow + 1 - offsets > this.#width && this.#height >= lowest;
    setClass(this.element, 'stacked', stacked);
    const hidden = roomy || stacked ? 0 : offsets;
    this.#now.style.flexGrow = stacked ? '1' : String(row);
    this.#other.style.flexGrow = stacked ? '1' : String(otherRow - hidden);
    if (this.#grid) this.#grid.element.style.marginLeft = hidden === 0 ? '' : `-${String(hidden)}px`;
  }

  /** Puts something over the top right of the segment's own bytes. */
  cover(anchor: HTMLElement): void {
    this.#now.append(anchor);
  }

  /** Paints the second grid; in how many milliseconds it must be painted again (see GridView). */
  paint(description: Description, now: number): number {
    if (this.#compared === null || this.#grid === null) return Infinity;
    if (!this.#searching) this.#showCount(this.#isKnown);
    return this.#grid.paint({ ...description, writable: false }, null, [], null, now);
  }

  /** Goes to the next or previous difference of the whole, and says what there is. */
  async go(direction: 'next' | 'previous'): Promise<void> {
    const { view } = this;
    if (this.#compared === null) {
      view.say(text('compare.nothing'));
      return;
    }
    const slow = setTimeout(() => {
      this.#searching = true;
      this.progress(0);
    }, 200);
    try {
      const { cursor, anchor } = view.store.selection;
      const ends = [cursor, anchor ?? cursor];
      const from = direction === 'next' ? Math.max(...ends) : Math.min(...ends);
      const found = await view.host.nextDifference({ from, direction });
      if (found === null) view.say(text('compare.equal'));
      else this.#goTo(found, direction);
    } catch (error) {
      view.say(error instanceof Error ? error.message : String(error), true);
    } finally {
      clearTimeout(slow);
      this.#searching = false;
      view.invalidate();
    }
  }

  /** Gives up the search for a difference; whether there was one. */
  giveUp(): boolean {
    if (!this.#searching) return false;
    this.view.ask(this.view.host.stopDifference());
    return true;
  }

  /** Ends comparing. */
  close(): void {
    if (this.#compared !== null) this.view.ask(this.view.host.stopComparing());
    this.view.grid.focus();
  }

  /** Whether bytes of both sides have come. */
  get #isKnown(): boolean {
    return this.#store.frames > 0 && this.view.store.frames > 0;
  }

  #goTo({ offset, length, wrapped }: Difference, direction: 'next' | 'previous'): void {
    const { view } = this;
    view.goTo(offset, length);
    const { size } = view.store;
    const key =
      offset >= size
        ? 'compare.foundThere'
        : offset >= this.#store.size
          ? 'compare.foundHere'
          : length === 1
            ? 'compare.foundOne'
            : 'compare.found';
    const said = text(key, hex(offset), grouped(length));
    const around = text(direction === 'next' ? 'compare.fromStart' : 'compare.fromEnd');
    view.say(wrapped ? `${said} ${around}` : said);
  }

  async #countAll(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    const asked = this.#compared;
    try {
      const { bytes, unpaired } = await this.view.host.countDifferences();
      const time = timeText(new Date());
      if (asked?.title !== this.#compared?.title) return;
      this.#counted = text('compare.total', grouped(bytes), time);
      const tip = text('compare.total.tip', grouped(bytes), time);
      const alone = unpaired === 0 ? '' : ` ${text('compare.unpaired', grouped(unpaired))}`;
      setAttribute(this.#count, 'title', tip + alone);
    } catch {
      // Given up, or nothing is compared any more: the number stays unknown.
      this.#counted = '';
    } finally {
      this.#counting = false;
      this.view.invalidate();
    }
  }

  #showCount(known: boolean): void {
    const { differing: count, later } = this.view.grid;
    const told = count === 0 ? text('compare.noneHere') : text('compare.here', grouped(count));
    const isLater = known && later > 0;
    setText(
      this.#here,
      isLater ? text('compare.hereLater', grouped(count), grouped(later)) : known ? told : '',
    );
    setAttribute(
      this.#here,
      'title',
      isLater ? text('compare.hereLater.tip', this.#compared?.stop ?? '') : '',
    );
    setText(
      this.#count,
      this.#counting ? text('compare.counting') : this.#counted || text('compare.countAll'),
    );
  }

  #makeHead(): HTMLElement {
    this.#count.addEventListener('click', () => {
      void this.#countAll();
      this.view.invalidate();
    });
    const button = (
      name: string,
      key: 'compare.previous' | 'compare.next' | 'compare.close',
      run: () => void,
    ) => {
      const made = element('button', 'tool', {
        title: text(key),
        label: text(key),
        attributes: { type: 'button' },
      });
      made.append(icon(name));
      made.addEventListener('click', run);
      return made;
    };
    const head = element(
      'div',
      'half-head',
      { role: 'toolbar', label: text('compare.bar') },
      this.#picture,
      this.#title,
      this.#notice,
      element('span', 'spring'),
      this.#here,
      this.#count,
      button('arrow-up', 'compare.previous', () => void this.go('previous')),
      button('arrow-down', 'compare.next', () => void this.go('next')),
      button('close', 'compare.close', () => {
        this.close();
      }),
    );
    head.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      if (!this.giveUp()) this.close();
    });
    return head;
  }

  #makeGrid(): GridView {
    const grid = new GridView(this.#store, this.#edits, this.events, this.view.grid);
    grid.compareTo(new Differences(this.#store, this.view.store));
    // The commands of the menu act on the segment, not on what it is compared with.
    grid.element.addEventListener('contextmenu', (event) => {
      event.preventDefault();
    });
    this.#other.append(grid.element);
    const [one, two] = [this.view.grid.element, grid.element];
    one.addEventListener('scroll', () => {
      two.scrollLeft = one.scrollLeft;
    });
    two.addEventListener('scroll', () => {
      one.scrollLeft = two.scrollLeft;
    });
    return grid;
  }
}

const pictures = { moment: 'history', segment: 'file-binary', file: 'file' } as const;
