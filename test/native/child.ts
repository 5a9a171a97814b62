// What tests do in a process of their own: without privileges, in a namespace, or to see how it ends.
import { strict as assert } from 'node:assert';
import { closeSync, existsSync, openSync, readdirSync, truncateSync, writeSync } from 'node:fs';
import type { LockAddress, NativeError, SegmentAddress } from '../../native/index';
import { plainPeer } from '../peers/peer';
import { bytesOf, failure, fileGround, grounds, leftOf, native, posixGround, readText } from './ground';
import { keyOf, scoped, sparseSegment, watch, type Watched } from './watching';

type Task = (argument: never) => Promise<unknown>;

const tasks: Readonly<Record<string, Task>> = {
  watchPosix: () => watchSparse('posix'),
  watchSystemV: () => watchSparse('systemv'),
  forbidden,
  open,
  reviveStale,
  otherAtTheSameAddress,
  full,
  processMemory,
  hold,
  watchOn,
  sweepOn,
  describe: (segments: readonly SegmentAddress[]) => Promise.resolve(segments.map((one) => native.info(one))),
  peek: (lock: LockAddress) => Promise.resolve(native.peekLock(lock)),
};

async function watchSparse(mechanism: 'posix' | 'systemv'): Promise<Watched> {
  return scoped(async (scope) => {
    const [ground] = await sparseSegment(mechanism, scope);
    return watch(ground);
  });
}

/** What each kind of open of these segments ends with. */
async function open(segments: readonly SegmentAddress[]): Promise<unknown> {
  const codes: string[] = [];
  for (const segment of segments) {
    for (const access of ['observe', 'attach'] as const) {
      for (const write of [false, true]) {
        const opening = native.open(segment, { access, write });
        codes.push(
          await opening.then(
            () => 'opened',
            (error: unknown) => (error as NativeError).code,
          ),
        );
      }
    }
  }
  return codes;
}

/** How shared memory of a process of ours opens, by a descriptor and where only a mapping leads to it; and of root's. */
async function processMemory(ofRoot: number): Promise<unknown> {
  const peer = plainPeer();
  const tried = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: unknown) => [(error as NativeError).code, (error as NativeError).call],
    );
  try {
    await peer.ask('memfd', 'ring', 4096);
    await peer.ask('anonymous', 4096);
    const { start, objects } = await native.processMemory(peer.pid);
    const answer: Record<string, unknown> = { ofRoot: await tried(native.processMemory(ofRoot)) };
    for (const { device, inode, path, refusal } of objects) {
      const place = { device: device ?? 0, inode: inode ?? 0 };
      const address = { mechanism: 'process', pid: peer.pid, start, ...place } as const;
      const opening = native.open(address, { access: 'observe', write: false }).then((segment) => {
        segment.close();
      });
      answer[path.startsWith('/memfd:') ? 'descriptor' : 'mapping'] = await tried(opening);
      if (refusal) answer['told'] = [refusal.code, refusal.call];
    }
    return answer;
  } finally {
    await peer.quit();
  }
}

/** Segments whose mode closes them even to their owner. */
async function forbidden(): Promise<unknown> {
  return scoped(async (scope) => {
    const { segment } = posixGround(scope);
    (await native.create(segment, { size: 10, mode: 0 })).close();
    for (const { make } of grounds.slice(1)) {
      const ground = make(scope);
      const creating = native.create(ground.segment, { size: 10, mode: 0, lock: ground.lock });
      await assert.rejects(creating, failure('permission-denied'));
      assert.deepEqual(leftOf(ground), []);
    }
    return open([segment]);
  });
}

async function reviveStale(): Promise<unknown> {
  return scoped(async (scope) => {
    const { segment, lock } = posixGround(scope);
    assert.ok(lock.mechanism === 'posix');
    (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
    const peer = plainPeer();
    await peer.ask('sem_open', lock.name);
    await peer.ask('sem_wait');
    await peer.crash();
    await assert.rejects(native.acquireLock(lock, { timeoutMs: 0, create: false }), failure('busy'));
    const made = await native.create(segment, { size: 10, lock, timeoutMs: 0 });
    made.close();
    return native.peekLock(lock).value;
  });
}

/** A peer swaps the segment that we watch for another, at the same address. */
async function otherAtTheSameAddress(): Promise<unknown> {
  return scoped(async (scope) => {
    const peer = plainPeer();
    scope.after(() => peer.quit());
    const [ours, other] = [fileGround(scope), fileGround(scope)];
    const shmid = await peer.ask('shmget', await keyOf(ours), 4096);
    await peer.write(0, 'ours');
    const observer = await native.open(ours.segment, { access: 'observe', write: false });
    const routes = [await observer.findRoute()];
    const seen = [readText(observer, 0, 5)];
    for (let round = 0; round < 20; round++) {
      await peer.ask('shmdt');
      if (round === 0) await peer.ask('shmget', await keyOf(other), 4096);
      else await peer.ask('shmget', await keyOf(other), 0);
      await peer.write(0, 'other');
      seen.push(readText(observer, 0, 5));
      routes.push(observer.route);
      await peer.ask('shmdt');
      await peer.ask('shmat', shmid);
      routes.push(await observer.findRoute());
      seen.push(readText(observer, 0, 5));
    }
    observer.close();
    return { seen: [...new Set(seen)], routes: [...new Set(routes)] };
  });
}

/** Runs where /dev/shm has 1 MiB. */
async function full(): Promise<unknown> {
  const left = () => readdirSync('/dev/shm');
  const address = { mechanism: 'posix', name: '/full' } as const;
  const { free } = native.limits('posix');
  assert.equal(free, 1024 * 1024);
  await assert.rejects(
    native.create(address, { size: 2 * free, lock: address }),
    failure('out-of-resources', 'fallocate'),
  );
  assert.deepEqual(left(), [], 'a creation that fails leaves neither memory nor lock');

  // 4 MiB of holes, and everything else taken.
  closeSync(openSync('/dev/shm/sparse', 'w'));
  truncateSync('/dev/shm/sparse', 4 * free);
  const sparse = await native.open(
    { mechanism: 'posix', name: '/sparse' },
    { access: 'observe', write: true },
  );
  sparse.write(0, bytesOf('kept'));
  const filler = openSync('/dev/shm/filler', 'w');
  assert.throws(() => {
    for (;;) writeSync(filler, new Uint8Array(4096));
  }, /ENOSPC/);

  const target = new Uint8Array(8192).fill(1);
  assert.equal(sparse.read(free, target), 8192);
  assert.deepEqual(target, new Uint8Array(8192));
  // The first page is there, the second is not.
  assert.throws(() => {
    sparse.write(4, new Uint8Array(8000).fill(2));
  }, failure('out-of-resources'));
  assert.equal(readText(sparse, 0, 8), 'kept\0\0\0\0');
  await assert.rejects(sparse.resize(5 * free), failure('out-of-resources'));
  assert.equal(sparse.state().size, 4 * free);
  await assert.rejects(
    native.exchange({
      segment: sparse,
      lock: null,
      offset: free,
      expected: new Uint8Array(4),
      bytes: new Uint8Array(4).fill(3),
      timeoutMs: 0,
    }),
    failure('out-of-resources'),
  );
  await assert.rejects(
    native.acquireLock(address, { timeoutMs: 0, create: true }),
    failure('out-of-resources', 'sem_open'),
  );
  await assert.rejects(native.create(address, { size: 4096 }), failure('out-of-resources'));
  assert.deepEqual(left().sort(), ['filler', 'sparse']);
  assert.equal(existsSync('/dev/shm/full'), false);
  return 'survived';
}

interface Holding {
  readonly segment: SegmentAddress;
  readonly lock: LockAddress;
  readonly end: 'exit' | 'throw' | 'return';
}

/** Takes the lock, attaches, and ends without giving anything back. */
async function hold({ segment, lock, end }: Holding): Promise<unknown> {
  const held = await native.acquireLock(lock, { timeoutMs: 1000, create: false });
  const attached = await native.open(segment, { access: 'attach', write: true, lastDetachRemoves: true });
  // A wait that is under way keeps a process from ending by itself, and from nothing else.
  if (end !== 'return')
    void native.acquireLock(lock, { timeoutMs: 60_000, create: false }).catch(() => undefined);
  // Kept alive until the end, so that no finalizer does the work.
  Object.assign(globalThis, { kept: [held, attached] });
  const value = native.peekLock(lock).value;
  await new Promise<void>((sent) =>
    process.send?.(value, undefined, undefined, () => {
      sent();
    }),
  );
  if (end === 'exit') process.exit(3);
  if (end === 'throw') throw new Error('the end');
  process.disconnect();
  process.exitCode = 4;
  return undefined;
}

/** Ends while a watch runs. */
async function watchOn({ segment, lock, end }: Holding): Promise<unknown> {
  const attached = await native.open(segment, { access: 'attach', write: true });
  const request = { segment: attached, lock, offset: 0, length: 64, hertz: 1000 };
  // A watch by itself keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  await new Promise<void>((seen) => {
    const watch = native.watch(request, () => {
      watch.go(false);
      seen();
    });
    Object.assign(globalThis, { kept: [watch, attached] });
  });
  clearInterval(alive);
  if (end === 'return') return 'watching';
  await new Promise<void>((sent) => process.send?.('watching', undefined, undefined, () => sent()));
  return process.exit(3);
}

/** Ends while a sweep and a search run. */
async function sweepOn({ segment, end }: Holding): Promise<unknown> {
  const attached = await native.open(segment, { access: 'attach', write: true });
  const alive = setInterval(() => undefined, 1000);
  await new Promise<void>((seen) => {
    const sweep = native.sweep({ segment: attached, budget: 1 }, seen);
    const patterns = [{ bytes: Uint8Array.of(1, 2, 3), mask: new Uint8Array(3).fill(255) }];
    const scope = { segment: attached, start: 0, end: null, alignment: 1, most: 100 };
    const search = native.search({ ...scope, patterns }, () => undefined);
    Object.assign(globalThis, { kept: [sweep, search, attached] });
  });
  clearInterval(alive);
  if (end === 'return') return 'sweeping';
  await new Promise<void>((sent) => process.send?.('sweeping', undefined, undefined, () => sent()));
  return process.exit(3);
}

void (async () => {
  const [name = '', argument = 'null'] = process.argv.slice(2);
  const answer = await tasks[name]?.(JSON.parse(argument) as never);
  if (process.connected)
    process.send?.(answer ?? null, () => {
      process.disconnect();
    });
  else if (name === 'full') console.log(answer);
})();
