import assert from 'node:assert/strict';
import { linkSync, readFileSync, readdirSync, readlinkSync, renameSync, truncateSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { HeldLock, LockLook } from '../../native/index';
import { plainPeer } from '../peers/peer';
import { until } from '../unit/until';
import { failure, grounds, native, posixGround, type Ground } from './ground';

/** Looks at a lock until the test ends. */
function looking(t: TestContext, { lock }: Ground): LockLook {
  const look = new native.LockLook(lock);
  t.after(() => {
    look.close();
  });
  return look;
}

function take({ lock }: Ground, create = false): Promise<HeldLock> {
  return native.acquireLock(lock, { timeoutMs: 30_000, create });
}

for (const { name, make } of grounds) {
  test(`${name}: each look at a lock is of now, in all that a single look tells`, async (t) => {
    const ground = make(t);
    const look = looking(t, ground);
    const same = (): void => {
      assert.deepEqual(look.peek(), native.peekLock(ground.lock));
    };
    same();
    const first = await take(ground, true);
    same();
    assert.equal(look.peek().value, 0);
    const second = take(ground);
    await until('the waiter is counted', () => look.peek().waiters === 1);
    first.release();
    (await second).release();
    same();
    assert.deepEqual([look.peek().value, look.peek().waiters], [1, 0]);
  });

  test(`${name}: looks that find the same tell it with the same object`, async (t) => {
    const ground = make(t);
    const look = looking(t, ground);
    assert.equal(look.peek(), look.peek());
    const held = await take(ground, true);
    const before = look.peek();
    assert.equal(look.peek(), before);
    held.release();
    assert.notEqual(look.peek(), before);
    assert.equal(before.value, 0);
  });

  test(`${name}: a lock that is removed, and one that is made in its place, are told at once`, async (t) => {
    const ground = make(t);
    (await take(ground, true)).release();
    const look = looking(t, ground);
    const { identity } = look.peek();
    native.removeLock(ground.lock);
    assert.equal(look.peek().exists, false);
    const other = await take(ground, true);
    assert.notEqual(look.peek().identity, identity);
    assert.equal(look.peek().value, 0);
    other.release();
    assert.equal(look.peek().value, 1);
    native.removeLock(ground.lock);
    (await take(ground, true)).release();
    assert.deepEqual(look.peek(), native.peekLock(ground.lock));
  });

  test(`${name}: what looks at a lock is open until it is closed, and no longer than the lock is there`, async (t) => {
    const ground = make(t);
    (await take(ground, true)).release();
    const before = kept();
    const looks = Array.from({ length: 1000 }, () => new native.LockLook(ground.lock));
    assert.deepEqual(kept(), before, 'no look yet');
    for (const look of looks) for (let round = 0; round < 10; round++) look.peek();
    assert.deepEqual(kept(), [before[0] + (ground.lock.mechanism === 'posix' ? 1000 : 0), before[1]]);
    const [open, ...rest] = looks;
    for (const look of rest) look.close();
    open?.peek();
    native.removeLock(ground.lock);
    assert.equal(open?.peek().exists, false);
    assert.deepEqual(kept(), before);
    for (const look of looks) look.close();
    assert.throws(() => open.peek(), failure('closed'));
  });
}

for (const { name, make } of grounds.filter((one) => one.name !== 'POSIX')) {
  test(`${name}: that a holder died, or another took the lock, is told by looks that knew it alive`, async (t) => {
    const ground = make(t);
    (await take(ground, true)).release();
    const look = looking(t, ground);
    assert.deepEqual([look.peek().lastPid, look.peek().lastPidAlive], [process.pid, true]);
    const peer = plainPeer();
    t.after(() => peer.crash());
    const { lock } = ground;
    assert.ok('path' in lock || 'key' in lock);
    await peer.ask('semget', 'path' in lock ? native.ftok(lock.path, lock.projectId) : lock.key);
    await peer.ask('acquire_for_ever');
    const { value, lastPid, lastPidAlive, lastPidName } = look.peek();
    assert.deepEqual([value, lastPid, lastPidAlive, lastPidName], [0, peer.pid, true, 'plain-peer']);
    await peer.crash();
    await until('its death is told', () => !look.peek().lastPidAlive);
    assert.deepEqual(look.peek(), native.peekLock(lock));
    assert.deepEqual([look.peek().value, look.peek().lastPidName], [0, null]);
  });
}

test('POSIX: a semaphore that another is put in the place of, or that is given another name, is told', async (t) => {
  const [ground, other] = [posixGround(t), posixGround(t)];
  (await take(ground, true)).release();
  const held = await take(other, true);
  const look = looking(t, ground);
  const { identity } = look.peek();
  const saved = `${fileOf(ground)}-saved`;
  linkSync(fileOf(ground), saved);
  renameSync(fileOf(other), fileOf(ground));
  await until('the other is told', () => look.peek().value === 0);
  assert.deepEqual(look.peek(), native.peekLock(ground.lock));
  renameSync(saved, fileOf(other));
  renameSync(fileOf(ground), `${fileOf(ground)}-saved`);
  await until('that it is elsewhere is told', () => !look.peek().exists);
  renameSync(fileOf(other), fileOf(ground));
  await until('the first is told again', () => look.peek().identity === identity);
  renameSync(saved, fileOf(other));
  held.release();
});

test('POSIX: a semaphore that is cut short while it is looked at has no value, without a signal', async (t) => {
  const ground = posixGround(t);
  (await take(ground, true)).release();
  const look = looking(t, ground);
  assert.equal(look.peek().value, 1);
  truncateSync(fileOf(ground), 0);
  assert.deepEqual([look.peek().exists, look.peek().value, look.peek().waiters], [true, null, null]);
});

test('POSIX: who looks at a semaphore is none of those who have it open', async (t) => {
  const ground = posixGround(t);
  const held = await take(ground, true);
  const users = async () => {
    const { mappings } = await native.scanSemaphores();
    return mappings.filter(
      ({ inode, device }) => native.peekLock(ground.lock).identity === `${String(device)}:${String(inode)}`,
    );
  };
  const before = await users();
  looking(t, ground).peek();
  assert.deepEqual(await users(), before);
  held.release();
});

function fileOf({ lock }: Ground): string {
  assert.ok(lock.mechanism === 'posix');
  return `/dev/shm/sem.${lock.name.slice(1)}`;
}

/** Descriptors of files in /dev/shm and of processes, and mappings of such files. */
function kept(): readonly [number, number] {
  const open = readdirSync('/proc/self/fd').filter((number) => {
    try {
      return /^\/dev\/shm\/|pidfd/.test(readlinkSync(`/proc/self/fd/${number}`));
    } catch {
      return false;
    }
  });
  const mapped = readFileSync('/proc/self/maps', 'latin1')
    .split('\n')
    .filter((line) => line.includes('/dev/shm/'));
  return [open.length, mapped.length];
}
