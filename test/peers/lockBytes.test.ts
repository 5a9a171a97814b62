import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf } from '../../extension/core/locks/layout';
import { until } from '../unit/until';
import { layout, LockStage, places } from './lockStage';
import { lockPeerElsewhere } from './peer';

const { first } = places;

/** The letters that make a mutex, and what we should say of it. */
const natures = [
  ['n', { kind: 'normal', robust: false, priority: 'none', shared: true }],
  ['r', { kind: 'recursive', robust: false, priority: 'none', shared: true }],
  ['e', { kind: 'errorcheck', robust: false, priority: 'none', shared: true }],
  ['a', { kind: 'adaptive', robust: false, priority: 'none', shared: true }],
  ['p', { kind: 'normal', robust: false, priority: 'none', shared: false }],
  ['R', { kind: 'normal', robust: true, priority: 'none', shared: true }],
  ['rR', { kind: 'recursive', robust: true, priority: 'none', shared: true }],
  ['I', { kind: 'normal', robust: false, priority: 'inherit', shared: true }],
  ['RI', { kind: 'normal', robust: true, priority: 'inherit', shared: true }],
] as const;

for (const [how, nature] of natures) {
  test(`a mutex made as ${how}: what it is, free, held by whom, and free again`, async (t) => {
    const stage = new LockStage(t);
    const peer = await stage.maker();
    await peer.ask('mutex', first, how);
    const free = await stage.decoded('mutex', first);
    assert.deepEqual(free.nature, { sort: 'mutex', ...nature });
    assert.deepEqual([free.state, free.owner], ['free', null]);
    await peer.ask('lock', first);
    const held = await stage.decoded('mutex', first);
    assert.deepEqual([held.state, held.owner, held.waiters], ['held', peer.pid, 0]);
    assert.equal(held.certainty, nature.shared ? 'certain' : 'likely');
    await peer.ask('unlock', first);
    assert.equal((await stage.decoded('mutex', first)).state, 'free');
  });
}

test('a mutex with a ceiling is told, although a thread needs a real-time priority to take it', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'P');
  const { nature, state } = await stage.decoded('mutex', first);
  assert.deepEqual([nature.priority, state], ['protect', 'free']);
});

for (const how of ['n', 'r', 'e', 'R', 'I', 'RI']) {
  test(`a mutex made as ${how}: who waits is seen`, async (t) => {
    const stage = new LockStage(t);
    const [peer, other] = [await stage.maker(), await stage.other()];
    await peer.ask('mutex', first, how);
    await peer.ask('lock', first);
    const waiting = other.ask('lock', first);
    await until('the waiter is seen', async () => (await stage.decoded('mutex', first)).waiters === 'some');
    await peer.ask('unlock', first);
    await waiting;
    assert.equal((await stage.decoded('mutex', first)).owner, other.pid);
  });
}

test('a recursive mutex tells how often it was taken', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'r');
  for (let time = 0; time < 3; time++) await peer.ask('lock', first);
  assert.equal((await stage.decoded('mutex', first)).depth, 3);
});

test('the holder is a thread, and its process is named with the time when it started', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'n');
  const tid = Number(await peer.ask('thread', 'lock', first));
  await until('it is held', async () => (await stage.decoded('mutex', first)).owner === tid);
  const holder = await stage.holder('mutex', first);
  assert.deepEqual(
    [holder?.tid, holder?.pid, holder?.name, holder?.life, holder?.certainty],
    [tid, peer.pid, 'lock-peer', 'alive', 'certain'],
  );
  assert.ok(Math.abs((holder?.startedMs ?? 0) - Date.now()) < 60_000);
});

for (const how of ['n', 'r', 'e', 'I']) {
  test(`a mutex made as ${how} whose holder was killed stays held, by nobody who lives`, async (t) => {
    const stage = new LockStage(t);
    const [peer, other] = [await stage.maker(), await stage.other()];
    await peer.ask('mutex', first, how);
    await other.ask('lock', first);
    assert.equal((await stage.holder('mutex', first))?.life, 'alive');
    await other.crash();
    assert.equal((await stage.decoded('mutex', first)).state, 'held');
    const holder = await stage.holder('mutex', first);
    assert.deepEqual([holder?.tid, holder?.pid, holder?.life], [other.pid, null, 'dead']);
  });
}

for (const how of ['R', 'RI']) {
  test(`a mutex made as ${how} tells that its holder died, who took it over, and that it was lost`, async (t) => {
    const stage = new LockStage(t);
    const [peer, other] = [await stage.maker(), await stage.other()];
    await peer.ask('mutex', first, how);
    await other.ask('lock', first);
    await other.crash();
    const died = await stage.decoded('mutex', first);
    assert.deepEqual([died.state, died.owner], ['owner-died', other.pid]);
    await assert.rejects(peer.ask('lock', first), /Owner died/);
    const inherited = await stage.decoded('mutex', first);
    assert.deepEqual([inherited.state, inherited.owner], ['inconsistent', peer.pid]);
    await peer.ask('consistent', first);
    assert.equal((await stage.decoded('mutex', first)).state, 'held');
    await peer.ask('unlock', first);
    assert.equal((await stage.decoded('mutex', first)).state, 'free');

    const next = await stage.other();
    await next.ask('lock', first);
    await next.crash();
    await assert.rejects(peer.ask('lock', first), /Owner died/);
    await peer.ask('unlock', first);
    assert.equal((await stage.decoded('mutex', first)).state, 'not-recoverable');
    await assert.rejects(peer.ask('lock', first), /not recoverable/);
  });
}

test('a thread that ended with a mutex is dead although its process lives', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'n');
  const tid = Number(await peer.ask('ending_thread', 'lock', first));
  await until('it has ended', () => stage.native.threadEntry(tid) === null);
  const holder = await stage.holder('mutex', first);
  assert.deepEqual([holder?.tid, holder?.life], [tid, 'dead']);
});

test('a holder in another pid namespace is found by the number that it has there', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'n');
  const far = await stage.other(lockPeerElsewhere());
  await far.ask('lock', first);
  const { owner } = await stage.decoded('mutex', first);
  assert.equal(owner, 1, 'the first process there');
  const holder = await stage.holder('mutex', first);
  assert.deepEqual([holder?.tid, holder?.name, holder?.life], [1, 'lock-peer', 'alive']);
  assert.notEqual(holder?.certainty, 'unknown');
  assert.equal(stage.native.threadEntry(holder?.pid ?? 0)?.innerTid, 1);
});

test('an owner that nobody has is unknown, not dead, while a process of another pid namespace has the segment', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('mutex', first, 'n');
  const [far, gone] = [await stage.other(lockPeerElsewhere()), await stage.other()];
  await gone.ask('lock', first);
  await gone.crash();
  assert.equal((await stage.holder('mutex', first))?.life, 'unknown');
  await far.crash();
  await until(
    'nobody of another namespace is left',
    async () => (await stage.holder('mutex', first))?.life === 'dead',
  );
});

test('a rwlock: free, read by two, written, and who waits', async (t) => {
  const stage = new LockStage(t);
  const [peer, other] = [await stage.maker(), await stage.other()];
  await peer.ask('rwlock', first);
  const free = await stage.decoded('rwlock', first);
  assert.deepEqual([free.state, free.certainty, free.nature.shared], ['free', 'certain', true]);
  await peer.ask('rdlock', first);
  await other.ask('rdlock', first);
  const read = await stage.decoded('rwlock', first);
  assert.deepEqual([read.state, read.readers, read.owner, read.waiters], ['read', 2, null, 0]);
  await other.ask('rwunlock', first);
  const writing = other.ask('wrlock', first);
  await until('the writer waits', async () => (await stage.decoded('rwlock', first)).waiters === 1);
  await peer.ask('rwunlock', first);
  await writing;
  const written = await stage.decoded('rwlock', first);
  assert.deepEqual([written.state, written.owner, written.certainty], ['held', other.pid, 'certain']);
  const reading = peer.ask('rdlock', first);
  await until('the reader waits', async () => (await stage.decoded('rwlock', first)).waiters === 1);
  await other.ask('rwunlock', first);
  await reading;
  await peer.ask('rwunlock', first);
  assert.equal((await stage.decoded('rwlock', first)).state, 'free');
});

test('a semaphore in a segment: its value, and how many wait', async (t) => {
  const stage = new LockStage(t);
  const [peer, other] = [await stage.maker(), await stage.other()];
  await peer.ask('semaphore', first, 2);
  const free = await stage.decoded('semaphore', first);
  assert.deepEqual([free.state, free.value, free.certainty], ['free', 2, 'certain']);
  await peer.ask('wait', first);
  await peer.ask('wait', first);
  const waiting = other.ask('wait', first);
  await until('it waits', async () => (await stage.decoded('semaphore', first)).waiters === 1);
  const held = await stage.decoded('semaphore', first);
  assert.deepEqual([held.state, held.value, held.owner], ['held', 0, null]);
  await peer.ask('post', first);
  await waiting;
});

test('the sizes are those of the C library of this machine, and its programs say that it is theirs', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  const sizes = [layout.mutex.size, layout.rwlock.size, layout.semaphore.size];
  assert.equal(await peer.ask('sizes'), sizes.join(' '));
  const abi = stage.native.programAbi(peer.pid);
  assert.ok(abi);
  assert.equal(abi.library, 'glibc');
  assert.deepEqual(layoutOf(abi), layout);
});
