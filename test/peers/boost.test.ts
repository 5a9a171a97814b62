import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { findLocks } from '../../extension/core/locks/findLocks';
import { LockScene } from '../../extension/core/locks/lockScene';
import type { LockReport } from '../../extension/shared/lockReport';
import type { LockSort } from '../../extension/shared/lockWords';
import type { PlacedLock } from '../../extension/shared/placedLock';
import { until } from '../unit/until';
import { layout, LockStage } from './lockStage';
import { boostPeer, type Peer } from './peer';

/** Where Boost has the mutexes of a managed segment: of its memory, and of the names in it. */
const own = { memory: 0x10, names: 0x70 } as const;

/** A managed segment that a program of Boost has made, with a mutex, a recursive one and a semaphore in it. */
async function managed(t: TestContext) {
  const stage = new LockStage(t);
  const name = stage.memory.slice(1);
  const peer = stage.with(boostPeer());
  await peer.ask('create', name, 65536);
  stage.defer(async () => {
    const last = boostPeer();
    await last.ask('remove', name);
    await last.quit();
  });
  const [mutex = 0, recursive = 0, semaphore = 0] = (await peer.ask('places')).split(' ').map(Number);
  const other = async (): Promise<Peer> => {
    const opened = stage.with(boostPeer());
    await opened.ask('open', name);
    return opened;
  };
  const segment = await stage.observed();
  const found = async () =>
    (
      await findLocks({
        layout,
        size: segment.size,
        read: (offset, target) => segment.read(offset, target),
        nextData: (offset) => segment.nextData(offset),
        lives: (tid) => stage.native.threadEntry(tid) !== null,
      })
    ).suggestions;
  return { stage, segment, peer, other, found, places: { mutex, recursive, semaphore } };
}

const placed = (sort: LockSort, offset: number): PlacedLock => ({
  id: 'placed',
  label: '',
  counts: false,
  place: 'bytes',
  sort,
  offset,
});

test('the locks of a managed segment are found: the two of Boost itself, and those that the program made', async (t) => {
  const { found, places, stage } = await managed(t);
  const before = await stage.bytes();
  assert.deepEqual(
    (await found()).map(({ sort, offset, decoded, reasons }) => [
      offset,
      sort,
      decoded.nature.kind,
      decoded.state,
      reasons.includes('boost'),
    ]),
    [
      [own.memory, 'mutex', 'normal', 'free', true],
      [own.names, 'mutex', 'recursive', 'free', true],
      [places.mutex, 'mutex', 'normal', 'free', false],
      [places.recursive, 'mutex', 'recursive', 'free', false],
      [places.semaphore, 'semaphore', null, 'free', false],
    ],
  );
  assert.deepEqual(await stage.bytes(), before);
});

test('who holds an interprocess_mutex is known, and who waits is seen', async (t) => {
  const { stage, other, places } = await managed(t);
  const [holder, waiter] = [await other(), await other()];
  await holder.ask('lock');
  await holder.ask('lock_recursive');
  await holder.ask('lock_recursive');
  for (const offset of [places.mutex, places.recursive]) {
    const { state, owner } = await stage.decoded('mutex', offset);
    assert.deepEqual([state, owner], ['held', holder.pid]);
    const known = await stage.holder('mutex', offset);
    assert.deepEqual([known?.pid, known?.name, known?.life], [holder.pid, 'boost-peer', 'alive']);
  }
  assert.equal((await stage.decoded('mutex', places.recursive)).depth, 2);
  const waiting = waiter.ask('lock');
  await until('the waiter', async () => (await stage.decoded('mutex', places.mutex)).waiters === 'some');
  await holder.ask('unlock');
  await waiting;
  assert.equal((await stage.decoded('mutex', places.mutex)).owner, waiter.pid);
  await waiter.ask('unlock');
  assert.equal((await stage.decoded('mutex', places.mutex)).state, 'free');
});

test('an interprocess_semaphore names no holder', async (t) => {
  const { stage, peer, places } = await managed(t);
  await peer.ask('wait');
  const { state, value, owner } = await stage.decoded('semaphore', places.semaphore);
  assert.deepEqual([state, value, owner], ['held', 0, null]);
  await peer.ask('post');
  assert.equal((await stage.decoded('semaphore', places.semaphore)).state, 'free');
});

test('a program that dies while it has the segment of Boost locked leaves its mutex stale', async (t) => {
  const { stage, segment, other } = await managed(t);
  const victim = await other();
  await victim.ask('die_inside').catch(() => undefined);
  const scene = new LockScene(stage.native, segment, () => [placed('mutex', own.names)]);
  const report = (await scene.inspect()).find(({ report: { id } }) => id === 'placed');
  assert.deepEqual(
    [report?.report.state, report?.report.holder?.tid, report?.findings.map(({ code }) => code)],
    ['stale', victim.pid, ['holder-dead']],
  );
});

test('a named_mutex is a semaphore of its name: held by nobody known, and abandoned once its holder died', async (t) => {
  const { stage, segment, other } = await managed(t);
  const name = `${stage.memory.slice(1)}-named`;
  const [holder, looker] = [await other(), await other()];
  await holder.ask('named', name);
  stage.defer(async () => {
    await looker.ask('remove_named', name);
  });
  const lock: PlacedLock = {
    id: 'placed',
    label: '',
    counts: false,
    place: 'named',
    semaphore: { mechanism: 'posix', name: `/${name}` },
  };
  const scene = new LockScene(stage.native, segment, () => [lock]);
  const seen = async (): Promise<
    readonly [LockReport['state'] | undefined, number | undefined, string[]]
  > => {
    const found = (await scene.inspect()).find(({ report: { id } }) => id === 'placed');
    const codes = found?.findings.map(({ code }) => code) ?? [];
    return [found?.report.state, found?.report.holder?.pid ?? undefined, codes];
  };
  assert.deepEqual(await seen(), ['free', undefined, []]);
  await holder.ask('lock_named');
  assert.deepEqual(await seen(), ['held', undefined, []]);
  await holder.crash();
  assert.deepEqual(await seen(), ['held', undefined, ['abandoned']]);
});
