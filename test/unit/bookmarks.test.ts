import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBookmarks, writeBookmarks } from '../../extension/core/bookmarkFile';
import { Bookmarks } from '../../extension/core/bookmarks';
import { JsonError, parseJson } from '../../extension/core/linedJson';
import { bookmarkTypes, typeLength, type Bookmark } from '../../extension/shared/bookmark';
import { bookmarkValue } from '../../extension/shared/bookmarkValue';
import { values } from '../../extension/shared/values/index';
import { Drawer } from '../drawer';

const header: Bookmark = { id: 'a', name: 'header', colour: 'purple', offset: 0, length: 16, type: 'bytes' };
const sequence: Bookmark = {
  id: 'b',
  name: 'sequence',
  colour: 'blue',
  offset: 8,
  length: 8,
  type: 'uint64',
};
const far: Bookmark = { id: 'c', name: 'far', colour: 'red', offset: 2 ** 40, length: 1, type: 'int8' };

const problem = (text: string): string => {
  const found = readBookmarks(text);
  return 'problem' in found ? [found.problem.key, ...found.problem.values.map(String)].join(' | ') : 'none';
};

test('bookmarks are kept for each segment, in the order of their offsets', async () => {
  const drawer = new Drawer();
  const bookmarks = new Bookmarks(drawer);
  const heard: string[] = [];
  bookmarks.onDidChange((segment) => heard.push(segment));
  await bookmarks.put('posix:/a', far);
  await bookmarks.put('posix:/a', sequence);
  await bookmarks.put('posix:/a', header);
  await bookmarks.put('posix:/b', header);
  assert.deepEqual(new Bookmarks(drawer).of('posix:/a'), [header, sequence, far]);
  assert.deepEqual(bookmarks.of('posix:/b'), [header]);
  assert.deepEqual(bookmarks.of('posix:/c'), []);
  assert.deepEqual(heard, ['posix:/a', 'posix:/a', 'posix:/a', 'posix:/b']);
});

test('a bookmark is renamed and dropped by its id, and two cannot share a name', async () => {
  const bookmarks = new Bookmarks(new Drawer());
  await bookmarks.put('s', header);
  await bookmarks.put('s', sequence);
  await bookmarks.put('s', { ...header, name: 'head' });
  await assert.rejects(bookmarks.put('s', { ...sequence, name: 'head' }), { code: 'already-exists' });
  await bookmarks.drop('s', 'b');
  assert.deepEqual(bookmarks.of('s'), [{ ...header, name: 'head' }]);
});

test('what another version stored is left out where it makes no sense', async () => {
  const drawer = new Drawer();
  await drawer.update('bookmarks', { s: [header, { ...far, colour: 'pink' }, null, 7], t: 'x' });
  assert.deepEqual(new Bookmarks(drawer).of('s'), [header]);
  assert.deepEqual(new Bookmarks(drawer).of('t'), []);
  await drawer.update('bookmarks', 'x');
  assert.deepEqual(new Bookmarks(drawer).of('s'), []);
});

test('a file gives back what was exported, and replaces bookmarks of the same name', async () => {
  const bookmarks = new Bookmarks(new Drawer());
  await bookmarks.put('s', { ...header, length: 4 });
  const found = readBookmarks(writeBookmarks([header, sequence, far]));
  assert.ok('bookmarks' in found);
  await bookmarks.merge('s', found.bookmarks);
  const [first, second, third] = bookmarks.of('s');
  assert.deepEqual(first, header);
  assert.deepEqual({ ...second, id: 'b' }, sequence);
  assert.deepEqual({ ...third, id: 'c' }, far);
});

test('a bookmark can have every type of the inspector, and says what the inspector says', () => {
  assert.deepEqual(bookmarkTypes, ['bytes', ...values.map(({ id }) => id)]);
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => 0x41 + index);
  const place = { offset: 8, size: 64, mappings: [] };
  for (const value of values) {
    for (const endian of ['little', 'big'] as const) {
      const decoded = bookmarkValue(bytes, value.id, endian, place);
      assert.deepEqual(decoded, value.decode(bytes, endian, place), value.id);
    }
    assert.equal(bookmarkValue(bytes.subarray(0, value.size - 1), value.id, 'little', place), null);
    const fixed = typeLength(value.id);
    if (fixed !== null) assert.equal(value.decode(bytes, 'little')?.length, fixed, value.id);
  }
  assert.equal(
    bookmarkValue(bytes.subarray(0, 8), 'bytes', 'little', place)?.text,
    '41 42 43 44 45 46 47 48',
  );
  assert.equal(
    bookmarkValue(bytes.subarray(0, 9), 'bytes', 'little', place)?.text,
    '41 42 43 44 45 46 47 48 …',
  );
});

test('what an earlier version kept or exported as text is still text', async () => {
  const filed = { name: 'greeting', colour: 'red', offset: '0x10', length: 12, type: 'text' };
  const read = readBookmarks(JSON.stringify({ bookmarks: [filed] }));
  assert.deepEqual(read, { bookmarks: [{ ...filed, offset: 16, type: 'utf8String' }] });
  const drawer = new Drawer();
  await drawer.update('bookmarks', { s: [{ ...filed, id: 'a', offset: 16 }] });
  const [kept] = new Bookmarks(drawer).of('s');
  assert.deepEqual(kept, { ...filed, id: 'a', offset: 16, type: 'utf8String' });
});

test('every type comes back from a file, and gives the length that a file leaves out', () => {
  const all = bookmarkTypes.map((type, offset) => ({ ...header, name: type, offset, type }));
  const read = readBookmarks(writeBookmarks(all));
  assert.ok('bookmarks' in read);
  assert.deepEqual(
    read.bookmarks.map(({ type }) => type),
    bookmarkTypes,
  );
  const short = readBookmarks('[{"name": "id", "offset": 0, "type": "guid"}]');
  assert.ok('bookmarks' in short);
  assert.equal(short.bookmarks[0]?.length, 16);
});

test('a file that a person wrote needs a name and an offset', () => {
  assert.deepEqual(
    readBookmarks('[{"name": " a ", "offset": 64}, {"name": "b", "offset": "0x10000000000"}]'),
    {
      bookmarks: [
        { name: 'a', colour: 'purple', offset: 64, length: 1, type: 'bytes' },
        { name: 'b', colour: 'purple', offset: 2 ** 40, length: 1, type: 'bytes' },
      ],
    },
  );
  assert.deepEqual(readBookmarks('\uFEFF{"bookmarks": []}'), { bookmarks: [] });
});

test('JSON is read as JSON.parse reads it', () => {
  const good = [
    '0',
    '-1.5e3',
    '"a\\u00e9\\n"',
    '[]',
    '{}',
    ' [1, [2, {"a": null}], true] ',
    '{"__proto__": 1}',
  ];
  for (const text of good) assert.deepEqual(parseJson(text).value, JSON.parse(text), text);
  const bad = [
    '',
    '01',
    '[1,]',
    '{"a"}',
    '{"a":1,}',
    '[1 2]',
    "'a'",
    '"a',
    '"\n"',
    'tru',
    'TRUE',
    '[1]]',
    '{a: 1}',
    'nullx',
    '\\',
  ];
  for (const text of bad) {
    assert.throws(() => JSON.parse(text) as unknown, text);
    assert.throws(() => parseJson(text), JsonError, text);
  }
  assert.throws(() => parseJson('['.repeat(5000)), JsonError);
});

test('what is wrong in a file is named with line, bookmark and field', () => {
  assert.match(problem('{"bookmarks": [\n{"name": "a",\n "offset": }\n]}'), /^bookmarks\.notJson \| 3 \| /);
  assert.match(problem(''), /^bookmarks\.notJson \| 1 \| /);
  assert.equal(problem('{}'), 'bookmarks.noList');
  assert.equal(problem('7'), 'bookmarks.noList');
  assert.equal(problem('[\n1]'), 'bookmarks.noObject | 1 | 1');
  const second = (fields: string): string =>
    problem(`{\n  "bookmarks": [\n    { "name": "[a", "offset": 1 },\n    {\n      ${fields}\n    }\n  ]\n}`);
  assert.equal(second('"name": "", "offset": 1'), 'bookmarks.field | 4 | 2 | name | 1–100');
  assert.match(second('"name": "b"'), /^bookmarks\.field \| 4 \| 2 \| offset/);
  assert.match(second('"name": "b", "offset": -1'), /offset/);
  assert.match(second('"name": "b", "offset": 1.5'), /offset/);
  assert.match(second('"name": "b", "offset": "0xZZ"'), /offset/);
  assert.match(second('"name": "b", "offset": 1, "length": 0'), /length/);
  assert.match(second('"name": "b", "offset": 9007199254740991, "length": 1'), /length/);
  assert.match(second('"name": "b", "offset": 1, "type": "constructor"'), /type/);
  assert.match(second('"name": "b", "offset": 1, "colour": "pink"'), /colour/);
  assert.equal(second('"name": "[a", "offset": 1'), 'bookmarks.twice | 4 | 2 | [a');
  const many = JSON.stringify(
    Array.from({ length: 1001 }, (_, offset) => ({ name: String(offset), offset })),
  );
  assert.equal(problem(many), 'bookmarks.tooMany | 1000');
});
