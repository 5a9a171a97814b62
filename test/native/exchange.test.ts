import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../unit/until';
import { bytesOf, failure, grounds, native, readText, textOf } from './ground';

for (const { name, make } of grounds) {
  test(`${name}: an edit of what the user saw is written, and the lock is free again`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 9000, lock });
    made.write(4090, bytesOf('hello world'));
    for (const access of ['observe', 'attach'] as const) {
      const opened = await native.open(segment, { access, write: false });
      made.write(4090, bytesOf('hello world'));
      const done = await native.exchange({
        segment: opened,
        lock,
        offset: 4090,
        expected: bytesOf('hello'),
        bytes: bytesOf('HELLO'),
        timeoutMs: 1000,
      });
      assert.equal(done.written, true);
      assert.equal(textOf(done.found), 'hello');
      assert.ok(done.heldUs > 0);
      assert.equal(readText(made, 4090, 11), 'HELLO world');
      assert.equal(native.peekLock(lock).value, 1);
      opened.close();
    }
    made.close();
  });

  test(`${name}: bytes that nobody compares are written under the lock in one call, whatever is there`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    made.write(0, bytesOf('theirs'));
    const request = { segment: made, lock, offset: 2, expected: null, bytes: bytesOf('ours') };
    const held = await native.acquireLock(lock, { timeoutMs: 1000, create: false });
    await assert.rejects(native.exchange({ ...request, timeoutMs: 0 }), failure('busy'));
    assert.equal(readText(made, 0, 6), 'theirs', 'not without the lock');
    held.release();
    const done = await native.exchange({ ...request, timeoutMs: 1000 });
    assert.deepEqual([done.written, done.found.length], [true, 0]);
    assert.ok(done.heldUs > 0);
    assert.equal(readText(made, 0, 6), 'thours');
    assert.equal(native.peekLock(lock).value, 1);
    made.close();
  });

  test(`${name}: an edit of what has changed meanwhile writes nothing and says what is there`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    made.write(0, bytesOf('theirs'));
    const request = { segment: made, lock, offset: 0, timeoutMs: 1000 };
    const done = await native.exchange({
      ...request,
      expected: bytesOf('ours..'),
      bytes: bytesOf('edited'),
    });
    assert.equal(done.written, false);
    assert.equal(textOf(done.found), 'theirs');
    assert.equal(readText(made, 0, 6), 'theirs');
    assert.equal(native.peekLock(lock).value, 1);
    const undone = await native.exchange({ ...request, lock: null, expected: done.found, bytes: done.found });
    assert.deepEqual([undone.written, undone.heldUs], [true, 0]);
    made.close();
  });

  test(`${name}: an edit waits for the lock without stopping us, and times out with nothing written`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    const held = await native.acquireLock(lock, { timeoutMs: 0, create: false });
    const request = {
      segment: made,
      lock,
      offset: 0,
      expected: bytesOf('\0\0'),
      bytes: bytesOf('hi'),
      timeoutMs: 60_000,
    };
    await assert.rejects(native.exchange({ ...request, timeoutMs: 0 }), failure('busy'));
    const cancel = new native.Cancel();
    const cancelled = assert.rejects(native.exchange({ ...request, cancel }), failure('busy', 'cancel'));
    await until('it waits', () => native.peekLock(lock).waiters === 1);
    cancel.cancel();
    await cancelled;
    assert.equal(readText(made, 0, 2), '\0\0');
    const waiting = native.exchange(request);
    await until('it waits', () => native.peekLock(lock).waiters === 1);
    assert.equal(readText(made, 0, 2), '\0\0', 'we read on meanwhile');
    held.release();
    assert.equal((await waiting).written, true);
    assert.equal(readText(made, 0, 2), 'hi');
    made.close();
  });

  test(`${name}: edits of many at once never lose one`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 8, lock });
    const count = async (): Promise<void> => {
      for (;;) {
        const seen = new Uint8Array(1);
        made.read(0, seen);
        const bytes = Uint8Array.of(seen[0]! + 1);
        const request = { segment: made, lock, offset: 0, expected: seen, bytes, timeoutMs: 30_000 };
        if ((await native.exchange(request)).written) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, count));
    const total = new Uint8Array(1);
    made.read(0, total);
    assert.equal(total[0], 20);
    made.close();
  });

  test(`${name}: an edit past the end, or under a lock that is missing, is refused`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 10 });
    const request = {
      segment: made,
      lock: null,
      expected: bytesOf('\0\0'),
      bytes: bytesOf('no'),
      timeoutMs: 0,
    };
    await assert.rejects(native.exchange({ ...request, offset: 9 }), failure('invalid-size'));
    await assert.rejects(native.exchange({ ...request, offset: 0, lock }), failure('not-found'));
    assert.equal(native.peekLock(lock).exists, false);
    assert.equal(readText(made, 0, 10), '\0'.repeat(10));
    made.close();
  });

  test(`${name}: a copy under the lock is what was there, and times out when the lock is held`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 10, lock });
    made.write(0, bytesOf('0123456789'));
    const target = new Uint8Array(8);
    const request = { segment: made, lock, offset: 6, target, timeoutMs: 1000 };
    const copied = await native.copyLocked(request);
    assert.equal(copied.count, 4);
    assert.ok(copied.heldUs > 0);
    assert.equal(textOf(target), '6789\0\0\0\0');
    const held = await native.acquireLock(lock, { timeoutMs: 0, create: false });
    await assert.rejects(native.copyLocked({ ...request, timeoutMs: 0 }), failure('busy'));
    held.release();
    made.close();
  });

  test(`${name}: closing while an edit waits ends in an error, not in a crash`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    const other = await native.open(segment, { access: 'observe', write: true });
    const held = await native.acquireLock(lock, { timeoutMs: 0, create: false });
    const request = { lock, offset: 0, expected: bytesOf('\0'), bytes: bytesOf('x'), timeoutMs: 60_000 };
    const waiting = [made, other].map((one) => native.exchange({ ...request, segment: one }));
    const settled = Promise.allSettled(waiting);
    await until('both wait', () => native.peekLock(lock).waiters === 2);
    made.close();
    other.close();
    held.release();
    for (const one of await settled) {
      if (one.status === 'rejected') assert.ok(failure('closed')(one.reason));
    }
    assert.equal(native.peekLock(lock).value, 1);
  });
}

test('An edit takes a copy of its bytes: what JavaScript does to them later does not matter', async (t) => {
  const { segment, lock } = grounds[0]!.make(t);
  const made = await native.create(segment, { size: 64, lock });
  const held = await native.acquireLock(lock, { timeoutMs: 0, create: false });
  const bytes = bytesOf('good');
  const expected = new Uint8Array(4);
  const target = new Uint8Array(4);
  const edit = native.exchange({ segment: made, lock, offset: 0, expected, bytes, timeoutMs: 60_000 });
  const copy = native.copyLocked({ segment: made, lock, offset: 0, target, timeoutMs: 60_000 });
  bytes.set(bytesOf('evil'));
  structuredClone(target, { transfer: [target.buffer] });
  held.release();
  assert.equal((await edit).written, true);
  assert.equal((await copy).count, 0);
  assert.equal(readText(made, 0, 4), 'good');
  made.close();
});
