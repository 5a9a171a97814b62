import type { Disposable } from '../shared/disposable';
import type { Frozen, FreezeEnd } from '../shared/frozen';
import { SegmentError, segmentError } from './errors';
import { Emitter, type Event } from './event';
import type { OpenSegment } from './segments';
import { checkRange } from './write';

/** Times a second that the bytes are looked at. */
const hertz = 20;
/** How often at most the counts are told, in milliseconds. */
const tellMs = 250;

/**
 * Keeps bytes as they are: looks at them 20 times a second and puts them back where something else has changed
 * them, in one native call under the lock where one exists. A lock that is held is not waited for: that turn is
 * skipped. Ends by stop() and hide(), after `limitMs`, when the segment is not attached for writing any more, and when it
 * fails. Throws `permission-denied` and `invalid-size` at once.
 */
export class Freeze implements Disposable {
  #bytes: Uint8Array;
  #writes = 0;
  #skips = 0;
  #ended: FreezeEnd | null = null;
  #failure: SegmentError | null = null;
  #told = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #since = performance.now();
  readonly #watching: Disposable;
  readonly #changed = new Emitter<Frozen>();
  /** The counts, at most four times a second, and the end. */
  readonly onDidChange: Event<Frozen> = this.#changed.event;

  constructor(
    private readonly segment: OpenSegment,
    private readonly offset: number,
    bytes: Uint8Array,
    private readonly limitMs: number,
  ) {
    if (!segment.writable) {
      throw new SegmentError(
        'permission-denied',
        `${segment.id} is not attached for writing.`,
        segment.whyReadOnly,
      );
    }
    checkRange(offset, bytes.length, segment.size);
    this.#bytes = bytes;
    this.#watching = segment.onDidChange(() => {
      if (!segment.writable) this.#end('detached');
    });
    this.#schedule();
  }

  get state(): Frozen {
    return {
      offset: this.offset,
      length: this.#bytes.length,
      writes: this.#writes,
      skips: this.#skips,
      limit: Math.round(this.limitMs / 1000),
      ended: this.#ended,
      message: null,
    };
  }

  /** Why it failed; null unless it did. */
  get failure(): SegmentError | null {
    return this.#failure;
  }

  /** The user wrote there: what was written is kept from now on. */
  adopt(offset: number, bytes: Uint8Array): void {
    const from = Math.max(offset, this.offset);
    const to = Math.min(offset + bytes.length, this.offset + this.#bytes.length);
    if (from >= to) return;
    const kept = this.#bytes.slice();
    kept.set(bytes.subarray(from - offset, to - offset), from - this.offset);
    this.#bytes = kept;
  }

  stop(): void {
    this.#end('stopped');
  }

  /** As stop(), because nobody sees any more that it goes on. */
  hide(): void {
    this.#end('hidden');
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#turn(), 1000 / hertz);
  }

  async #turn(): Promise<void> {
    if (performance.now() - this.#since >= this.limitMs) {
      this.#end('limit');
      return;
    }
    try {
      await this.#hold();
      this.#tell();
    } catch (error) {
      const failure = segmentError(error);
      this.#failure = failure;
      this.#end(failure.code === 'permission-denied' || failure.code === 'gone' ? 'detached' : 'failed');
    }
    if (this.#ended === null) this.#schedule();
  }

  async #hold(): Promise<void> {
    // Behind an edit that waits for the lock, a write of ours could come after its end.
    await this.segment.settled();
    if (this.#ended !== null) return;
    const bytes = this.#bytes;
    const found = new Uint8Array(bytes.length);
    if (this.segment.read(this.offset, found) !== found.length) {
      throw this.segment.fault ?? new SegmentError('gone', 'The frozen bytes are not there any more.');
    }
    if (Buffer.compare(found, bytes) === 0) return;
    try {
      const { written } = await this.segment.exchange(this.offset, found, bytes, 0);
      if (written) this.#writes++;
    } catch (error) {
      if (segmentError(error).code !== 'busy') throw error;
      this.#skips++;
    }
  }

  #tell(): void {
    const now = performance.now();
    if (now - this.#told < tellMs) return;
    this.#told = now;
    this.#changed.fire(this.state);
  }

  #end(reason: FreezeEnd): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    clearTimeout(this.#timer);
    this.#watching.dispose();
    this.#changed.fire(this.state);
  }
}
