import type { SegmentMap } from '../../extension/shared/protocol';
import { element, setClass, setHidden } from '../element';
import { rowCount } from '../grid';
import { dueAgain } from '../paintClock';
import { watchTheme } from '../theme';
import { text } from '../texts';
import type { ViewContext } from '../viewContext';
import { readMapColours, type MapColours } from './mapColours';
import { drawMap } from './mapDrawing';
import { mapShape, sliderOf, type MapShape } from './mapShape';

/** Pixels of its width. */
export const mapWidth = 64;
/** Below this width of the view, in pixels, there is no room for it. */
export const narrowest = 600;
/** While nothing else happens its heat fades this often, in milliseconds. */
const heatStep = 250;

/**
 * The whole segment beside the scrollbar: where data is, what changed of late, hits, bookmarks, the selection, and the
 * rows that are to be seen. A press goes there, a drag scrolls. To a screen reader it is not there: the scrollbar says
 * the same.
 */
export class Minimap {
  readonly element = element('div', 'minimap', {
    title: text('minimap.label'),
    attributes: { 'aria-hidden': 'true', hidden: '' },
  });
  readonly #canvas = element('canvas', '');
  readonly #slider = element('div', 'slider');
  readonly #context = this.#canvas.getContext('2d');
  #map: SegmentMap | null = null;
  #colours: MapColours | null = null;
  #shape: MapShape = { lines: 0, pitch: 1, height: 0 };
  #height = 0;
  #wanted = 0;
  #painted = '';
  #paintedAt = -Infinity;
  #version = 0;

  constructor(private readonly view: ViewContext) {
    this.element.append(this.#canvas, this.#slider);
    this.element.addEventListener('pointerdown', (event) => {
      this.#press(event);
    });
    this.element.addEventListener('wheel', (event) => {
      event.preventDefault();
      view.grid.scroll.by(Math.sign(event.deltaY) * 3);
    });
    watchTheme(() => {
      this.#colours = null;
      view.invalidate();
    });
    new ResizeObserver(() => {
      this.#height = this.element.clientHeight;
      view.invalidate();
    }).observe(this.element);
    addEventListener('resize', () => {
      view.invalidate();
    });
  }

  /** Shows or hides it, and remembers that. */
  toggle(): void {
    const { memory } = this.view;
    memory.keepMinimap(!memory.minimap);
    if (memory.minimap && !this.#hasRoom()) this.view.say(text('minimap.narrow'));
    this.view.invalidate();
  }

  /** Takes the host's map. */
  take(map: SegmentMap): void {
    this.#map = map;
    this.#version++;
    this.view.invalidateSoon();
  }

  /** Another segment, or it was opened anew: what was asked for was asked of the last one. */
  reset(): void {
    this.#map = null;
    this.#wanted = 0;
    this.#version++;
  }

  /** Brings it up to date; in how many milliseconds it must be painted again, Infinity: it is. */
  paint(now: number): number {
    const { memory, grid, store } = this.view;
    const isShown = memory.minimap && this.#hasRoom();
    setHidden(this.element, !isShown);
    const rows = isShown && store.frames > 0 ? rowCount(grid.geometry()) : 0;
    this.#shape = mapShape(rows, this.#height);
    this.#want(isShown && store.live ? this.#shape.lines : 0);
    if (!isShown) return Infinity;
    const slider = this.#sliderNow();
    const isAll = grid.scroll.end === 0;
    setClass(this.#slider, 'all', isAll);
    setHidden(this.#slider, this.#shape.lines === 0);
    this.#slider.style.height = `${String(slider.height)}px`;
    this.#slider.style.transform = `translateY(${String(slider.top)}px)`;
    return this.#draw(now);
  }

  /** Not where it would cut bytes off that fit without it, or all but fit. Where much is missing, they are scrolled. */
  #hasRoom(): boolean {
    // Rows as long as fit make room for it.
    if (this.view.store.reading.bytesPerRow === 'fit') return innerWidth >= narrowest;
    const own = this.element.hasAttribute('hidden') ? 0 : mapWidth;
    const spare = this.view.grid.spareWidth() + own;
    return innerWidth >= narrowest && (spare >= mapWidth || spare < -mapWidth);
  }

  #want(lines: number): void {
    if (lines === this.#wanted) return;
    this.#wanted = lines;
    this.view.ask(this.view.host.wantMap({ buckets: lines }));
  }

  #draw(now: number): number {
    const { store, bookmarks, find } = this.view;
    const context = this.#context;
    if (context === null) return Infinity;
    const { selection, size } = store;
    const results = find.isMarking ? find.results : null;
    const { lines, pitch } = this.#shape;
    const scale = devicePixelRatio;
    const still = [
      lines,
      pitch,
      scale,
      size,
      this.#version,
      selection.cursor,
      selection.anchor,
      results?.id,
      results?.version,
      this.#colours === null,
    ].join();
    // Between frames only the heat goes on.
    const glows = now - store.history.latest < 10_500;
    const key = `${still} ${String(store.frames)} ${glows ? String(Math.floor(now / heatStep)) : ''}`;
    if (key === this.#painted && bookmarks.all === this.#bookmarks) return glows ? heatStep : Infinity;
    // The page is painted with every frame of the bytes; the map need not be.
    const due = dueAgain(this.#paintedAt, now);
    if (due > 0) return due;
    this.#painted = key;
    this.#bookmarks = bookmarks.all;
    this.#paintedAt = now;
    this.#colours ??= readMapColours(this.element);
    const height = Math.max(1, Math.round(this.#height * scale));
    const width = Math.round(mapWidth * scale);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    drawMap(context, this.#colours, {
      shape: this.#shape,
      map: this.#map,
      store,
      results,
      bookmarks: bookmarks.all,
      scale,
      now,
    });
    return glows ? heatStep : Infinity;
  }

  #bookmarks: ViewContext['bookmarks']['all'] = [];

  #sliderNow(): ReturnType<typeof sliderOf> {
    const { scroll } = this.view.grid;
    const rows = rowCount(this.view.grid.geometry());
    return sliderOf(this.#shape, scroll.top, this.view.grid.visibleRows(), scroll.end, rows);
  }

  #press(event: PointerEvent): void {
    const { scroll } = this.view.grid;
    if (event.button !== 0 || this.#shape.lines === 0) return;
    event.preventDefault();
    this.view.grid.focus();
    const box = this.element.getBoundingClientRect();
    const before = this.#sliderNow();
    const y = event.clientY - box.top;
    let grip = y - before.top;
    if (grip < 0 || grip >= before.height) {
      // Beside the frame: what is under the pointer comes to the middle.
      const rows = rowCount(this.view.grid.geometry());
      const row = Math.floor(Math.min(1, Math.max(0, y / this.#shape.height)) * rows);
      scroll.to(row - Math.floor(this.view.grid.visibleRows() / 2));
      grip = y - this.#sliderNow().top;
    }
    const drag = (next: PointerEvent): void => {
      const { room } = this.#sliderNow();
      const share = room <= 0 ? 0 : Math.min(1, Math.max(0, (next.clientY - box.top - grip) / room));
      scroll.to(share === 1 ? scroll.end : Math.floor(share * scroll.end));
    };
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('dragging');
    this.element.addEventListener('pointermove', drag);
    this.element.addEventListener(
      'lostpointercapture',
      () => {
        this.element.classList.remove('dragging');
        this.element.removeEventListener('pointermove', drag);
      },
      { once: true },
    );
  }
}
