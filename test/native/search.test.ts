import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import type { SearchBatch, SearchNumbers, SearchPattern, Segment } from '../../native/index';
import { until } from '../unit/until';
import { bytesOf, failure, fileGround, grounds, native, posixGround } from './ground';

type Sought = { readonly patterns: readonly SearchPattern[] } | { readonly numbers: SearchNumbers };

const wide = { start: 0, end: null, alignment: 1, most: 10_000 };

interface Found {
  readonly hits: readonly (readonly [offset: number, length: number])[];
  readonly last: SearchBatch;
}

/** Runs a search to its end. */
async function find(
  segment: Segment,
  sought: Sought,
  scope: Partial<typeof wide> | object = {},
): Promise<Found> {
  const hits: [number, number][] = [];
  let last: SearchBatch | undefined;
  const search = native.search({ segment, ...wide, ...scope, ...sought }, () => {
    last = search.take();
    for (const [at, offset] of last.offsets.entries()) hits.push([offset, last.lengths[at] ?? 0]);
  });
  await until('the search is done', () => last?.done === true);
  search.stop();
  assert.ok(last);
  assert.equal(last.total, hits.length);
  return { hits, last };
}

function exact(...bytes: readonly number[]): SearchPattern {
  return { bytes: Uint8Array.from(bytes), mask: new Uint8Array(bytes.length).fill(0xff) };
}

/** A generator of the same numbers in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function naive(bytes: Uint8Array, patterns: readonly SearchPattern[], scope: typeof wide): Found['hits'] {
  const hits: [number, number][] = [];
  const first = Math.ceil(scope.start / scope.alignment) * scope.alignment;
  for (let offset = first; offset < bytes.length; offset += scope.alignment) {
    let longest = 0;
    for (const { bytes: wanted, mask } of patterns) {
      let at = offset + wanted.length <= bytes.length ? 0 : -1;
      while (at >= 0 && at < wanted.length) {
        const differs = ((wanted[at] ?? 0) ^ (bytes[offset + at] ?? 0)) & (mask[at] ?? 0);
        at = differs === 0 ? at + 1 : -1;
      }
      longest = Math.max(longest, at);
    }
    if (longest > 0) hits.push([offset, longest]);
  }
  return hits;
}

test('10,000 random searches find what a naive search finds', async (t) => {
  const next = random(7);
  const { segment } = posixGround(t);
  const made = await native.create(segment, { size: 700 });
  for (let round = 0; round < 100; round++) {
    const letters = 1 + next(6);
    const bytes = Uint8Array.from({ length: 700 }, () => (letters === 6 ? next(256) : next(letters)));
    made.write(0, bytes);
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const patterns = Array.from({ length: next(4) === 0 ? 1 + next(3) : 1 }, () => {
          const at = next(620);
          const length = 1 + next(next(3) === 0 ? 70 : 5);
          const pattern = bytes.slice(at, at + length);
          if (next(3) === 0) pattern[next(length)] = next(256);
          const mask = pattern.map(() => [0xff, 0xff, 0xff, 0xf0, 0x0f, 0, 0xdf][next(7)] ?? 0xff);
          return { bytes: pattern, mask: next(2) === 0 ? mask : mask.fill(0xff) };
        });
        const scope = { ...wide, start: next(3) === 0 ? next(700) : 0, alignment: 2 ** next(5) };
        const { hits } = await find(made, { patterns }, scope);
        assert.deepEqual(hits, naive(bytes, patterns, scope));
      }),
    );
  }
  made.close();
});

test('random ranges of numbers find what reading each number finds', async (t) => {
  const next = random(9);
  const { segment } = posixGround(t);
  const made = await native.create(segment, { size: 2048 });
  const bytes = Uint8Array.from({ length: 2048 }, () => (next(3) === 0 ? 0 : next(256)));
  made.write(0, bytes);
  const view = new DataView(bytes.buffer);
  const read: Readonly<Record<string, (at: number, little: boolean) => bigint | number>> = {
    u1: (at) => BigInt(view.getUint8(at)),
    i1: (at) => BigInt(view.getInt8(at)),
    u2: (at, little) => BigInt(view.getUint16(at, little)),
    i2: (at, little) => BigInt(view.getInt16(at, little)),
    u4: (at, little) => BigInt(view.getUint32(at, little)),
    i4: (at, little) => BigInt(view.getInt32(at, little)),
    u8: (at, little) => view.getBigUint64(at, little),
    i8: (at, little) => view.getBigInt64(at, little),
    f4: (at, little) => view.getFloat32(at, little),
    f8: (at, little) => view.getFloat64(at, little),
  };
  for (const [type, one] of Object.entries(read)) {
    const width = Number(type[1]) as 1 | 2 | 4 | 8;
    for (let round = 0; round < 30; round++) {
      const little = next(2) === 0;
      const [a, b] = [one(next(2040), little), one(next(2040), little)];
      if (typeof a === 'number' && (Number.isNaN(a) || Number.isNaN(b))) continue;
      const [minimum, maximum] = a <= b ? [a, b] : [b, a];
      const endian = ([little ? 'little' : 'big', 'both'] as const)[next(2)] ?? 'both';
      const alignment = 2 ** next(4);
      const numbers =
        typeof minimum === 'bigint'
          ? { width, fraction: false, endian, minimum, maximum: maximum as bigint }
          : { width: width as 4 | 8, fraction: true, endian, minimum, maximum: maximum as number };
      const expected = Array.from({ length: 2048 - width + 1 }, (_, at) => at).filter((at) => {
        const isIn = (value: bigint | number): boolean => value >= minimum && value <= maximum;
        const orders = endian === 'both' ? [true, false] : [little];
        return at % alignment === 0 && orders.some((order) => isIn(one(at, order)));
      });
      const { hits } = await find(made, { numbers: numbers as SearchNumbers }, { alignment });
      assert.deepEqual(
        hits.map(([offset]) => offset),
        expected,
        `${type} ${endian} ${String(minimum)}..${String(maximum)} at ${String(alignment)}`,
      );
    }
  }
  made.close();
});

for (const { name, make } of grounds) {
  test(`${name}: hits across the borders of what is read at once are found, each once`, async (t) => {
    const made = await native.create(make(t).segment, { size: 3 * 262_144 + 10 });
    const places = [0, 262_130, 262_141, 524_288, 3 * 262_144 + 2];
    for (const place of places) made.write(place, bytesOf('needle!!'));
    const { hits, last } = await find(made, { patterns: [exact(...bytesOf('needle!!'))] });
    assert.deepEqual(
      hits,
      places.map((place) => [place, 8]),
    );
    assert.deepEqual([last.position, last.end, last.capped], [last.end, 3 * 262_144 + 10, false]);
    made.close();
  });

  test(`${name}: a search after stop(), or of a segment that is closed, says nothing any more`, async (t) => {
    const made = await native.create(make(t).segment, { size: 65536 });
    const search = native.search({ segment: made, ...wide, patterns: [exact(0)] }, () => {
      assert.fail('it was stopped before it could be told');
    });
    search.stop();
    search.stop();
    native.search({ segment: made, ...wide, patterns: [exact(1)] }, () => {
      assert.fail('it was closed before it could be told');
    });
    made.close();
    assert.throws(
      () => native.search({ segment: made, ...wide, patterns: [exact(0)] }, () => undefined),
      failure('closed'),
    );
    await new Promise((turn) => setImmediate(turn));
  });

  test(`${name}: a search of a sparse segment allocates no page, also where zeros are sought`, async (t) => {
    const { segment } = make(t);
    const size = 64 * 2 ** 20;
    let made: Segment;
    if (segment.mechanism === 'posix') {
      closeSync(openSync(`/dev/shm${segment.name}`, 'w'));
      truncateSync(`/dev/shm${segment.name}`, size);
      made = await native.open(segment, { access: 'attach', write: true });
    } else made = await native.create(segment, { size });
    made.write(40 * 2 ** 20 - 2, bytesOf('needle'));
    const before = native.info(segment).allocated;
    const needle = await find(made, { patterns: [exact(...bytesOf('needle'))] });
    assert.deepEqual(needle.hits, [[40 * 2 ** 20 - 2, 6]]);
    const around = await find(made, { patterns: [exact(0, ...bytesOf('needle'), 0)] });
    assert.deepEqual(around.hits, [[40 * 2 ** 20 - 3, 8]], 'holes beside data are zeros');
    const zeros = await find(made, { patterns: [exact(0)] }, { alignment: 16, most: 2 ** 20 });
    assert.deepEqual([zeros.last.capped, zeros.hits.length], [true, 2 ** 20]);
    const end = await find(made, { patterns: [exact(0, 0)] }, { start: size - 5 });
    assert.deepEqual(
      end.hits.map(([offset]) => offset),
      [size - 5, size - 4, size - 3, size - 2],
    );
    assert.equal(native.info(segment).allocated, before);
    assert.ok(before <= 3 * 4096);
    made.close();
  });
}

test('the number of hits is capped, and a scope keeps to its borders', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 1000 });
  made.write(0, new Uint8Array(1000).fill(7));
  const seven = { patterns: [exact(7)] };
  const capped = await find(made, seven, { most: 10 });
  assert.deepEqual([capped.hits.length, capped.last.capped], [10, true]);
  const all = await find(made, seven, { most: 1000 });
  assert.deepEqual([all.hits.length, all.last.capped], [1000, false]);
  const part = await find(made, { patterns: [exact(7, 7)] }, { start: 100, end: 104 });
  assert.deepEqual(part.hits, [
    [100, 2],
    [101, 2],
    [102, 2],
  ]);
  assert.deepEqual((await find(made, seven, { start: 5000 })).hits, []);
  made.close();
});

test('a search goes on to what is left of a segment that is cut short or removed', async (t) => {
  const { segment } = posixGround(t);
  const made = await native.create(segment, { size: 8 * 2 ** 20 });
  made.write(0, new Uint8Array(8 * 2 ** 20).fill(1));
  for (let round = 0; round < 20; round++) {
    const searching = find(made, { patterns: [exact(1, 1, 1, 2)] });
    await made.resize((8 - (round % 8)) * 2 ** 20);
    if (round === 10) native.remove(segment, made.identity);
    assert.deepEqual((await searching).hits, []);
    await made.resize(8 * 2 ** 20);
  }
  made.close();
});

test('a search of a System V segment that goes away ends with that', async (t) => {
  const { segment } = fileGround(t);
  const made = await native.create(segment, { size: 256 * 2 ** 20 });
  const observer = await native.open(segment, { access: 'observe', write: false });
  let told: unknown = null;
  const search = native.search({ segment: observer, ...wide, patterns: [exact(0, 1)], end: null }, () => {
    try {
      if (search.take().done) told ??= 'done';
    } catch (error) {
      told = error;
    }
  });
  native.remove(segment, made.identity);
  made.close();
  await until('it ends', () => told !== null);
  if (told !== 'done') failure('gone')(told);
  observer.close();
});

test('a search for what cannot be sought is refused', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 64 });
  const request = { segment: made, ...wide, patterns: [exact(1)] };
  const told = (): void => undefined;
  const empty = { bytes: new Uint8Array(0), mask: new Uint8Array(0) };
  for (const wrong of [
    { start: -1 },
    { end: 0.5 },
    { alignment: 3 },
    { alignment: 32 },
    { most: 0 },
    { patterns: [] },
    { patterns: [empty] },
    { patterns: [{ bytes: Uint8Array.of(1), mask: empty.mask }] },
  ]) {
    assert.throws(() => native.search({ ...request, ...wrong }, told), failure('invalid-size'));
  }
  for (const wrong of [{ patterns: undefined }, { patterns: 'text' }, { segment: {} }, { patterns: [{}] }]) {
    assert.throws(() => native.search({ ...request, ...wrong } as never, told), TypeError);
  }
  const numbers = { width: 3, fraction: false, endian: 'little', minimum: 1n, maximum: 2n };
  const other = { ...request, patterns: undefined };
  assert.throws(() => native.search({ ...other, numbers } as never, told), failure('invalid-size'));
  const mixed = { width: 4, fraction: false, endian: 'little', minimum: 1, maximum: 2 };
  assert.throws(() => native.search({ ...other, numbers: mixed } as never, told), TypeError);
  assert.throws(() => native.search(request, null as never), TypeError);
  made.close();
});

test('what a hole is, is told without filling it', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const file = openSync(`/dev/shm${segment.name}`, 'w');
  truncateSync(`/dev/shm${segment.name}`, 2 ** 40);
  writeSync(file, 'far', 2 ** 39);
  closeSync(file);
  const made = await native.open(segment, { access: 'observe', write: false });
  assert.equal(made.nextData(0), 2 ** 39);
  assert.equal(made.nextData(2 ** 39 + 1), 2 ** 39 + 1);
  assert.equal(made.nextData(2 ** 39 + 4096), null);
  const { hits, last } = await find(made, { patterns: [exact(...bytesOf('far'))] });
  assert.deepEqual([hits, last.position], [[[2 ** 39, 3]], 2 ** 40]);
  assert.equal(statSync(`/dev/shm${segment.name}`).blocks, 8);
  made.close();
});
