import { segmentError } from '../../extension/core/errors';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { createSegment } from '../../extension/core/lifecycle';
import { loadNative, type Native } from '../../extension/core/native';
import { Segments, type OpenSegment } from '../../extension/core/segments';
import { temporaryDirectories } from '../../extension/core/temporaryDirectories';
import { root } from '../root';

/** Milliseconds to wait for a lock that somebody holds. */
const patience = 60_000;

/** Bytes before the text; test/demo/board.h says what is where. Numbers are little-endian. */
export const headerLength = 64;

const at = {
  magic: 0,
  used: 4,
  ticks: 8,
  wanted: 12,
  peers: 16,
  laps: 20,
  writer: 24,
  greeting: 32,
} as const;

/** A number of the header. */
export type Field = Exclude<keyof typeof at, 'magic' | 'greeting'>;

export const greeting = 'Hello from another process!';

/** Command line: [KEY] [--size N] [--limit N] [--laps N], as board.h has it. */
export interface Options {
  readonly key: string;
  /** Bytes at first. */
  readonly size: number;
  /** Bytes at most; when that is full, the text starts over. */
  readonly limit: number;
  /** How often the text fills a segment before it grows. */
  readonly laps: number;
}

export function parseOptions(args: readonly string[]): Options {
  const number = (name: string, otherwise: number): number => {
    const found = args.indexOf(name);
    return found < 0 ? otherwise : Number(args[found + 1]);
  };
  const key = args.find(
    (word, index) => !word.startsWith('--') && args[index - 1]?.startsWith('--') !== true,
  );
  return {
    key: key ?? 'mySharedMemoryKey',
    size: number('--size', 1024),
    limit: number('--limit', 8192),
    laps: number('--laps', 1),
  };
}

/** The demo's segment over our own addon: where Qt is missing, the same as board.h over QSharedMemory. */
export class Board {
  readonly #native: Native;
  readonly #segments: Segments;
  readonly #segment: OpenSegment;

  constructor(key: string) {
    const load = loadNative(root);
    if ('missing' in load) throw load.missing;
    this.#native = load.native;
    this.#segments = new Segments(load.native);
    const [folder = '/tmp'] = temporaryDirectories(undefined);
    this.#segment = this.#segments.checkout(qtLegacyKey(key, 'systemv', folder));
  }

  get isAttached(): boolean {
    return this.#segment.access === 'attach';
  }

  get size(): number {
    return this.#segment.size;
  }

  get room(): number {
    return this.size - headerLength;
  }

  /** Attaches where the segment exists and has at least `size` bytes. */
  async attach(size: number): Promise<boolean> {
    try {
      await this.#segment.attach(true);
    } catch (error) {
      if (segmentError(error).code === 'not-found') return false;
      throw error;
    }
    if (this.size < size) {
      await this.#detach();
      return false;
    }
    await this.#join();
    return true;
  }

  /** Creates the segment with `size` bytes and what `bytes` had; false where it exists. */
  async create(size: number, bytes: Uint8Array = Buffer.from('SHM1')): Promise<boolean> {
    try {
      await createSegment(this.#segments, this.#native, this.#segment.key, size, patience);
    } catch (error) {
      if (segmentError(error).code === 'already-exists') return false;
      throw error;
    }
    await this.locked(async () => {
      const peers = this.get('peers'); // somebody may have joined since
      await this.write(0, bytes);
      await this.set('peers', peers);
      await this.set('wanted', 0);
      await this.set('laps', 0);
    });
    await this.#join();
    return true;
  }

  /** Leaves; the last one removes the segment. */
  async leave(): Promise<void> {
    if (!this.isAttached) return;
    await this.locked(() => this.set('peers', this.get('peers') - 1));
    await this.#detach();
  }

  /** Whoever makes a larger segment may have removed this one in the meantime: then there is nothing to leave. */
  async #detach(): Promise<void> {
    try {
      await this.#segment.detach({ timeoutMs: patience });
    } catch (error) {
      if (segmentError(error).code !== 'closed') throw error;
    }
  }

  /** Gives back everything. */
  async close(): Promise<void> {
    await this.leave();
    await this.#segments.dispose();
  }

  /** Runs `work` under the lock that every process with this key takes. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    await this.#segment.acquireLock({ timeoutMs: patience, create: true });
    try {
      return await work();
    } finally {
      this.#segment.releaseLock();
    }
  }

  get(field: Field): number {
    return this.read(at[field], 4).readUInt32LE();
  }

  set(field: Field, value: number): Promise<void> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return this.write(at[field], bytes);
  }

  get greeting(): string {
    const bytes = this.read(at.greeting, 32);
    return bytes.subarray(0, Math.max(0, bytes.indexOf(0))).toString('latin1');
  }

  greet(): Promise<void> {
    return this.write(at.greeting, Buffer.from(greeting.padEnd(32, '\0')));
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (this.#segment.read(offset, bytes) < length) throw new Error('The segment has gone or is shorter.');
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#segment.write(offset, bytes, patience);
  }

  #join(): Promise<void> {
    return this.locked(() => this.set('peers', this.get('peers') + 1));
  }
}

/** True once SIGINT or SIGTERM asked to leave. */
export function leaveOnSignals(): () => boolean {
  let leaving = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      leaving = true;
    });
  }
  return () => leaving;
}
