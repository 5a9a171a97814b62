import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Find, type FoundPart } from '../../extension/core/find';
import type { SegmentError } from '../../extension/core/errors';
import { Segments } from '../../extension/core/segments';
import { SweepMap } from '../../extension/core/sweepMap';
import type { SegmentMap } from '../../extension/shared/protocol';
import type { Query, What } from '../../extension/shared/query';
import { QueryFault } from '../../extension/shared/queryFault';
import { addon, atEnd, root, unique } from './machine';
import { until } from './until';

const everywhere = { start: 0, length: null, alignment: 1 } as const;
const regexWorker = join(root, 'out/regexWorker.js');

/** A POSIX segment of the real system, open for looking, and how to write to it as another program would. */
async function stage(t: TestContext, size: number, budget = 1) {
  const native = addon();
  const name = `/${unique('find')}`;
  const path = `/dev/shm${name}`;
  const file = openSync(path, 'wx+');
  truncateSync(path, size);
  const segments = new Segments(native);
  const segment = segments.checkout({ type: 'posix', name });
  const maps: SegmentMap[] = [];
  const send = (map: SegmentMap): Promise<void> => {
    maps.push(map);
    return Promise.resolve();
  };
  const map = new SweepMap(segment, send, () => budget);
  const finds: Find[] = [];
  atEnd(t, async () => {
    for (const find of finds) find.stop();
    map.dispose();
    segment.dispose();
    await segments.dispose();
    closeSync(file);
    const info = native.info({ mechanism: 'posix', name });
    native.remove({ mechanism: 'posix', name }, `${String(info.device)}:${String(info.inode)}`);
  });
  await until('the segment is live', () => segment.presence === 'live');

  const start = (
    what: What,
    scope: Partial<Query> = {},
    answer: () => Promise<void> = () => Promise.resolve(),
  ) => {
    const parts: FoundPart[] = [];
    const failures: SegmentError[] = [];
    const find = new Find(
      segment,
      { ...everywhere, ...scope, ...what },
      { regexWorker, map },
      (part) => {
        parts.push(part);
        return answer();
      },
      (error) => failures.push(error),
    );
    finds.push(find);
    return { find, parts, failures };
  };
  const run = async (what: What, scope: Partial<Query> = {}) => {
    const { find, parts, failures } = start(what, scope);
    await until('the search is done', () => parts.at(-1)?.done === true || failures.length > 0);
    assert.deepEqual(failures, []);
    const hits = parts.flatMap(({ offsets, lengths }) => offsets.map((offset, at) => [offset, lengths[at]]));
    return { find, hits, last: parts.at(-1) };
  };
  return {
    segment,
    map,
    maps,
    path,
    start,
    run,
    write: (text: string, at: number) => writeSync(file, text, at),
  };
}

/** Bytes in which an expression is looked for at once. */
const step = 2 ** 20;

const regex = (source: string, ignoreCase = false): What => ({ kind: 'regex', source, ignoreCase });

test('each kind of query finds what another program wrote', async (t) => {
  const { run, write } = await stage(t, 2 ** 20);
  write('Needle\x2a\0\0\0', 1000);
  write('needle', 700_001);
  const both = [
    [1000, 6],
    [700_001, 6],
  ];
  assert.deepEqual((await run({ kind: 'hex', pattern: '65 65 ?? 6?' })).hits, [
    [1001, 4],
    [700_002, 4],
  ]);
  const text = { kind: 'text', text: 'NEEDLE', encoding: 'utf8' } as const;
  assert.deepEqual((await run({ ...text, matchCase: false })).hits, both);
  assert.deepEqual((await run({ ...text, matchCase: true })).hits, []);
  const number = { kind: 'number', type: 'uint32', endian: 'little' } as const;
  assert.deepEqual((await run({ ...number, text: '42' })).hits, [[1006, 4]]);
  assert.deepEqual((await run({ ...number, text: '40..45' })).hits, [[1006, 4]]);
  assert.deepEqual((await run({ ...number, text: '40..45' }, { alignment: 4 })).hits, []);
  assert.deepEqual((await run(regex('n.{4}e', true))).hits, both);
  const { last } = await run(regex('n[e]+dle'));
  assert.deepEqual([last?.total, last?.capped, last?.progress], [1, false, 1]);
});

test('an expression finds matches across its steps once, with what lies around them', async (t) => {
  const { run, write } = await stage(t, 3 * step);
  const long = `x${'y'.repeat(40_000)}x`;
  write(long, step - 20_000);
  write('abab', 2 * step - 2);
  write('end', 3 * step - 3);
  assert.deepEqual((await run(regex('xy+x'))).hits, [[step - 20_000, 40_002]]);
  assert.deepEqual((await run(regex('(?<=ab)ab'))).hits, [[2 * step, 2]]);
  assert.deepEqual((await run(regex('end$'))).hits, [[3 * step - 3, 3]]);
  assert.deepEqual((await run(regex('^\\x00'))).hits, [[0, 1]]);
  assert.deepEqual((await run(regex('y$'))).hits, [], 'a step has no end of its own');
  assert.deepEqual((await run(regex('q*'))).hits, [], 'an empty match is none');
  assert.deepEqual((await run(regex('ab'), { alignment: 4 })).hits, [[2 * step, 2]]);
});

test('an expression that finds nothing in zeros skips the holes of 1 TiB, and fills none', async (t) => {
  const { run, write, path } = await stage(t, 2 ** 40);
  write('far away', 2 ** 39 - 4);
  assert.deepEqual((await run(regex('far.away'))).hits, [[2 ** 39 - 4, 8]]);
  assert.equal(statSync(path).blocks, 2 * 8);
});

for (const source of ['(a+)+$', '(a+)+b', '(a|aa)+$']) {
  test(`an expression that explodes is ended by stop(), and another search follows: ${source}`, async (t) => {
    const { start, run, write, segment } = await stage(t, 4096);
    write('a'.repeat(2048), 0);
    const threads = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const { find, parts, failures } = start(regex(source));
    await until('its thread is there', () => threads() > 0);
    // By the time that a later one has searched the same bytes, it is in the midst of them.
    const { find: later } = await run(regex('a{2048}'));
    later.stop();
    assert.deepEqual(parts, [], 'it does not explode');
    const waiting = find.recheck([0], [1]);
    find.stop();
    assert.deepEqual(await waiting, [false], 'what waited for it has its answer');
    await until('the threads are gone', () => threads() === 0);
    assert.deepEqual([parts, failures], [[], []]);
    assert.equal(segment.presence, 'live');
    assert.deepEqual((await run(regex('a{2048}'))).hits, [[0, 2048]]);
    assert.deepEqual((await run({ kind: 'hex', pattern: '61 00' })).hits, [[2047, 2]]);
  });
}

test('hits are capped, and listed once while parts are answered late', async (t) => {
  const { start, run } = await stage(t, 2 ** 20);
  const answers: (() => void)[] = [];
  const zeros: What = { kind: 'hex', pattern: '00' };
  const { parts } = start(zeros, {}, () => new Promise((resolve) => answers.push(resolve)));
  await until('the first part is sent', () => parts.length === 1);
  await run(zeros);
  assert.equal(parts.length, 1, 'one part is under way at a time');
  await until('the last part is sent', () => {
    answers.shift()?.();
    return parts.at(-1)?.done === true;
  });
  const offsets = parts.flatMap((part) => part.offsets);
  assert.deepEqual([offsets.length, new Set(offsets).size, parts.at(-1)?.capped], [10_000, 10_000, true]);
  const { last, hits } = await run(regex('\\x00'));
  assert.deepEqual([last?.total, last?.capped, hits.length], [10_000, true, 10_000]);
});

test('hits are checked again by the bytes now', async (t) => {
  const { run, write } = await stage(t, 65536);
  write('one two one', 100);
  const kinds: readonly What[] = [
    { kind: 'text', text: 'ONE', encoding: 'ascii', matchCase: false },
    { kind: 'number', text: '0x656e6f', type: 'uint32', endian: 'little' },
    { kind: 'number', text: '0x656e6f..0x20656e6f', type: 'uint32', endian: 'little' },
    regex('o[n]e'),
  ];
  for (const what of kinds) {
    write('one two one', 100);
    const { find, hits } = await run(what);
    const [offsets, lengths] = [hits.map(([offset = 0]) => offset), hits.map(([, length = 0]) => length)];
    assert.ok(hits.length > 0);
    assert.ok((await find.recheck(offsets, lengths)).every((still) => still));
    write('One', 108);
    write('xxx', 100);
    const still = await find.recheck(offsets, lengths);
    assert.ok(!still[0], JSON.stringify(what));
  }
});

test('a query or a scope that cannot be is refused, and so is a segment that is not there', async (t) => {
  const { start, segment, path } = await stage(t, 4096);
  assert.throws(() => start({ kind: 'hex', pattern: '0' }), QueryFault);
  assert.throws(() => start({ kind: 'hex', pattern: '00' }, { start: 4097 }), /4096/);
  assert.throws(() => start({ kind: 'hex', pattern: '00' }, { start: 4000, length: 97 }), QueryFault);
  assert.throws(() => start({ kind: 'changed', since: 1 }), /marked/);
  truncateSync(path, 0);
  assert.deepEqual(segment.size, 0);
  assert.throws(() => start({ kind: 'hex', pattern: '00' }, { start: 1 }), QueryFault);
});

test('a map comes when it is wanted, and changes since a mark are found', async (t) => {
  const { map, maps, run, write } = await stage(t, 256 * 1024);
  map.want(4);
  await until('the first map is sent', () => maps.length > 0);
  assert.deepEqual([maps[0]?.size, [...(maps[0]?.data ?? [])]], [256 * 1024, [0, 0, 0, 0]]);
  assert.equal(maps[0]?.data.buffer.byteLength, 4, 'a map owns exactly its bytes');
  const since = map.mark() ?? 0;
  write('here', 200_000);
  await until('the change is on the map', () => (maps.at(-1)?.heat[3] ?? 0) > 0);
  assert.deepEqual([...(maps.at(-1)?.data ?? [])], [0, 0, 0, 1]);
  const { hits, last } = await run({ kind: 'changed', since });
  assert.deepEqual([hits, last?.done], [[[200_000, 64]], true]);
  assert.deepEqual((await run({ kind: 'changed', since }, { start: 200_010, length: 10 })).hits, [
    [200_010, 10],
  ]);
});

test('while hidden nothing is looked at, and afterwards what changed meanwhile is found', async (t) => {
  const { map, maps, run, write, segment } = await stage(t, 65536);
  map.want(4);
  await until('the first map is sent', () => maps.length > 0);
  const since = map.mark() ?? 0;
  map.visible(false);
  const sent = maps.length;
  write('x', 0);
  const other: SegmentMap[] = [];
  const looking = new SweepMap(
    segment,
    (one) => {
      other.push(one);
      return Promise.resolve();
    },
    () => 1,
  );
  looking.want(1);
  await until('another sweep has seen it', () => (other.at(-1)?.data[0] ?? 0) > 0);
  looking.dispose();
  assert.equal(maps.length, sent);
  assert.deepEqual((await run({ kind: 'changed', since })).hits, []);
  map.visible(true);
  await until('it is found', async () => (await run({ kind: 'changed', since })).hits.length === 1);
});

test('without a budget, or without a wish, nothing is swept', async (t) => {
  const { map, maps } = await stage(t, 65536, 0);
  map.want(4);
  assert.equal(map.mark(), null);
  assert.equal(map.changedSince(0, 1), null);
  assert.deepEqual(maps, []);
});
