import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLocks } from '../../extension/core/locks/findLocks';
import { layouts, type LockLayout } from '../../extension/core/locks/layout';
import { mostSuggestions, type LockSuggestion } from '../../extension/shared/lockSuggestion';

const wide = layouts['x86-64'];

/** Bytes with words of 32 bits at these offsets. */
function memory(size: number, fields: Readonly<Record<number, number>> = {}): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [offset, value] of Object.entries(fields)) bytes.writeUInt32LE(value >>> 0, Number(offset));
  return bytes;
}

const reader =
  (bytes: Buffer) =>
  (offset: number, target: Uint8Array): number => {
    const found = bytes.subarray(offset, offset + target.length);
    target.set(found);
    return found.length;
  };

async function find(bytes: Buffer, layout: LockLayout = wide): Promise<readonly LockSuggestion[]> {
  return (await findLocks({ layout, size: bytes.length, read: reader(bytes) })).suggestions;
}

const told = (found: readonly LockSuggestion[]) =>
  found.map(({ sort, offset, certainty, reasons }) => [sort, offset, certainty, reasons.join(' ')]);

/** The words of a held mutex at an offset. */
const held = (at: number, owner: number, { mutex }: LockLayout = wide) => ({
  [at]: 1,
  [at + 8]: owner,
  [at + mutex.users]: 1,
  [at + mutex.kind]: 0x80,
});

for (const [machine, layout] of Object.entries(layouts)) {
  test(`${machine}: mutexes, semaphores and rwlocks are found where they are, once each`, async () => {
    const { rwlock, semaphore } = layout;
    const bytes = memory(8192, {
      ...held(64, 77, layout),
      [512 + layout.mutex.kind]: 0x81,
      [1024]: 1 << semaphore.shift,
      [1024 + semaphore.scope]: 0x80,
      [2048]: 3,
      [2048 + 8]: 1,
      [2048 + 12]: 1,
      [2048 + rwlock.writer]: 99,
    });
    bytes[2048 + rwlock.shared] = 1;
    assert.deepEqual(told(await find(bytes, layout)), [
      ['mutex', 64, 'likely', 'kind owner'],
      ['mutex', 512, 'likely', 'kind'],
      ['semaphore', 1024, 'likely', 'scope'],
      ['rwlock', 2048, 'likely', 'writer owner'],
    ]);
  });
}

test('a free mutex is found, but a 128 among zeros would look the same', async () => {
  assert.deepEqual(told(await find(memory(4096, { [96 + 16]: 0x80 }))), [['mutex', 96, 'unknown', 'kind']]);
});

test('a living owner and waiters speak for a lock', async () => {
  const bytes = memory(4096, { ...held(0, 77), 0: 2 });
  const asked: number[] = [];
  const lives = (tid: number): boolean => asked.push(tid) > 0;
  const { suggestions } = await findLocks({ layout: wide, size: 4096, read: reader(bytes), lives });
  assert.deepEqual(suggestions[0]?.reasons, ['kind', 'owner', 'owner-lives', 'waiters']);
  assert.deepEqual(asked, [77]);
});

test('a robust mutex is found whose holder died as soon as the kernel had given it the lock', async () => {
  const { mutex } = wide;
  const died = memory(4096, { [64]: 0x40000000, [64 + mutex.kind]: 0xb0 });
  assert.deepEqual(
    (await find(died)).map(({ offset, decoded }) => [offset, decoded.state]),
    [[64, 'owner-died']],
  );
});

test('the two mutexes of a managed segment of Boost are known by their places', async () => {
  const boost = { 0: 2, [0x10 + 16]: 0x80, [0x70 + 16]: 0x81 };
  assert.deepEqual(told(await find(memory(4096, boost))), [
    ['mutex', 0x10, 'likely', 'kind boost'],
    ['mutex', 0x70, 'likely', 'kind boost'],
  ]);
  const [other] = await find(memory(4096, { ...boost, 0: 1 }));
  assert.deepEqual(other?.reasons, ['kind']);
});

test('words that disagree are no lock', async () => {
  const bad: readonly Readonly<Record<number, number>>[] = [
    { [64 + 16]: 0 },
    { [64 + 8]: 7700, [64 + 16]: 0x80 },
    { 64: 1, [64 + 16]: 0x80 },
    { ...held(64, 77), 64: 3 },
    { ...held(64, 7700), [64 + 12]: 0 },
    { ...held(64, 77), [64 + 4]: 1 },
    { ...held(64, 77), [64 + 20]: 5 },
    { ...held(64, 77), [64 + 24]: 5 },
    { ...held(64, 77), [64 + 16]: 0x10080 },
    { ...held(64, 77), [64 + 16]: 0 },
    { 64: 5000, [64 + 8]: 0x80, [64 + 20]: 1 },
    { 64: 1, [64 + 8]: 0x80, [64 + 24]: 9 },
    { [64 + 28]: 1 },
    { 64: 3, [64 + 28]: 1 },
    { 64: 1, [64 + 24]: 99, [64 + 28]: 1 },
  ];
  for (const fields of bad)
    assert.deepEqual(told(await find(memory(4096, fields))), [], JSON.stringify(fields));
});

test('noise, text and small numbers have next to no locks', async () => {
  const size = 4 * 2 ** 20;
  const noise = Buffer.alloc(size);
  let state = 7;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    noise.writeUInt32LE(state, at);
  }
  assert.deepEqual(await find(noise), []);
  assert.deepEqual(await find(Buffer.alloc(size, 'shared memory is a thing of beauty. ')), []);
  const numbers = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) numbers.writeUInt32LE((at >> 2) % 300, at);
  assert.deepEqual(await find(numbers), []);
});

test('a lock that lies across two pieces of the search is found, once', async () => {
  const edge = 256 * 1024;
  for (const at of [edge - 40, edge - 32, edge - 8, edge]) {
    const found = await find(memory(2 * edge, held(at, 77)));
    assert.deepEqual(told(found), [['mutex', at, 'likely', 'kind owner']]);
  }
});

test('a lock whose zeros are in a hole is found, and holes are not read', async () => {
  const size = 16 * 2 ** 20;
  const page = 8 * 2 ** 20;
  const bytes = memory(size, { [page]: 0x80 });
  const read: number[] = [];
  const { suggestions } = await findLocks({
    layout: wide,
    size,
    read: (offset, target) => {
      read.push(offset);
      return reader(bytes)(offset, target);
    },
    nextData: (offset) => (offset < page + 4096 ? Math.max(offset, page) : null),
  });
  assert.deepEqual(told(suggestions), [['mutex', page - 16, 'unknown', 'kind']]);
  assert.ok(read.every((offset) => offset >= page - 64));
});

test('there is an end to suggestions, and it is told', async () => {
  const bytes = Buffer.concat(Array.from({ length: mostSuggestions + 1 }, () => memory(64, held(0, 77))));
  const { suggestions, capped } = await findLocks({ layout: wide, size: bytes.length, read: reader(bytes) });
  assert.deepEqual([suggestions.length, capped], [mostSuggestions, true]);
  const exact = await findLocks({ layout: wide, size: bytes.length - 64, read: reader(bytes) });
  assert.deepEqual([exact.suggestions.length, exact.capped], [mostSuggestions, false]);
});

test('a search tells how far it is, gives others their turn and ends when it is told to', async () => {
  const bytes = Buffer.alloc(2 ** 20);
  const abort = new AbortController();
  const positions: number[] = [];
  const progress = (position: number): void => {
    positions.push(position);
  };
  const search = { layout: wide, size: bytes.length, read: reader(bytes), progress };
  await findLocks(search);
  assert.deepEqual(
    positions,
    [1, 2, 3, 4, 4].map((quarter) => quarter * 256 * 1024),
  );
  setImmediate(() => {
    abort.abort();
  });
  await assert.rejects(findLocks({ ...search, signal: abort.signal }), { code: 'closed' });
});

test('a segment that is cut short under the search ends it', async () => {
  const bytes = memory(300 * 1024, held(64, 77));
  let reads = 0;
  const read = (offset: number, target: Uint8Array): number => {
    reads += 1;
    return reader(bytes)(offset, target);
  };
  const { suggestions } = await findLocks({ layout: wide, size: 2 ** 30, read });
  assert.deepEqual([suggestions.length, reads], [1, 2]);
});
