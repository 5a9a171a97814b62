import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { LockAddress } from '../../extension/core/native';
import { lockAddress } from '../../extension/core/key';
import { until } from '../unit/until';
import { observeNoSegments } from './observed';
import { hex, type Peer } from './peer';
import { Stage, versions } from './stage';

observeNoSegments();

/** The lock of a stage's key: what QSystemSemaphore calls by the same key. */
function lockOf(stage: Stage): LockAddress {
  const address = lockAddress(stage.nativeKey);
  if (address === null) throw new Error('a Qt key has a lock');
  return address;
}

async function semaphore(
  stage: Stage,
  version: 5 | 6,
  initial: number,
  mode: 'create' | 'open',
): Promise<Peer> {
  const peer = await stage.qt(version);
  await peer.ask('sem.new', hex(stage.key), initial, mode);
  return peer;
}

for (const version of versions) {
  const qt = `QSystemSemaphore of Qt ${String(version)}`;

  test(`${qt}: what it acquires we see held, what it releases we see free`, async (t) => {
    const stage = new Stage(t);
    const peer = await semaphore(stage, version, 1, 'create');
    const lock = lockOf(stage);
    assert.equal(stage.native.peekLock(lock).value, 1);
    await peer.ask('sem.acquire');
    const { value, lastPid, lastPidAlive } = stage.native.peekLock(lock);
    assert.deepEqual({ value, lastPid, lastPidAlive }, { value: 0, lastPid: peer.pid, lastPidAlive: true });
    await peer.ask('sem.release');
    assert.equal(stage.native.peekLock(lock).value, 1);
  });

  test(`${qt}: a blocked peer goes on when we release, and we when it does`, async (t) => {
    const stage = new Stage(t);
    const peer = await semaphore(stage, version, 1, 'create');
    const lock = lockOf(stage);
    const ours = await stage.native.acquireLock(lock, { timeoutMs: 1000, create: false });
    const theirs = peer.ask('sem.acquire');
    await until('the peer waits', () => stage.native.peekLock(lock).waiters === 1);
    ours.release();
    await theirs;
    const again = stage.native.acquireLock(lock, { timeoutMs: 30_000, create: false });
    await until('we wait', () => stage.native.peekLock(lock).waiters === 1);
    await peer.ask('sem.release');
    (await again).release();
    assert.equal(stage.native.peekLock(lock).value, 1);
  });

  test(`${qt}: what a killed peer had acquired is given back`, async (t) => {
    const stage = new Stage(t);
    const owner = await semaphore(stage, version, 1, 'create');
    const peer = await semaphore(stage, version, 1, 'open');
    const lock = lockOf(stage);
    await peer.ask('sem.acquire');
    await peer.crash();
    await until('it is given back', () => stage.native.peekLock(lock).value === 1);
    const held = await stage.native.acquireLock(lock, { timeoutMs: 1000, create: false });
    held.release();
    await owner.ask('sem.acquire');
    await owner.ask('sem.release');
  });

  test(`${qt}: an initial value of 2 lets two in, and we say what the value is`, async (t) => {
    const stage = new Stage(t);
    const peer = await semaphore(stage, version, 2, 'create');
    const lock = lockOf(stage);
    assert.equal(stage.native.peekLock(lock).value, 2);
    await peer.ask('sem.acquire');
    const ours = await stage.native.acquireLock(lock, { timeoutMs: 1000, create: false });
    assert.equal(stage.native.peekLock(lock).value, 0);
    ours.release();
    await peer.ask('sem.release');
    assert.equal(stage.native.peekLock(lock).value, 2);
  });

  test(`${qt}: the value that we made is not reset by opening`, async (t) => {
    const stage = new Stage(t);
    const lock = lockOf(stage);
    const held = await stage.native.acquireLock(lock, { timeoutMs: 1000, create: true });
    const peer = await semaphore(stage, version, 5, 'open');
    assert.equal(stage.native.peekLock(lock).value, 0);
    const waiting = peer.ask('sem.acquire');
    await until('it waits', () => stage.native.peekLock(lock).waiters === 1);
    held.release();
    await waiting;
    await peer.ask('sem.release');
    assert.equal(stage.native.peekLock(lock).value, 1);
    await peer.quit();
    stage.native.removeLock(lock);
    const { rmSync } = await import('node:fs');
    rmSync('path' in lock ? lock.path : '');
  });
}
