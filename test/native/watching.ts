import { statSync, type Stats } from 'node:fs';
import type { LockAddress, LockPeek, ReadRoute, SegmentAddress, SegmentInfo } from '../../native/index';
import { plainPeer, type Peer } from '../peers/peer';
import { fileGround, native, posixGround, type Ground } from './ground';

/** Everything that the system tells of a segment and its lock. */
export interface Facts {
  readonly info: SegmentInfo;
  readonly lock: LockPeek;
  readonly files: readonly Pick<Stats, 'atimeMs' | 'mtimeMs' | 'ctimeMs' | 'blocks' | 'size' | 'nlink'>[];
}

/** What a watch came to. */
export interface Watched {
  readonly before: Facts;
  readonly after: Facts;
  readonly route: ReadRoute;
  readonly bytes: string;
}

/** What a minute at 60 Hz amounts to. */
const looks = 3600;

/** Where a peer that is not our addon has made a segment of 64 pages, two of them in use, with a lock. */
export async function sparseSegment(mechanism: 'posix' | 'systemv', scope: Scope): Promise<[Ground, Peer]> {
  const peer = plainPeer();
  scope.after(() => peer.quit());
  const ground = mechanism === 'posix' ? posixGround(scope) : fileGround(scope);
  const size = 64 * 4096;
  const { segment, lock } = ground;
  (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
  if (segment.mechanism === 'posix') await peer.ask('shm_open', segment.name, size);
  else await peer.ask('shmget', await keyOf(ground), size);
  await peer.write(0, 'first');
  await peer.write(5 * 4096 - 2, 'fifth');
  return [ground, peer];
}

/** The key_t of a ground, whose key file is made where it is missing. */
export async function keyOf({ segment }: Ground): Promise<number> {
  if (segment.mechanism === 'posix' || !('path' in segment)) throw new Error('This ground has no key file.');
  const { open } = await import('node:fs/promises');
  await (await open(segment.path, 'a', 0o640)).close();
  return native.ftok(segment.path, segment.projectId);
}

/** Looks at a whole segment and its lock as a live view does, for as often as in a minute. */
export async function watch({ segment, lock }: Ground): Promise<Watched> {
  const observer = await native.open(segment, { access: 'observe', write: false, lastDetachRemoves: true });
  await observer.findRoute();
  const before = factsOf(segment, lock);
  const target = new Uint8Array(before.info.size);
  for (let look = 0; look < looks; look++) {
    observer.read(0, target);
    observer.state();
    native.peekLock(lock);
    if (look % 60 === 0) {
      native.list(segment.mechanism);
      await new Promise((turn) => setImmediate(turn));
    }
  }
  const after = factsOf(segment, lock);
  const { route } = observer;
  observer.close();
  return { before, after, route, bytes: Buffer.from(target).toString('base64') };
}

function factsOf(segment: SegmentAddress, lock: LockAddress): Facts {
  const info = native.info(segment);
  const files = [segment, lock].map((address, index) => {
    if (address.mechanism === 'posix') return `/dev/shm/${index === 0 ? '' : 'sem.'}${address.name.slice(1)}`;
    return 'path' in address ? address.path : '/proc/self/exe';
  });
  return {
    info,
    lock: native.peekLock(lock),
    files: files.map((file) => {
      const { atimeMs, mtimeMs, ctimeMs, blocks, size, nlink } = statSync(file);
      return { atimeMs, mtimeMs, ctimeMs, blocks, size, nlink };
    }),
  };
}

/** The bytes that sparseSegment put there. */
export function sparseBytes(): string {
  const bytes = Buffer.alloc(64 * 4096);
  bytes.write('first', 0);
  bytes.write('fifth', 5 * 4096 - 2);
  return bytes.toString('base64');
}

export interface Scope {
  after(done: () => unknown): void;
}

/** A scope for where node:test is not: what is registered runs in reverse at the end. */
export async function scoped<Result>(body: (scope: Scope) => Promise<Result>): Promise<Result> {
  const ends: (() => unknown)[] = [];
  try {
    return await body({ after: (done) => ends.push(done) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
