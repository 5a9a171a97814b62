import type { LockStatus } from '../extension/shared/lock';
import { overlap, without } from '../extension/shared/extents';
import type { Copy, Description, Frame, Pace } from '../extension/shared/protocol';
import { plainReading, type Endian, type Reading } from '../extension/shared/reading';
import { History } from './history';
import { nowhere, type Selection } from './selection';

/** Bytes as the segment had them, from `offset` on. */
export interface Span {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const nothing: Span = { offset: 0, bytes: new Uint8Array(0) };
/** Of every system a page is a multiple of this. */
const page = 4096;
const noLock: LockStatus = { kind: 'none', state: 'none', holder: null, waiters: null, value: null };

/**
 * What the view knows: the last frame, what changed before it, and where the user is. Bytes come from frames and
 * from nowhere else, so that what is shown is what the segment had.
 */
export class Store {
  description: Description | null = null;
  pace: Pace = { hertz: 30, paused: false, underLock: false };
  /** The host reads no more: until it has said so, what it had seen before still arrives. */
  isPaused = false;
  /** How the bytes are read and drawn. */
  reading: Reading = plainReading;
  place: 'editor' | 'panel' = 'editor';
  selection: Selection = nowhere;
  lock: LockStatus = noLock;
  /** How the bytes on screen were copied. */
  copy: Copy = 'unlocked';
  rate = 0;
  /** Bytes that have a place on screen at least: as many as what this is compared with has. */
  reach = 0;
  readonly history = new History();
  #now: Span = nothing;
  #lost: Span = nothing;
  /** Pairs of first byte and length, in the last frame. */
  #holes: readonly number[] = [];
  #size = 0;
  #extent = 0;
  #frames = 0;

  /** How values of several bytes are read. */
  get endian(): Endian {
    return this.reading.endian;
  }

  /** The bytes of the last frame. */
  get span(): Span {
    return this.#now;
  }

  /** Size of the segment in the last frame, in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that have a place on screen: more than `size` after the segment shrank. */
  get extent(): number {
    return Math.max(this.#extent, this.reach);
  }

  /** Whether bytes past the end are kept from before the segment shrank. */
  get keepsLost(): boolean {
    return this.#extent > this.#size;
  }

  /** Frames received; 0 before the first. The host counts anew when it looks anew, so this is a count of our own. */
  get frames(): number {
    return this.#frames;
  }

  get live(): boolean {
    return this.description?.presence === 'live';
  }

  /** The value at `offset`; undefined where it is not on screen. */
  byte(offset: number): number | undefined {
    if (offset < this.#size) return this.#now.bytes[offset - this.#now.offset];
    return this.#lost.bytes[offset - this.#lost.offset];
  }

  /** Whether the byte has no memory yet, as far as is known: it is on screen and reads as zero. */
  isHole(offset: number): boolean {
    return this.holesIn(offset, offset + 1).length > 0 && this.byte(offset) === 0;
  }

  /** What of the bytes from `from` to before `to` may be a hole: pairs of first byte and length. */
  holesIn(from: number, to: number): readonly number[] {
    return this.#holes.length === 0 ? this.#holes : overlap(this.#holes, from, Math.min(to, this.#size));
  }

  /** The bytes from `start` on as far as they are known without a gap, at most `length`; a copy. */
  slice(start: number, length: number): Uint8Array {
    const { offset, bytes } = this.#now;
    if (start < offset) return new Uint8Array(0);
    return bytes.slice(start - offset, Math.min(start - offset + length, this.#size - offset));
  }

  /** Another segment: forgets all bytes. */
  reset(): void {
    this.history.clear();
    this.#now = nothing;
    this.#lost = nothing;
    this.#holes = [];
    this.#size = 0;
    this.#extent = 0;
    this.#frames = 0;
    this.lock = noLock;
    this.copy = 'unlocked';
    this.rate = 0;
    this.reach = 0;
    this.selection = nowhere;
  }

  /** The segment was re-opened: forgets bytes and changes, keeps the place. */
  restart(): void {
    this.history.clear();
    this.#now = nothing;
    this.#holes = [];
    this.forgetLost();
  }

  /**
   * Takes a frame in; every byte that differs from the frame before it is recorded as changed. Throws where it tells
   * a difference to another frame than the last; the host then tells everything.
   */
  receive(frame: Frame, now: number): void {
    const { runs } = frame;
    if (runs === null) this.#replace(frame, now);
    else this.#patch(frame, runs, now);
    this.#holes = frame.holes ?? this.#holes;
    this.#frames++;
    this.lock = frame.lock;
    this.copy = frame.copy;
    this.rate = frame.rate;
  }

  /** Puts in bytes that the host found or wrote outside a frame. */
  correct(offset: number, bytes: Uint8Array, now: number): void {
    const copy = this.#now.bytes.slice();
    bytes.forEach((value, index) => {
      const at = offset + index - this.#now.offset;
      const old = copy[at];
      if (old === undefined || old === value) return;
      this.history.record(offset + index, old, now);
      copy[at] = value;
      this.fill(offset + index, 1);
    });
    this.#now = { offset: this.#now.offset, bytes: copy };
  }

  /** There is memory for these bytes now: they were written, or hold something. */
  fill(offset: number, length: number): void {
    const from = Math.floor(offset / page) * page;
    this.#holes = without(this.#holes, from, Math.ceil((offset + length) / page) * page);
  }

  /** Lets go of the bytes past the end of a segment that shrank. */
  forgetLost(): void {
    this.#lost = nothing;
    this.#extent = this.#size;
  }

  #replace(frame: Frame, now: number): void {
    const before = this.#now;
    const from = Math.max(before.offset, frame.offset);
    const to = Math.min(before.offset + before.bytes.length, frame.offset + frame.length);
    for (let offset = from; offset < to; offset++) {
      const old = before.bytes[offset - before.offset] ?? 0;
      if (old !== frame.bytes[offset - frame.offset]) this.history.record(offset, old, now);
    }
    this.#resize(frame.size);
    this.#now = { offset: frame.offset, bytes: frame.bytes };
  }

  #patch(frame: Frame, runs: readonly number[], now: number): void {
    const { offset } = this.#now;
    if (this.#frames === 0 || offset !== frame.offset || this.#now.bytes.length !== frame.length) {
      throw new Error('The frame tells a difference to bytes that are not on screen.');
    }
    this.#resize(frame.size);
    // What was lost stays as it was.
    if (this.#lost === this.#now) this.#now = { offset, bytes: this.#now.bytes.slice() };
    const { bytes } = this.#now;
    let told = 0;
    for (let run = 0; run < runs.length; run += 2) {
      const start = runs[run] ?? 0;
      const end = start + (runs[run + 1] ?? 0);
      for (let at = start; at < end; at++, told++) {
        const old = bytes[at] ?? 0;
        const value = frame.bytes[told] ?? 0;
        if (old === value) continue;
        bytes[at] = value;
        this.history.record(offset + at, old, now);
      }
    }
  }

  #resize(size: number): void {
    if (size < this.#size) {
      if (this.#extent === this.#size) this.#lost = this.#now;
      this.#extent = Math.max(this.#extent, this.#size);
    } else if (size >= this.#extent) {
      this.#lost = nothing;
      this.#extent = size;
    }
    this.#size = size;
  }
}
