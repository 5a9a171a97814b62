import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lockAddress } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { Segments } from '../../extension/core/segments';
import { FakeMachine } from './fake';
import { rejection } from './refusal';
import { until } from './until';

const key = { type: 'posix', name: '/seen' } as const;

function stage(t: TestContext) {
  const machine = new FakeMachine();
  const segments = new Segments(machine.native);
  t.after(() => segments.dispose());
  return { machine, segments };
}

async function live(t: TestContext) {
  const { machine, segments } = stage(t);
  const memory = machine.add('posix', '/seen', new Uint8Array(64));
  const segment = segments.checkout(key);
  await until('it is live', () => segment.presence === 'live');
  return { machine, segments, memory, segment };
}

/** A Qt segment of System V with real key files in a folder of its own. */
function qtStage(t: TestContext) {
  const { machine, segments } = stage(t);
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-unit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const qtKey = qtLegacyKey('unit', 'systemv', folder);
  const lock = lockAddress(qtKey);
  assert(qtKey.type === 'systemv' && lock !== null && 'path' in lock);
  writeFileSync(qtKey.path, '');
  const memory = machine.add('systemv', machine.native.ftok(qtKey.path, 0x51), new Uint8Array(64));
  return { machine, segments, qtKey, lock, memory };
}

test('a key that leads nowhere waits, and is live once the segment appears', async (t) => {
  const { machine, segments } = stage(t);
  const segment = segments.checkout(key);
  await until('the key was tried', () => machine.called('open') > 0);
  assert.equal(segment.presence, 'waiting');
  assert.equal(segment.read(0, new Uint8Array(1)), 0);
  machine.add('posix', '/seen', new Uint8Array(64));
  await until('it is live', () => segment.presence === 'live');
  assert.equal(segment.info?.size, 64);
});

test('looking creates no lock and attaches nothing', async (t) => {
  const { machine, memory, segment } = await live(t);
  segment.read(0, new Uint8Array(64));
  assert.equal(segment.lock.state, 'none');
  assert.equal(memory.attached, 0);
  assert.equal(machine.semaphores.size, 0);
});

test('two who look at one key share one open segment, with or without its Qt key', (t) => {
  const { segments } = stage(t);
  const first = segments.checkout(key);
  const second = segments.checkout({ ...key, legacyKey: 'seen' });
  assert.equal(first, second);
  first.dispose();
  assert.deepEqual(segments.opened, [second]);
  second.dispose();
  assert.deepEqual(segments.opened, []);
});

test('a removed segment is let go of', async (t) => {
  const { machine, memory, segment } = await live(t);
  await segment.attach(true);
  machine.unlink(memory);
  await until('the removal is seen', () => segment.presence === 'removed');
  assert.equal(memory.attached, 0);
  assert.equal(segment.info?.size, 64, 'what was known last is kept');
  assert.equal(segment.read(0, new Uint8Array(1)), 0);
});

test('an attached segment that is removed while nobody looks at it is forgotten', async (t) => {
  const { machine, segments, memory, segment } = await live(t);
  await segment.attach(true);
  segment.dispose();
  assert.deepEqual(segments.opened, [segment]);
  machine.unlink(memory);
  await until('it is forgotten', () => segments.opened.length === 0);
  assert.equal(memory.attached, 0);
});

test('a read notices a removal at once', async (t) => {
  const { machine, memory, segment } = await live(t);
  machine.unlink(memory);
  assert.equal(segment.size, 0);
  assert.equal(segment.presence, 'removed');
});

test('another segment under the same name is recreated until it is reopened', async (t) => {
  const { machine, memory, segment } = await live(t);
  memory.name = '/moved away';
  const other = machine.add('posix', '/seen', new Uint8Array(32));
  await until('the other is seen', () => segment.presence === 'recreated');
  const sizeBefore = segment.info?.size;
  await segment.reopen();
  assert.equal(segment.presence, 'live');
  assert.deepEqual([sizeBefore, segment.info?.size], [64, other.bytes.length]);
});

test('a size that changes is told', async (t) => {
  const { memory, segment } = await live(t);
  const sizes: (number | undefined)[] = [];
  segment.onDidChange(() => sizes.push(segment.info?.size));
  memory.bytes = new Uint8Array(16);
  await until('the truncation is told', () => sizes.includes(16));
  memory.bytes = new Uint8Array(128);
  await until('the growth is told', () => sizes.includes(128));
  assert.equal(segment.presence, 'live');
});

test('a segment of another user is denied with owner and mode, and is not tried again', async (t) => {
  const { machine, segments } = stage(t);
  machine.add('posix', '/seen', new Uint8Array(64)).refusal = 'permission-denied';
  const segment = segments.checkout(key);
  await until('it is denied', () => segment.presence === 'denied');
  assert.equal(segment.fault?.facts.owner, 'root');
  assert.equal(segment.fault.facts.mode, 0o600);
  const tries = machine.called('open');
  const other = stage(t);
  other.segments.checkout(key);
  await until('a waiting one is tried again and again', () => other.machine.called('open') > 2);
  assert.equal(machine.called('open'), tries);
  assert.equal(segment.presence, 'denied');
});

test('a denied segment is tried again when the user asks', async (t) => {
  const { machine, segments } = stage(t);
  const memory = machine.add('posix', '/seen', new Uint8Array(64));
  memory.refusal = 'permission-denied';
  const segment = segments.checkout(key);
  await until('it is denied', () => segment.presence === 'denied');
  memory.refusal = null;
  await segment.reopen();
  assert.equal(segment.presence, 'live');
  assert.equal(segment.fault, null);
});

test('attaching to a key that leads nowhere says which name was tried', async (t) => {
  const { segments } = stage(t);
  const { code, tried } = await rejection(segments.checkout(key).attach(true));
  assert.deepEqual([code, tried], ['not-found', ['posix:/seen']]);
});

test('who only looks may not write', async (t) => {
  const { segment } = await live(t);
  const bytes = new Uint8Array(1);
  for (const work of [segment.write(0, bytes, 100), segment.exchange(0, bytes, bytes, 100)]) {
    const { code, rule } = await rejection(work);
    assert.deepEqual([code, rule], ['permission-denied', 'observing']);
  }
  await segment.attach(false);
  const { rule, owner, mode } = await rejection(segment.write(0, bytes, 100));
  assert.deepEqual([rule, owner, mode], [undefined, 'root', 0o600]);
});

test('an attached segment stays open when nobody looks at it any more', async (t) => {
  const { segments, memory, segment } = await live(t);
  await segment.attach(true);
  segment.dispose();
  assert.deepEqual(segments.opened, [segment]);
  await segment.detach();
  assert.deepEqual(segments.opened, []);
  assert.equal(memory.attached, 0);
});

test('a detached segment is looked at again', async (t) => {
  const { segment } = await live(t);
  await segment.attach(true);
  assert.equal(segment.access, 'attach');
  await segment.detach();
  assert.equal(segment.access, 'observe');
  assert.equal(segment.presence, 'live');
});

test('the last to detach from a Qt segment of System V removes it', async (t) => {
  const { segments, qtKey } = qtStage(t);
  const segment = segments.checkout(qtKey);
  await segment.attach(true);
  const { removedSegment } = await segment.detach();
  assert.equal(removedSegment, true);
  assert.equal(segment.presence, 'removed');
});

test('detaching from a segment that is not of Qt never removes it', async (t) => {
  const { machine, segment } = await live(t);
  await segment.attach(true);
  assert.equal((await segment.detach()).removedSegment, false);
  assert.ok(machine.posix('/seen'));
});

test('a lock that we made goes with its key file once nobody is attached any more', async (t) => {
  const { machine, segments, qtKey, lock } = qtStage(t);
  writeFileSync(lock.path, '');
  const segment = segments.checkout(qtKey);
  await segment.attach(true);
  await segment.acquireLock({ timeoutMs: 100, create: true });
  assert.equal(segment.lock.state, 'ours');
  segment.releaseLock();
  assert.equal(segment.lock.state, 'free');
  await segment.detach();
  assert.equal(machine.semaphores.size, 0);
  assert.equal(existsSync(lock.path), false);
});

test('a lock that we made stays while others are attached', async (t) => {
  const { machine, segments, qtKey, memory } = qtStage(t);
  memory.attached = 1;
  const segment = segments.checkout(qtKey);
  await segment.attach(true);
  await segment.acquireLock({ timeoutMs: 100, create: true });
  await segment.detach();
  assert.equal(machine.semaphores.size, 1);
  assert.equal([...machine.semaphores.values()][0]?.value, 1, 'and it was given back');
});

test('a lock that a peer made is never removed by leaving', async (t) => {
  const { machine, segments, qtKey, lock } = qtStage(t);
  writeFileSync(lock.path, '');
  machine.addSemaphore(lock);
  const segment = segments.checkout(qtKey);
  await segment.attach(true);
  await segment.acquireLock({ timeoutMs: 100, create: true });
  await segment.detach();
  assert.equal(machine.semaphores.size, 1);
  assert.ok(existsSync(lock.path));
});

test('a held System V lock is busy and names its holder', async (t) => {
  const { machine, segments, qtKey, lock } = qtStage(t);
  writeFileSync(lock.path, '');
  machine.addSemaphore(lock, 0, 4242);
  const segment = segments.checkout(qtKey);
  const { code, holder, waitedMs } = await rejection(segment.acquireLock({ timeoutMs: 100, create: false }));
  assert.deepEqual([code, holder, waitedMs], ['busy', { pid: 4242, name: 'peer' }, 100]);
});

test('closing gives back the lock and detaches', async (t) => {
  const { machine, segments, memory, segment } = await live(t);
  machine.addSemaphore({ mechanism: 'posix', name: '/seen' });
  await segment.attach(true);
  await segment.acquireLock({ timeoutMs: 100, create: false });
  await segments.dispose();
  assert.equal(memory.attached, 0);
  assert.equal([...machine.semaphores.values()][0]?.value, 1);
  assert.equal((await rejection(segment.attach(true))).code, 'closed');
});

test('an explicit write does not compare, and takes the lock in one call each', async (t) => {
  const { machine, memory, segment } = await live(t);
  machine.addSemaphore({ mechanism: 'posix', name: '/seen' });
  await segment.attach(true);
  memory.bytes.fill(9);
  await segment.write(4, Uint8Array.from([1, 2]), 100);
  assert.deepEqual([...memory.bytes.subarray(3, 7)], [9, 1, 2, 9]);
  assert.equal(machine.called('exchange'), 1);
  assert.equal(machine.called('acquireLock'), 0);
});

test('a lock that is removed just before an edit is none to take', async (t) => {
  const { machine, memory, segment } = await live(t);
  const lock = { mechanism: 'posix', name: '/seen' } as const;
  machine.addSemaphore(lock);
  await segment.attach(true);
  const { exchange } = machine.native;
  Object.assign(machine.native, {
    exchange: (request: Parameters<typeof exchange>[0]) => {
      if (machine.semaphores.delete(lock.name)) {
        return Promise.reject(Object.assign(new Error('sem_open'), { code: 'not-found' }));
      }
      return exchange(request);
    },
  });
  const { written } = await segment.exchange(0, new Uint8Array(1), Uint8Array.of(5), 100);
  assert.deepEqual([written, memory.bytes[0]], [true, 5]);
});

test('a write past the end writes nothing', async (t) => {
  const { memory, segment } = await live(t);
  await segment.attach(true);
  const { code, rule, maximum } = await rejection(segment.write(60, new Uint8Array(5).fill(1), 100));
  assert.deepEqual([code, rule, maximum], ['invalid-size', 'past-the-end', '59']);
  assert.ok(memory.bytes.every((byte) => byte === 0));
});
