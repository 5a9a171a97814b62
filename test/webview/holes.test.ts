import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Frame } from '../../extension/shared/protocol';
import { plainReading, readAs, type Reading } from '../../extension/shared/reading';
import { gridOf } from '../../webview/grid';
import { dotted } from '../../webview/holes';
import { Store } from '../../webview/store';
import { clickByte, eventually, middleOf, reads, rowAt, rowsOf, useBrowser } from './browser';

const browser = useBrowser();
const page = 4096;
/** The second of four pages has no memory, and nothing but zeros surrounds it. */
const sparse = { size: 4 * page, holes: [page, page], texts: [{ offset: 0xff8, text: 'end' }] };
const zeros = '00 00 00 00 00 00 00 00';
const dots = '·· ·· ·· ·· ·· ·· ·· ··';
const blank = ' '.repeat(16);
const words = 'hole: no memory yet, reads as 00';

const row = (view: Page, offset: string, wanted: string): Promise<unknown> =>
  eventually(
    () => rowAt(view, offset),
    (found) => found === `${offset}|${wanted}`,
  );

const reveal = (view: Page, offset: number): Promise<void> =>
  view.evaluate((at) => window.fake.viewer.reveal({ offset: at, length: 0 }), offset);

/** Another program writes, and the view sees it. */
const write = (view: Page, offset: number, bytes: readonly number[]): Promise<void> =>
  view.evaluate(
    ([at, values]) => {
      window.fake.poke(at, values);
      return window.fake.look();
    },
    [offset, bytes] as const,
  );

/** Whether anything is painted in the middle of a byte's cell in the text column. */
async function isPainted(view: Page, offset: number): Promise<boolean> {
  const at = await middleOf(view, 'text', offset);
  return view.evaluate(({ x, y }) => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas.signs');
    const box = canvas?.getBoundingClientRect();
    if (!canvas || !box || canvas.hidden) return false;
    const [left, top] = [(x - box.left) * devicePixelRatio, (y - box.top) * devicePixelRatio];
    const picture = canvas.getContext('2d')?.getImageData(Math.round(left) - 2, Math.round(top) - 2, 5, 5);
    return picture?.data.some((value, index) => index % 4 === 3 && value > 0) ?? false;
  }, at);
}

test('a row with dots where each byte, group or number is all hole, in every format', () => {
  const bytes = new Uint8Array(24);
  const line = (change: Partial<Reading>, holes: readonly number[], bytesPerRow = 8): string => {
    const reading = readAs(plainReading, change);
    const column = gridOf({ extent: 1024, charWidth: 8, rowHeight: 20, reading, bytesPerRow }).columns.hex;
    return dotted(column.format(bytes, 0, bytesPerRow), column, holes);
  };
  equal(line({}, []), '00 00 00 00  00 00 00 00');
  equal(line({}, [0, 1, 3, 5]), '·· 00 00 ··  ·· 00 00 00');
  equal(line({ group: 4, endian: 'little' }, [0, 1]), '000000··  00000000');
  equal(line({ group: 4, endian: 'big' }, [0, 1, 4, 8]), '··000000  ········');
  equal(line({ format: 'unsigned' }, [1, 3]), '  0  ··  ··   0    0   0   0   0');
  equal(line({ format: 'unsigned', group: 2 }, [1, 5]), '    0    ··      0     0');
  equal(line({ format: 'float', group: 4 }, [4, 8]).trimEnd().slice(-3), ' ··');
  equal(line({ format: 'float', group: 4 }, [4, 7]).includes('·'), false);
  const long = line({}, [16, 24], 24);
  equal(long, `${'00 '.repeat(12)} ${'00 '.repeat(4)}${'·· '.repeat(8)}`.trimEnd());
  equal(line({ format: 'binary', group: 8 }, [16, 24], 24).trimEnd().slice(-4), '  ··');
});

test('the store keeps the holes until a frame tells other ones, and calls nothing a hole that is not zero', () => {
  const store = new Store();
  const base = 2 ** 40;
  const lock = { kind: 'none', state: 'none', holder: null, waiters: null, value: null } as const;
  const frame = (bytes: readonly number[], holes: readonly number[] | null, offset = base): Frame => ({
    ...{ sequence: 1, offset, length: bytes.length, runs: null, bytes: Uint8Array.from(bytes), holes },
    ...{ copy: 'unlocked', size: base + 6, lock, rate: 30 },
  });
  const shown = (): number[] => [0, 1, 2, 3, 4, 5, 6, 7].filter((at) => store.isHole(base + at));
  deepEqual(shown(), []);
  store.receive(frame([0, 0, 0, 0, 0, 0], [base, 2, base + 4, 9]), 0);
  deepEqual(shown(), [0, 1, 4, 5], 'none past the end');
  store.receive(frame([0, 7, 0, 0, 0, 0], null), 0);
  deepEqual(shown(), [0, 4, 5]);
  store.fill(base + 1, 1);
  deepEqual(shown(), [], 'the whole page has memory then');
  store.receive(frame([0, 0, 0, 0, 0, 0], [base + 2, 1]), 0);
  deepEqual(shown(), [2]);
  store.correct(base + 3, Uint8Array.of(1), 0);
  deepEqual(shown(), []);
  store.receive(frame([0, 0, 0, 0, 0, 0], [base + 2, 1]), 0);
  store.reset();
  store.receive(frame([0, 0, 0, 0, 0, 0], null), 0);
  deepEqual(shown(), []);
});

test('bytes of a hole are dots and blank text, zeros that were written are not', async () => {
  const view = await browser.open(sparse);
  await reveal(view, 0xff0);
  await row(view, '00000FE0', `${zeros}  ${zeros}|${blank}`);
  await row(view, '00000FF0', `${zeros}  65 6E 64 00 00 00 00 00|        end     `);
  await row(view, '00001000', `${dots}  ${dots}|${blank}`);
  equal(await isPainted(view, 0xfff), true, 'a zero has a dot in its text');
  equal(await isPainted(view, 0x1000), false, 'a hole has none');
  await reveal(view, 0x1ff0);
  await row(view, '00001FF0', `${dots}  ${dots}|${blank}`);
  await row(view, '00002000', `${zeros}  ${zeros}|${blank}`);
});

test('the tip and what a screen reader reads say what a hole is', async () => {
  const view = await browser.open(sparse);
  await reveal(view, 0x1000);
  await reads(view, `offset 0x1000, 00, 0, ${words}`);
  await view.keyboard.press('ArrowLeft');
  await reads(view, 'offset 0xFFF, 00, 0');
  const at = await middleOf(view, 'hex', 0x1004);
  await view.mouse.move(at.x, at.y);
  await view.locator('.tip').waitFor();
  match(await view.locator('.tip').innerText(), new RegExp(`^0x1004 .*\\n${words}\\n`));
});

test('a byte typed over a hole is shown as it is typed, written over 00, and its page is no hole then', async () => {
  const view = await browser.open(sparse);
  await reveal(view, 0x1000);
  await clickByte(view, 'hex', 0x1001);
  await view.evaluate(() => (window.fake.holdEdits = true));
  await view.keyboard.press('4');
  await row(view, '00001000', `·· 4_ ·· ·· ·· ·· ·· ··  ${dots}|${blank}`);
  await view.keyboard.press('a');
  await row(view, '00001000', `·· 4A ·· ·· ·· ·· ·· ··  ${dots}| J              `);
  await view.evaluate(() => {
    window.fake.release();
  });
  await row(view, '00001000', `00 4A 00 00 00 00 00 00  ${zeros}| J              `);
  deepEqual(await view.evaluate(() => window.fake.calls.find(({ method }) => method === 'edit')?.argument), {
    offset: 0x1001,
    bytes: [0x4a],
    expected: [0],
  });
  await row(view, '00001010', `${zeros}  ${zeros}|${blank}`);
  await eventually(
    () => isPainted(view, 0x1010),
    (painted) => painted,
  );
});

test('a typed 00 is shown as such while it waits, and fills the hole, also while paused', async () => {
  const view = await browser.open({ ...sparse, state: { paused: true, places: [] } });
  await reveal(view, 0x1000);
  await row(view, '00001000', `${dots}  ${dots}|${blank}`);
  await view.evaluate(() => {
    window.fake.holdEdits = window.fake.holdLooks = true;
  });
  await clickByte(view, 'hex', 0x1000);
  await view.keyboard.type('00');
  await row(view, '00001000', `00 ·· ·· ·· ·· ·· ·· ··  ${dots}|${blank}`);
  await view.evaluate(() => {
    window.fake.release();
  });
  await row(view, '00001000', `${zeros}  ${zeros}|${blank}`);
});

test('a hole vanishes when another program writes a zero there, which is no change of any byte', async () => {
  const view = await browser.open(sparse);
  await reveal(view, 0x1000);
  await row(view, '00001000', `${dots}  ${dots}|${blank}`);
  await write(view, 0x1800, [0]);
  await row(view, '00001000', `${zeros}  ${zeros}|${blank}`);
  await reads(view, 'offset 0x1000, 00, 0');
});

test('rows that are no part of a page are dots as far as the hole is', async () => {
  const view = await browser.open({
    ...sparse,
    ...{ reading: { bytesPerRow: 'fit' }, width: 1100, state: { side: { open: false } } },
  });
  await reveal(view, 0x1000);
  const rows = await eventually(
    () => rowsOf(view),
    (found) => found.some((one) => one.includes('00 ··') || one.includes('00  ··')),
  );
  const mixed = rows.find((one) => one.includes('··') && one.includes('00 00')) ?? '';
  const [offset = '', cells = ''] = mixed.split('|');
  const found = cells.trim().split(/ +/);
  equal(parseInt(offset, 16) + found.indexOf('··'), 0x1000);
  ok(found.length % 16 !== 0, `${String(found.length)} bytes in a row`);
});

test('a hole is copied as zeros, and compares as the zeros that it reads as', async () => {
  const view = await browser.open({ ...sparse, texts: [] });
  await reveal(view, 0x1000);
  await clickByte(view, 'hex', 0x1000);
  await clickByte(view, 'hex', 0x1003, { modifiers: ['Shift'] });
  await view.keyboard.press('Control+c');
  deepEqual(
    await eventually(
      () => view.evaluate(() => window.fake.copied),
      (copied) => copied.length > 0,
    ),
    ['00 00 00 00'],
  );
  await view.evaluate((size) => window.fake.compare({}, new Array<number>(size).fill(0)), sparse.size);
  await eventually(
    () => view.locator('.half-head .here').textContent(),
    (said) => said === 'No difference here',
  );
  equal(await view.locator('.differences i').count(), 0);
  await reveal(view, 0x1000);
  const starts = (): Promise<readonly (string | undefined)[]> =>
    view.evaluate(() =>
      ['now', 'other'].map((half) =>
        [...document.querySelectorAll(`.half.${half} .row`)]
          .find((one) => one.querySelector('.offset')?.textContent === '00001000')
          ?.querySelector('.bytes')
          ?.textContent.slice(0, 5),
      ),
    );
  await eventually(starts, (found) => found.join() === '·· ··,00 00');
});
