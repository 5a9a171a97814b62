import { soundReading, type Reading } from '../extension/shared/reading';
import type { ColumnName } from './columns/column';
import { readForm, type FindForm } from './find/form';

/** Where the user was in one segment. */
export interface Place {
  readonly top: number;
  readonly cursor: number;
  readonly anchor: number | null;
  readonly column: ColumnName;
}

/** How the user likes the side pane. */
export interface SideState {
  readonly open: boolean;
  /** Pixels; null: as it comes. */
  readonly width: number | null;
  /** Sections that are folded. */
  readonly folded: readonly string[];
  readonly allTypes: boolean;
}

interface Remembered {
  readonly side: SideState;
  readonly paused: boolean;
  readonly hertz: number | null;
  /** Entered expressions, the last one first. */
  readonly expressions: readonly string[];
  readonly find: FindForm;
  /** What was looked for, the last one first. */
  readonly sought: readonly string[];
  readonly minimap: boolean;
  /** The pattern that filled bytes last. */
  readonly pattern: string;
  readonly places: readonly (readonly [nativeKey: string, place: Place])[];
  readonly readings: readonly (readonly [nativeKey: string, reading: unknown])[];
}

/** VS Code's store for a web view: survives its being hidden and the reload of the window. */
export interface StateStore {
  getState(): unknown;
  setState(state: unknown): void;
}

const most = 20;
const wait = 250;

/** Remembers the place in the last segments and how they were read, and pause and rate. */
export class Memory {
  #state: Remembered;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: StateStore) {
    this.#state = read(store.getState());
    addEventListener('pagehide', () => {
      this.#flush();
    });
  }

  get paused(): boolean {
    return this.#state.paused;
  }

  get hertz(): number | null {
    return this.#state.hertz;
  }

  get side(): SideState {
    return this.#state.side;
  }

  keepSide(change: Partial<SideState>): void {
    this.#set({ ...this.#state, side: { ...this.#state.side, ...change } });
  }

  place(nativeKey: string): Place | undefined {
    return this.#state.places.find(([key]) => key === nativeKey)?.[1];
  }

  keepPlace(nativeKey: string, place: Place): void {
    const [latest] = this.#state.places;
    if (latest?.[0] === nativeKey && samePlace(latest[1], place)) return;
    const others = this.#state.places.filter(([key]) => key !== nativeKey);
    this.#set({ ...this.#state, places: [[nativeKey, place] as const, ...others].slice(0, most) });
  }

  /** How the bytes of a segment were read last; what was not chosen is `settings`'. */
  reading(nativeKey: string, settings: Reading): Reading {
    const stored = this.#state.readings.find(([key]) => key === nativeKey)?.[1];
    return soundReading(stored, settings);
  }

  keepReading(nativeKey: string, reading: Reading): void {
    const others = this.#state.readings.filter(([key]) => key !== nativeKey);
    this.#set({ ...this.#state, readings: [[nativeKey, reading] as const, ...others].slice(0, most) });
  }

  get expressions(): readonly string[] {
    return this.#state.expressions;
  }

  keepExpression(entered: string): void {
    const others = this.expressions.filter((known) => known !== entered);
    this.#set({ ...this.#state, expressions: [entered, ...others].slice(0, most) });
  }

  get find(): FindForm {
    return this.#state.find;
  }

  keepFind(find: FindForm): void {
    this.#set({ ...this.#state, find });
  }

  get sought(): readonly string[] {
    return this.#state.sought;
  }

  keepSought(entered: string): void {
    const others = this.sought.filter((known) => known !== entered);
    this.#set({ ...this.#state, sought: [entered, ...others].slice(0, most) });
  }

  /** Whether the minimap is shown where there is room. */
  get minimap(): boolean {
    return this.#state.minimap;
  }

  keepMinimap(minimap: boolean): void {
    this.#set({ ...this.#state, minimap });
  }

  get pattern(): string {
    return this.#state.pattern;
  }

  keepPattern(pattern: string): void {
    this.#set({ ...this.#state, pattern });
  }

  keepPace(paused: boolean, hertz: number): void {
    this.#set({ ...this.#state, paused, hertz });
  }

  #set(state: Remembered): void {
    this.#state = state;
    this.#timer ??= setTimeout(() => {
      this.#flush();
    }, wait);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.store.setState(this.#state);
  }
}

/** What was stored, as far as it makes sense: it may come from another version. */
function read(stored: unknown): Remembered {
  const found = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Remembered>;
  const places = Array.isArray(found.places) ? (found.places as Remembered['places']) : [];
  const readings = Array.isArray(found.readings) ? (found.readings as Remembered['readings']) : [];
  return {
    side: readSide(found.side),
    paused: found.paused === true,
    hertz: typeof found.hertz === 'number' ? found.hertz : null,
    readings: readings.filter((entry) => Array.isArray(entry) && typeof entry[0] === 'string'),
    expressions: readTexts(found.expressions),
    find: readForm(found.find),
    sought: readTexts(found.sought),
    minimap: found.minimap !== false,
    pattern: typeof found.pattern === 'string' ? found.pattern : '00',
    places: places.filter((entry) => Array.isArray(entry) && typeof entry[0] === 'string' && sound(entry[1])),
  };
}

function readTexts(stored: unknown): readonly string[] {
  const found: readonly unknown[] = Array.isArray(stored) ? stored : [];
  return found.filter((text): text is string => typeof text === 'string').slice(0, most);
}

function readSide(stored: unknown): SideState {
  const found = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<SideState>;
  const folded: readonly unknown[] = Array.isArray(found.folded) ? found.folded : [];
  return {
    open: found.open !== false,
    width: Number.isFinite(found.width) ? (found.width ?? null) : null,
    folded: folded.filter((id) => typeof id === 'string'),
    allTypes: found.allTypes === true,
  };
}

function samePlace(one: Place, other: Place): boolean {
  return (
    one.top === other.top &&
    one.cursor === other.cursor &&
    one.anchor === other.anchor &&
    one.column === other.column
  );
}

function sound(place: Partial<Place> | undefined): boolean {
  return (
    Number.isFinite(place?.top) &&
    Number.isSafeInteger(place?.cursor) &&
    (place?.anchor === null || Number.isSafeInteger(place?.anchor)) &&
    (place?.column === 'hex' || place?.column === 'text')
  );
}
