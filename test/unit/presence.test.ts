import assert from 'node:assert/strict';
import { linkSync, readdirSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lockAddress, segmentAddress } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { sharedMappings } from '../../extension/core/processMemory';
import { Segments } from '../../extension/core/segments';
import { addon, atEnd, attachElsewhere, removeAfter, scratch, unique } from './machine';
import { until } from './until';

const native = addon();

function stage(t: TestContext): Segments {
  const segments = new Segments(native);
  atEnd(t, () => segments.dispose());
  return segments;
}

/** A POSIX segment on show, and its file. */
async function posix(t: TestContext) {
  const key = { type: 'posix', name: `/${unique('seen')}` } as const;
  const file = `/dev/shm${key.name}`;
  atEnd(t, () => {
    rmSync(file, { force: true });
  });
  writeFileSync(file, Buffer.alloc(8192, 7));
  const segment = stage(t).checkout(key);
  await until('it is live', () => segment.presence === 'live');
  return { key, file, segment };
}

/** A Qt segment of System V on show, made by nobody in particular: an orphan. */
async function systemV(t: TestContext) {
  const folder = scratch(t);
  const key = qtLegacyKey(unique('qt'), 'systemv', folder);
  assert(key.type === 'systemv');
  removeAfter(t, native, key);
  const address = segmentAddress(key);
  const make = async (size: number): Promise<void> => {
    (await native.create(address, { size })).close();
  };
  await make(64);
  const segment = stage(t).checkout(key);
  await until('it is live', () => segment.presence === 'live');
  const remove = (): void => {
    native.remove(address, String(native.info(address).shmid));
  };
  return { key, segment, make, remove, folder };
}

test('a truncated segment is shown with the bytes that are left', async (t) => {
  const { file, segment } = await posix(t);
  truncateSync(file, 100);
  assert.equal(segment.size, 100);
  assert.equal(segment.read(0, new Uint8Array(8192)), 100);
  assert.equal(segment.read(4096, new Uint8Array(16)), 0);
  assert.deepEqual([segment.presence, segment.info?.size], ['live', 100]);
});

test('a segment truncated to nothing stays on show', async (t) => {
  const { file, segment } = await posix(t);
  truncateSync(file, 0);
  await until('the size is seen', () => segment.info?.size === 0);
  assert.equal(segment.presence, 'live');
});

test('a grown segment is shown with its new size', async (t) => {
  const { file, segment } = await posix(t);
  truncateSync(file, 1 << 20);
  await until('the size is seen', () => segment.info?.size === 1 << 20);
  assert.equal(segment.read(8190, new Uint8Array(4)), 4);
});

test('a removed segment is seen without anybody reading it', async (t) => {
  const { file, segment } = await posix(t);
  unlinkSync(file);
  await until('the removal is seen', () => segment.presence === 'removed');
});

test('another segment in its place is seen, and shown when asked for', async (t) => {
  const { file, segment } = await posix(t);
  writeFileSync(`${file}-new`, Buffer.alloc(16, 9));
  renameSync(`${file}-new`, file);
  await until('the other is seen', () => segment.presence === 'recreated');
  assert.equal(segment.read(0, new Uint8Array(1)), 0);
  await segment.reopen();
  const bytes = new Uint8Array(16);
  assert.equal(segment.read(0, bytes), 16);
  assert.ok(bytes.every((byte) => byte === 9));
});

test('a segment that is removed and made again is recreated, though it was removed for a while', async (t) => {
  const { file, segment } = await posix(t);
  unlinkSync(file);
  await until('the removal is seen', () => segment.presence === 'removed');
  writeFileSync(file, Buffer.alloc(16));
  await until('the other is seen', () => segment.presence === 'recreated');
  unlinkSync(file);
  await until('its removal is seen', () => segment.presence === 'removed');
});

test('a segment with a second name stays on show under the first alone', async (t) => {
  const { file, segment } = await posix(t);
  linkSync(file, `${file}-second`);
  unlinkSync(file);
  await until('the removal is seen', () => segment.presence === 'removed');
  unlinkSync(`${file}-second`);
});

test('a System V segment removed by a peer is let go of, so that its memory is freed', async (t) => {
  const { key, segment, remove } = await systemV(t);
  await segment.attach(true);
  const { shmid } = native.info(segmentAddress(key));
  remove();
  await until('the removal is seen', () => segment.presence === 'removed');
  assert.ok(!native.list('systemv').some((info) => info.shmid === shmid));
});

test('a System V segment made again under its key is recreated', async (t) => {
  const { segment, make, remove } = await systemV(t);
  remove();
  await make(32);
  await until('the other is seen', () => segment.presence === 'recreated');
  await segment.reopen();
  assert.deepEqual([segment.presence, segment.info?.size], ['live', 32]);
});

test('a System V segment whose key file was cleaned away stays on show', async (t) => {
  const { key, segment } = await systemV(t);
  unlinkSync(key.path);
  const before = segment.info;
  await until('it was looked at again', () => segment.info !== before);
  assert.equal(segment.presence, 'live');
  assert.equal(segment.read(0, new Uint8Array(64)), 64);
  native.remove({ mechanism: 'systemv', shmid: Number(segment.identity) }, segment.identity ?? '');
});

test('watching a segment that others use makes no lock, attaches nothing and leaves no trace in it', async (t) => {
  const { key, segment, folder } = await systemV(t);
  const other = await attachElsewhere(t, key);
  await segment.reopen();
  const before = native.info(segmentAddress(key));
  for (let look = 0; look < 100; look++) {
    assert.equal(segment.read(0, new Uint8Array(64)), 64);
    assert.equal(segment.size, 64);
    assert.equal(segment.lock.state, 'none');
  }
  assert.deepEqual(native.info(segmentAddress(key)), { ...before, allocated: before.allocated });
  const lock = lockAddress(key);
  assert(lock);
  assert.equal(native.peekLock(lock).exists, false);
  assert.deepEqual(readdirSync(folder), readdirSync(dirname(key.path)));
  assert.equal(readdirSync(folder).length, 1);
  await other.leave();
});

test('a lock that another holds is ours once it is given back', async (t) => {
  const { key, segment } = await systemV(t);
  const lock = lockAddress(key);
  assert(lock);
  const held = await native.acquireLock(lock, { timeoutMs: 500, create: true });
  assert.deepEqual([segment.lock.state, segment.lock.holder?.pid], ['held', process.pid]);
  const waiting = segment.acquireLock({ timeoutMs: 10_000, create: false });
  await until('we wait for it', () => segment.lock.waiters === 1);
  held.release();
  await waiting;
  assert.equal(segment.lock.state, 'ours');
  segment.releaseLock();
  assert.equal(segment.lock.state, 'free');
  native.removeLock(lock);
});

test('waiting for a lock can be cancelled', async (t) => {
  const { key, segment } = await systemV(t);
  const lock = lockAddress(key);
  assert(lock);
  const held = await native.acquireLock(lock, { timeoutMs: 500, create: true });
  const cancel = new native.Cancel();
  const waiting = segment.acquireLock({ timeoutMs: 60_000, create: false, cancel });
  await until('we wait for it', () => segment.lock.waiters === 1);
  cancel.cancel();
  await assert.rejects(waiting, { code: 'busy' });
  assert.equal(segment.holdsLock, false);
  held.release();
  native.removeLock(lock);
});

/** A process that has shared memory without a name, and its key. */
async function processWithMemory(t: TestContext) {
  const file = `/dev/shm/${unique('nameless')}`;
  const program = `
    const fs = require('node:fs');
    const file = fs.openSync(${JSON.stringify(file)}, 'wx+');
    fs.unlinkSync(${JSON.stringify(file)});
    fs.writeSync(file, Buffer.from('memory of a process'));
    process.stdin.on('end', () => process.exit()).resume();
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  atEnd(t, end);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  const memory = await native.processMemory(pid);
  const [{ key } = assert.fail('it has no memory')] = sharedMappings(pid, memory, []);
  return { key, end };
}

test('memory of a process is live, is edited by comparing, and shows its last bytes when the process has ended', async (t) => {
  const { key, end } = await processWithMemory(t);
  const segments = stage(t);
  const segment = segments.checkout(key);
  await segment.settled();
  assert.deepEqual([segment.presence, segment.access, segment.size], ['live', 'observe', 19]);
  const bytes = new Uint8Array(6);
  segment.read(0, bytes);
  assert.equal(Buffer.from(bytes).toString(), 'memory');
  await segment.attach(true);
  assert.equal((await segment.exchange(0, Buffer.from('other!'), Buffer.from('Memory'), 0)).written, false);
  assert.equal((await segment.exchange(0, Buffer.from('memory'), Buffer.from('Memory'), 0)).written, true);
  await end();
  await until('it is gone', () => segment.presence === 'removed');
  assert.equal(segment.access, 'observe');
  segment.dispose();
  const again = segments.checkout(key);
  await again.settled();
  assert.equal(again.presence, 'removed');
});
