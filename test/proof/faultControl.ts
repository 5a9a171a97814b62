import { openSync, readSync, writeSync } from 'node:fs';
import { errnoOf, faults } from './faultTable';

const recordLength = 64;
const mostCalls = 8192;
const callsAt = 64 + 96 * recordLength;
/** Of the file that faults.c maps. */
export const controlLength = callsAt + 8 * mostCalls;
const nameLength = 24;
const modes = { off: 0, counting: 1, nth: 2, random: 3 } as const;

/** Drives faults.c in this process, which was started with it, through the file that both have. */
export class FaultControl {
  readonly #file: number;
  /** By place in the library's list. */
  readonly names: readonly string[];

  constructor(path: string) {
    this.#file = openSync(path, 'r+');
    const count = this.#number(32);
    this.names = Array.from({ length: count }, (_, at) => {
      const name = this.#bytes(recordLength * (at + 1), nameLength);
      return name.subarray(0, name.indexOf(0)).toString();
    });
    this.names.forEach((name, at) => {
      const numbers = (faults[name]?.errnos ?? []).map(errnoOf);
      this.#write(recordLength * (at + 1) + nameLength + 8, Uint32Array.of(numbers.length));
      this.#write(recordLength * (at + 1) + nameLength + 12, Uint8Array.from(numbers));
    });
  }

  /** Counts the addon's calls from now on. */
  count(): void {
    this.#arm(modes.counting, 0, 0, 0);
  }

  /** The addon's `which`-th call of this name from now on fails with this errno, once. */
  failNth(name: string, which: number, errno: string): void {
    this.#arm(modes.nth, this.names.indexOf(name), which, errnoOf(errno));
  }

  /** One in `chance` calls of the addon fails, with any errno of its own; the same for the same seed. */
  failRandomly(chance: number, seed: number): void {
    this.#write(24, BigUint64Array.of(BigInt(seed)));
    this.#arm(modes.random, 0, 0, 0, chance);
  }

  /** Nothing fails any more. How many did since the last time it was told what to do. */
  off(): number {
    this.#write(0, Uint32Array.of(modes.off));
    return this.#number(20);
  }

  /**
   * Of the addon's calls that were counted, by name: the first and the last of each way through the addon that led to
   * one, by place among all of that name, from 1.
   */
  ways(): ReadonlyMap<string, readonly number[]> {
    const calls = this.#bytes(callsAt, 8 * Math.min(this.#number(40), mostCalls));
    const counts = new Map<string, number>();
    const ends = new Map<string, { readonly name: string; readonly first: number; last: number }>();
    for (let at = 0; at < calls.length; at += 8) {
      const name = this.names[calls.readUInt32LE(at)] ?? '';
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const way = `${name} ${String(calls.readUInt32LE(at + 4))}`;
      const known = ends.get(way);
      if (known) known.last = count;
      else ends.set(way, { name, first: count, last: count });
    }
    const found = new Map<string, Set<number>>();
    for (const { name, first, last } of ends.values()) {
      found.set(name, (found.get(name) ?? new Set()).add(first).add(last));
    }
    return new Map([...found].map(([name, places]) => [name, [...places]]));
  }

  /** Calls by syscall(2) that the library does not know. */
  get strangers(): number {
    return this.#number(36);
  }

  #arm(mode: number, record: number, which: number, errno: number, chance = 0): void {
    this.#write(0, Uint32Array.of(modes.off));
    for (let at = 1; at <= this.names.length; at++) {
      this.#write(recordLength * at + nameLength, new Uint32Array(2));
    }
    this.#write(4, Uint32Array.of(record, which, errno, chance, 0));
    this.#write(40, Uint32Array.of(0));
    this.#write(0, Uint32Array.of(mode));
  }

  #bytes(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, at);
    return bytes;
  }

  #number(at: number): number {
    return this.#bytes(at, 4).readUInt32LE();
  }

  #write(at: number, bytes: NodeJS.ArrayBufferView): void {
    writeSync(this.#file, bytes, 0, bytes.byteLength, at);
  }
}
