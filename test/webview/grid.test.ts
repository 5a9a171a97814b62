import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber } from '../../extension/shared/numbers';
import { formats, groupsOf, plainReading, readAs } from '../../extension/shared/reading';
import {
  cell,
  columnLeft,
  hit,
  offsetDigits,
  rowCount,
  rowOf,
  windowOf,
  gridOf,
  gridToFit,
  offsetText,
  rowWidth,
  type Grid,
  type GridParts,
} from '../../webview/grid';

const tebi = 2 ** 40;
const grid = (change: Partial<GridParts> = {}): Grid =>
  gridOf({ extent: 1024, charWidth: 8.43, rowHeight: 20, ...change });

test('a segment has as many rows as it takes to hold its bytes', () => {
  equal(rowCount(grid({ extent: 0 })), 0);
  equal(rowCount(grid({ extent: 1 })), 1);
  equal(rowCount(grid({ extent: 16 })), 1);
  equal(rowCount(grid({ extent: 17 })), 2);
  equal(rowCount(grid({ extent: tebi })), 2 ** 36);
  equal(rowCount(grid({ extent: tebi + 1, bytesPerRow: 8 })), 2 ** 37 + 1);
});

test('offsets get eight digits, and more where the segment needs them', () => {
  equal(offsetDigits(grid()), 8);
  equal(offsetDigits(grid({ extent: 2 ** 32 })), 8);
  equal(offsetDigits(grid({ extent: 2 ** 32 + 1 })), 9);
  equal(offsetDigits(grid({ extent: tebi + 1 })), 11);
});

for (const bytesPerRow of [8, 16, 32] as const) {
  for (const base of [0, 2 ** 32, tebi]) {
    test(`the middle of every cell hits its own byte: ${String(bytesPerRow)} a row, at ${String(base)}`, () => {
      const place = grid({ bytesPerRow, extent: base + 10 * bytesPerRow });
      const top = rowOf(place, base);
      for (const column of ['hex', 'text'] as const) {
        for (let row = 0; row < 10; row++) {
          for (let index = 0; index < bytesPerRow; index++) {
            const { left, width } = cell(place, column, index);
            const found = hit(place, top, left + width / 2, row * 20 + 10);
            deepEqual(found, { offset: base + row * bytesPerRow + index, column, inside: true });
          }
        }
      }
    });
  }
}

test('cells keep their order and never overlap', () => {
  for (const column of ['hex', 'text'] as const) {
    let end = columnLeft(grid(), column);
    for (let index = 0; index < 16; index++) {
      const { left, width } = cell(grid(), column, index);
      ok(left >= end - 1e-9, `${column} ${String(index)}`);
      end = left + width;
    }
  }
});

test('the middle of a row has a gap of one more character', () => {
  const at = (index: number): number => cell(grid(), 'hex', index).left;
  ok(Math.abs(at(7) - at(6) - 3 * 8.43) < 1e-9);
  ok(Math.abs(at(8) - at(7) - 4 * 8.43) < 1e-9);
});

test('a point beside the cells means the nearest byte', () => {
  equal(hit(grid(), 0, 0, 10)?.offset, 0);
  equal(hit(grid(), 0, 0, 10)?.inside, false);
  equal(hit(grid(), 0, 5000, 30)?.offset, 31);
  equal(hit(grid(), 0, 5000, -100)?.offset, 15);
  equal(hit(grid(), 0, 5000, 1e6)?.offset, 1023);
  equal(hit(grid({ extent: 1020 }), 63, 5000, 10)?.offset, 1019);
  equal(hit(grid({ extent: 0 }), 0, 100, 10), null);
});

test('a drag stays in the column that it began in', () => {
  equal(hit(grid(), 0, columnLeft(grid(), 'text') + 1, 10, 'hex')?.offset, 15);
  equal(hit(grid(), 0, columnLeft(grid(), 'hex') + 1, 10, 'text')?.offset, 0);
});

test('a part of a row scrolled away moves the hit by as much, also at 2^40', () => {
  const place = grid({ extent: tebi + 1600 });
  const x = cell(place, 'hex', 3).left + 1;
  equal(hit(place, 2 ** 36 + 0.5, x, 9)?.offset, tebi + 3);
  equal(hit(place, 2 ** 36 + 0.5, x, 11)?.offset, tebi + 16 + 3);
});

test('the window is whole rows around the visible ones, cut to the segment', () => {
  deepEqual(windowOf(grid(), 0, 10, 8), { offset: 0, length: 18 * 16 });
  deepEqual(windowOf(grid(), 20.7, 10, 8), { offset: 12 * 16, length: 26 * 16 });
  deepEqual(windowOf(grid({ extent: 1020 }), 60, 10, 8), { offset: 52 * 16, length: 1020 - 52 * 16 });
  deepEqual(windowOf(grid({ extent: tebi }), 2 ** 36 - 4, 4, 8), { offset: tebi - 12 * 16, length: 12 * 16 });
  deepEqual(windowOf(grid({ extent: 0 }), 0, 10, 8), { offset: 0, length: 0 });
});

for (const format of formats) {
  for (const group of groupsOf(format)) {
    for (const endian of ['little', 'big'] as const) {
      for (const base of [0, 2 ** 32, tebi]) {
        test(`cells, hits and text agree: ${format}, ${String(group)} bytes, ${endian} endian, at ${String(base)}`, () => {
          const reading = readAs(plainReading, { format, group, endian });
          const place = grid({ reading, bytesPerRow: 16, extent: base + 160 });
          const { hex } = place.columns;
          const bytes = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index);
          const line = hex.format(bytes, 0, 16);
          equal(line.length, hex.width);
          equal(hex.heading.length, hex.width);
          const seen = new Set<number>();
          for (let index = 0; index < 16; index++) {
            const { left, width } = cell(place, 'hex', index);
            const first = index - (index % hex.unit);
            const found = hit(place, rowOf(place, base), left + width / 2, 10);
            deepEqual(found, { offset: base + first, column: 'hex', inside: true });
            const text = line.slice(hex.start(index), hex.start(index) + hex.glyphs);
            const shape = format === 'hex' ? { ...reading, group: 1 as const } : reading;
            equal(text.trim(), formatNumber(bytes, format === 'hex' ? index : first, shape));
            for (let at = 0; at < hex.glyphs; at++) seen.add(hex.start(index) + at);
          }
          equal(seen.size, (16 / hex.unit) * hex.glyphs, 'no two cells overlap');
        });
      }
    }
  }
}

test('a selection that cuts little-endian groups is marked where its digits are', () => {
  const { hex } = grid({ reading: readAs(plainReading, { group: 4 }) }).columns;
  deepEqual(hex.runs(0, 16), [0, 36]);
  deepEqual(hex.runs(1, 3), [2, 6]);
  deepEqual(hex.runs(3, 9), [0, 2, 9, 17, 25, 27]);
});

test('rows to fit are as long as there is room for, never longer', () => {
  const parts = { extent: 1024, charWidth: 8.43, rowHeight: 20 };
  for (const format of formats) {
    for (const group of groupsOf(format)) {
      const reading = readAs(plainReading, { format, group, bytesPerRow: 'fit' });
      for (let width = 100; width < 2500; width += 37) {
        const fitted = gridToFit({ ...parts, reading }, width);
        const step = Math.max(8, group);
        equal(fitted.bytesPerRow % step, 0);
        if (fitted.bytesPerRow > step) ok(rowWidth(fitted) <= width);
        const more = gridOf({ ...parts, reading, bytesPerRow: fitted.bytesPerRow + step });
        ok(more.bytesPerRow > 128 || rowWidth(more) > width);
      }
    }
  }
});

test('rows are numbered by addresses past what a double can hold', () => {
  const base = { pid: 1, address: 'ff00000000000010', offset: 0, length: tebi };
  const place = grid({ reading: readAs(plainReading, { base }), extent: tebi });
  equal(offsetText(place, 16), 'FF00000000000020');
  equal(offsetText(grid({ extent: tebi + 1 }), tebi), '10000000000');
});

test('a row that the process has not mapped has no address', () => {
  const base = { pid: 1, address: '7f0000001000', offset: 0x1000, length: 0x1000 };
  const place = grid({ reading: readAs(plainReading, { base }), extent: 0x4000 });
  equal(offsetText(place, 0xff0), '           –');
  equal(offsetText(place, 0x1000), '7F0000001000');
  equal(offsetText(place, 0x1ff0), '7F0000001FF0');
  equal(offsetText(place, 0x2000), '           –');
});
