import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestMoment, rememberMoment } from '../../extension/core/moment';
import { Moments } from '../../extension/core/moments';
import type { OpenSegment } from '../../extension/core/segments';

const never = new AbortController().signal;
const quiet = (): void => undefined;

/** A segment of zeros with these bytes. */
function segmentOf(size: number, bytes: ReadonlyMap<number, number>, holdsLock: () => boolean = () => false) {
  const segment = {
    id: 'posix:/one',
    size,
    fault: null,
    writes: 0,
    get holdsLock() {
      return holdsLock();
    },
    read(offset: number, target: Uint8Array): number {
      const length = Math.max(0, Math.min(target.length, size - offset));
      target.fill(0, 0, length);
      for (const [at, value] of bytes) if (at >= offset && at < offset + length) target[at - offset] = value;
      return length;
    },
  };
  return segment;
}

test('a moment keeps every byte as it was, whatever the segment holds afterwards', async () => {
  const bytes = new Map([
    [0, 1],
    [4095, 2],
    [4096, 3],
    [299_999, 4],
  ]);
  const moment = await rememberMoment(segmentOf(300_000, bytes), longestMoment, quiet, never);
  bytes.set(0, 99);
  const found = new Uint8Array(300_010);
  assert.equal(moment.read(0, found), 300_000);
  const expected = new Uint8Array(300_010);
  expected.set([1]);
  expected.set([2, 3], 4095);
  expected.set([4], 299_999);
  assert.deepEqual(found, expected);
  const part = new Uint8Array(4).fill(9);
  assert.equal(moment.read(4094, part), 4);
  assert.deepEqual([...part], [0, 2, 3, 0]);
});

test('pages of zeros take no memory, so that a large sparse segment can be remembered', async () => {
  const size = 512 * 1024 * 1024;
  const moment = await rememberMoment(segmentOf(size, new Map([[size - 1, 7]])), longestMoment, quiet, never);
  assert.equal(moment.size, size);
  assert.equal(moment.held, 4096);
});

test('of 1 TiB with holes only what is no hole is read, and the moment knows its own holes', async () => {
  const size = 2 ** 40;
  const far = 2 ** 39 + 123;
  const segment = segmentOf(
    size,
    new Map([
      [far, 7],
      [size - 1, 8],
    ]),
  );
  let reads = 0;
  const sparse = {
    ...segment,
    read: (offset: number, target: Uint8Array) => {
      reads++;
      return segment.read(offset, target);
    },
    nextData: (offset: number) => {
      const start = [2 ** 39, size - 4096].find((page) => offset < page + 4096);
      return start === undefined ? null : Math.max(start, offset);
    },
  };
  const moment = await rememberMoment(sparse, longestMoment, quiet, never);
  assert.deepEqual([moment.size, moment.held], [size, 2 * 4096]);
  assert.ok(reads < 5, String(reads));
  assert.equal(moment.nextData?.(0), 2 ** 39);
  assert.equal(moment.nextData(far), far);
  assert.equal(moment.nextData(2 ** 39 + 4096), size - 4096);
  const last = await rememberMoment(segmentOf(5000, new Map([[1, 1]])), longestMoment, quiet, never);
  assert.equal(last.nextData?.(4096), null);
  const found = new Uint8Array(1);
  await moment.read(far, found);
  assert.deepEqual([...found], [7]);
});

test('a moment of more data than the limit is refused with the limit', async () => {
  const bytes = new Map(Array.from({ length: 5 }, (_, index) => [index * 4096, 1] as const));
  await assert.rejects(rememberMoment(segmentOf(40_000, bytes), 4 * 4096, quiet, never), {
    code: 'out-of-resources',
    facts: { rule: 'moment-size', maximum: String(4 * 4096) },
  });
});

test('a moment counts as copied under the lock only where we held it all the while', async () => {
  const size = 600_000;
  const held = await rememberMoment(
    segmentOf(size, new Map(), () => true),
    longestMoment,
    quiet,
    never,
  );
  assert.equal(held.locked, true);
  let asked = 0;
  const lost = segmentOf(size, new Map(), () => ++asked < 3);
  assert.equal((await rememberMoment(lost, longestMoment, quiet, never)).locked, false);
});

test('a segment that went is refused, and so is one that shrinks meanwhile', async () => {
  await assert.rejects(rememberMoment(segmentOf(0, new Map()), longestMoment, quiet, never), {
    code: 'gone',
  });
  const shrinking = { ...segmentOf(10_000, new Map()), holdsLock: false, read: () => 100 };
  await assert.rejects(rememberMoment(shrinking, longestMoment, quiet, never), { code: 'gone' });
});

test('remembering that is given up stops', async () => {
  const giveUp = new AbortController();
  giveUp.abort();
  await assert.rejects(rememberMoment(segmentOf(10_000, new Map()), longestMoment, quiet, giveUp.signal), {
    code: 'closed',
  });
});

test('moments are listed by segment, the newest first, until they are forgotten', async () => {
  const moments = new Moments();
  const segment = segmentOf(5000, new Map([[1, 1]])) as unknown as OpenSegment;
  const first = await moments.remember(segment, quiet, never);
  const second = await moments.remember(segment, quiet, never);
  assert.deepEqual(
    moments.of('posix:/one').map(({ id }) => id),
    [second.id, first.id],
  );
  assert.deepEqual(moments.of('posix:/other'), []);
  moments.forget(second.id);
  assert.deepEqual(
    moments.all.map(({ id }) => id),
    [first.id],
  );
});
