import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countNaively, findNaively } from '../webview/naiveDifference';
import { countDifferences, findDifference, type Side } from '../../extension/core/difference';

const never = new AbortController().signal;
const quiet = { progress: () => undefined, signal: never };

function sideOf(bytes: Uint8Array): Side {
  return { size: bytes.length, read: (offset, target) => copyInto(target, bytes, offset) };
}

function copyInto(target: Uint8Array, bytes: Uint8Array, offset: number): number {
  const found = bytes.subarray(offset, offset + target.length);
  target.set(found);
  return found.length;
}

/** Zeros with a few bytes at far places; counts what is read. */
function sparse(size: number, bytes: ReadonlyMap<number, number>) {
  const side = {
    size,
    reads: 0,
    asked: 0,
    read(offset: number, target: Uint8Array): number {
      side.reads++;
      const length = Math.max(0, Math.min(target.length, size - offset));
      target.fill(0, 0, length);
      for (const [at, value] of bytes) if (at >= offset && at < offset + length) target[at - offset] = value;
      return length;
    },
  };
  return side;
}

/** The same, that tells where it has pages; `page` bytes each. */
function holed(size: number, bytes: ReadonlyMap<number, number>, page = 4096) {
  const pages = [...new Set([...bytes.keys()].map((at) => Math.floor(at / page)))].sort((a, b) => a - b);
  const side = sparse(size, bytes);
  return Object.assign(side, {
    nextData: (offset: number) => {
      side.asked++;
      const found = pages.find((at) => (at + 1) * page > offset);
      return found === undefined ? null : Math.max(offset, found * page);
    },
  });
}

let seed = 12345;
function random(below: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return Math.floor((seed / 0x80000000) * below);
}

test('the next and the previous difference are those of a byte-by-byte comparison, over 3,000 random pairs', async () => {
  for (let round = 0; round < 3000; round++) {
    const one = Uint8Array.from({ length: random(40) }, () => random(2));
    const two = Uint8Array.from({ length: random(4) === 0 ? random(40) : one.length }, (_, index) =>
      random(3) === 0 ? random(2) : (one[index] ?? 0),
    );
    const from = random(Math.max(one.length, two.length, 1));
    const direction = random(2) === 0 ? 'next' : 'previous';
    const found = await findDifference(sideOf(one), sideOf(two), { from, direction }, quiet);
    const what = JSON.stringify({ one: [...one], two: [...two], from, direction });
    assert.deepEqual(found, findNaively(one, two, { from, direction }), what);
    const count = await countDifferences(sideOf(one), sideOf(two), quiet);
    assert.equal(count.bytes, countNaively(one, two).bytes, what);
  }
});

test('with holes they are the same, over 2,000 random pairs', async () => {
  const make = (size: number): Map<number, number> => {
    const bytes = new Map<number, number>();
    for (let count = random(4); count > 0; count--) {
      const at = random(size);
      for (let index = at; index < Math.min(size, at + 1 + random(6)); index++) bytes.set(index, random(2));
    }
    return bytes;
  };
  const flat = (size: number, bytes: ReadonlyMap<number, number>): Uint8Array =>
    Uint8Array.from({ length: size }, (_, at) => bytes.get(at) ?? 0);
  for (let round = 0; round < 2000; round++) {
    const sizes = [1 + random(200), 1 + random(200)] as const;
    const [one, two] = [make(sizes[0]), make(sizes[1])];
    const from = random(Math.max(...sizes));
    const direction = random(2) === 0 ? 'next' : 'previous';
    const sides = [
      holed(sizes[0], one, 8),
      random(3) === 0 ? sparse(sizes[1], two) : holed(sizes[1], two, 8),
    ] as const;
    const found = await findDifference(...sides, { from, direction }, quiet);
    const [first, second] = [flat(sizes[0], one), flat(sizes[1], two)];
    const what = JSON.stringify({ one: [...first], two: [...second], from, direction });
    assert.deepEqual(found, findNaively(first, second, { from, direction }), what);
    const { bytes } = await countDifferences(...sides, quiet);
    assert.equal(bytes, countNaively(first, second).bytes, what);
  }
});

test('of 1 TiB with holes only what is no hole is read, in both directions', async () => {
  const size = 2 ** 40;
  const far = 2 ** 39 + 12_345;
  const one = holed(
    size,
    new Map([
      [5000, 1],
      [far, 2],
      [size - 1, 3],
    ]),
  );
  const two = holed(
    size,
    new Map([
      [5000, 1],
      [size - 1, 3],
    ]),
  );
  const next = await findDifference(one, two, { from: 0, direction: 'next' }, quiet);
  assert.deepEqual(next, { offset: far, length: 1, wrapped: false });
  const previous = await findDifference(one, two, { from: size - 1, direction: 'previous' }, quiet);
  assert.deepEqual(previous, { offset: far, length: 1, wrapped: false });
  const around = await findDifference(one, two, { from: far, direction: 'next' }, quiet);
  assert.deepEqual(around, { offset: far, length: 1, wrapped: true });
  assert.deepEqual(await countDifferences(one, two, quiet), { bytes: 1, unpaired: 0 });
  assert.ok(one.reads < 40, `${String(one.reads)} reads`);
  assert.ok(one.asked < 4000, `asked ${String(one.asked)} times`);
});

test('what stands against a hole is found, and the hole is not read for it', async () => {
  const one = holed(2 ** 30, new Map([[2 ** 29, 7]]));
  const two = holed(2 ** 30, new Map());
  const found = await findDifference(one, two, { from: 0, direction: 'next' }, quiet);
  assert.deepEqual(found, { offset: 2 ** 29, length: 1, wrapped: false });
  assert.equal(two.reads, 0);
});

test('a segment that goes while it is compared is no hole: it differs', async () => {
  let looks = 0;
  const goes: Side = {
    get size() {
      return looks++ === 0 ? 2 ** 30 : 0;
    },
    read: () => 0,
    nextData: () => null,
  };
  const found = await findDifference(holed(2 ** 30, new Map()), goes, { from: 0, direction: 'next' }, quiet);
  assert.equal(found?.offset, 0);
});

test('a run across the border of two chunks is one difference, from both directions', async () => {
  const one = new Uint8Array(900_000);
  const two = one.slice();
  two.fill(7, 262_140, 262_150);
  two.fill(7, 700_000, 700_003);
  const sides = [sideOf(one), sideOf(two)] as const;
  const next = await findDifference(...sides, { from: 0, direction: 'next' }, quiet);
  assert.deepEqual(next, { offset: 262_140, length: 10, wrapped: false });
  const previous = await findDifference(...sides, { from: 700_001, direction: 'previous' }, quiet);
  assert.deepEqual(previous, { offset: 262_140, length: 10, wrapped: false });
  const inside = await findDifference(...sides, { from: 262_145, direction: 'next' }, quiet);
  assert.deepEqual(inside, { offset: 700_000, length: 3, wrapped: false });
});

test('beyond 4 GiB offsets are exact', async () => {
  const far = 2 ** 32 + 12_345;
  const one = sparse(2 ** 32 + 40_000, new Map([[far, 1]]));
  const two = sparse(2 ** 32 + 40_000, new Map());
  const from = 2 ** 32 - 500_000;
  const next = await findDifference(one, two, { from, direction: 'next' }, quiet);
  assert.deepEqual(next, { offset: far, length: 1, wrapped: false });
  const previous = await findDifference(one, two, { from: one.size - 1, direction: 'previous' }, quiet);
  assert.deepEqual(previous, { offset: far, length: 1, wrapped: false });
});

test('what only the longer side has is one difference, told without reading it', async () => {
  const one = sparse(1000, new Map());
  const two = sparse(2 ** 40, new Map());
  const found = await findDifference(one, two, { from: 0, direction: 'next' }, quiet);
  assert.equal(found?.offset, 1000);
  assert.ok(found.length >= 1024 * 1024);
  const around = await findDifference(one, two, { from: 2 ** 39, direction: 'previous' }, quiet);
  assert.equal(around?.wrapped, true);
  const { bytes, unpaired } = await countDifferences(one, two, quiet);
  assert.equal(bytes, 2 ** 40 - 1000);
  assert.equal(unpaired, 2 ** 40 - 1000);
  assert.ok(two.reads < 10, String(two.reads));
});

test('a side that shrinks while it is read differs where it has no bytes any more', async () => {
  const whole = sideOf(new Uint8Array(100));
  const shrunk: Side = { size: 100, read: (_offset, target) => Math.min(60, target.length) };
  const found = await findDifference(whole, shrunk, { from: 0, direction: 'next' }, quiet);
  assert.deepEqual(found, { offset: 60, length: 40, wrapped: false });
});

test('equal sides have no difference, and progress goes to the end', async () => {
  const side = sparse(1_000_000, new Map());
  const fractions: number[] = [];
  const searching = { progress: (done: number) => fractions.push(done), signal: never };
  const found = await findDifference(
    side,
    sparse(1_000_000, new Map()),
    { from: 0, direction: 'next' },
    searching,
  );
  assert.equal(found, null);
  assert.equal(fractions.at(-1), 1);
});

test('a search that is given up stops at the next chunk, and other work has its turn in between', async () => {
  const side = sparse(2 ** 40, new Map());
  const giveUp = new AbortController();
  setImmediate(() =>
    setImmediate(() => {
      giveUp.abort();
    }),
  );
  await assert.rejects(
    findDifference(
      side,
      sparse(2 ** 40, new Map()),
      { from: 0, direction: 'next' },
      { progress: () => undefined, signal: giveUp.signal },
    ),
    { code: 'closed' },
  );
  assert.ok(side.reads < 100, String(side.reads));
});
