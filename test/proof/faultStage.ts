import { existsSync } from 'node:fs';
import type * as Face from '../../native/index';
import { fileGround, native, numberGround, posixGround, presentInfo, type Ground } from '../native/ground';

/** Takes back what was made, in reverse, when nothing fails any more. */
export interface Scope {
  after(done: () => unknown): void;
}

/** One thing that the addon is asked for, on ground that is made ready for it. */
export interface Scene {
  readonly name: string;
  /** Answers with what is asked (its answer is the same each time) and with what there is on that ground. */
  readonly prepare: (scope: Scope) => Promise<{ readonly act: () => unknown; readonly world: () => unknown }>;
  /** Lets go of what all its trials have in common. */
  readonly end?: () => unknown;
}

export const size = 3 * 4096;
export const options = { timeoutMs: 1000 } as const;
/**
 * The first byte of the keys of this process's key files, below that of numberGround(): each share of a run removes at
 * the end of a trial what bears its own, so no two may have the same; and ftok(3) keeps only 16 bits of an inode.
 */
export const project = 1 + (process.ppid % 18) * 4 + (Number(process.argv[3]) % 4);
const kinds = {
  posix: posixGround,
  file: (scope: Scope) => fileGround(scope, project),
  number: numberGround,
} as const;
export const observer = { access: 'observe', write: false } as const;

/** Where a scene is prepared. */
export interface Stand {
  readonly ground: Ground;
  readonly scope: Scope;
}
type Prepare = (stand: Stand) => (() => unknown) | Promise<() => unknown>;

/** On each kind of ground. */
export function everywhere(name: string, prepare: Prepare): readonly Scene[] {
  return Object.entries(kinds).map(([kind, make]) => ({
    name: `${name}, ${kind}`,
    prepare: async (scope) => {
      const ground = make(scope);
      return { act: await prepare({ ground, scope }), world: () => worldOf(ground) };
    },
  }));
}

/** What there is of a ground. */
export function worldOf({ segment, lock }: Ground): unknown {
  const info = presentInfo(segment);
  const { exists, value, waiters } = native.peekLock(lock);
  const files = [segment, lock].map((one) => 'path' in one && existsSync(one.path));
  return [info?.size, info?.mode, exists, value, waiters, files];
}

/** A segment with its lock, open, three bytes in its second page. */
export async function made({ ground, scope }: Stand): Promise<Face.Segment> {
  const segment = await native.create(ground.segment, { size, lock: ground.lock });
  scope.after(() => {
    segment.close();
  });
  segment.write(5000, Uint8Array.of(1, 2, 3));
  return segment;
}

/** The same, and open once more in this way. */
export async function opened(stand: Stand, how: Face.OpenOptions): Promise<Face.Segment> {
  await made(stand);
  const segment = await native.open(stand.ground.segment, how);
  stand.scope.after(() => {
    segment.close();
  });
  return segment;
}

/** Closed at the end of the scene. */
export function kept<T extends { close(): void }>(scope: Scope, one: T): T {
  scope.after(() => {
    one.close();
  });
  return one;
}

/** What a look at a segment of made() sees: its length, and what is around its bytes. */
export const bytesAt = (segment: Face.Segment): readonly number[] => {
  const bytes = new Uint8Array(size);
  const count = segment.read(0, bytes);
  return [count, ...bytes.subarray(4999, 5004)];
};
/** What an exchange came to. */
export const found = ({ found: bytes, written }: Face.ExchangeResult): unknown => [written, [...bytes]];
export const expected = Uint8Array.of(0, 1, 2);

/** What `told` is called for, and then what it makes of it; rejects with what that throws. */
function once<T>(begin: (told: () => void) => { stop(): void }, take: () => T | null): Promise<T> {
  return new Promise((done, failed) => {
    const work = begin(() => {
      try {
        const taken = take();
        if (taken === null) return;
        work.stop();
        done(taken);
      } catch (error) {
        work.stop();
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

/** What a watch sees at first. */
export function watchOnce(
  segment: Face.Segment,
  lock: Face.LockAddress,
  underLock: boolean,
): Promise<unknown> {
  let watch: Face.Watch | undefined;
  return once(
    (told) => {
      watch = native.watch({ segment, offset: 4096, length: 4096, hertz: 1000, lock }, told);
      watch.underLock(underLock);
      return watch;
    },
    () => {
      const seen = watch?.take() ?? null;
      return seen && [seen.length, ...seen.bytes.subarray(903, 908)];
    },
  );
}

/** Which thirds of a segment a sweep found to hold anything. */
export async function sweepOnce(segment: Face.Segment): Promise<unknown> {
  const sweep = native.sweep({ segment, budget: 1 }, () => undefined);
  try {
    for (;;) {
      // First, because a map is of what was seen before.
      const isThrough = sweep.progress.passes > 0;
      const map = sweep.map(0, size, 3);
      if (isThrough) return [...map.data].map(Math.sign);
      await new Promise((turn) => setTimeout(turn, 1));
    }
  } finally {
    sweep.stop();
  }
}

/** How often a search found the first two bytes. */
export function searchOnce(segment: Face.Segment): Promise<unknown> {
  let search: Face.Search | undefined;
  const patterns = [{ bytes: Uint8Array.of(1, 2), mask: Uint8Array.of(255, 255) }];
  return once(
    (told) =>
      (search = native.search({ segment, start: 0, end: null, alignment: 1, most: 9, patterns }, told)),
    () => {
      const batch = search?.take();
      return batch?.done === true ? batch.total : null;
    },
  );
}
