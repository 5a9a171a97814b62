import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { keysOf } from '../../extension/shared/gestures';
import { intentOf, type Key } from '../../webview/keys';
import { clamp, destination, moveTo, nowhere, selectedRange, type Move } from '../../webview/selection';

const key = (name: string, change: Partial<Key> = {}): Key => ({
  key: name,
  ctrl: false,
  alt: false,
  shift: false,
  altGraph: false,
  ...change,
});
const from = (cursor: number, move: Move, extent = 1000): number => destination(cursor, move, 16, 10, extent);

test('arrows move by a byte and by a row, and stop at both ends', () => {
  equal(from(0, 'left'), 0);
  equal(from(5, 'left'), 4);
  equal(from(999, 'right'), 999);
  equal(from(5, 'up'), 5);
  equal(from(21, 'up'), 5);
  equal(from(980, 'down'), 996);
  equal(from(996, 'down'), 996);
});

test('moving down into a short last row ends on its last byte', () => {
  equal(from(980 + 11, 'down'), 999);
  equal(from(991 - 16, 'pageDown', 1000), 999);
});

test('paging keeps the place in the row', () => {
  equal(from(21, 'pageDown'), 181);
  equal(from(181, 'pageUp'), 21);
  equal(from(21, 'pageUp'), 5);
});

test('home and end stay in the row, with control they leave it', () => {
  equal(from(21, 'rowStart'), 16);
  equal(from(21, 'rowEnd'), 31);
  equal(from(993, 'rowEnd'), 999);
  equal(from(21, 'start'), 0);
  equal(from(21, 'end'), 999);
});

test('the arithmetic is exact at the end of a tebibyte', () => {
  const tebi = 2 ** 40;
  equal(from(0, 'end', tebi), tebi - 1);
  equal(from(tebi - 1, 'up', tebi), tebi - 17);
  equal(from(tebi - 17, 'down', tebi), tebi - 1);
  equal(from(tebi - 1, 'rowStart', tebi), tebi - 16);
});

test('a selection has both of its ends', () => {
  const selection = moveTo(moveTo({ ...nowhere, cursor: 5 }, 6, true), 7, true);
  deepEqual(selectedRange(selection), { start: 5, length: 3 });
  deepEqual(selectedRange(moveTo(selection, 2, true)), { start: 2, length: 4 });
  deepEqual(selectedRange(moveTo(selection, 2, false)), { start: 2, length: 0 });
});

test('a selection is cut to a segment that shrank', () => {
  deepEqual(clamp({ cursor: 900, anchor: 20, column: 'hex' }, 512), {
    cursor: 511,
    anchor: 20,
    column: 'hex',
  });
  deepEqual(clamp({ cursor: 900, anchor: null, column: 'hex' }, 0), {
    cursor: 0,
    anchor: null,
    column: 'hex',
  });
});

test('hex digits are digits in the hex column and characters in the text column', () => {
  deepEqual(intentOf(key('f'), 'hex'), { kind: 'digit', value: 15 });
  deepEqual(intentOf(key('F', { shift: true }), 'hex'), { kind: 'digit', value: 15 });
  deepEqual(intentOf(key('f'), 'text'), { kind: 'type', text: 'f' });
  deepEqual(intentOf(key('g'), 'hex'), { kind: 'notDigit' });
  deepEqual(intentOf(key('😀'), 'text'), { kind: 'type', text: '😀' });
});

test('AltGr types, control and alt alone do not', () => {
  deepEqual(intentOf(key('@', { ctrl: true, alt: true, altGraph: true }), 'text'), {
    kind: 'type',
    text: '@',
  });
  equal(intentOf(key('f', { ctrl: true }), 'hex'), null);
  equal(intentOf(key('f', { alt: true }), 'hex'), null);
});

test('tab goes from hex to text and back, and out of the grid at both sides', () => {
  deepEqual(intentOf(key('Tab'), 'hex'), { kind: 'switchColumn' });
  equal(intentOf(key('Tab'), 'text'), null);
  deepEqual(intentOf(key('Tab', { shift: true }), 'text'), { kind: 'switchColumn' });
  equal(intentOf(key('Tab', { shift: true }), 'hex'), null);
});

test('undo and redo have the keys that they have everywhere', () => {
  deepEqual(keysOf('undo', false), ['ctrl+z']);
  deepEqual(keysOf('undo', true), ['cmd+z']);
  deepEqual(keysOf('redo', false), ['ctrl+y', 'ctrl+shift+z']);
  deepEqual(keysOf('redo', true), ['cmd+shift+z']);
  deepEqual(intentOf(key('c', { ctrl: true }), 'text'), { kind: 'copy' });
});

test('keys of the workbench are left to it', () => {
  for (const name of ['F1', 'F5', 'Shift', 'Control', 'ContextMenu'])
    equal(intentOf(key(name), 'hex'), null, name);
  equal(intentOf(key('p', { ctrl: true, shift: true }), 'hex'), null);
});

test('nothing is ever inserted or removed', () => {
  deepEqual(intentOf(key('Delete'), 'hex'), { kind: 'refuse' });
  deepEqual(intentOf(key('Insert'), 'text'), { kind: 'refuse' });
});
