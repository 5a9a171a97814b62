import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Segment, Sweep } from '../../native/index';
import { until } from '../unit/until';
import { addonPath, bytesOf, failure, fileGround, grounds, native, posixGround } from './ground';
import { runChild } from './unprivileged';

/** What a sweep reads at once. */
const buffer = 256 * 1024;

/** A sweep with a whole core. */
function start(t: TestContext, segment: Segment, changed: () => void = () => undefined): Sweep {
  const sweep = native.sweep({ segment, budget: 1 }, changed);
  t.after(() => {
    sweep.stop();
  });
  return sweep;
}

/** Waits until what is there now has been seen. */
async function passes(sweep: Sweep): Promise<void> {
  const before = sweep.progress.passes;
  await until('two more passes are over', () => sweep.progress.passes >= before + 2);
}

for (const { name, make } of grounds) {
  test(`${name}: the map shows where data is, and where it changed`, async (t) => {
    const made = await native.create(make(t).segment, { size: 64 * 1024 });
    made.write(0, new Uint8Array(16 * 1024).fill(1));
    const sweep = start(t, made);
    await passes(sweep);
    const before = sweep.map(0, 64 * 1024, 4);
    assert.deepEqual([...before.data], [255, 0, 0, 0]);
    assert.deepEqual([...before.heat], [0, 0, 0, 0], 'what was there before is no change');
    made.write(40 * 1024 + 7, bytesOf('here'));
    await passes(sweep);
    const after = sweep.map(0, 64 * 1024, 4);
    assert.equal(after.data[2], 1, 'a few bytes still show');
    assert.deepEqual([after.heat[0], after.heat[1], after.heat[3]], [0, 0, 0]);
    assert.ok((after.heat[2] ?? 0) > 0);
    made.close();
  });

  test(`${name}: what changed after a mark is told, to 64 bytes in a small segment`, async (t) => {
    const made = await native.create(make(t).segment, { size: 10_000 });
    const sweep = start(t, made);
    await passes(sweep);
    made.write(100, bytesOf('a'));
    await passes(sweep);
    const mark = sweep.mark();
    assert.deepEqual(sweep.changedSince(mark, 10).total, 0);
    made.write(5000, bytesOf('b'));
    made.write(5060, bytesOf('c'));
    made.write(9990, bytesOf('d'));
    await passes(sweep);
    const { offsets, lengths, total } = sweep.changedSince(mark, 10);
    assert.deepEqual([[...offsets], [...lengths], total], [[4992, 9984], [128, 16], 192]);
    assert.deepEqual([...sweep.changedSince(mark, 1).offsets], [4992]);
    assert.equal(sweep.changedSince(mark, 1).total, 192);
    assert.equal(sweep.progress.grain, 64);
    made.close();
  });

  test(`${name}: changes are told after map() only, and nothing while nothing changes`, async (t) => {
    const made = await native.create(make(t).segment, { size: 8192 });
    let told = 0;
    const sweep = start(t, made, () => {
      told += 1;
    });
    await until('the first map is told', () => told === 1);
    made.write(0, bytesOf('x'));
    await passes(sweep);
    assert.equal(told, 1);
    sweep.map(0, 8192, 1);
    await until('the change is told', () => told === 2);
    made.close();
  });

  test(`${name}: after stop() or close() nothing is told`, async (t) => {
    const made = await native.create(make(t).segment, { size: 8192 });
    let told = 0;
    const sweep = start(t, made, () => {
      told += 1;
    });
    sweep.stop();
    sweep.stop();
    const { passes: before } = sweep.progress;
    const other = start(t, made);
    await passes(other);
    assert.deepEqual([told, sweep.progress.passes], [0, before]);
    made.close();
    const closed = other.progress.passes;
    await new Promise((turn) => setImmediate(turn));
    assert.equal(other.progress.passes, closed);
    assert.throws(() => native.sweep({ segment: made, budget: 1 }, () => undefined), failure('closed'));
  });

  for (const end of ['exit', 'return'] as const) {
    test(`${name}: a process with a running sweep and search ends by ${end}`, async (t) => {
      const { segment, lock } = make(t);
      const made = await native.create(segment, { size: 16 * 2 ** 20, lock });
      const { answer, exitCode, signal } = await runChild('sweepOn', { segment, lock, end });
      assert.deepEqual([answer, exitCode, signal], ['sweeping', end === 'exit' ? 3 : 0, null]);
      if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
      made.close();
    });
  }

  test(`${name}: a worker with running sweeps and searches may be terminated`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: 2 ** 20 });
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(
        `const { workerData, parentPort } = require('node:worker_threads');
         const native = require(workerData.addonPath);
         native.open(workerData.segment, { access: 'attach', write: true }).then((segment) => {
           const sweep = native.sweep({ segment, budget: 1 }, () => { sweep.map(0, 2 ** 20, 100); parentPort.postMessage('seen'); });
           const patterns = [{ bytes: Uint8Array.of(0), mask: Uint8Array.of(255) }];
           const again = () => {
             const search = native.search({ segment, start: 0, end: null, alignment: 1, most: 1000, patterns }, () => {
               if (search.take().done) { parentPort.postMessage('seen'); again(); }
             });
           };
           again();
           setInterval(() => {}, 1000);
         });`,
        { eval: true, workerData: { addonPath, segment } },
      );
      for (let seen = 0; seen < 20; seen++) await once(worker, 'message');
      await worker.terminate();
    }
    if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
    made.close();
  });
}

test('a sparse segment of 1 TiB is swept at once, without a page or memory for its holes', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const path = `/dev/shm${segment.name}`;
  const size = 2 ** 40;
  const file = openSync(path, 'w');
  truncateSync(path, size);
  for (const place of [0, size / 2, size - 4096])
    writeSync(file, new Uint8Array(4096).fill(1), 0, 4096, place);
  const made = await native.open(segment, { access: 'observe', write: false });
  const sweep = start(t, made);
  await passes(sweep);
  const { data, hole } = sweep.map(0, size, 1024);
  assert.deepEqual(
    [...data].flatMap((share, at) => (share > 0 ? [at] : [])),
    [0, 512, 1023],
  );
  assert.ok(hole.every((share) => share >= 254));
  assert.ok(sweep.progress.memory < buffer + 20_000, String(sweep.progress.memory));
  const mark = sweep.mark();
  writeSync(file, 'x', size / 4);
  await passes(sweep);
  assert.deepEqual([...sweep.changedSince(mark, 10).offsets], [size / 4]);
  assert.equal(statSync(path).blocks, 4 * 8);
  closeSync(file);
  made.close();
});

test('what is known of a filled segment takes at most 0.3 % of it, besides the buffer', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 256 * 2 ** 20 });
  for (let at = 0; at < 256; at++) made.write(at * 2 ** 20, new Uint8Array(2 ** 20).fill(1 + (at % 255)));
  const sweep = start(t, made);
  await passes(sweep);
  const { memory } = sweep.progress;
  assert.ok(memory - buffer < 0.003 * 256 * 2 ** 20, String(memory));
  assert.deepEqual([...new Set(sweep.map(0, 256 * 2 ** 20, 300).data)], [255]);
  made.close();
});

test('pages that become holes, and a segment that is cut short, made longer or removed', async (t) => {
  const { segment } = posixGround(t);
  const made = await native.create(segment, { size: 64 * 1024 });
  made.write(0, new Uint8Array(64 * 1024).fill(1));
  const sweep = start(t, made);
  await passes(sweep);
  await made.resize(9984);
  await passes(sweep);
  assert.equal(sweep.progress.size, 9984);
  assert.deepEqual([...sweep.map(0, 9984, 2).data], [255, 255]);
  const mark = sweep.mark();
  await made.resize(64 * 1024);
  await passes(sweep);
  const { data } = sweep.map(0, 64 * 1024, 4);
  assert.deepEqual([...data.slice(1)], [0, 0, 0]);
  // Zeros in place of nothing are no change of any byte.
  assert.equal(sweep.changedSince(mark, 10).total, 0);
  native.remove(segment, made.identity);
  made.write(0, bytesOf('still'));
  await passes(sweep);
  assert.deepEqual([...sweep.changedSince(mark, 10).offsets.slice(0, 1)], [0]);
  await made.resize(32 * 2 ** 20);
  await passes(sweep);
  assert.equal(sweep.progress.grain, 4096);
  made.close();
});

test('holes among zeros are told from them, also where pages became holes, and are no change', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const path = `/dev/shm${segment.name}`;
  const size = 32 * 2 ** 20;
  const [page, part] = [4096, size / 4];
  const file = openSync(path, 'w');
  truncateSync(path, size);
  const zeros = new Uint8Array(part);
  writeSync(file, zeros, 0, part, part);
  // In the third part every other page.
  for (let at = 2 * part; at < 3 * part; at += 2 * page) writeSync(file, zeros, 0, page, at);
  writeSync(file, 'x', size - 1);
  const made = await native.open(segment, { access: 'observe', write: false });
  const sweep = start(t, made);
  await passes(sweep);
  const before = sweep.map(0, size, 4);
  assert.deepEqual([...before.data], [0, 0, 0, 1]);
  assert.deepEqual([...before.hole], [255, 0, 127, 254]);
  const mark = sweep.mark();
  truncateSync(path, part);
  truncateSync(path, size);
  writeSync(file, zeros, 0, part, 2 * part);
  await passes(sweep);
  const { data, hole } = sweep.map(0, size, 4);
  assert.deepEqual([...data], [0, 0, 0, 0]);
  assert.deepEqual([...hole], [255, 255, 0, 255]);
  const { offsets, lengths } = sweep.changedSince(mark, 10);
  assert.deepEqual([[...offsets], [...lengths]], [[size - page], [page]]);
  closeSync(file);
  made.close();
});

test('a segment that is cut and grown all the time is swept on', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 2 ** 22 });
  const sweep = start(t, made);
  for (let round = 0; round < 200; round++) {
    await made.resize(1 + ((round * 999_983) % 2 ** 22));
    sweep.map(0, 2 ** 22, 333);
    sweep.changedSince(0, 100);
  }
  await passes(sweep);
  made.close();
});

test('System V without a mapping of ours: zeros cost nothing, and the end is told', async (t) => {
  const { segment } = fileGround(t);
  const made = await native.create(segment, { size: 4 * 2 ** 20 });
  made.write(2 ** 20, bytesOf('data'));
  const observer = await native.open(segment, { access: 'observe', write: false });
  let told = 0;
  const sweep = start(t, observer, () => {
    told += 1;
  });
  await passes(sweep);
  const { data, hole } = sweep.map(0, 4 * 2 ** 20, 4);
  assert.deepEqual([...data], [0, 1, 0, 0]);
  assert.deepEqual([hole[0], hole[2], hole[3]], [255, 255, 255]);
  assert.ok(sweep.progress.memory < buffer + 20_000, String(sweep.progress.memory));
  assert.equal(native.info(segment).allocated, 4096);
  const before = told;
  native.remove(segment, made.identity);
  made.close();
  await until('the end is told', () => told > before);
  await until('the map says so', () => {
    try {
      sweep.map(0, 1, 1);
      return false;
    } catch (error) {
      return failure('gone')(error);
    }
  });
  observer.close();
});

test('without a budget a sweep rests, and afterwards finds what changed meanwhile', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 2 ** 20 });
  const [sweep, other] = [start(t, made), start(t, made)];
  await passes(sweep);
  const mark = sweep.mark();
  sweep.budget(0);
  made.write(2 ** 19, bytesOf('meanwhile'));
  await passes(other);
  const { passes: before } = sweep.progress;
  await passes(other);
  assert.ok(sweep.progress.passes <= before + 1);
  sweep.budget(1);
  await passes(sweep);
  assert.deepEqual([...sweep.changedSince(mark, 10).offsets], [2 ** 19]);
  made.close();
});

test('a sweep of what is no segment or budget is refused', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 64 });
  const changed = (): void => undefined;
  for (const budget of [-1, 0.0001, 1.5, NaN]) {
    assert.throws(() => native.sweep({ segment: made, budget }, changed), failure('invalid-size'));
  }
  assert.throws(() => native.sweep({ segment: {} as Segment, budget: 1 }, changed), TypeError);
  assert.throws(() => native.sweep({ segment: made, budget: '1' as never }, changed), TypeError);
  assert.throws(() => native.sweep({ segment: made, budget: 1 }, null as never), TypeError);
  const sweep = start(t, made);
  for (const [from, to, buckets] of [
    [-1, 1, 1],
    [2, 1, 1],
    [0, 64, 0],
    [0, 64, 1e6],
  ] as const) {
    assert.throws(() => sweep.map(from, to, buckets), failure('invalid-size'));
  }
  assert.deepEqual([...sweep.map(2 ** 40, 2 ** 41, 2).data], [0, 0], 'past the end nothing is');
  assert.throws(() => sweep.changedSince(-1, 1), failure('invalid-size'));
  assert.throws(() => {
    sweep.budget(2);
  }, failure('invalid-size'));
  sweep.budget(0.5);
  made.close();
});
