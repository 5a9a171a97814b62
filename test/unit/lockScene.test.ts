import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockScene } from '../../extension/core/locks/lockScene';
import type { WatchedSegment } from '../../extension/core/locks/lockWatch';
import { secondStrip } from '../../extension/core/locks/secondStrip';
import { lockMarks } from '../../extension/shared/lockReport';
import { mostStripWaiters, stripSeconds, stripWaiter } from '../../extension/shared/lockRow';
import type { PlacedLock } from '../../extension/shared/placedLock';
import { FakeMachine } from './fake';

const { free, held, trouble } = lockMarks;

/** A strip of steps of a quarter of a second. */
function strip(fromMs: number, marks: readonly number[], waiters: readonly number[] = []) {
  const waiting = Uint16Array.from(marks, (_, at) => waiters[at] ?? 0);
  return { fromMs, stepMs: 250, marks: Uint8Array.from(marks), waiters: waiting };
}

test('the steps of a second of the clock are one: all that was seen in it, and the most that waited', () => {
  assert.deepEqual(secondStrip(strip(1000, [free, held, free, 0], [0, 2, 1, 0])), [
    (free | held) + 2 * stripWaiter,
  ]);
  assert.deepEqual(secondStrip(strip(1500, [free, held, trouble, 0, 0, 0, 0])), [free | held, trouble, 0]);
  assert.deepEqual(secondStrip(strip(0, [held], [60_000])), [held + mostStripWaiters * stripWaiter]);
});

test('a minute that begins within a second has sixty seconds, the newest last', () => {
  const marks = Array.from({ length: 240 }, () => free as number);
  marks[239] = held;
  const seconds = secondStrip(strip(750, marks));
  assert.equal(seconds.length, stripSeconds);
  assert.equal(seconds.at(-1), free | held);
  assert.equal(secondStrip(strip(0, [])).length, 0);
});

const gate: PlacedLock = {
  id: 'gate',
  label: '',
  counts: false,
  place: 'named',
  semaphore: { mechanism: 'posix', name: '/gate' },
};

/** A segment with a paired semaphore that is taken, and that nobody has open. */
function stage() {
  const machine = new FakeMachine();
  const semaphore = machine.addSemaphore({ mechanism: 'posix', name: '/gate' }, 0);
  const info = { device: null, inode: null, shmid: 7, attachCount: 1 } as WatchedSegment['info'];
  const segment = { key: { type: 'systemv-id', shmid: 7 }, info, holdsLock: false, read: () => 0 } as const;
  const scene = new LockScene(machine.native, segment, () => [gate]);
  const codes = () => scene.peek().flatMap(({ findings }) => findings.map(({ code }) => code));
  return { machine, semaphore, scene, codes };
}

test('what lies behind a lock is told only by a scan that began after it came to its state', async () => {
  const { scene, codes } = stage();
  assert.deepEqual(codes(), [], 'nobody has looked');
  await scene.took({ mappings: [], denied: 0 }, Date.now() - 60_000);
  assert.deepEqual(codes(), [], 'that scan says nothing of it');
  await scene.took({ mappings: [], denied: 0 }, Date.now());
  assert.deepEqual(codes(), ['abandoned']);
});

test('a lock that came to another state is not called what it was before', async () => {
  const { scene, semaphore, codes } = stage();
  assert.deepEqual(
    (await scene.inspect()).flatMap(({ findings }) => findings.map(({ code }) => code)),
    ['abandoned'],
  );
  semaphore.value = 1;
  assert.deepEqual(codes(), []);
  const [seen] = scene.peek();
  assert.equal(seen?.report.state, 'free');
});

test('what looks at a lock is closed after an inspection, and when nobody looks any more', async () => {
  const { machine, scene } = stage();
  await scene.inspect();
  assert.equal(machine.looks.size, 0);
  scene.peek();
  assert.equal(machine.looks.size, 1);
  scene.close();
  assert.equal(machine.looks.size, 0);
});

test('of a lock that was never looked at there is no strip, and of one that was there is', () => {
  const { scene } = stage();
  assert.deepEqual(scene.strip('gate'), []);
  scene.peek();
  assert.equal(scene.strip('gate').at(-1), held);
  assert.deepEqual(scene.deadlocks(), []);
});
