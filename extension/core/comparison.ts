import type { Difference, DifferenceCount, DifferenceRequest } from '../shared/compare';
import type { LockStatus } from '../shared/lock';
import type { Copy, Frame, Pace, Window } from '../shared/protocol';
import { countDifferences, findDifference, type Side } from './difference';
import type { Disposable } from './event';
import { Live } from './live';
import type { Moment } from './moment';
import type { OpenSegment } from './segments';

/** Between two looks whether a file has changed. */
const lookMs = 500;

/** Bytes that seldom change: `look` tells whether they have. */
export interface Watched extends Side {
  look(): Promise<boolean>;
}

/** Bytes that stay, and how they were copied. */
export interface CopiedSide {
  readonly side: Side;
  readonly copy: Copy;
}

/** What a moment has, to compare with. */
export function momentSide(moment: Moment): CopiedSide {
  return { side: moment, copy: moment.locked ? 'locked' : 'unlocked' };
}

/** Takes the frames of the second half, and those of a later moment. */
export interface FrameSink {
  other(frame: Frame): Promise<void>;
  stop(frame: Frame): Promise<void>;
}

/** The second half of a comparison: a segment that goes on living, bytes that stay, or bytes that seldom change. */
export type Counterpart =
  | { readonly kind: 'segment'; readonly side: OpenSegment }
  | (CopiedSide & {
      readonly kind: 'moment';
      /** What was there at the stop at which a program stands: what changed since is known from it. */
      readonly stop?: CopiedSide;
    })
  | { readonly kind: 'file'; readonly side: Watched; readonly copy: Copy };

const noLock: LockStatus = { kind: 'none', state: 'none', holder: null, waiters: null, value: null };

/**
 * Shows a second source beside a segment: its bytes of the same window as frames of their own, live as those of the
 * segment, or read once and again when a file changed, and looks for differences over the whole of both. Only reads;
 * takes no lock.
 */
export class Comparison implements Disposable {
  readonly #live: Live | null;
  #window: Window = { offset: 0, length: 0 };
  #visible = true;
  #sequence = 0;
  #searching: AbortController | null = null;
  #counting: AbortController | null = null;
  #disposed = false;
  #paused: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** `changed`: what is compared with is no longer what it was. */
  constructor(
    private readonly segment: Side,
    private readonly counterpart: Counterpart,
    private readonly sink: FrameSink,
    pace: Pace,
    private readonly changed: () => void = () => undefined,
  ) {
    this.#live =
      counterpart.kind === 'segment'
        ? new Live(counterpart.side, (frame) => sink.other(frame), { ...pace, underLock: false })
        : null;
    this.#paused = pace.paused;
    this.#lookLater();
  }

  watch(window: Window): void {
    this.#window = window;
    this.#live?.watch(window);
    if (this.#visible) this.#show();
  }

  pace(pace: Pace): void {
    this.#paused = pace.paused;
    this.#live?.pace({ ...pace, underLock: false });
  }

  /** Nothing is read while false; what is looked for is given up. */
  visible(visible: boolean): void {
    this.#visible = visible;
    this.#live?.visible(visible);
    this.#lookLater();
    if (!visible) this.stop();
  }

  /** As findDifference; one that is still running is given up. */
  find(request: DifferenceRequest, progress: (fraction: number) => void): Promise<Difference | null> {
    this.#searching?.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    return findDifference(this.segment, this.counterpart.side, request, { progress, signal });
  }

  /** As countDifferences; one that is still running is given up. */
  count(): Promise<DifferenceCount> {
    this.#counting?.abort();
    this.#counting = new AbortController();
    const { signal } = this.#counting;
    return countDifferences(this.segment, this.counterpart.side, { progress: () => undefined, signal });
  }

  /** Gives up what is looked for and counted. */
  stop(): void {
    this.#searching?.abort();
    this.#counting?.abort();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.stop();
    this.#live?.dispose();
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    const { counterpart } = this;
    if (this.#visible && !this.#disposed && counterpart.kind === 'file') {
      this.#timer = setTimeout(() => void this.#look(counterpart.side), lookMs);
    }
  }

  async #look(side: Watched): Promise<void> {
    const isOther = !this.#paused && (await side.look());
    if (this.#disposed) return;
    if (isOther) {
      this.changed();
      if (this.#visible) this.#show();
    }
    this.#lookLater();
  }

  /** Sends what stays, for each window and when it changed. */
  #show(): void {
    const { counterpart } = this;
    if (counterpart.kind === 'segment') return;
    this.#send(counterpart, (frame) => this.sink.other(frame));
    if (counterpart.kind === 'moment' && counterpart.stop)
      this.#send(counterpart.stop, (frame) => this.sink.stop(frame));
  }

  #send({ side, copy }: CopiedSide, send: (frame: Frame) => Promise<void>): void {
    const window = this.#window;
    const target = new Uint8Array(Math.max(0, Math.min(window.length, side.size - window.offset)));
    void Promise.resolve(side.read(window.offset, target)).then((length) => {
      if (this.#disposed || !this.#visible || window !== this.#window) return;
      const frame: Frame = {
        sequence: ++this.#sequence,
        offset: window.offset,
        length,
        runs: null,
        bytes: target.slice(0, length),
        holes: [],
        copy,
        size: side.size,
        lock: noLock,
        rate: 0,
      };
      // Where the view has gone there is nobody to tell.
      send(frame).catch(() => undefined);
    });
  }
}
