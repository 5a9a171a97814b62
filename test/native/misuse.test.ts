import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LockAddress, SegmentAddress } from '../../native/index';
import { failure, fileGround, grounds, native, posixGround } from './ground';
import { runUnprivileged } from './unprivileged';

test('A POSIX name that shm_open would misread is refused, by every function that takes one', async () => {
  const names = [
    '',
    '/',
    '//',
    'name',
    '/a/b',
    '/a\0b',
    '/.',
    '/..',
    '/../etc/passwd',
    `/${'x'.repeat(256)}`,
  ];
  for (const name of names) {
    const address = { mechanism: 'posix', name } as const;
    assert.throws(() => native.info(address), failure('invalid-key'));
    assert.throws(() => {
      native.remove(address, '0:0');
    }, failure('invalid-key'));
    assert.throws(() => native.peekLock(address), failure('invalid-key'));
    assert.throws(() => new native.LockLook(address), failure('invalid-key'));
    assert.throws(() => {
      native.removeLock(address);
    }, failure('invalid-key'));
    await assert.rejects(native.create(address, { size: 1 }), failure('invalid-key'));
    await assert.rejects(native.open(address, { access: 'observe', write: false }), failure('invalid-key'));
    await assert.rejects(native.acquireLock(address, { timeoutMs: 0, create: true }), failure('invalid-key'));
  }
});

test('The longest names work: 255 bytes for memory, 251 for a lock', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const longest = `${segment.name}-${'x'.repeat(300)}`;
  const memory = { mechanism: 'posix', name: longest.slice(0, 256) } as const;
  const made = await native.create(memory, { size: 1 });
  native.remove(memory, made.identity);
  made.close();
  const lock = { mechanism: 'posix', name: longest.slice(0, 252) } as const;
  (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
  native.removeLock(lock);
  assert.throws(
    () => native.peekLock({ mechanism: 'posix', name: longest.slice(0, 253) }),
    failure('invalid-key'),
  );
});

test('A System V address that would mean something else is refused', async (t) => {
  const { folder } = fileGround(t);
  const addresses: readonly SegmentAddress[] = [
    { mechanism: 'systemv', key: 0 },
    { mechanism: 'systemv', key: 2 ** 31 },
    { mechanism: 'systemv', key: 1.5 },
    { mechanism: 'systemv', shmid: -1 },
    { mechanism: 'systemv', path: 'relative', projectId: 1 },
    { mechanism: 'systemv', path: '', projectId: 1 },
    { mechanism: 'systemv', path: `${folder}/a\0b`, projectId: 1 },
    { mechanism: 'systemv', path: folder, projectId: 0 },
    { mechanism: 'systemv', path: folder, projectId: 256 },
  ];
  const before = native.list('systemv').length;
  for (const address of addresses) {
    assert.throws(() => native.info(address), failure('invalid-key'));
    await assert.rejects(async () => native.create(address, { size: 1 }), failure('invalid-key'));
  }
  await assert
    .rejects(native.create({ mechanism: 'systemv', shmid: 5 }, { size: 1 }), failure('already-exists'))
    .catch(() =>
      assert.rejects(native.create({ mechanism: 'systemv', shmid: 5 }, { size: 1 }), failure('invalid-key')),
    );
  assert.throws(() => native.ftok(`${folder}/missing`, 1), failure('not-found'));
  assert.throws(() => native.ftok(folder, 256), failure('invalid-key'));
  assert.ok(native.list('systemv').length - before < 5);
});

test('What is no shared memory below /dev/shm is refused without waiting for it', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const path = `/dev/shm${segment.name}`;
  const makers = {
    pipe: () => execFileSync('mkfifo', [path]),
    folder: () => {
      mkdirSync(path);
    },
    link: () => {
      symlinkSync('/etc/passwd', path);
    },
  };
  for (const make of Object.values(makers)) {
    make();
    for (const write of [false, true]) {
      await assert.rejects(native.open(segment, { access: 'observe', write }), failure('unsupported'));
    }
    assert.throws(() => native.info(segment), failure('unsupported'));
    await assert.rejects(native.create(segment, { size: 1 }), failure('already-exists'));
    assert.ok(!native.list('posix').some((one) => one.name === segment.name));
    rmSync(path, { recursive: true });
  }
});

test('A lock file that is no semaphore is refused', async (t) => {
  const { lock, folder } = posixGround(t);
  assert.ok(lock.mechanism === 'posix');
  const path = `/dev/shm/sem.${lock.name.slice(1)}`;
  writeFileSync(path, 'short');
  await assert.rejects(native.acquireLock(lock, { timeoutMs: 0, create: true }), failure('unsupported'));
  assert.deepEqual(
    [native.peekLock(lock).exists, native.peekLock(lock).readable, native.peekLock(lock).value],
    [true, true, null],
  );
  rmSync(path);
  symlinkSync(join(folder, 'elsewhere'), path);
  assert.equal(native.peekLock(lock).exists, false);
  await assert.rejects(native.acquireLock(lock, { timeoutMs: 0, create: true }), failure('unsupported'));
  rmSync(path);
});

test('Arguments of the wrong type are a TypeError, never a guess', async (t) => {
  const { segment, lock } = grounds[0]!.make(t);
  const made = await native.create(segment, { size: 64, lock });
  const loose = native as unknown as Record<string, (...given: readonly unknown[]) => unknown>;
  const handle = made as unknown as Record<string, (...given: readonly unknown[]) => unknown>;
  const calls: (() => unknown)[] = [
    () => loose['list']!(),
    () => loose['list']!(5),
    () => loose['info']!(),
    () => loose['info']!('/name'),
    () => loose['info']!({ mechanism: 'posix' }),
    () => loose['info']!({ mechanism: 'systemv' }),
    () => loose['open']!(segment),
    () => loose['open']!(segment, { access: 'peek', write: false }),
    () => loose['open']!(segment, { access: 'observe', write: 1 }),
    () => loose['create']!(segment),
    () => loose['create']!(segment, { size: '64' }),
    () => loose['remove']!(segment),
    () => loose['acquireLock']!(lock),
    () => loose['acquireLock']!(lock, { create: false }),
    () => loose['acquireLock']!(lock, { create: false, timeoutMs: -1 }),
    () => loose['acquireLock']!(lock, { create: false, timeoutMs: NaN }),
    () => loose['acquireLock']!(lock, { create: false, timeoutMs: 0, cancel: {} }),
    () => loose['acquireLock']!(lock, { create: false, timeoutMs: 0, cancel: made }),
    () => loose['exchange']!({}),
    () => loose['exchange']!({ segment: {}, lock: null, offset: 0 }),
    () =>
      loose['exchange']!({
        segment: made,
        lock: null,
        offset: 0,
        expected: new Uint8Array(1),
        bytes: new Uint8Array(2),
        timeoutMs: 0,
      }),
    () => loose['copyLocked']!({ segment: made, lock, offset: 0, target: [], timeoutMs: 0 }),
    () => loose['processEntry']!('1'),
    () => loose['ftok']!(5, 5),
    () => handle['read']!(),
    () => handle['read']!(0),
    () => handle['read']!('0', new Uint8Array(1)),
    () => handle['read']!(0, new Uint16Array(1)),
    () => handle['read']!(0, new ArrayBuffer(1)),
    () => handle['write']!(0, 'text'),
    () => handle['detach']!(),
    () => handle['resize']!('5'),
    () => handle['write']!.call({}, 0, new Uint8Array(1)),
    () => handle['close']!.call(new native.Cancel()),
    () => Reflect.construct(made.constructor as new () => unknown, []),
  ];
  for (const call of calls) {
    assert.throws(call, TypeError, String(call));
  }
  assert.throws(() => loose['list']!('windows'), failure('unsupported'));
  for (const offset of [-1, 0.5, NaN, 2 ** 53]) {
    assert.throws(() => made.read(offset, new Uint8Array(1)), failure('invalid-size'));
  }
  assert.equal(native.peekLock(lock).value, 1);
  made.close();
});

test('What the mode forbids is said to be forbidden', async () => {
  const { answer, exitCode } = await runUnprivileged('forbidden');
  assert.equal(exitCode, 0);
  assert.deepEqual(answer, Array<string>(4).fill('permission-denied'));
});

test("Another user's segment is forbidden, and still described", async (t) => {
  const made = grounds.map(({ make }) => make(t));
  for (const { segment, folder } of made) {
    chmodSync(folder, 0o755);
    (await native.create(segment, { size: 10 })).close();
  }
  const segments = made.map(({ segment }) => segment);
  // Where we are no other user than root, there is only one user to be.
  const expected = process.getuid?.() === 0 ? 'permission-denied' : 'opened';
  assert.deepEqual((await runUnprivileged('open', segments)).answer, Array<string>(12).fill(expected));
  assert.deepEqual(
    (await runUnprivileged('describe', segments)).answer,
    segments.map((one) => native.info(one)),
  );
});

test('Without privileges: a stale POSIX lock that nobody has open is usable again after creating', async () => {
  const { answer, exitCode } = await runUnprivileged('reviveStale');
  assert.deepEqual([answer, exitCode], [1, 0]);
});

test('On a full /dev/shm everything that needs memory says so, reads go on, and nothing half made is left', () => {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = 'mount -t tmpfs -o size=1m tmpfs /dev/shm && exec "$0" "$@"';
  const child = join(__dirname, 'child.js');
  const output = execFileSync('unshare', [
    ...user,
    '--mount',
    'sh',
    '-c',
    script,
    process.execPath,
    child,
    'full',
  ]);
  assert.equal(output.toString(), 'survived\n');
});

test('A lock of another user is said to exist, with its owner and mode, but its value is not known', async (t) => {
  for (const { make } of grounds.slice(1)) {
    const { lock, folder }: { lock: LockAddress; folder: string } = make(t);
    chmodSync(folder, 0o755);
    (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
    const { answer } = await runUnprivileged('peek', lock);
    const seen = answer as { exists: boolean; readable: boolean; value: number | null; mode: number };
    assert.equal(seen.exists, true);
    if (process.getuid?.() === 0) assert.deepEqual([seen.readable, seen.value], [false, null]);
    assert.equal(seen.mode, 0o600);
  }
});
