import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { queryOf, readForm, searchesAsTyped } from '../../webview/find/form';
import { Results } from '../../webview/find/results';
import { surroundingOf } from '../../webview/find/surroundings';
import { bookmarkLines } from '../../webview/minimap/mapPicture';
import { lineOf, lineStart, mapShape, sliderOf } from '../../webview/minimap/mapShape';

const form = readForm(undefined);

function found(offsets: readonly number[], lengths = offsets.map(() => 2)): Results {
  const results = new Results(1, form, { length: 2 ** 40, isPart: false });
  results.take({
    id: 1,
    offsets,
    lengths,
    total: offsets.length,
    capped: false,
    done: true,
    progress: 1,
    error: null,
  });
  return results;
}

test('a stored form that makes no sense becomes the one of the first day', () => {
  deepEqual(readForm({ kind: 'nonsense', text: 5, matchCase: 'yes', alignment: 3 }), form);
  deepEqual(readForm({ ...form, kind: 'number', type: 'float32', alignment: 8 }), {
    ...form,
    kind: 'number',
    type: 'float32',
    alignment: 8,
  });
});

test('a query is refused with the rule that it breaks', () => {
  const refused = (typed: string): string => {
    const asked = queryOf({ ...form, text: typed }, null, null, 100);
    return 'problem' in asked ? asked.problem.key : '';
  };
  equal(refused('4'), 'find.rule.hex-odd');
  equal(refused('zz'), 'find.rule.hex-digit');
  equal(refused('48'), '');
  const past = queryOf({ ...form, text: '48' }, { start: 90, length: 20 }, null, 100);
  deepEqual(past, { problem: { key: 'find.rule.past-end', values: [{ bytes: 100 }] } });
  const unmarked = queryOf({ ...form, kind: 'changed' }, null, null, 100);
  deepEqual(unmarked, { problem: { key: 'find.noMark', values: [] } });
});

test('an expression is run while it is typed in less than a pattern is', () => {
  equal(searchesAsTyped({ ...form, kind: 'regex' }, 8 * 2 ** 20), false);
  equal(searchesAsTyped({ ...form, kind: 'hex' }, 8 * 2 ** 20), true);
  equal(searchesAsTyped({ ...form, kind: 'hex' }, 2 ** 30), false);
});

test('next and previous go round, and pass over what is gone', () => {
  const results = found([10, 20, 2 ** 40]);
  equal(results.next(10)?.offset, 20);
  equal(results.next(2 ** 40)?.offset, 10);
  equal(results.previous(10)?.offset, 2 ** 40);
  results.setGone(1, true);
  equal(results.next(10)?.offset, 2 ** 40);
  equal(results.previous(2 ** 40)?.offset, 10);
  results.setGone(0, true);
  results.setGone(2, true);
  equal(results.next(10), null);
  equal(found([]).next(0), null);
});

test('a part of another search, or one after the end, changes nothing', () => {
  const results = found([10]);
  const part = { offsets: [30], lengths: [1], total: 2, capped: false, done: true, progress: 1, error: null };
  results.take({ id: 2, ...part });
  results.take({ id: 1, ...part });
  deepEqual(results.offsets, [10]);
});

test('the hits within a range include one that begins before it', () => {
  const results = found([10, 20, 30], [2, 8, 2]);
  deepEqual(results.within(25, 31), { from: 1, to: 3 });
  deepEqual(results.within(28, 30), { from: 2, to: 2 });
});

test('the line of a hit shows hex, or text where text was looked for, and dots for what cannot be shown', () => {
  const bytes = Uint8Array.from([0, 0x41, 0x42, 0x43]);
  deepEqual(surroundingOf(bytes, 100, { offset: 101, length: 2 }, form), {
    before: '00 ',
    hit: '41 42',
    after: ' 43',
  });
  const sought = { ...form, kind: 'text' as const };
  deepEqual(surroundingOf(bytes, 100, { offset: 101, length: 2 }, sought), {
    before: '·',
    hit: 'AB',
    after: 'C',
  });
});

test('the line of a hit near the start shows whole units of its encoding before it', () => {
  const bytes = Uint8Array.from([0x58, 0x41, 0, 0x42, 0, 0x43, 0]);
  const sought = { ...form, kind: 'text' as const, encoding: 'utf16le' as const };
  deepEqual(surroundingOf(bytes, 0, { offset: 3, length: 2 }, sought), { before: 'A', hit: 'B', after: 'C' });
});

test('a small segment has a line for each row, a large one as many as fit', () => {
  deepEqual(mapShape(64, 560), { lines: 64, pitch: 8, height: 512 });
  deepEqual(mapShape(100, 560), { lines: 100, pitch: 5.6, height: 560 });
  const large = mapShape(2 ** 36, 561);
  equal(large.lines, 187);
  equal(large.height, 561);
  equal(mapShape(0, 560).lines, 0);
});

test('every offset of a segment of any size lies in the line that begins at or before it', () => {
  for (const size of [5, 1000, 2 ** 32 + 7, 2 ** 40, 2 ** 52]) {
    const lines = Math.min(size, 187);
    equal(lineStart(lines, lines, size), size);
    for (const offset of [0, 1, Math.floor(size / 3), size - 1]) {
      const line = lineOf(offset, lines, size);
      const slack = Math.ceil(size / 2 ** 50);
      equal(
        lineStart(line, lines, size) <= offset + slack && offset < lineStart(line + 1, lines, size) + slack,
        true,
      );
    }
  }
});

test('the frame of the visible rows reaches both ends and stays large enough to be seen', () => {
  const shape = mapShape(2 ** 36, 561);
  const end = 2 ** 36 - 30;
  deepEqual(sliderOf(shape, 0, 30, end, 2 ** 36), { top: 0, height: 12, room: 549 });
  equal(sliderOf(shape, end, 30, end, 2 ** 36).top, 549);
  const small = mapShape(20, 560);
  deepEqual(sliderOf(small, 0, 28, 0, 20), { top: 0, height: 160, room: 0 });
});

test('a bookmark past the end has no line', () => {
  const mark = { id: 'a', name: 'a', colour: 'red', offset: 200, length: 4, type: 'bytes' } as const;
  equal(bookmarkLines(mark, 10, 100), null);
  deepEqual(bookmarkLines({ ...mark, offset: 95, length: 50 }, 10, 100), { from: 9, to: 9 });
});
