import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { Jumps } from '../../webview/jumps';

test('back and forward go through the places that jumps left', () => {
  const jumps = new Jumps();
  equal(jumps.back(0), null);
  jumps.jump(0, 100);
  jumps.jump(100, 2 ** 40);
  equal(jumps.back(2 ** 40), 100);
  equal(jumps.back(100), 0);
  equal(jumps.back(0), null);
  equal(jumps.forward(0), 100);
  equal(jumps.forward(100), 2 ** 40);
  equal(jumps.forward(2 ** 40), null);
});

test('a new jump forgets what was ahead, and a step beside is a place of its own', () => {
  const jumps = new Jumps();
  jumps.jump(0, 100);
  equal(jumps.back(104), 0);
  equal(jumps.forward(0), 104);
  equal(jumps.back(104), 0);
  jumps.jump(0, 7);
  deepEqual([jumps.canGoBack, jumps.canGoForward], [true, false]);
});

test('a jump to where one is leaves no trace, and a place is kept once in a row', () => {
  const jumps = new Jumps();
  jumps.jump(5, 5);
  equal(jumps.canGoBack, false);
  jumps.jump(5, 9);
  jumps.jump(5, 9);
  equal(jumps.back(9), 5);
  equal(jumps.back(5), null);
});

test('the last hundred places are kept', () => {
  const jumps = new Jumps();
  for (let at = 0; at < 150; at++) jumps.jump(at, at + 1);
  let count = 0;
  let at = 150;
  for (let to = jumps.back(at); to !== null; to = jumps.back(at)) {
    at = to;
    count++;
  }
  deepEqual([count, at], [100, 50]);
});
