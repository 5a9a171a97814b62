import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { plainPeer } from '../peers/peer';
import { until } from '../unit/until';
import type { LockAddress } from '../../native/index';
import { failure, fileGround, native, numberGround, posixGround } from './ground';

test('A thread is told with its process, and none where there is none', async (t) => {
  const peer = plainPeer();
  t.after(() => peer.quit());
  const entry = native.threadEntry(peer.pid);
  assert.ok(entry);
  assert.deepEqual(
    [entry.pid, entry.innerTid, entry.name, entry.ended],
    [peer.pid, peer.pid, 'plain-peer', false],
  );
  assert.equal(entry.start, native.processEntry(peer.pid)?.start);
  assert.equal(entry.pidNamespace, native.threadEntry(process.pid)?.pidNamespace);
  await peer.crash();
  assert.equal(native.threadEntry(peer.pid), null);
  assert.deepEqual(native.threadEntries(peer.pid), []);
  assert.equal(native.programAbi(peer.pid), null);
  assert.equal(native.processMappings(peer.pid), null);
  assert.deepEqual(await native.scanWaits([peer.pid]), { waits: [], denied: [] });
});

test('A thread that is not the first of its process is told with that process', async () => {
  const before = new Set(native.threadEntries(process.pid).map(({ tid }) => tid));
  const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
  await once(worker, 'online');
  const [added] = native.threadEntries(process.pid).filter(({ tid }) => !before.has(tid));
  assert.ok(added);
  assert.deepEqual([added.pid, native.threadEntry(added.tid)?.pid], [process.pid, process.pid]);
  await worker.terminate();
  await until('it has ended', () => native.threadEntry(added.tid) === null);
});

test('The shared mappings of one process are those that the scan finds', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shm_open', segment.name, 5000);
  const scan = await native.scanProcesses();
  assert.deepEqual(
    native.processMappings(peer.pid),
    scan.mappings.filter(({ pid }) => pid === peer.pid),
  );
});

test('A wait for a System V semaphore is told with its set, one for a POSIX semaphore with its address', async (t) => {
  const [file, posix] = [fileGround(t), posixGround(t)];
  assert.ok('path' in file.lock && posix.lock.mechanism === 'posix');
  const held = await Promise.all(
    [file, posix].map(({ lock }) => native.acquireLock(lock, { timeoutMs: 0, create: true })),
  );
  const [first, second] = [plainPeer(), plainPeer()];
  await first.ask('semget', native.ftok(file.lock.path, file.lock.projectId));
  await second.ask('sem_open', posix.lock.name);
  for (const waiting of [first.ask('acquire'), second.ask('sem_wait')]) waiting.catch(() => undefined);
  const waits = async () => (await native.scanWaits([first.pid, second.pid])).waits;
  await until('both wait', async () => (await waits()).length === 2);
  const [set, word] = await waits();
  const { mappings } = await native.scanSemaphores();
  await Promise.all([first.crash(), second.crash()]);
  for (const lock of held) lock.release();
  assert.deepEqual(
    [set?.pid, String(set?.semid), set?.address],
    [first.pid, native.peekLock(file.lock).identity, null],
  );
  const opened = mappings.find(({ pid }) => pid === second.pid);
  assert.deepEqual([word?.pid, word?.semid, word?.address], [second.pid, null, opened?.address]);
});

test('Each semaphore of a System V set is a lock of its own', async (t) => {
  const { lock } = numberGround(t);
  assert.ok('key' in lock);
  const [holder, waiter] = [plainPeer(), plainPeer()];
  t.after(() => Promise.all([holder.quit(), waiter.quit()]));
  await holder.ask('semset', lock.key, 3);
  await holder.ask('semnum', 2);
  await holder.ask('acquire_for_ever');
  const [first, third] = [lock, { ...lock, semnum: 2 }];
  const set = native.peekLock(first).identity;
  assert.deepEqual([native.peekLock(first).value, native.peekLock(first).lastPid], [1, holder.pid]);
  const seen = native.peekLock(third);
  assert.deepEqual([seen.value, seen.identity, seen.lastPid], [0, `${String(set)}/2`, holder.pid]);
  assert.equal(native.peekLock({ ...lock, semnum: 1 }).value, 1);
  assert.equal(native.peekLock({ ...lock, semnum: 3 }).exists, false);
  const byId = { mechanism: 'systemv', semid: Number(set), semnum: 2 } as const;
  assert.deepEqual(native.peekLock(byId), seen);

  await waiter.ask('semget', lock.key);
  await waiter.ask('semnum', 2);
  waiter.ask('acquire').catch(() => undefined);
  await until('it is waited for', () => native.peekLock(third).waiters === 1);
  assert.equal(native.peekLock(first).waiters, 0);
  await until('the wait is told', async () => (await native.scanWaits([waiter.pid])).waits.length === 1);
  const [wait] = (await native.scanWaits([waiter.pid])).waits;
  assert.deepEqual([wait?.semid, wait?.semnum], [Number(set), 2]);
  await waiter.crash();

  const reset = (address: LockAddress) =>
    native.resetLock(address, { identity: seen.identity ?? '', value: 0, lastPid: holder.pid });
  assert.throws(() => reset(third), failure('busy'));
  await holder.crash();
  assert.equal(reset(third), 1);
  assert.deepEqual([native.peekLock(third).value, native.peekLock(first).value], [1, 1]);
  const second = { ...lock, semnum: 1 };
  const held = await native.acquireLock(second, { timeoutMs: 0, create: false });
  assert.deepEqual([native.peekLock(second).value, native.peekLock(first).value], [0, 1]);
  held.release();
  for (const address of [
    { ...lock, semnum: 3 },
    { ...byId, semnum: 3 },
  ]) {
    const taken = native.acquireLock(address, { timeoutMs: 0, create: true });
    await assert.rejects(taken, failure('not-found'));
  }
  assert.throws(() => native.peekLock({ ...lock, semnum: 65_536 }), failure('invalid-key'));
});

test('Who has a named semaphore open is told, also after it was unlinked', async (t) => {
  const { lock } = posixGround(t);
  assert.ok(lock.mechanism === 'posix');
  const [maker, other] = [plainPeer(), plainPeer()];
  t.after(() => Promise.all([maker.quit(), other.quit()]));
  await maker.ask('sem_open', lock.name, 1);
  await other.ask('sem_open', lock.name);
  const seen = async () => {
    const { mappings } = await native.scanSemaphores();
    return mappings.filter(({ pid }) => pid === maker.pid || pid === other.pid);
  };
  const { identity } = native.peekLock(lock);
  for (const { device, inode, linked } of await seen()) {
    assert.deepEqual([`${String(device)}:${String(inode)}`, linked], [identity, true]);
  }
  assert.deepEqual((await seen()).filter(({ name }) => name === `sem.${lock.name.slice(1)}`).length, 1);
  await other.ask('sem_unlink', lock.name);
  assert.deepEqual(
    (await seen()).map(({ linked }) => linked),
    [false, false],
  );
});

for (const make of [posixGround, fileGround, numberGround]) {
  const what =
    make === posixGround ? 'POSIX' : make === fileGround ? 'System V by key file' : 'System V by number';

  test(`${what}: a lock is reset only as it was seen, and never one that we hold`, async (t) => {
    const { lock } = make(t);
    const held = await native.acquireLock(lock, { timeoutMs: 0, create: true });
    const { identity, value, lastPid } = native.peekLock(lock);
    assert.ok(identity !== null && value === 0);
    const reset = (facts: object) => () => native.resetLock(lock, { identity, value, lastPid, ...facts });
    assert.throws(reset({}), failure('busy'));
    assert.throws(reset({ identity: '0:0' }), failure('conflict'));
    assert.throws(reset({ value: 1 }), failure('conflict'));
    if (lastPid !== null) assert.throws(reset({ lastPid: lastPid + 1 }), failure('conflict'));
    held.release();
    assert.throws(reset({}), failure('conflict'));
    assert.equal(native.resetLock(lock, { identity, value: 1, lastPid: null }), 1);
    native.removeLock(lock);
    assert.throws(reset({}), failure('conflict'));
  });
}

test('Waking at a word that nobody waits for wakes nobody, and there is none past the end', async (t) => {
  for (const make of [posixGround, fileGround]) {
    const { segment: address } = make(t);
    const segment = await native.create(address, { size: 5000 });
    segment.write(0, new Uint8Array(5000).fill(1));
    assert.equal(native.wakeWaiters(segment, 64), 0);
    assert.equal(native.wakeWaiters(segment, 4096), 0);
    for (const offset of [5000, 4998, 2 ** 40, 66])
      assert.throws(() => native.wakeWaiters(segment, offset), failure('invalid-size'), String(offset));
    segment.close();
    assert.throws(() => native.wakeWaiters(segment, 64), failure('closed'));
  }
});

test('What is no thread, no list and no segment is refused', () => {
  for (const call of [
    () => native.threadEntry('1' as never),
    () => native.threadEntries(null as never),
    () => native.scanWaits(7 as never),
    () => native.wakeWaiters({} as never, 0),
    () => native.resetLock({ mechanism: 'posix', name: '/x' }, null as never),
  ])
    assert.throws(call, TypeError);
  for (const tid of [0, -1, 1.5, 2 ** 31])
    assert.throws(() => native.threadEntry(tid), failure('invalid-key'));
});
