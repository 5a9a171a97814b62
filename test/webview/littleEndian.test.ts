import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, useBrowser } from './browser';

const browser = useBrowser();
/** Sixteen bytes whose digits are found nowhere else. */
const bytes = Array.from({ length: 16 }, (_, index) => 0xa0 + index);
const scene = {
  texts: [{ offset: 0, text: String.fromCharCode(...bytes) }],
  reading: { group: 4, endian: 'little' },
} as const;

/** The bytes of the first row whose digits lie between the left and the right edge of something, by pairs of edges. */
function inside(page: Page, edges: 'frames' | 'hits'): Promise<number[]> {
  return page.evaluate(
    ([of, values]) => {
      const node = document.querySelector('.row .bytes')!.firstChild as Text;
      const row = node.parentElement!.getBoundingClientRect();
      const boxes = [...document.querySelectorAll(`.${of} i`)]
        .map((line) => line.getBoundingClientRect())
        // The line at the right end of a row stands in the gap between the columns.
        .filter(({ top, left }) => top < row.bottom && left < row.right + 8);
      const upright = boxes.filter(({ width }) => width === 1).sort((one, other) => one.left - other.left);
      const spans =
        of === 'hits'
          ? boxes.map(({ left, right }) => [left, right] as const)
          : upright.flatMap(({ left }, index) =>
              index % 2 === 0 ? [[left, upright[index + 1]?.right ?? left] as const] : [],
            );
      return values.flatMap((value, index) => {
        const at = node.data.indexOf(value.toString(16).toUpperCase());
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 2);
        const digits = range.getBoundingClientRect();
        const middle = digits.left + digits.width / 2;
        return spans.some(([left, right]) => left < middle && middle < right) ? [index] : [];
      });
    },
    [edges, bytes] as const,
  );
}

const between = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

test('a bookmark over parts of groups in little endian frames the digits of its bytes', async () => {
  const page = await browser.open(scene);
  for (const [offset, length] of [
    [0, 16],
    [1, 2],
    [1, 6],
    [4, 8],
    [3, 10],
    [15, 1],
  ] as const) {
    await page.evaluate(
      (place) => window.fake.mark([{ id: 'a', name: 'a', colour: 'red', type: 'bytes', ...place }]),
      { offset, length },
    );
    const wanted = between(offset, offset + length).join();
    await eventually(
      async () => ({ offset, length, framed: await inside(page, 'frames') }),
      ({ framed }) => framed.join() === wanted,
    );
  }
});

test('the outline of a bookmark has no line where the next row goes on, whatever the order of digits', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() =>
    window.fake.mark([{ id: 'a', name: 'a', colour: 'red', type: 'bytes', offset: 14, length: 20 }]),
  );
  await page.locator('.frames i').first().waitFor();
  const gaps = await page.evaluate(() => {
    const cells = [...document.querySelectorAll('.row')].slice(0, 3).map((row) => {
      const node = row.querySelector('.bytes')!.firstChild as Text;
      return { node, box: row.getBoundingClientRect() };
    });
    const lines = [...document.querySelectorAll('.frames i')]
      .map((line) => line.getBoundingClientRect())
      .filter(({ height }) => height === 1);
    /** Whether there is a line across the top or bottom of a character of the main column. */
    const has = (row: number, edge: 'top' | 'bottom', at: number): boolean => {
      const { node, box } = cells[row]!;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { left, width } = range.getBoundingClientRect();
      const [x, y] = [left + width / 2, edge === 'top' ? box.top : box.bottom - 1];
      return lines.some((line) => line.left < x && x < line.right && Math.abs(line.top - y) < 1);
    };
    // In the first row bytes 14 and 15 are the first four digits of the last group, in the third 32 and 33 the last
    // four of the first group.
    const last = (cells[0]?.node.data.length ?? 0) - 8;
    return {
      first: [has(0, 'top', last), has(0, 'bottom', last), has(0, 'top', last + 4)],
      second: [has(1, 'top', 0), has(1, 'top', last), has(1, 'top', last + 4), has(1, 'bottom', 0)],
      third: [has(2, 'top', 4), has(2, 'bottom', 4), has(2, 'bottom', 0)],
      secondAboveThird: has(1, 'bottom', 4),
    };
  });
  deepEqual(gaps, {
    first: [true, false, false],
    second: [true, false, true, true],
    third: [false, true, false],
    secondAboveThird: false,
  });
});

test('a hit over parts of groups in little endian has boxes behind the digits of its bytes', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() => {
    window.fake.holdFinds = true;
  });
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('hex');
  await page.getByRole('textbox', { name: 'What to find' }).fill('A3 A4 A5 A6 A7 A8');
  await eventually(
    () => page.evaluate(() => window.fake.query !== null),
    (asked) => asked,
  );
  await page.evaluate(() => window.fake.tellFound({ offsets: [3], lengths: [6] }));
  await eventually(
    () => inside(page, 'hits'),
    (found) => found.join() === between(3, 9).join(),
  );
});

test('in big endian, and as numbers, a frame is one box', async () => {
  const page = await browser.open({ ...scene, reading: { group: 4, endian: 'big' } });
  await page.evaluate(() =>
    window.fake.mark([{ id: 'a', name: 'a', colour: 'red', type: 'bytes', offset: 3, length: 6 }]),
  );
  await eventually(
    () => inside(page, 'frames'),
    (found) => found.join() === between(3, 9).join(),
  );
  await eventually(
    () => page.locator('.frames i').count(),
    (count) => count === 8,
  );
});
