import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Peer, plain, plainPeer } from '../peers/peer';
import { until } from '../unit/until';
import { failure, grounds, leftOf, native, posixGround, type Ground } from './ground';

for (const { name, make } of grounds) {
  const create = (ground: Ground) => native.acquireLock(ground.lock, { timeoutMs: 1000, create: true });
  const acquire = (ground: Ground, timeoutMs = 1000) =>
    native.acquireLock(ground.lock, { timeoutMs, create: false });

  test(`${name}: looking at a lock that is not there makes none`, (t) => {
    const ground = make(t);
    assert.deepEqual(native.peekLock(ground.lock), {
      exists: false,
      readable: false,
      identity: null,
      value: null,
      waiters: null,
      lastPid: null,
      lastPidAlive: false,
      lastPidName: null,
      mode: null,
      owner: null,
      maximum: null,
      abandoned: false,
    });
    assert.deepEqual(leftOf(ground), []);
  });

  test(`${name}: a lock is made only when asked for`, async (t) => {
    const ground = make(t);
    await assert.rejects(acquire(ground), failure('not-found'));
    assert.deepEqual(leftOf(ground), []);
    const held = await create(ground);
    assert.equal(held.created, true);
    held.release();
    const again = await create(ground);
    assert.equal(again.created, false);
    again.release();
  });

  test(`${name}: taking makes it 0, giving back 1, giving back twice still 1`, async (t) => {
    const ground = make(t);
    const held = await create(ground);
    assert.equal(native.peekLock(ground.lock).value, 0);
    assert.equal(native.peekLock(ground.lock).mode, 0o600);
    held.release();
    held.release();
    assert.equal(native.peekLock(ground.lock).value, 1);
  });

  test(`${name}: a second taker waits in turn, and is seen waiting`, async (t) => {
    const ground = make(t);
    const first = await create(ground);
    const second = acquire(ground, 10_000);
    await until('the waiter is counted', () => native.peekLock(ground.lock).waiters === 1);
    first.release();
    const held = await second;
    assert.equal(native.peekLock(ground.lock).value, 0);
    held.release();
  });

  test(`${name}: a wait ends at its time with busy, and takes nothing`, async (t) => {
    const ground = make(t);
    const held = await create(ground);
    await assert.rejects(acquire(ground, 0), failure('busy'));
    await assert.rejects(acquire(ground, 30), failure('busy'));
    held.release();
    assert.equal(native.peekLock(ground.lock).value, 1);
    assert.equal(native.peekLock(ground.lock).waiters, 0);
  });

  test(`${name}: a cancelled wait says so, while the event loop went on`, async (t) => {
    const ground = make(t);
    const held = await create(ground);
    const cancel = new native.Cancel();
    const order: string[] = [];
    const waiting = native
      .acquireLock(ground.lock, { timeoutMs: 60_000, create: false, cancel })
      .then(() => order.push('taken'))
      .catch((error: unknown) => {
        assert.ok(failure('busy', 'cancel')(error));
        order.push('cancelled');
      });
    order.push('called');
    await until('the waiter is counted', () => native.peekLock(ground.lock).waiters === 1);
    await new Promise((turn) => setImmediate(turn));
    order.push('turn');
    cancel.cancel();
    await waiting;
    assert.deepEqual(order, ['called', 'turn', 'cancelled']);
    held.release();
  });

  test(`${name}: two handles of one process exclude each other`, async (t) => {
    const ground = make(t);
    (await create(ground)).release();
    let inside = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const held = await acquire(ground, 30_000);
        assert.equal(++inside, 1);
        await new Promise((turn) => setImmediate(turn));
        inside--;
        held.release();
      }),
    );
    assert.equal(native.peekLock(ground.lock).value, 1);
  });

  for (const processes of [1, 3, 10]) {
    test(`${name}: ${String(processes)} other processes and we exclude each other`, async (t) => {
      const ground = make(t);
      const held = await create(ground);
      const peers = Array.from({ length: processes }, () => plainPeer());
      t.after(() => Promise.all(peers.map((peer) => peer.quit())));
      const done: Promise<unknown>[] = [];
      for (const peer of peers) {
        await openIn(peer, ground);
        done.push(take(peer, ground).then(() => give(peer, ground)));
      }
      await until('all wait', () => native.peekLock(ground.lock).waiters === processes);
      held.release();
      await Promise.all(done);
      assert.equal(native.peekLock(ground.lock).value, 1);
    });
  }

  test(`${name}: a lock that a peer holds is busy until it gives it back`, async (t) => {
    const ground = make(t);
    (await create(ground)).release();
    const peer = plainPeer();
    t.after(() => peer.quit());
    await openIn(peer, ground);
    await take(peer, ground);
    await assert.rejects(acquire(ground, 25), failure('busy'));
    const waiting = acquire(ground, 30_000);
    await give(peer, ground);
    (await waiting).release();
  });

  test(`${name}: a lock removed under a holder is gone for it`, async (t) => {
    const ground = make(t);
    const held = await create(ground);
    native.removeLock(ground.lock);
    if (ground.lock.mechanism === 'posix') held.release();
    else
      assert.throws(() => {
        held.release();
      }, failure('gone'));
    assert.equal(native.peekLock(ground.lock).exists, false);
    assert.throws(() => {
      native.removeLock(ground.lock);
    }, failure('not-found'));
  });

  test(`${name}: a lock that lives on in a peer is never reset by creating`, async (t) => {
    const ground = make(t);
    (await create(ground)).release();
    const peer = plainPeer();
    t.after(() => peer.quit());
    await openIn(peer, ground);
    await take(peer, ground);
    const creating = native.create(ground.segment, { size: 10, lock: ground.lock, timeoutMs: 25 });
    await assert.rejects(creating, failure('busy'));
    assert.equal(native.peekLock(ground.lock).value, 0);
    assert.deepEqual(leftOf(ground).includes('segment'), false);
    await give(peer, ground);
  });
}

for (const { name, make } of grounds.filter((one) => one.name !== 'POSIX')) {
  test(`${name}: the holder is named while it lives, and not after its death`, async (t) => {
    const ground = make(t);
    (await native.acquireLock(ground.lock, { timeoutMs: 0, create: true })).release();
    assert.equal(native.peekLock(ground.lock).lastPid, process.pid);
    const peer = plainPeer();
    await openIn(peer, ground);
    await peer.ask('acquire_for_ever');
    const held = native.peekLock(ground.lock);
    assert.deepEqual([held.value, held.lastPid, held.lastPidAlive], [0, peer.pid, true]);
    assert.equal(held.lastPidName, 'plain-peer');
    await peer.crash();
    const stale = native.peekLock(ground.lock);
    assert.deepEqual([stale.value, stale.lastPid, stale.lastPidAlive], [0, peer.pid, false]);
    assert.equal(stale.lastPidName, null);
  });

  test(`${name}: a holder that has ended counts as dead although nobody has waited for it`, async (t) => {
    const ground = make(t);
    (await native.acquireLock(ground.lock, { timeoutMs: 0, create: true })).release();
    // The shell becomes a sleep, which never waits for its child.
    const script = 'exec 3<&0; "$0" <&3 & exec sleep 600 3<&- <&- >&-';
    const parent = spawn('sh', ['-c', script, plain]);
    t.after(() => parent.kill());
    const peer = new Peer(parent);
    await openIn(peer, ground);
    await peer.ask('acquire_for_ever');
    const { lastPid } = native.peekLock(ground.lock);
    assert.ok(lastPid !== null && lastPid !== process.pid);
    process.kill(lastPid, 'SIGKILL');
    // With all its threads: an emulator has more than the program.
    await until('it has ended', () =>
      /^State:\tZ[^]*^Threads:\t1$/m.test(readFileSync(`/proc/${String(lastPid)}/status`, 'utf8')),
    );
    assert.equal(native.peekLock(ground.lock).lastPidAlive, false);
  });

  test(`${name}: a stale lock is usable again once a segment is created`, async (t) => {
    const ground = make(t);
    (await native.acquireLock(ground.lock, { timeoutMs: 0, create: true })).release();
    const peer = plainPeer();
    await openIn(peer, ground);
    await peer.ask('acquire_for_ever');
    await peer.crash();
    assert.equal(native.peekLock(ground.lock).value, 0);
    const made = await native.create(ground.segment, { size: 10, lock: ground.lock, timeoutMs: 0 });
    assert.equal(native.peekLock(ground.lock).value, 1);
    made.close();
  });

  test(`${name}: the kernel gives back what a killed holder had, and we go on`, async (t) => {
    const ground = make(t);
    (await native.acquireLock(ground.lock, { timeoutMs: 0, create: true })).release();
    const peer = plainPeer();
    await openIn(peer, ground);
    await peer.ask('acquire');
    const waiting = native.acquireLock(ground.lock, { timeoutMs: 30_000, create: false });
    await until('we wait', () => native.peekLock(ground.lock).waiters === 1);
    await peer.crash();
    (await waiting).release();
    assert.equal(native.peekLock(ground.lock).value, 1);
  });

  test(`${name}: a wait on a lock that is removed ends with gone`, async (t) => {
    const ground = make(t);
    await native.acquireLock(ground.lock, { timeoutMs: 0, create: true });
    const waiting = native.acquireLock(ground.lock, { timeoutMs: 30_000, create: false });
    await until('we wait', () => native.peekLock(ground.lock).waiters === 1);
    native.removeLock(ground.lock);
    await assert.rejects(waiting, failure('gone'));
  });
}

test('POSIX: a semaphore whose file is cut short is gone, without a signal', async (t) => {
  const ground = posixGround(t);
  assert.ok(ground.lock.mechanism === 'posix');
  const held = await native.acquireLock(ground.lock, { timeoutMs: 0, create: true });
  const file = openSync(`/dev/shm/sem.${ground.lock.name.slice(1)}`, 'r+');
  ftruncateSync(file, 0);
  closeSync(file);
  assert.throws(() => {
    held.release();
  }, failure('gone'));
  assert.equal(native.peekLock(ground.lock).value, null);
  await assert.rejects(
    native.acquireLock(ground.lock, { timeoutMs: 0, create: false }),
    failure('unsupported'),
  );
});

/** Opens the existing lock in a peer. */
async function openIn(peer: Peer, { lock }: Ground): Promise<void> {
  if (lock.mechanism === 'posix') await peer.ask('sem_open', lock.name);
  else if ('path' in lock) await peer.ask('semget', native.ftok(lock.path, lock.projectId));
  else if ('key' in lock) await peer.ask('semget', lock.key);
}

function take(peer: Peer, { lock }: Ground): Promise<string> {
  return peer.ask(lock.mechanism === 'posix' ? 'sem_wait' : 'acquire');
}

function give(peer: Peer, { lock }: Ground): Promise<string> {
  return peer.ask(lock.mechanism === 'posix' ? 'sem_post' : 'release');
}
