import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { clickByte, eventually, middleOf, reads, rowAt, rowsOf, useBrowser } from './browser';

const browser = useBrowser();
const hello = { texts: [{ offset: 0x48, text: 'Hello from another process!' }] };

test('bytes are shown with their offsets, as hex and as text', async () => {
  const page = await browser.open(hello);
  equal(
    await rowAt(page, '00000040'),
    '00000040|00 00 00 00 00 00 00 00  48 65 6C 6C 6F 20 66 72|        Hello fr',
  );
  equal(
    await page.locator('.heading .bytes').first().textContent(),
    '00 01 02 03 04 05 06 07  08 09 0A 0B 0C 0D 0E 0F',
  );
});

test('the cursor goes everywhere by keyboard and reads what is there', async () => {
  const page = await browser.open(hello);
  await page.keyboard.press('Tab');
  await page.locator('.grid').focus();
  for (let row = 0; row < 4; row++) await page.keyboard.press('ArrowDown');
  for (let index = 0; index < 8; index++) await page.keyboard.press('ArrowRight');
  await reads(page, 'offset 0x48, 48, 72, character H');
  await page.keyboard.press('End');
  await reads(page, 'offset 0x4F, 72, 114, character r');
  await page.keyboard.press('Home');
  await reads(page, 'offset 0x40, 00, 0');
  await page.keyboard.press('Control+End');
  await reads(page, 'offset 0x3FF');
  equal(await page.evaluate(() => window.fake.cursorAt.offset), 0x3ff);
  await page.keyboard.press('Control+Home');
  await reads(page, 'offset 0x0');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageUp');
  await reads(page, 'offset 0x0');
});

test('a screen reader is told the row and the column of the cell, and how many there are', async () => {
  const page = await browser.open({ size: 2 ** 20 });
  const place = (): Promise<unknown> =>
    page.evaluate(() => {
      const grid = document.querySelector('.grid');
      const cell = document.getElementById(grid?.getAttribute('aria-activedescendant') ?? '');
      const row = cell?.closest('[role=row]');
      return [
        row?.getAttribute('aria-rowindex'),
        grid?.getAttribute('aria-rowcount'),
        cell?.getAttribute('aria-colindex'),
        grid?.getAttribute('aria-colcount'),
      ].map(Number);
    });
  // The first row is the heading, the first column the offset; the hex and the text of 16 bytes follow.
  const is = (...wanted: readonly number[]): Promise<unknown> =>
    eventually(place, (found) => JSON.stringify(found) === JSON.stringify(wanted));
  await clickByte(page, 'hex', 0x48);
  await is(6, 65537, 10, 33);
  await clickByte(page, 'text', 0x48);
  await is(6, 65537, 26, 33);
  await page.keyboard.press('Control+End');
  await is(65537, 65537, 33, 33);
});

test('keys that come faster than they can be painted are all obeyed, and the host is asked once', async () => {
  const page = await browser.open({ size: 2 ** 20 });
  await clickByte(page, 'hex', 0);
  await reads(page, 'offset 0x0');
  const watched = await page.evaluate(() => {
    const grid = document.querySelector('.grid');
    const count = (): number => window.fake.calls.filter(({ method }) => method === 'watch').length;
    const before = count();
    for (let press = 0; press < 1000; press++) {
      grid?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }),
      );
    }
    return new Promise<number>((painted) => {
      requestAnimationFrame(() => setTimeout(() => painted(count() - before)));
    });
  });
  await reads(page, 'offset 0x3E80');
  ok((await rowAt(page, '00003E80'))?.includes('00 00'), 'the row is not on screen');
  ok(watched <= 2, `${String(watched)} messages`);
});

test('the foot says the position in hex and decimal, and how much is selected', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x48);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  const foot = page.locator('.footer');
  await eventually(
    () => foot.innerText(),
    (words) => words.includes('0x4A (74) of 0x400 (1,024)'),
  );
  match(await foot.innerText(), /3 selected/);
  deepEqual(await page.evaluate(() => window.fake.cursorAt), { offset: 0x4a, start: 0x48, length: 3 });
});

test('a click puts the cursor into the column that was clicked', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'text', 0x4a);
  await reads(page, 'offset 0x4A, 6C, 108, character l');
  equal(await page.locator('.stage').getAttribute('data-column'), 'text');
  await clickByte(page, 'hex', 0x51);
  await reads(page, 'offset 0x51, 6D, 109, character m');
  equal(await page.locator('.stage').getAttribute('data-column'), 'hex');
});

test('shift-click, drag and double click select', async () => {
  const page = await browser.open(hello);
  const range = (): Promise<unknown> =>
    page.evaluate(() => [window.fake.cursorAt.start, window.fake.cursorAt.length]);
  await clickByte(page, 'hex', 0x48);
  await clickByte(page, 'hex', 0x62, { modifiers: ['Shift'] });
  await eventually(range, (found) => JSON.stringify(found) === '[72,27]');
  const from = await middleOf(page, 'hex', 0x12);
  const to = await middleOf(page, 'hex', 0x2d);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await eventually(range, (found) => JSON.stringify(found) === '[18,28]');
  await clickByte(page, 'text', 0x4f, { clickCount: 2 });
  await eventually(range, (found) => JSON.stringify(found) === '[78,4]');
});

test('a drag past the lower edge scrolls on', async () => {
  const page = await browser.open({ size: 65536 });
  const from = await middleOf(page, 'hex', 0);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, 635, { steps: 3 });
  await eventually(
    () => page.evaluate(() => window.fake.cursorAt.length),
    (length) => length > 100 * 16,
  );
  await page.mouse.up();
});

test('select all and copy take the whole segment, also what is not on screen', async () => {
  const page = await browser.open({ size: 4096, texts: [{ offset: 4093, text: 'end' }] });
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  const copied = await eventually(
    () => page.evaluate(() => window.fake.copied[0] ?? ''),
    (text) => text !== '',
  );
  equal(copied.length, 4096 * 3 - 1);
  equal(copied.slice(-11), '00 65 6E 64');
  match(await page.locator('.footer .message').innerText(), /4,096 bytes copied/);
});

test('copy gives hex in the hex column and text in the text column', async () => {
  const page = await browser.open(hello);
  for (const column of ['hex', 'text'] as const) {
    await clickByte(page, column, 0x48);
    await clickByte(page, column, 0x4c, { modifiers: ['Shift'] });
    await page.keyboard.press('Control+c');
  }
  await eventually(
    () => page.evaluate(() => window.fake.copied.length),
    (count) => count === 2,
  );
  deepEqual(await page.evaluate(() => window.fake.copied), ['48 65 6C 6C 6F', 'Hello']);
});

test('tab walks from hex to text and then out of the grid, which is one stop', async () => {
  const page = await browser.open(hello);
  await page.locator('.grid').focus();
  await page.keyboard.press('Tab');
  await page.locator('.stage[data-column=text]').waitFor();
  equal(await page.evaluate(() => document.activeElement?.className), 'grid');
  await page.keyboard.press('Tab');
  equal(await page.evaluate(() => document.activeElement?.classList.contains('grid')), false);
  equal(await page.locator('.grid [tabindex="0"]').count(), 0);
});

test('every byte of a tebibyte is reached exactly', async () => {
  const tebi = 2 ** 40;
  const page = await browser.open({
    size: tebi,
    texts: [
      { offset: tebi - 4, text: 'last' },
      { offset: 2 ** 39, text: 'half' },
    ],
  });
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+End');
  await eventually(
    async () => (await rowsOf(page)).at(-1),
    (row) => row === 'FFFFFFFFF0|00 00 00 00 00 00 00 00  00 00 00 00 6C 61 73 74|            last',
  );
  await reads(page, 'offset 0xFFFFFFFFFF, 74, 116, character t');
  await page.keyboard.press('ArrowUp');
  await reads(page, 'offset 0xFFFFFFFFEF');
  await page.evaluate(() => window.fake.viewer.reveal({ offset: 2 ** 39, length: 4 }));
  await eventually(
    () => rowAt(page, '8000000000'),
    (row) => row?.endsWith('half            ') === true,
  );
  const top = async (): Promise<number> => parseInt((await rowsOf(page))[0]?.split('|')[0] ?? '', 16);
  const before = await top();
  for (const rows of [1, 2]) {
    await page.keyboard.press('Control+ArrowDown');
    await eventually(top, (offset) => offset === before + 16 * rows);
  }
});

test('the scrollbar drags to both ends of a tebibyte and says where it is', async () => {
  const tebi = 2 ** 40;
  const page = await browser.open({ size: tebi, texts: [{ offset: tebi - 1, text: '!' }] });
  const bar = page.getByRole('scrollbar');
  const box = await bar.boundingBox();
  if (!box) throw new Error('There is no scrollbar.');
  await page.mouse.move(box.x + 7, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 7, box.y + box.height + 200, { steps: 5 });
  await eventually(
    async () => (await rowsOf(page)).at(-1),
    (row) => row?.startsWith('FFFFFFFFF0|') === true && row.endsWith('!'),
  );
  equal(
    await bar.getAttribute('aria-valuenow'),
    String(Math.floor(Number(await bar.getAttribute('aria-valuemax')))),
  );
  await page.mouse.move(box.x + 7, box.y - 200, { steps: 5 });
  await page.mouse.up();
  await eventually(
    async () => (await rowsOf(page))[0],
    (row) => row?.startsWith('0000000000|') === true,
  );
  equal(await bar.getAttribute('aria-valuenow'), '0');
});

test('the wheel scrolls', async () => {
  const page = await browser.open({ size: 65536 });
  const { x, y } = await middleOf(page, 'hex', 0);
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, 200);
  await eventually(
    async () => (await rowsOf(page))[0]?.slice(0, 8),
    (offset) => offset === '000000A0',
  );
});

test('where the user was comes back with the page', async () => {
  const page = await browser.open({ size: 65536 });
  await page.evaluate(() => window.fake.viewer.reveal({ offset: 0x8000, length: 8 }));
  await page.locator('button[aria-label="Pause"]').click();
  const state = await eventually(
    () => page.evaluate(() => JSON.stringify(window.savedState ?? null)),
    (saved) => saved.includes('32768') && saved.includes('"paused":true'),
  );
  const again = await browser.open({ size: 65536, state: JSON.parse(state) as unknown });
  await reads(again, 'offset 0x8000');
  await eventually(
    () => rowAt(again, '00008000'),
    (row) => row !== undefined,
  );
  await again.locator('.footer .paused').waitFor();
  deepEqual(await again.evaluate(() => window.fake.cursorAt), { offset: 0x8000, start: 0x8000, length: 8 });
});

test('a screen reader hears the bookmark and the hit that a byte is part of', async () => {
  const page = await browser.open(hello);
  await page.evaluate(() => {
    const mark = { colour: 'purple', type: 'bytes' } as const;
    return window.fake.mark([
      { ...mark, id: 'a', name: 'greeting', offset: 0x48, length: 27 },
      { ...mark, id: 'b', name: 'first\u202Eletter', offset: 0x48, length: 1 },
    ]);
  });
  await clickByte(page, 'hex', 0x48);
  await reads(page, 'offset 0x48, 48, 72, character H, in first\\u{202e}letter');
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('text');
  await page.getByRole('textbox', { name: 'What to find' }).fill('another');
  await page.locator('.find .count', { hasText: '1 hit' }).waitFor();
  await clickByte(page, 'hex', 0x53);
  await reads(page, 'offset 0x53, 61, 97, character a, in greeting, hit');
  await clickByte(page, 'hex', 0x5a);
  await reads(page, 'offset 0x5A, 20, 32, character  , in greeting');
  await page.evaluate(() => {
    window.fake.poke(0x53, [0x58]);
    return window.fake.look();
  });
  await clickByte(page, 'hex', 0x53);
  await reads(page, 'offset 0x53, 58, 88, character X, in greeting', true);
  await page.keyboard.press('ArrowUp');
  await reads(page, 'offset 0x43, 00, 0');
});

test('a number that reaches into a bookmark or a hit is part of it', async () => {
  const page = await browser.open({ ...hello, reading: { format: 'unsigned', group: 4 } });
  await page.evaluate(() =>
    window.fake.mark([{ id: 'a', name: 'tail', colour: 'red', type: 'bytes', offset: 0x43, length: 1 }]),
  );
  await clickByte(page, 'hex', 0x40);
  await reads(page, 'offset 0x40, 0, in tail');
  await page.keyboard.press('ArrowRight');
  await reads(page, 'offset 0x44, 0');
});
