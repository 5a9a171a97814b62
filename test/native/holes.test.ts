import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, statSync, truncateSync, unlinkSync, writeSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { Segment, Watch } from '../../native/index';
import { until } from '../unit/until';
import { failure, grounds, native, posixGround } from './ground';

const page = 4096;

/** A POSIX segment of this size without memory, observed, and the file that a peer writes through. */
async function sparse(t: TestContext, size: number) {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const path = `/dev/shm${segment.name}`;
  const file = openSync(path, 'w+');
  truncateSync(path, size);
  const made = await native.open(segment, { access: 'observe', write: false });
  t.after(() => {
    made.close();
    closeSync(file);
  });
  const write = (at: number, bytes: Uint8Array | string): void => {
    writeSync(file, Buffer.from(bytes), 0, bytes.length, at);
  };
  return { segment, path, made, write };
}

/** A watch of the window; `holes` waits until the holes that were told last are these. */
function watching(t: TestContext, segment: Segment, offset: number, length: number) {
  const watch: Watch = native.watch({ segment, offset, length, hertz: 100, lock: null }, () => undefined);
  t.after(() => {
    watch.stop();
  });
  let last: readonly number[] | null = null;
  const bytes: number[] = [];
  const take = (): boolean => {
    const seen = watch.take();
    if (!seen) return false;
    last = seen.holes ?? last;
    bytes.push(seen.bytes.length);
    watch.go(true);
    return true;
  };
  const holes = async (...wanted: readonly number[]): Promise<void> => {
    await until(`the holes are ${JSON.stringify(wanted)}`, () => {
      take();
      return last?.join() === wanted.join();
    });
  };
  return { watch, holes, bytes };
}

for (const { name, make } of grounds) {
  test(`${name}: a segment that was created with its memory has no holes to tell`, async (t) => {
    const made = await native.create(make(t).segment, { size: 16 * page });
    assert.deepEqual(made.holes(0, 16 * page), []);
    assert.deepEqual(made.holes(3, 5), []);
    const { watch, holes } = watching(t, made, 0, 16 * page);
    await holes();
    watch.stop();
    made.close();
  });

  test(`${name}: wrong places are refused, places past the end and a segment that was removed have no holes`, async (t) => {
    const { segment } = make(t);
    const made = await native.create(segment, { size: page });
    assert.throws(() => made.holes(-1, 1), failure('invalid-size'));
    assert.throws(() => made.holes(0, 0.5), failure('invalid-size'));
    assert.throws(() => made.holes(0, NaN), failure('invalid-size'));
    assert.throws(() => made.holes(0, 'all' as never), TypeError);
    assert.deepEqual(made.holes(2 ** 50, 2 ** 50), []);
    assert.deepEqual(made.holes(page, 1), []);
    const observer = await native.open(segment, { access: 'observe', write: false });
    native.remove(segment, made.identity);
    made.close();
    assert.deepEqual(observer.holes(0, page), []);
    observer.close();
    assert.throws(() => observer.holes(0, page), failure('closed'));
  });
}

test('the holes of a range are told exactly, whatever page it begins and ends within, and stay holes', async (t) => {
  const { made, write, path } = await sparse(t, 16 * page + 100);
  write(2 * page + 7, 'two');
  write(3 * page, new Uint8Array(page));
  write(9 * page, 'nine');
  const { blocks } = statSync(path);
  assert.deepEqual(made.holes(0, 16 * page + 100), [
    ...[0, 2 * page],
    ...[4 * page, 5 * page],
    ...[10 * page, 6 * page + 100],
  ]);
  assert.deepEqual(made.holes(page + 24, 3 * page), [page + 24, page - 24, 4 * page, 24]);
  assert.deepEqual(made.holes(2 * page, 2 * page), []);
  assert.deepEqual(made.holes(16 * page, 2 ** 40), [16 * page, 100]);
  assert.deepEqual(made.holes(5 * page, 0), []);
  assert.equal(statSync(path).blocks, blocks);
});

test('the holes of 1 TiB are told, and of more than it asks for the rest counts as data', async (t) => {
  const { made, write } = await sparse(t, 2 ** 40);
  assert.deepEqual(made.holes(0, 2 ** 40), [0, 2 ** 40]);
  write(2 ** 39 + 5, 'far');
  assert.deepEqual(made.holes(0, 2 ** 40), [0, 2 ** 39, 2 ** 39 + page, 2 ** 39 - page]);
  assert.deepEqual(made.holes(2 ** 39, 2 * page), [2 ** 39 + page, page]);
  write(0, new Uint8Array(8192 * page));
  assert.deepEqual(made.holes(0, 2 ** 40), []);
  assert.deepEqual(made.holes(1, 2 ** 30), []);
  for (let at = 0; at < 8200; at++) write(2 ** 35 + 2 * at * page, 'x');
  assert.equal(made.holes(2 ** 35, 2 ** 30).length / 2, 8192 / 2);
});

test('a segment that is cut, grown or removed meanwhile has the holes of what is left', async (t) => {
  const { made, path, write } = await sparse(t, 8 * page);
  write(0, 'data');
  truncateSync(path, 2 * page + 10);
  assert.deepEqual(made.holes(0, 8 * page), [page, page + 10]);
  assert.deepEqual(made.holes(3 * page, page), []);
  truncateSync(path, 4 * page);
  unlinkSync(path);
  assert.deepEqual(made.holes(0, 8 * page), [page, 3 * page]);
});

test('a watch tells the holes of its window, which vanish when anything is written, also only zeros', async (t) => {
  const { made, write, path } = await sparse(t, 2 ** 40);
  const offset = 2 ** 39 + page / 2;
  const { watch, holes, bytes } = watching(t, made, offset, 4 * page);
  await holes(offset, 4 * page);
  write(2 ** 39 + page + 9, Uint8Array.of(0));
  await holes(offset, page / 2, 2 ** 39 + 2 * page, 2.5 * page);
  assert.equal(bytes.filter((length) => length > 0).length, 1, 'no byte is another one for that');
  write(2 ** 39 + 2 * page, 'text');
  await holes(offset, page / 2, 2 ** 39 + 3 * page, 1.5 * page);
  execFileSync('fallocate', [
    ...['--punch-hole', '--offset', String(2 ** 39 + page), '--length', String(2 * page)],
    path,
  ]);
  await holes(offset, 4 * page);
  watch.window(2 ** 30, page);
  await holes(2 ** 30, page);
  truncateSync(path, 2 ** 30 + 10);
  await holes(2 ** 30, 10);
  truncateSync(path, 2 ** 29);
  await holes();
});

test('memory that comes or goes outside the window is nothing new', async (t) => {
  const { made, write } = await sparse(t, 2 ** 30);
  const here = native.watch({ segment: made, offset: 0, length: page, hertz: 200, lock: null }, () => {
    // Whatever there is, is taken below.
  });
  t.after(() => {
    here.stop();
  });
  await until('the first look is told', () => here.take() !== null);
  here.go(true);
  const { holes } = watching(t, made, 2 ** 29, 4 * page);
  await holes(2 ** 29, 4 * page);
  const news: unknown[] = [];
  for (let number = 1; number <= 4; number++) {
    write(2 ** 29 + (number - 1) * page, 'elsewhere');
    await holes(...(number < 4 ? [2 ** 29 + number * page, (4 - number) * page] : []));
    const seen = here.take();
    if (!seen) continue;
    if (seen.around || seen.holes !== null || seen.bytes.length > 0) news.push(seen);
    here.go(true);
  }
  assert.deepEqual(news, [], 'but for the rate');
});
