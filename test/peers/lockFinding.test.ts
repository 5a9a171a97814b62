import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLocks } from '../../extension/core/locks/findLocks';
import { until } from '../unit/until';
import { layout, LockStage, places } from './lockStage';

const { first, second, third, fourth } = places;

test('the locks that a program made are found where it made them, and nothing in it changes', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'R');
  await peer.ask('mutex', second, 'r');
  await peer.ask('rwlock', third);
  await peer.ask('semaphore', fourth, 1);
  for (const [verb, offset] of [
    ['lock', first],
    ['lock', second],
    ['wrlock', third],
  ] as const)
    await peer.ask(verb, offset);
  const segment = await stage.observed();
  const before = await stage.bytes();
  const { suggestions } = await findLocks({
    layout,
    size: segment.size,
    read: (offset, target) => segment.read(offset, target),
    nextData: (offset) => segment.nextData(offset),
    lives: (tid) => stage.native.threadEntry(tid) !== null,
  });
  assert.deepEqual(
    suggestions.map(({ sort, offset, reasons }) => [sort, offset, reasons.join(' ')]),
    [
      ['mutex', first, 'kind owner owner-lives'],
      ['mutex', second, 'kind owner owner-lives'],
      ['rwlock', third, 'writer owner owner-lives'],
      ['semaphore', fourth, 'scope'],
    ],
  );
  assert.deepEqual(
    suggestions.map(({ decoded }) => decoded.owner),
    [peer.pid, peer.pid, peer.pid, null],
  );
  assert.deepEqual(await stage.bytes(), before);
});

test('every mutex is found, free or held, waited for or left by the dead', async (t) => {
  for (const how of ['n', 'r', 'e', 'R', 'rR', 'I', 'RI']) {
    const stage = new LockStage(t);
    const [peer, other] = [await stage.maker(), await stage.other()];
    const segment = await stage.observed();
    const states = async (): Promise<readonly string[]> => {
      const read = (offset: number, target: Uint8Array): number => segment.read(offset, target);
      const { suggestions } = await findLocks({ layout, size: segment.size, read });
      return suggestions.map(({ offset, decoded }) => `${String(offset)} ${decoded.state}`);
    };
    await peer.ask('mutex', first, how);
    assert.deepEqual(await states(), [`${String(first)} free`], how);
    await other.ask('lock', first);
    assert.deepEqual(await states(), [`${String(first)} held`], how);
    await peer.ask('thread', 'lock', first);
    await until('it waits', async () => (await stage.decoded('mutex', first)).waiters === 'some');
    assert.deepEqual(await states(), [`${String(first)} held`], how);
    await other.ask('unlock', first);
    await until('it is held', async () => {
      const { owner } = await stage.decoded('mutex', first);
      // It is found as soon as it says so in every word.
      return owner !== null && owner !== other.pid && (await states()).length === 1;
    });
    await peer.crash();
    assert.deepEqual(await states(), [`${String(first)} ${how.includes('R') ? 'owner-died' : 'held'}`], how);
  }
});
