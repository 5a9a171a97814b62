import { Consent } from './consent';
import { Emitter, type Disposable, type Event } from './event';
import { objectId, type NativeKey } from './key';
import type { Native, Segment } from './native';
import { OpenSegment } from './openSegment';

export { OpenSegment } from './openSegment';

/** The segments on screen or attached: one per object of the system, however many look at it. */
export class Segments {
  readonly #open = new Map<string, { readonly segment: OpenSegment; readonly watching: Disposable }>();
  readonly #closing = new Set<Promise<void>>();
  readonly #changed = new Emitter<void>();
  /** One was opened or closed, or one of them changed. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(
    private readonly native: Native,
    private readonly consent = new Consent(),
  ) {}

  get opened(): readonly OpenSegment[] {
    return [...this.#open.values()].map(({ segment }) => segment);
  }

  /** Observes: creates nothing. The key may lead nowhere (presence 'waiting'). dispose() once per checkout. */
  checkout(key: NativeKey): OpenSegment {
    return this.#find(key).retain();
  }

  /** Takes over a segment just created; it stays open while attached, without counting as a checkout. */
  adopt(key: NativeKey, handle: Segment, createdLock: boolean): OpenSegment {
    const segment = this.#find(key);
    segment.adopt(handle, createdLock);
    return segment;
  }

  /** The open segment of the key, if any. */
  find(key: NativeKey): OpenSegment | undefined {
    return this.#open.get(objectId(key))?.segment;
  }

  /** Gives back locks, detaches by Qt's rule, closes. */
  async dispose(): Promise<void> {
    await Promise.all(this.opened.map((segment) => this.#close(segment)));
    await Promise.all(this.#closing);
    this.#changed.dispose();
  }

  #find(key: NativeKey): OpenSegment {
    const known = this.#open.get(objectId(key));
    if (known) return known.segment;
    const segment = new OpenSegment(this.native, key, (unused) => void this.#close(unused), this.consent);
    const watching = segment.onDidChange(() => {
      this.#changed.fire();
    });
    this.#open.set(objectId(key), { segment, watching });
    this.#changed.fire();
    return segment;
  }

  #close(segment: OpenSegment): Promise<void> {
    const id = objectId(segment.key);
    const known = this.#open.get(id);
    if (known?.segment !== segment) return Promise.resolve();
    this.#open.delete(id);
    known.watching.dispose();
    const closing = segment.shut().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#changed.fire();
    return closing;
  }
}
