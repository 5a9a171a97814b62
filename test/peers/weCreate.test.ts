import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createSegment, recreateSegment } from '../../extension/core/lifecycle';
import { until } from '../unit/until';
import { Refusal } from './peer';
import { bytes, Stage, textAt, versions } from './stage';

for (const version of versions) {
  const qt = `Qt ${String(version)}`;

  test(`We create: ${qt} attaches, locks, reads, writes, detaches, and the last of us removes it`, async (t) => {
    const stage = new Stage(t);
    const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 1000, 1000);
    await segment.write(0, bytes('from us'), 1000);
    const peer = await stage.qt(version);
    await peer.ask('attach');
    assert.equal(await peer.ask('size'), '1000');
    await peer.ask('lock');
    assert.equal(segment.lock.holder?.pid, peer.pid);
    assert.equal((await peer.read(0, 7)).toString(), 'from us');
    await peer.write(0, 'from Qt');
    await peer.ask('unlock');
    assert.equal(textAt(segment, 0, 7), 'from Qt');
    await peer.ask('detach');
    assert.equal(stage.info()?.attachCount, 1);
    assert.equal((await segment.detach()).removedSegment, true);
    await peer.quit();
    await stage.segments.dispose();
    assert.deepEqual(stage.traces(), []);
  });

  test(`We create and leave first: ${qt} goes on and removes it as the last`, async (t) => {
    const stage = new Stage(t);
    const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 64, 1000);
    const peer = await stage.qt(version);
    await peer.ask('attach');
    const { remaining, removedSegment } = await segment.detach();
    assert.deepEqual({ remaining, removedSegment }, { remaining: 1, removedSegment: false });
    await peer.ask('lock');
    await peer.write(0, 'alone');
    await peer.ask('unlock');
    await peer.ask('detach');
    assert.equal(stage.info(), undefined);
  });

  test(`We create what ${qt} has: it exists, with size and process; a held lock stays held`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version, 1024);
    await peer.ask('lock');
    const segment = await stage.observed();
    const before = segment.lock;
    await assert.rejects(
      createSegment(stage.segments, stage.native, stage.nativeKey, 2048, 1000),
      (error: { code: string; facts: { size: number; attached: readonly { pid: number }[] } }) =>
        error.code === 'already-exists' &&
        error.facts.size === 1024 &&
        error.facts.attached.some(({ pid }) => pid === peer.pid),
    );
    assert.deepEqual(segment.lock, before);
    assert.equal(segment.lock.value, 0);
    const second = await stage.qt(version);
    const attaching = second.ask('attach');
    await until('the second waits for the lock', () => segment.lock.waiters === 1);
    await peer.ask('unlock');
    await attaching;
  });

  test(`${qt} creates what we have: refused, and the lock it broke is shown as damaged`, async (t) => {
    const stage = new Stage(t);
    const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 1024, 1000);
    await segment.acquireLock({ timeoutMs: 1000, create: true });
    const peer = await stage.qt(version);
    await assert.rejects(peer.ask('create', 64), (error) => error instanceof Refusal && error.code === '4');
    assert.equal(segment.lock.state, 'damaged');
    segment.releaseLock();
    assert.equal(segment.lock.state, 'damaged');
    assert.equal(segment.lock.value, 2);
    await segment.detach();
  });

  test(`We attach to nothing: not found, no trace, and ${qt} can create afterwards`, async (t) => {
    const stage = new Stage(t);
    const segment = stage.segments.checkout(stage.nativeKey);
    await assert.rejects(segment.attach(true), { code: 'not-found' });
    assert.deepEqual(stage.traces(), []);
    const peer = await stage.qt(version);
    await peer.ask('create', 32);
    await until('the open view finds it', () => segment.presence === 'live');
    await peer.ask('detach');
  });

  test(`${qt} attaches to nothing, we create, it attaches`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.qt(version);
    await assert.rejects(peer.ask('attach'), (error) => error instanceof Refusal && error.code === '5');
    const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 128, 1000);
    await segment.write(0, bytes('here'), 1000);
    await peer.ask('attach');
    assert.equal((await peer.read(0, 4)).toString(), 'here');
    await peer.ask('detach');
    await segment.detach();
  });

  test(`We recreate: refused while ${qt} is attached, with its name; then its bytes are kept`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version, 100);
    await peer.write(0, 'precious');
    const options = { force: false, timeoutMs: 1000 };
    await assert.rejects(
      recreateSegment(stage.segments, stage.native, stage.nativeKey, 5000, options),
      (error: { code: string; facts: { attached: readonly { pid: number }[] } }) =>
        error.code === 'busy' && error.facts.attached.some(({ pid }) => pid === peer.pid),
    );
    const ours = await stage.attached();
    await peer.ask('detach');
    const larger = await recreateSegment(stage.segments, stage.native, stage.nativeKey, 5000, options);
    await peer.ask('attach');
    assert.equal(await peer.ask('size'), '5000');
    assert.equal((await peer.read(0, 8)).toString(), 'precious');
    assert.equal((await peer.read(100, 4900)).equals(Buffer.alloc(4900)), true);
    await peer.ask('detach');
    await larger.detach();
    ours.dispose();
    await peer.quit();
    await stage.segments.dispose();
    assert.deepEqual(stage.traces(), []);
  });

  test(`${qt} detaches while we hold the lock: it waits for it`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    const segment = await stage.attached();
    await segment.acquireLock({ timeoutMs: 1000, create: false });
    const detaching = peer.ask('detach');
    await until('it waits', () => segment.lock.waiters === 1);
    assert.equal(stage.info()?.attachCount, 2);
    segment.releaseLock();
    await detaching;
    assert.equal(stage.info()?.attachCount, 1);
    await segment.detach();
  });
}

test('We create and end as the last without being told to detach: the segment and its bytes stay', async (t) => {
  const stage = new Stage(t);
  const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 64, 1000);
  await segment.write(0, bytes('kept'), 1000);
  await stage.segments.dispose();
  assert.equal(stage.info()?.attachCount, 0);
  const peer = await stage.qt(6);
  await peer.ask('attach');
  assert.equal((await peer.read(0, 4)).toString(), 'kept');
  await peer.ask('detach');
  await peer.quit();
  assert.deepEqual(stage.traces(), []);
});

test('We made the lock and end while others count under it: they make it anew, and not one is lost', async (t) => {
  const stage = new Stage(t);
  const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 64, 1000);
  const peers = [await stage.qt(5), await stage.qt(6)];
  for (const peer of peers) await peer.ask('attach');
  const counting = peers.map((peer) => peer.ask('increment', 5000));
  await until('they count', () => textAt(segment, 1, 1) !== '\0');
  await stage.segments.dispose();
  await Promise.all(counting);
  assert.equal((await peers[0]!.read(0, 4)).readUInt32LE(), 10_000);
});

test('Qt 5, Qt 6 and we count under one lock: not one is lost', async (t) => {
  const stage = new Stage(t);
  const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 64, 1000);
  const peers = [await stage.qt(5), await stage.qt(6), await stage.qt(5)];
  for (const peer of peers) await peer.ask('attach');
  const counting = peers.map((peer) => peer.ask('increment', 2000));
  const number = Buffer.alloc(4);
  for (let round = 0; round < 300; round++) {
    await segment.acquireLock({ timeoutMs: 30_000, create: false });
    segment.read(0, number);
    const next = Buffer.alloc(4);
    next.writeUInt32LE(number.readUInt32LE() + 1);
    await segment.write(0, next, 1000);
    segment.releaseLock();
  }
  await Promise.all(counting);
  segment.read(0, number);
  assert.equal(number.readUInt32LE(), 3 * 2000 + 300);
  for (const peer of peers) await peer.ask('detach');
  await segment.detach();
});
