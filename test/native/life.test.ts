import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  bytesOf,
  failure,
  fileGround,
  grounds,
  identityOf,
  leftOf,
  native,
  posixGround,
  readText,
} from './ground';

for (const { name, make } of grounds) {
  test(`${name}: a new segment is attached, zero and of the exact size`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 100 });
    const target = new Uint8Array(200).fill(1);
    assert.equal(made.read(0, target), 100);
    assert.deepEqual(target.subarray(0, 100), new Uint8Array(100));
    assert.equal(made.access, 'attach');
    assert.equal(made.writable, true);
    assert.equal(made.info().size, 100);
    assert.equal(made.info().mode, 0o600);
    assert.deepEqual(native.info(segment), made.info());
    made.close();
  });

  test(`${name}: a segment is listed with what info says of it, until it is removed`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 4096, mode: 0o640 });
    const listed = () => native.list(segment.mechanism).filter((one) => identityOf(one) === made.identity);
    assert.deepEqual(listed(), [made.info()]);
    assert.equal(listed()[0]?.mode, 0o640);
    made.close();
    native.remove(segment, made.identity);
    assert.deepEqual(listed(), []);
  });

  test(`${name}: creating what exists is refused and leaves a held lock held`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    made.write(0, bytesOf('first'));
    const held = await native.acquireLock(lock, { timeoutMs: 1000, create: false });
    const before = native.peekLock(lock);
    await assert.rejects(native.create(segment, { size: 64, lock }), failure('already-exists'));
    assert.deepEqual(native.peekLock(lock), before);
    held.release();
    assert.equal(native.peekLock(lock).value, 1);
    assert.equal(readText(made, 0, 5), 'first');
    made.close();
  });

  test(`${name}: opening what is missing finds nothing, makes nothing and hinders nobody`, async (t) => {
    const ground = make(t);
    await assert.rejects(
      native.open(ground.segment, { access: 'attach', write: true }),
      failure('not-found'),
    );
    await assert.rejects(
      native.open(ground.segment, { access: 'observe', write: false }),
      failure('not-found'),
    );
    assert.throws(() => native.info(ground.segment), failure('not-found'));
    assert.throws(() => {
      native.remove(ground.segment, '0');
    }, failure('not-found'));
    assert.deepEqual(leftOf(ground), []);
    const made = await native.create(ground.segment, { size: 10, lock: ground.lock });
    const opened = await native.open(ground.segment, { access: 'attach', write: true });
    assert.equal(opened.identity, made.identity);
    opened.close();
    made.close();
  });

  test(`${name}: what one handle writes another reads`, async (t) => {
    const { segment } = make(t);
    const producer = await native.create(segment, { size: 10_000 });
    const attached = await native.open(segment, { access: 'attach', write: false });
    const observer = await native.open(segment, { access: 'observe', write: false });
    for (const offset of [0, 4090, 9995]) {
      producer.write(offset, bytesOf('hello'));
      assert.equal(readText(attached, offset, 5), 'hello');
      assert.equal(readText(observer, offset, 5), 'hello');
    }
    for (const one of [producer, attached, observer]) one.close();
  });

  test(`${name}: a handle opened for writing writes while it only observes`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 10_000 });
    const observer = await native.open(segment, { access: 'observe', write: true });
    observer.write(8190, bytesOf('over a page'));
    assert.equal(readText(made, 8190, 11), 'over a page');
    observer.close();
    made.close();
  });

  test(`${name}: a read-only handle refuses to write`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 100 });
    for (const access of ['observe', 'attach'] as const) {
      const reader = await native.open(segment, { access, write: false });
      assert.equal(reader.writable, false);
      assert.throws(() => {
        reader.write(0, bytesOf('x'));
      }, failure('permission-denied'));
      reader.close();
    }
    assert.equal(readText(made, 0, 1), '\0');
    made.close();
  });

  test(`${name}: a segment can be removed and created again, with another identity`, async (t) => {
    const { segment } = make(t);
    const first = await native.create(segment, { size: 100 });
    first.write(0, bytesOf('old'));
    native.remove(segment, first.identity);
    assert.equal(first.state().removed, true);
    await assert.rejects(native.open(segment, { access: 'attach', write: true }), failure('not-found'));
    const second = await native.create(segment, { size: 200 });
    assert.notEqual(second.identity, first.identity);
    assert.equal(readText(second, 0, 3), '\0\0\0');
    assert.equal(readText(first, 0, 3), 'old', 'an attached handle keeps the old bytes');
    assert.throws(() => {
      native.remove(segment, first.identity);
    }, failure('conflict'));
    assert.equal(native.info(segment).size, 200);
    first.close();
    second.close();
  });

  test(`${name}: nothing can be done with a closed segment, and closing twice is no harm`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 100, lock });
    made.close();
    made.close();
    const bytes = new Uint8Array(4);
    assert.throws(() => made.read(0, bytes), failure('closed'));
    assert.throws(() => {
      made.write(0, bytes);
    }, failure('closed'));
    assert.throws(() => made.state(), failure('closed'));
    assert.throws(() => made.info(), failure('closed'));
    await assert.rejects(made.findRoute(), failure('closed'));
    await assert.rejects(made.detach({ removeIfLast: true, lock: null, timeoutMs: 0 }), failure('closed'));
    const request = { segment: made, lock, offset: 0, expected: bytes, bytes, timeoutMs: 0 };
    await assert.rejects(native.exchange(request), failure('closed'));
    assert.equal(native.info(segment).size, 100, 'close() removes nothing');
  });

  test(`${name}: sizes that no segment can have are refused and leave nothing`, async (t) => {
    const ground = make(t);
    for (const size of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
      await assert.rejects(
        async () => native.create(ground.segment, { size, lock: ground.lock }),
        failure('invalid-size'),
      );
    }
    await assert.rejects(
      native.create(ground.segment, { size: 2 ** 50, lock: ground.lock }),
      failure('out-of-resources'),
    );
    assert.deepEqual(leftOf(ground), []);
  });

  test(`${name}: writing past the end is refused before the first byte`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 100 });
    for (const offset of [96, 100, 101, 2 ** 52]) {
      assert.throws(() => {
        made.write(offset, bytesOf('hello'));
      }, failure('invalid-size'));
    }
    assert.equal(readText(made, 0, 200), '\0'.repeat(100));
    assert.equal(made.state().size, 100);
    made.close();
  });

  test(`${name}: reading is short at the end and empty past it`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 5000 });
    for (const access of ['observe', 'attach'] as const) {
      const reader = await native.open(segment, { access, write: false });
      assert.equal(reader.read(4990, new Uint8Array(100)), 10);
      assert.equal(reader.read(5000, new Uint8Array(100)), 0);
      assert.equal(reader.read(2 ** 53 - 1, new Uint8Array(100)), 0);
      assert.equal(reader.read(0, new Uint8Array(0)), 0);
      reader.close();
    }
    made.close();
  });
}

test('POSIX: resizing grows with zeros, keeps what fits and says what it cannot', async (t) => {
  const { segment } = posixGround(t);
  const made = await native.create(segment, { size: 5 });
  made.write(0, bytesOf('hello'));
  await made.resize(8192);
  assert.equal(readText(made, 0, 8), 'hello\0\0\0');
  assert.equal(native.info(segment).allocated, 8192, 'growth is reserved');
  await assert.rejects(made.resize(2 ** 50), failure('out-of-resources'));
  assert.equal(made.state().size, 8192);
  await made.resize(3);
  assert.equal(readText(made, 0, 8), 'hel');
  await assert.rejects(async () => made.resize(0), failure('invalid-size'));
  made.close();
});

test('System V: a segment keeps its size', async (t) => {
  const { segment } = fileGround(t);
  const made = await native.create(segment, { size: 5 });
  await assert.rejects(made.resize(10), failure('unsupported'));
  made.close();
});

test('System V: a segment is reached by key file, number and id alike', async (t) => {
  const { segment } = fileGround(t);
  assert.ok('path' in segment);
  const made = await native.create(segment, { size: 5 });
  const key = native.ftok(segment.path, segment.projectId);
  const shmid = Number(made.identity);
  assert.equal(key >>> 24, 0x51);
  assert.deepEqual(native.info({ mechanism: 'systemv', key }), made.info());
  assert.deepEqual(native.info({ mechanism: 'systemv', shmid }), made.info());
  made.close();
});

test('System V: creating on a file that was there leaves it there', async (t) => {
  const { segment, folder } = fileGround(t);
  const path = `${folder}/somebody's`;
  writeFileSync(path, 'precious');
  const address = { mechanism: 'systemv', path, projectId: 1 } as const;
  await assert.rejects(async () => native.create(address, { size: 0 }), failure('invalid-size'));
  await assert.rejects(native.create(address, { size: 2 ** 50 }), failure('out-of-resources'));
  assert.ok(existsSync(path));
  const made = await native.create(address, { size: 10 });
  const done = await made.detach({ removeIfLast: true, lock: null, timeoutMs: 0 });
  assert.deepEqual(done, { remaining: 0, removedSegment: true });
  assert.ok(existsSync(path), 'only an empty key file goes with its segment');
  assert.ok(segment);
});
