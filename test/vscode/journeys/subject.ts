import { closeSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { NativeKey } from '../../../extension/core/key';
import { plainPeer, type Peer } from '../../peers/peer';
import { Stage } from '../../peers/stage';

/** Between two steps of the counter, in milliseconds. */
const pace = 100;

/** Where things are in it. */
export const places = {
  /** A uint32 that the process counts up. */
  counter: 0x10,
  greeting: 0x20,
  /** A pointer64, as an offset from the start: to `far`. */
  pointer: 0x40,
  /** The float32 1.5, then the int32 -2. */
  numbers: 0x48,
  /** GB18030. */
  chinese: 0x60,
  /** UTF-16, little endian. */
  wide: 0x70,
  /** 00 01 02 … 1F. */
  ramp: 0xa0,
  /** Zeros up to 0x1000: free for edits. */
  spare: 0x100,
  far: 0x200040,
} as const;

export const greeting = 'Hello from another process!';
export const farText = 'Hello from far away';
export const lastText = 'the end';

/**
 * A sparse POSIX segment with a lock, that a program in plain C has made, mapped, and changes all the time until it
 * rests. Goes with the test.
 */
export class Subject {
  readonly label: string;
  #ended = false;
  #rests = false;
  #counting: Promise<void> = Promise.resolve();

  private constructor(
    readonly name: string,
    readonly size: number,
    readonly peer: Peer,
  ) {
    this.label = name.slice(1);
  }

  static async make(stage: Stage, size: number): Promise<Subject> {
    const { nativeKey } = stage;
    if (nativeKey.type !== 'posix') throw new Error('It is a POSIX segment.');
    const { name } = nativeKey;
    const subject = new Subject(name, size, stage.with(plainPeer()));
    const { peer } = subject;
    await peer.ask('shm_open', name, size);
    stage.defer(async () => {
      await subject.#end();
      await peer.ask('shm_unlink', name);
      await peer.ask('sem_unlink', name);
    });
    await peer.ask('sem_open', name, 1);
    await peer.write(0, 'SHM1');
    await peer.write(places.greeting, greeting);
    await peer.write(places.pointer, little(places.far, 8));
    await peer.write(places.numbers, Buffer.from('0000c03ffeffffff', 'hex'));
    await peer.write(places.chinese, Buffer.from('d6d0cec4', 'hex'));
    await peer.write(places.wide, Buffer.from('Größe', 'utf16le'));
    await peer.write(
      places.ramp,
      Uint8Array.from({ length: 32 }, (_, index) => index),
    );
    await peer.write(places.far, farText);
    await peer.write(size - lastText.length, lastText);
    subject.#counting = subject.#count();
    return subject;
  }

  /** Its bytes, as the file system has them. */
  read(offset: number, length: number): Buffer {
    const file = openSync(this.path, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  }

  hex(offset: number, length: number): string {
    return this.read(offset, length).toString('hex');
  }

  /** What the process has counted to. */
  count(): number {
    return this.read(places.counter, 4).readUInt32LE();
  }

  /** Blocks of memory that it takes. */
  blocks(): number {
    return statSync(this.path).blocks;
  }

  /** The process counts no longer, or goes on. */
  rest(rests: boolean): void {
    this.#rests = rests;
  }

  get path(): string {
    return `/dev/shm${this.name}`;
  }

  async #count(): Promise<void> {
    for (let count = 1; !this.#ended; count++) {
      if (!this.#rests) await this.peer.write(places.counter, little(count, 4));
      await new Promise((done) => setTimeout(done, pace));
    }
  }

  async #end(): Promise<void> {
    this.#ended = true;
    await this.#counting;
  }
}

/** The stage of a journey on a subject: its key is a POSIX name of this process. */
export function subjectStage(test: TestContext, name: string): Stage {
  const key = `${name}-${String(process.pid)}`;
  const make = (typed: string): NativeKey => ({ type: 'posix', name: `/${typed}` });
  return new Stage(test, make, key);
}

/** A number as bytes, little endian. */
export function little(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, length);
}

/** A file in /dev/shm of that size that takes no memory, with these bytes in it. */
export function makeSparse(path: string, size: number, texts: readonly (readonly [number, string])[]): void {
  const file = openSync(path, 'wx+', 0o600);
  try {
    ftruncateSync(file, size);
    for (const [offset, text] of texts) writeSync(file, text, offset);
  } finally {
    closeSync(file);
  }
}
