import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { hashRange } from '../../extension/core/hashing';
import { hashNames } from '../../extension/shared/hashes';
import { FakeMachine } from './fake';

const machine = new FakeMachine();
const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 31) >> 3);

/** A segment of these bytes that does something at each read. */
function segment(atRead: (read: number) => void = () => undefined, holdsLock = () => false) {
  let reads = 0;
  return {
    fault: null,
    get holdsLock() {
      return holdsLock();
    },
    read(offset: number, target: Uint8Array): number {
      atRead(++reads);
      const found = bytes.subarray(offset, offset + target.length);
      target.set(found);
      return found.length;
    },
  };
}

const range = { offset: 1000, length: 600_000, names: hashNames };
const never = new AbortController().signal;

test('a range over many chunks is hashed as a whole, with progress to the end', async () => {
  const fractions: number[] = [];
  const { texts, length } = await hashRange(
    machine.native,
    segment(),
    range,
    (done) => fractions.push(done),
    never,
  );
  const expected = createHash('sha256').update(bytes.subarray(1000, 601_000)).digest('hex');
  assert.equal(texts.find(({ name }) => name === 'sha256')?.text, expected);
  assert.deepEqual(
    texts.map(({ name }) => name),
    hashNames,
  );
  assert.equal(length, 600_000);
  assert.equal(fractions.length, 3);
  assert.equal(fractions.at(-1), 1);
});

test('the event loop has its turn between chunks', async () => {
  let turns = 0;
  const turn = (): void => {
    turns++;
    if (turns < 100) setImmediate(turn);
  };
  setImmediate(turn);
  const seen: number[] = [];
  await hashRange(
    machine.native,
    segment(() => seen.push(turns)),
    range,
    () => undefined,
    never,
  );
  assert.equal(new Set(seen).size, 3, seen.join());
});

test('it counts as under the lock only when we held it all the time', async () => {
  const run = (held: (read: number) => boolean) => {
    let reads = 0;
    const locked = segment(
      () => reads++,
      () => held(reads),
    );
    return hashRange(machine.native, locked, range, () => undefined, never);
  };
  assert.equal((await run(() => true)).locked, true);
  assert.equal((await run((read) => read < 2)).locked, false);
  assert.equal((await run((read) => read > 0)).locked, false);
});

test('a cancelled hash ends before the next chunk', async () => {
  const stop = new AbortController();
  let reads = 0;
  const looked = segment((read) => {
    reads = read;
    if (read === 2) stop.abort();
  });
  await assert.rejects(
    hashRange(machine.native, looked, range, () => undefined, stop.signal),
    { code: 'closed' },
  );
  assert.equal(reads, 2);
});

test('a segment that ends before the range says how much was there, and none at all is gone', async () => {
  const short = await hashRange(
    machine.native,
    segment(),
    { ...range, offset: 699_990 },
    () => undefined,
    never,
  );
  assert.equal(short.length, 10);
  const past = hashRange(machine.native, segment(), { ...range, offset: 700_000 }, () => undefined, never);
  await assert.rejects(past, { code: 'gone' });
});
