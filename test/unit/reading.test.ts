import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  formats,
  groups,
  groupsOf,
  plainReading,
  readAs,
  rowLengths,
  soundReading,
} from '../../extension/shared/reading';

test('no change leads to a reading that cannot be drawn', () => {
  for (const format of formats) {
    for (const group of groups) {
      for (const bytesPerRow of rowLengths) {
        for (const last of ['format', 'group', 'bytesPerRow'] as const) {
          const before = readAs(readAs(plainReading, { format }), { group });
          const reading = readAs(before, { format, group, bytesPerRow, [last]: before[last] });
          equal(groupsOf(reading.format).includes(reading.group), true);
          equal(reading.bytesPerRow === 'fit' || reading.bytesPerRow >= reading.group, true);
        }
      }
    }
  }
});

test('what was chosen last wins', () => {
  const floats = readAs(plainReading, { format: 'float' });
  equal(floats.group, 2);
  deepEqual(readAs(floats, { group: 16 }), { ...floats, format: 'hex', group: 16 });
  equal(readAs(readAs(plainReading, { group: 16 }), { bytesPerRow: 8 }).group, 8);
  equal(readAs(readAs(plainReading, { bytesPerRow: 8 }), { group: 16 }).bytesPerRow, 16);
});

test('a stored reading is taken as far as it makes sense', () => {
  deepEqual(soundReading(undefined), plainReading);
  deepEqual(soundReading({ format: 'roman', group: 3, encoding: 'big5' }), {
    ...plainReading,
    encoding: 'big5',
  });
  const base = { pid: 1, address: '7f00', offset: 4096, length: 8192 };
  deepEqual(soundReading({ base }).base, base);
  deepEqual(soundReading({ base: { pid: 1, address: '7f00' } }).base, {
    ...base,
    offset: 0,
    length: Number.MAX_SAFE_INTEGER,
  });
  deepEqual(soundReading({ base: { ...base, offset: -1 } }).base, 'offset');
  deepEqual(soundReading({ base: { ...base, length: 0 } }).base, 'offset');
  deepEqual(soundReading({ base: { pid: 1, address: 'zz' } }).base, 'offset');
});
