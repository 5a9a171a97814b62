import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { plainPeer, root } from '../peers/peer';
import type { SegmentAddress } from '../../native/index';
import { bytesOf, failure, fileGround, native, posixGround, readText } from './ground';
import { keyOf } from './watching';

test('POSIX: every window that we read is what the peer has there', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shm_open', segment.name, 9001);
  await windows(peer, segment, 9001);
});

test('System V: every window that we read is what the peer has there', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shmget', await keyOf(ground), 9001);
  await windows(peer, ground.segment, 9001);
});

async function windows(
  peer: ReturnType<typeof plainPeer>,
  segment: Parameters<typeof native.open>[0],
  size: number,
): Promise<void> {
  const handles = [
    await native.open(segment, { access: 'observe', write: false }),
    await native.open(segment, { access: 'attach', write: true }),
  ];
  for (const handle of handles) await handle.findRoute();
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 100; round++) {
    const at = random(size - 64);
    await peer.write(
      at,
      Uint8Array.from({ length: 64 }, () => random(256)),
    );
    const offset = random(size);
    const length = random(4000);
    const there = Math.min(length, size - offset);
    const expected = await peer.read(offset, there);
    for (const handle of handles) {
      const target = Buffer.alloc(length);
      assert.equal(handle.read(offset, target), there);
      assert.deepEqual(target.subarray(0, there), expected);
    }
  }
  handles[1]!.write(size - 5, bytesOf('hello'));
  assert.equal((await peer.read(size - 5, 5)).toString(), 'hello');
  for (const handle of handles) handle.close();
}

test('POSIX: cut short, grown and unlinked under our reads, a segment raises no signal', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shm_open', segment.name, 8192);
  await peer.write(0, 'hello');
  const opened = await native.open(segment, { access: 'attach', write: true });
  const target = new Uint8Array(8192);
  assert.equal(opened.read(0, target), 8192);
  await peer.ask('ftruncate', 3);
  assert.equal(opened.read(0, target), 3);
  assert.equal(opened.state().size, 3);
  const late = { segment: opened, lock: null, offset: 0, expected: bytesOf('hello'), timeoutMs: 0 };
  await assert.rejects(native.exchange({ ...late, bytes: bytesOf('world') }), failure('invalid-size'));
  assert.throws(() => {
    opened.write(0, bytesOf('world'));
  }, failure('invalid-size'));
  assert.equal(opened.state().size, 3, 'no write of ours grows it');
  await peer.ask('ftruncate', 0);
  assert.equal(opened.read(0, target), 0);
  await peer.ask('ftruncate', 10_000);
  assert.equal(opened.read(0, target), 8192);
  assert.deepEqual(opened.state(), { size: 10_000, removed: false, attachCount: null });
  await peer.ask('shm_unlink', segment.name);
  assert.equal(opened.state().removed, true);
  assert.equal(opened.info().removed, true);
  assert.equal(opened.read(0, target), 8192, 'the bytes live as long as the handle');
  const again = plainPeer();
  t.after(() => again.quit());
  await again.ask('shm_open', segment.name, 64);
  assert.equal(opened.state().removed, true, 'another segment of that name is not ours');
  opened.close();
});

test('System V: after IPC_RMID the bytes last as long as a peer has them, and not because of us', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  t.after(() => peer.quit());
  const shmid = Number(await peer.ask('shmget', await keyOf(ground), 4096));
  await peer.write(0, 'last words');
  const observer = await native.open(ground.segment, { access: 'observe', write: false });
  await observer.findRoute();
  await peer.ask('shm_rmid');
  assert.deepEqual(observer.state(), { size: 4096, removed: true, attachCount: 1 });
  assert.equal(readText(observer, 0, 10), 'last words');
  assert.equal(observer.info().key, 0);
  await peer.quit();
  assert.equal(native.list('systemv').filter((one) => one.shmid === shmid).length, 0);
  assert.throws(() => observer.read(0, new Uint8Array(1)), failure('gone'));
  assert.throws(() => observer.info(), failure('gone'));
  assert.equal(observer.state().removed, true);
  observer.close();
});

test('System V: the last to detach removes segment and key file, as Qt does', async (t) => {
  const ground = fileGround(t);
  assert.ok('path' in ground.segment);
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shmget', await keyOf(ground), 64);
  const attached = await native.open(ground.segment, { access: 'attach', write: true });
  assert.equal(native.info(ground.segment).attachCount, 2);
  await peer.ask('shmdt');
  const done = await attached.detach({ removeIfLast: true, lock: ground.lock, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 0, removedSegment: true });
  assert.equal(existsSync(ground.segment.path), false);
  assert.throws(() => native.info(ground.segment), failure('not-found'));
});

test('System V: detaching before a peer leaves everything to it', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shmget', await keyOf(ground), 64);
  const attached = await native.open(ground.segment, { access: 'attach', write: true });
  const done = await attached.detach({ removeIfLast: true, lock: null, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 1, removedSegment: false });
  await peer.write(0, 'still there');
});

test('System V: an orphan that we attached to stays when we leave', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  await peer.ask('shmget', await keyOf(ground), 64);
  await peer.quit();
  const attached = await native.open(ground.segment, { access: 'attach', write: true });
  const done = await attached.detach({ removeIfLast: true, lock: null, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 0, removedSegment: false });
  assert.equal(native.info(ground.segment).attachCount, 0);
});

test('System V: an orphan that others found while we were attached goes with the last of us', async (t) => {
  const ground = fileGround(t);
  const first = plainPeer();
  await first.ask('shmget', await keyOf(ground), 64);
  await first.quit();
  const attached = await native.open(ground.segment, { access: 'attach', write: true });
  const second = plainPeer();
  await second.ask('shmget', await keyOf(ground), 0);
  await second.quit();
  const done = await attached.detach({ removeIfLast: true, lock: null, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 0, removedSegment: true });
});

test('System V: an orphan at which another window looks meanwhile stays when we leave', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  await peer.ask('shmget', await keyOf(ground), 64);
  await peer.quit();
  const looker = await lookAt(t, ground.segment);
  for (let round = 0; round < 300; round++) {
    const opening = { access: 'attach', write: true, lastDetachRemoves: true } as const;
    const attached = await native.open(ground.segment, opening);
    const { removedSegment } = await attached.detach({ removeIfLast: true, lock: null, timeoutMs: 0 });
    assert.equal(removedSegment, false, `round ${String(round)}`);
  }
  assert.deepEqual(await looker.routes(), ['momentary']);
  assert.equal(native.info(ground.segment).attachCount, 0);
});

test('System V: without the rule the last detach removes nothing', async (t) => {
  const ground = fileGround(t);
  const made = await native.create(ground.segment, { size: 64 });
  const done = await made.detach({ removeIfLast: false, lock: null, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 0, removedSegment: false });
  assert.equal(native.info(ground.segment).size, 64);
});

test('System V: a peer that left while we were attached for an edit is not followed by a leak', async (t) => {
  const ground = fileGround(t);
  assert.ok('path' in ground.segment && 'path' in ground.lock);
  const made = await native.acquireLock(ground.lock, { timeoutMs: 0, create: true });
  made.release();
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('semget', native.ftok(ground.lock.path, ground.lock.projectId));
  await peer.ask('shmget', await keyOf(ground), 64);
  await peer.ask('acquire');
  const observer = await native.open(ground.segment, {
    access: 'observe',
    write: false,
    lastDetachRemoves: true,
  });
  const edit = native.exchange({
    segment: observer,
    lock: ground.lock,
    offset: 0,
    expected: new Uint8Array(4),
    bytes: bytesOf('late'),
    timeoutMs: 30_000,
  });
  const { until } = await import('../unit/until');
  await until('the edit waits for the lock', () => native.peekLock(ground.lock).waiters === 1);
  await peer.ask('shmdt');
  await peer.ask('release');
  assert.equal((await edit).written, true);
  assert.throws(() => native.info(ground.segment), failure('not-found'));
  assert.equal(existsSync(ground.segment.path), false);
  observer.close();
});

test('Detaching waits for the lock, says busy at its time, and leaves the segment attached', async (t) => {
  const ground = fileGround(t);
  const made = await native.create(ground.segment, { size: 64, lock: ground.lock });
  const held = await native.acquireLock(ground.lock, { timeoutMs: 0, create: false });
  const options = { removeIfLast: true, lock: ground.lock, timeoutMs: 20 };
  await assert.rejects(made.detach(options), failure('busy'));
  assert.equal(made.state().attachCount, 1);
  held.release();
  assert.equal((await made.detach(options)).removedSegment, true);
});

/** Another window that looks until it is asked by which routes it did, or the test ends. */
async function lookAt(
  t: TestContext,
  segment: SegmentAddress,
): Promise<{ routes(): Promise<readonly string[]> }> {
  const child = spawn(process.execPath, [join(root, 'out/test/native/looker.js'), JSON.stringify(segment)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child.stdout, 'readable');
  child.stdout.read();
  return {
    async routes() {
      child.stdin.end();
      return (await text(child.stdout)).split(' ');
    },
  };
}
