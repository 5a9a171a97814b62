import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createSegment, removeSegment } from '../../extension/core/lifecycle';
import type { NativeKey } from '../../extension/core/key';
import { until } from '../unit/until';
import { plainPeer, pythonPeer, Refusal } from './peer';
import { bytes, Stage, textAt } from './stage';

/** As Python names it: without the slash. */
const posix = (key: string): NativeKey => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` });
const named = (stage: Stage): string =>
  stage.nativeKey.type === 'posix' ? stage.nativeKey.name.slice(1) : '';

test('Python creates: the list shows name, exact size and process', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 1001);
  const entry = await stage.listed();
  assert.equal(entry?.info.size, 1001);
  assert.equal(entry.info.mode, 0o600);
  assert.ok(entry.attached?.some(({ pid }) => pid === peer.pid));
  await peer.ask('close');
  await peer.ask('unlink');
});

test('Python chooses the name: it is recognised as one of Python', async (t) => {
  const peer = pythonPeer();
  const name = await peer.ask('anonymous', 64);
  t.after(() => peer.quit());
  const stage = new Stage(t, () => ({ type: 'posix', name: `/${name}` }));
  assert.equal((await stage.listed())?.kind, 'python');
  await peer.ask('close');
  await peer.ask('unlink');
});

test('Python writes: we watch, and nothing of it is destroyed when we stop', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 4096);
  const before = stage.info();
  const segment = await stage.observed();
  for (let round = 0; round < 20; round++) {
    await peer.write(0, `round ${String(round)}`);
    assert.ok(textAt(segment, 0, 8).startsWith(`round ${String(round)}`));
  }
  segment.dispose();
  await until('the view is closed', () => stage.segments.opened.length === 0);
  const after = stage.info();
  assert.equal(after?.inode, before?.inode);
  assert.equal(after?.accessedMs, before?.accessedMs);
  await peer.write(0, 'still here');
  const again = stage.with(pythonPeer());
  await again.ask('attach', named(stage));
  assert.equal((await again.read(0, 10)).toString(), 'still here');
  await again.ask('untrack');
  await again.ask('close');
  await peer.ask('close');
  await peer.ask('unlink');
});

test('We write: Python sees it, and our leaving removes nothing', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 100);
  const segment = await stage.attached();
  await segment.write(0, bytes('from us'), 1000);
  assert.equal((await peer.read(0, 7)).toString(), 'from us');
  const { removedSegment } = await segment.detach();
  assert.equal(removedSegment, false);
  assert.equal(stage.info()?.size, 100);
  await peer.ask('close');
  await peer.ask('unlink');
});

test('We create: Python attaches, reads and writes; its exit takes the name with it, and we say so', async (t) => {
  const stage = new Stage(t, posix);
  const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 100, 1000);
  const view = stage.segments.checkout(stage.nativeKey);
  await segment.write(0, bytes('shared'), 1000);
  const peer = stage.with(pythonPeer());
  assert.equal(await peer.ask('attach', named(stage)), '100');
  assert.equal((await peer.read(0, 6)).toString(), 'shared');
  await peer.write(0, 'python');
  assert.equal(textAt(view, 0, 6), 'python');
  // Python up to 3.12 believes that whatever it attached to is its own (bpo-38119).
  await peer.quit();
  await until('the view says so', () => view.presence === 'removed');
  assert.equal(stage.info(), undefined);
});

test('We create, a careful Python comes and goes, and the segment stays', async (t) => {
  const stage = new Stage(t, posix);
  const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 100, 1000);
  const peer = stage.with(pythonPeer());
  await peer.ask('attach', named(stage));
  await peer.ask('untrack');
  await peer.write(0, 'kept');
  await peer.quit();
  assert.equal(textAt(segment, 0, 4), 'kept');
  await removeSegment(stage.native, stage.nativeKey, segment.identity ?? '');
});

test('Python is killed: its tracker removes the segment, and the view says so', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 64);
  const segment = await stage.observed();
  await peer.crash();
  await until('the view says so', () => segment.presence === 'removed');
  assert.equal(textAt(segment, 0, 64), '');
});

test('Python unlinks and creates again: the view says that it is another segment', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 64);
  const segment = await stage.observed();
  await peer.ask('close');
  await peer.ask('unlink');
  await peer.ask('create', named(stage), 128);
  await until('the view says so', () => segment.presence === 'recreated');
  await segment.reopen();
  assert.equal(segment.info?.size, 128);
  await peer.ask('close');
  await peer.ask('unlink');
});

test('Names that exist are refused on both sides', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  await peer.ask('create', named(stage), 64);
  await assert.rejects(createSegment(stage.segments, stage.native, stage.nativeKey, 64, 1000), {
    code: 'already-exists',
  });
  const other = stage.with(pythonPeer());
  await assert.rejects(
    other.ask('create', named(stage), 64),
    (error) => error instanceof Refusal && error.code === 'FileExistsError',
  );
  await peer.ask('close');
  await peer.ask('unlink');
});

test("A Python ShareableList reads as what Python's layout says: a count, then offsets", async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(pythonPeer());
  const size = Number(await peer.ask('list', named(stage), 'alpha', 'beta'));
  const segment = await stage.observed();
  assert.equal(segment.info?.size, size);
  const all = Buffer.from(textAt(segment, 0, size), 'latin1');
  assert.equal(all.readBigInt64LE(0), 2n);
  assert.ok(all.includes('alpha') && all.includes('beta'));
  await peer.ask('close');
  await peer.ask('unlink');
});

test('C and Python and we share one segment', async (t) => {
  const stage = new Stage(t, posix);
  const c = stage.with(plainPeer());
  await c.ask('shm_open', `/${named(stage)}`, 30);
  const python = stage.with(pythonPeer());
  await python.ask('attach', named(stage));
  await python.ask('untrack');
  const segment = await stage.attached();
  await c.write(0, 'C');
  await python.write(1, 'P');
  await segment.write(2, bytes('L'), 1000);
  assert.equal(textAt(segment, 0, 3), 'CPL');
  assert.equal((await c.read(0, 3)).toString(), 'CPL');
  assert.equal((await python.read(0, 3)).toString(), 'CPL');
  assert.equal(
    (await stage.listed())?.attachCount,
    2 + Number((await stage.listed())?.attached?.some(({ us }) => us)),
  );
  await c.ask('shm_unlink', `/${named(stage)}`);
});
