import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { amountText } from '../../extension/shared/amounts';
import { fill } from '../../extension/shared/fill';

test('values come into their places, however often, and a missing one leaves nothing', () => {
  equal(fill('{1} of {0}, {1} again{2}', ['a', 2]), '2 of a, 2 again');
  equal(fill('nothing to fill', []), 'nothing to fill');
});

test('a word goes with one or with many, by the number that it names', () => {
  const pattern = '{0} {0:byte is|bytes are} there, {1} {1:time|times}';
  equal(fill(pattern, ['1', 2]), '1 byte is there, 2 times');
  equal(fill(pattern, [0, 1]), '0 bytes are there, 1 time');
  equal(fill(pattern, ['1,001', '11']), '1,001 bytes are there, 11 times');
  equal(fill('{0:|all }there', ['1']), 'there');
});

test('amounts are written as the view writes them: grouped, in hexadecimal, with their unit', () => {
  equal(amountText('0x40', 'en'), '0x40');
  equal(amountText(12345, 'en'), '12,345');
  equal(amountText(-(2n ** 40n), 'en'), '-1,099,511,627,776');
  equal(amountText({ bytes: 1023 * 1024 }, 'en'), '1,047,552 B');
  equal(amountText({ bytes: 1.5 * 2 ** 30 }, 'en'), '1,610,612,736 B (1.5 GiB)');
  equal(amountText({ offset: 1024 }, 'en'), '0x400 (1,024)');
  equal(amountText({ offset: -(2n ** 70n) }, 'en'), '-0x400000000000000000 (-1,180,591,620,717,411,303,424)');
});
