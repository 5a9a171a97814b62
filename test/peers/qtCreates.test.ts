import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { SegmentError } from '../../extension/core/errors';
import { interpretations } from '../../extension/core/interpretations';
import { removeSegment } from '../../extension/core/lifecycle';
import { until } from '../unit/until';
import { Refusal } from './peer';
import { bytes, Stage, temporaryFolder, textAt, versions } from './stage';

for (const version of versions) {
  const qt = `Qt ${String(version)}`;

  test(`${qt} creates: the list shows key, size, owner, process and a free lock`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version, 1000);
    const entry = await stage.listed();
    assert.equal(entry?.kind, 'qt');
    assert.equal(entry.label, stage.key);
    assert.equal(entry.info.size, 1000);
    assert.equal(entry.info.mode, 0o600);
    assert.equal(entry.info.uid, process.getuid?.());
    assert.equal(entry.attachCount, 1);
    assert.deepEqual(
      entry.attached?.map(({ pid, name, writable }) => ({ pid, name, writable })),
      [{ pid: peer.pid, name: `qt${String(version)}-peer`, writable: true }],
    );
    assert.equal(entry.lock.state, 'free');
  });

  test(`${qt} creates: the key that it was given leads there, without saying what it means`, async (t) => {
    const stage = new Stage(t);
    await stage.creator(version);
    const { accepted } = interpretations(stage.key, [temporaryFolder]);
    assert.deepEqual(
      accepted.map(({ key }) => key).find(({ type }) => type === 'systemv'),
      stage.nativeKey,
    );
    assert.equal((await stage.observed()).info?.size, 1024);
  });

  test(`${qt} writes: we see it, read-only, and the system does not see us`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    const segment = await stage.observed();
    await peer.write(0, 'its first page');
    const before = stage.info();
    for (let round = 0; round < 50; round++) {
      const text = `round ${String(round).padStart(2, '0')}`;
      await peer.write(round, text);
      assert.equal(textAt(segment, round, text.length), text);
    }
    assert.equal(segment.access, 'observe');
    assert.deepEqual(stage.info(), before);
    assert.equal(before?.lastPid, peer.pid);
  });

  test(`${qt} holds the lock: the holder is named, and who waits is counted`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    const segment = await stage.observed();
    await peer.ask('lock');
    const name = `qt${String(version)}-peer`;
    assert.equal(segment.lock.state, 'held');
    assert.deepEqual(segment.lock.holder, { pid: peer.pid, name });
    const second = await stage.qt(version);
    const attaching = second.ask('attach'); // Qt takes the lock for it
    await until('the second waits', () => segment.lock.waiters === 1);
    await peer.ask('unlock');
    await attaching;
    assert.equal(segment.lock.state, 'free');
    assert.equal(segment.lock.waiters, 0);
  });

  test(`${qt} holds the lock: our edit waits for it, and then reaches the peer`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'before');
    const segment = await stage.attached();
    await peer.ask('lock');
    const edit = segment.exchange(0, bytes('before'), bytes('behind'), 30_000);
    await until('the edit waits', () => segment.lock.waiters === 1);
    assert.equal((await peer.read(0, 6)).toString(), 'before');
    await peer.ask('unlock');
    assert.equal((await edit).written, true);
    assert.equal((await peer.read(0, 6)).toString(), 'behind');
    assert.equal(segment.lock.state, 'free');
  });

  test(`${qt} keeps the lock: our edit gives up, names the holder and writes nothing`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    const segment = await stage.attached();
    await peer.ask('lock');
    const edit = segment.exchange(0, new Uint8Array(2), bytes('no'), 50);
    await assert.rejects(edit, (error: SegmentError) => {
      assert.equal(error.code, 'busy');
      assert.deepEqual(error.facts.holder, { pid: peer.pid, name: `qt${String(version)}-peer` });
      assert.equal(error.facts.waitedMs, 50);
      return true;
    });
    assert.equal((await peer.read(0, 2)).toString(), '\0\0');
    await peer.ask('unlock');
  });

  test(`${qt} writes what the user has not seen: our edit writes nothing and shows it`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'theirs');
    const segment = await stage.attached();
    const { written, found } = await segment.exchange(0, bytes('mine??'), bytes('mine!!'), 1000);
    assert.equal(written, false);
    assert.deepEqual(found, bytes('theirs'));
    assert.equal((await peer.read(0, 6)).toString(), 'theirs');
  });

  test(`${qt} asks for the lock that we hold: it waits until we give it back`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    const segment = await stage.observed();
    await segment.acquireLock({ timeoutMs: 1000, create: false });
    assert.equal(segment.lock.state, 'ours');
    const locking = peer.ask('lock');
    await until('the peer waits', () => segment.lock.waiters === 1);
    segment.releaseLock();
    await locking;
    assert.deepEqual(segment.lock.holder?.pid, peer.pid);
    await peer.ask('unlock');
  });

  test(`${qt} is killed with the lock: it is free again, and the orphan stays until it is removed`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'last words');
    const segment = await stage.observed();
    await peer.ask('lock');
    await peer.crash();
    await until('the lock is free', () => segment.lock.state === 'free');
    const left = await stage.attached();
    assert.equal(textAt(left, 0, 10), 'last words');
    assert.equal((await left.detach()).removedSegment, false);
    // An observer may be looking just now: an orphan can be read only by attaching to it for a moment.
    await until('nobody has it', () => stage.info()?.attachCount === 0);
    assert.equal((await stage.listed())?.info.size, 1024);
    await removeSegment(stage.native, stage.nativeKey, String(stage.info()?.shmid));
    assert.deepEqual(stage.traces(), []);
  });

  test(`${qt} detaches as the last one under our eyes: it removes its segment, and we let go`, async (t) => {
    const stage = new Stage(t);
    const segment = stage.segments.checkout(stage.nativeKey);
    const peer = await stage.qt(version);
    for (let round = 0; round < 6; round++) {
      await peer.ask('create', 4096);
      if (segment.presence !== 'live') await segment.reopen();
      await until('it is live', () => segment.presence === 'live');
      const looking = setInterval(() => textAt(segment, 0, 4096), 1);
      await peer.ask('detach');
      assert.deepEqual(
        stage.traces().filter((trace) => trace === 'memory' || trace.includes('sharedmemory')),
        [],
      );
      clearInterval(looking);
      await until('we see that it went', () => segment.presence !== 'live');
      assert.equal(textAt(segment, 0, 1), '');
    }
  });

  test(`${qt} detaches while we are attached: it leaves the segment to us, and we remove it as it would`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'yours now');
    const segment = await stage.attached();
    await peer.ask('detach');
    assert.equal(textAt(segment, 0, 9), 'yours now');
    const { remaining, removedSegment } = await segment.detach();
    assert.deepEqual({ remaining, removedSegment }, { remaining: 0, removedSegment: true });
    assert.equal(stage.info(), undefined);
  });

  test(`${qt} stays attached while we remove the segment: a late peer finds nothing`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'kept');
    const segment = await stage.observed();
    await removeSegment(stage.native, stage.nativeKey, segment.identity ?? '');
    await until('the view says so', () => segment.presence === 'removed');
    const late = await stage.qt(version);
    await assert.rejects(late.ask('attach'), (error) => error instanceof Refusal && error.code === '5');
    assert.equal((await peer.read(0, 4)).toString(), 'kept', 'whoever has it keeps it');
  });

  test(`${qt} detaches and creates again: the view says that it is another segment`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version, 1024);
    await peer.write(0, 'first');
    const segment = await stage.observed();
    await peer.ask('detach');
    await peer.ask('create', 2048);
    await peer.write(0, 'other');
    await until('the view says so', () => segment.presence === 'recreated');
    await segment.reopen();
    await until('it is live', () => segment.presence === 'live');
    assert.equal(segment.info?.size, 2048);
    assert.equal(textAt(segment, 0, 5), 'other');
  });

  for (const size of [1, 100, 4096, 65_537]) {
    test(`${qt} creates ${String(size)} bytes: that is the size we see, all zero`, async (t) => {
      const stage = new Stage(t);
      await stage.creator(version, size);
      const segment = await stage.observed();
      assert.equal(segment.info?.size, size);
      assert.equal(textAt(segment, 0, size + 10), '\0'.repeat(size));
    });
  }

  test(`${qt} attaches read-only: we tell it from one that may write`, async (t) => {
    const stage = new Stage(t);
    const writer = await stage.creator(version);
    const reader = await stage.qt(version);
    await reader.ask('attach', 'ro');
    const entry = await stage.listed();
    assert.equal(entry?.attachCount, 2);
    assert.deepEqual(
      new Map(entry.attached?.map(({ pid, writable }) => [pid, writable])),
      new Map([
        [writer.pid, true],
        [reader.pid, false],
      ]),
    );
  });
}
