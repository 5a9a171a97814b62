import type { Side } from './difference';

/** The shortest stretch that is looked for towards the start; then the double, and so on. */
const shortest = 256 * 1024;

/** Where one side has nothing but holes, which are zeros and need no read. */
export class Holes {
  /** What may be something stays so: to read it is never wrong, and to ask again may be dear. */
  #something = { from: 0, to: 0 };

  constructor(private readonly side: Side) {}

  /** Bytes from `offset` on that are a hole; 0 where there may be something at once, and past the end. */
  after(offset: number): number {
    const { from, to } = this.#something;
    return from <= offset && offset < to ? 0 : Math.max(0, this.#dataFrom(offset) - offset);
  }

  /** Bytes up to `end` that are a hole: not always all of them, but 0 only where not even 256 KiB are. */
  before(end: number): number {
    const { from, to } = this.#something;
    if ((from < end && end <= to) || end > this.side.size) return 0;
    let found = 0;
    for (let length = shortest; found < end; length *= 2) {
      const tried = Math.min(length, end);
      if (this.#dataFrom(end - tried) < end) break;
      found = tried;
    }
    return found;
  }

  /** Copies as many bytes as there are; what is a hole is not read. */
  read(offset: number, target: Uint8Array): number | Promise<number> {
    if (this.after(offset) < target.length) return this.side.read(offset, target);
    target.fill(0);
    return target.length;
  }

  /** Where there may be something, at or after `offset`; the end where only a hole follows, 0 where nothing is there. */
  #dataFrom(offset: number): number {
    if (this.side.nextData === undefined) return offset;
    const data = this.side.nextData(offset);
    // Asked after: a segment that has just gone has no data either.
    const { size } = this.side;
    if (data === null) return size;
    this.#something = { from: data, to: data + shortest };
    return Math.min(size, data);
  }
}
