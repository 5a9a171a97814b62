// The addon on a Mac, against other processes with it: SEGMENT_LENS_ADDON names it. Needs nothing but Node.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LockAddress } from '../../../native/index';
import {
  bytesOf,
  failure,
  fileGround,
  grounds,
  identityOf,
  leftOf,
  native,
  posixGround,
  readText,
} from '../../native/ground';
import type { Step } from './other';

interface Other {
  readonly pid: number;
  /** What each of its steps answered. */
  readonly said: readonly string[];
  /** Lets it go; answers when it has ended. */
  readonly end: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

async function other(t: TestContext, ...steps: readonly Step[]): Promise<Other> {
  const child = fork(join(__dirname, 'other.js'), [JSON.stringify(steps)]);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  t.after(kill);
  const said = await new Promise<readonly string[]>((resolve, reject) => {
    child.once('message', (told) => {
      resolve(told as readonly string[]);
    });
    child.once('exit', (code) => {
      reject(new Error(`The other process ended with ${String(code)}.`));
    });
  });
  const end = async () => {
    child.disconnect();
    await ended;
  };
  return { pid: child.pid ?? 0, said, end, kill };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 5));
}

const take = (lock: LockAddress, timeoutMs: number) => native.acquireLock(lock, { timeoutMs, create: false });
const observing = { access: 'observe', write: false } as const;

for (const { name, make } of grounds) {
  test(`${name}: what another process writes is read, and it reads what we edit`, async (t) => {
    const { segment: address, lock } = make(t);
    await other(t, { create: address, lock, size: 100, text: 'hello' });
    const segment = await native.open(address, observing);
    assert.equal(readText(segment, 0, 6), 'hello\0');
    const { size } = segment.info();
    assert.ok(size >= 100);
    assert.equal(readText(segment, size - 1, 5).length, 1);
    assert.equal(readText(segment, size, 5), '');
    assert.throws(() => {
      segment.write(0, bytesOf('x'));
    }, failure('permission-denied'));
    const edit = (expected: string, bytes: string) =>
      native.exchange({
        segment,
        lock,
        offset: 0,
        expected: bytesOf(expected),
        bytes: bytesOf(bytes),
        timeoutMs: 1000,
      });
    assert.equal((await edit('jello', 'cello')).written, false);
    assert.equal((await edit('hello', 'cello')).written, true);
    assert.deepEqual((await other(t, { read: address, length: 5 })).said, ['cello']);
    segment.close();
  });

  test(`${name}: what is there is listed, is not made twice, and is gone once it is removed`, async (t) => {
    const ground = make(t);
    const { segment: address, lock } = ground;
    assert.throws(() => native.info(address), failure('not-found'));
    const one = await other(t, { create: address, lock, size: 5000, text: 'kept' });
    const info = native.info(address);
    const listed = native.list(address.mechanism).map(identityOf);
    assert.equal(listed.filter((identity) => identity === identityOf(info)).length, 1);
    await assert.rejects(native.create(address, { size: 5000, lock }), failure('already-exists'));
    const segment = await native.open(address, { access: 'attach', write: true });
    await one.end();
    assert.equal(readText(segment, 0, 4), 'kept');
    segment.close();
    native.remove(address, identityOf(info));
    native.removeLock(lock);
    await assert.rejects(native.open(address, observing), failure('not-found'));
    assert.deepEqual(
      leftOf(ground).filter((left) => left === 'segment' || left === 'lock'),
      [],
    );
  });

  test(`${name}: a lock that another process holds is waited for, for a time, until called off, and until it is free`, async (t) => {
    const { segment: address, lock } = make(t);
    const one = await other(t, { create: address, lock, size: 100, text: '' }, { hold: lock });
    await assert.rejects(take(lock, 50), failure('busy'));
    const cancel = new native.Cancel();
    const called = native.acquireLock(lock, { timeoutMs: 1e9, create: false, cancel });
    cancel.cancel();
    await assert.rejects(called, failure('busy', 'cancel'));
    const waiting = take(lock, 60_000);
    await one.end();
    const held = await waiting;
    await assert.rejects(take(lock, 0), failure('busy'));
    held.release();
    held.release();
    (await take(lock, 1000)).release();
  });

  test(`${name}: a lock whose holder was killed can be had again`, async (t) => {
    const { segment: address, lock } = make(t);
    const one = await other(t, { create: address, lock, size: 100, text: '' }, { hold: lock });
    await one.kill();
    if (lock.mechanism === 'posix') {
      const { identity } = native.peekLock(lock);
      assert.ok(identity !== null);
      await assert.rejects(take(lock, 50), failure('busy'));
      assert.equal(native.resetLock(lock, { identity, value: 0, lastPid: null }), 1);
    }
    (await take(lock, 1000)).release();
  });

  test(`${name}: a watch tells what changes; a sweep and a search go over all of it`, async (t) => {
    const { segment: address } = make(t);
    const segment = await native.create(address, { size: 1 << 20 });
    const seen: string[] = [];
    const watch = native.watch({ segment, lock: null, offset: 0, length: 2, hertz: 60 }, () => {
      const told = watch.take();
      if (told) seen.push(Buffer.from(told.bytes).toString('latin1'));
      watch.go(true);
    });
    await until(() => seen.includes('\0\0'));
    segment.write(1, bytesOf('b'));
    await until(() => seen.some((text) => text.endsWith('b')));
    watch.stop();
    segment.write(700_000, bytesOf('needle'));
    const patterns = [{ bytes: bytesOf('needle'), mask: new Uint8Array(6).fill(255) }];
    const found: number[] = [];
    const search = native.search(
      { segment, start: 0, end: null, alignment: 1, most: 10, patterns },
      () => undefined,
    );
    await until(() => {
      const batch = search.take();
      found.push(...batch.offsets);
      return batch.done;
    });
    assert.deepEqual(found, [700_000]);
    const sweep = native.sweep({ segment, budget: 1 }, () => undefined);
    await until(() => sweep.progress.passes > 0);
    assert.ok((sweep.map(0, 1 << 20, 2).data[1] ?? 0) > 0);
    sweep.stop();
    segment.close();
  });
}

test('the last who detaches from a System V segment removes it with its key file', async (t) => {
  const ground = fileGround(t);
  const { segment: address, lock } = ground;
  const one = await other(t, { create: address, lock, size: 100, text: '' });
  const segment = await native.open(address, { access: 'attach', write: true });
  assert.equal(segment.state().attachCount, 2);
  await one.end();
  const done = await segment.detach({ removeIfLast: true, lock, timeoutMs: 1000 });
  assert.deepEqual(done, { remaining: 0, removedSegment: true });
  native.removeLock(lock);
  assert.ok(
    !leftOf(ground).includes(address.mechanism === 'systemv' && 'path' in address ? address.path : ''),
  );
});

test('a POSIX segment of macOS has whole pages, keeps its size, and is found in the process that has it', async (t) => {
  const { segment: address, lock } = posixGround(t);
  const one = await other(t, { create: address, lock, size: 100, text: '' });
  const info = native.info(address);
  assert.equal(info.size % 4096, 0);
  const segment = await native.open(address, { access: 'attach', write: true });
  await assert.rejects(segment.resize(8192), failure('unsupported'));
  segment.close();
  const { mappings } = await native.scanProcesses();
  const holders = mappings.filter(({ inode }) => inode === info.inode).map(({ pid }) => pid);
  assert.ok(holders.includes(one.pid));
  assert.equal(native.processEntry(one.pid)?.pid, one.pid);
});

test('what a semaphore of macOS has for a value is not known, and a look at it changes nothing', async (t) => {
  const { lock } = posixGround(t);
  (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
  for (let look = 0; look < 3; ++look) {
    const { exists, readable, value, waiters } = native.peekLock(lock);
    assert.deepEqual(
      { exists, readable, value, waiters },
      { exists: true, readable: true, value: null, waiters: null },
    );
  }
  (await take(lock, 0)).release();
});

test('names are as long as macOS has them: 31 bytes of a segment, 30 of a lock', async () => {
  const name = (length: number) =>
    ({ mechanism: 'posix', name: `/${String(process.pid)}`.padEnd(length, 'x') }) as const;
  const segment = await native.create(name(31), { size: 1 });
  native.remove(name(31), segment.identity);
  segment.close();
  (await native.acquireLock(name(30), { timeoutMs: 0, create: true })).release();
  native.removeLock(name(30));
  await assert.rejects(native.create(name(32), { size: 1 }), failure('invalid-key', 'shm_open'));
  assert.throws(() => native.peekLock(name(31)), failure('invalid-key', 'sem_open'));
});

test('what only other systems have is unsupported, and asking for it stops nothing', async () => {
  for (const mechanism of ['windows', 'process'] as const)
    assert.throws(() => native.list(mechanism), failure('unsupported'));
  await assert.rejects(native.processMemory(process.pid), failure('unsupported'));
  assert.equal(native.threadEntry(1), null);
  assert.deepEqual(native.threadEntries(process.pid), []);
  assert.deepEqual(await native.scanWaits([process.pid]), { waits: [], denied: [] });
  assert.ok((native.limits('systemv').maximumSize ?? 0) > 0);
});
