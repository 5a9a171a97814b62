import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { clickByte, eventually, reads, rowAt, useBrowser } from './browser';

const browser = useBrowser();
const message = (page: Page): Promise<string> => page.locator('.footer .message').innerText();
const verdict = (page: Page): Promise<string> => page.locator('.quick .verdict').innerText();
const says = (page: Page, start: string): Promise<string> =>
  eventually(
    () => message(page),
    (words) => words.startsWith(start),
  );
const shows = (page: Page, start: string): Promise<string> =>
  eventually(
    () => verdict(page),
    (words) => words.startsWith(start),
  );
const cursor = (page: Page): Promise<unknown> => page.evaluate(() => window.fake.cursorAt);
const selects = async (page: Page, wanted: unknown): Promise<void> => {
  await eventually(
    () => cursor(page),
    (at) => isDeepStrictEqual(at, wanted),
  );
};
const header = {
  id: 'a',
  name: 'header',
  colour: 'purple',
  offset: 0x20,
  length: 8,
  type: 'uint64',
} as const;

async function goTo(page: Page, expression: string): Promise<void> {
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+g');
  await page.keyboard.type(expression);
  await page.keyboard.press('Enter');
}

test('an expression is read while it is typed, and Enter goes there', async () => {
  const page = await browser.open({ size: 2 ** 40 });
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+g');
  equal(await page.locator('.quick input').inputValue(), '0x40');
  await page.keyboard.type('0x40 + 8*12');
  await shows(page, '= 0xA0 (160)');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1T - 1');
  await shows(page, '= 0xFFFFFFFFFF');
  await page.keyboard.press('Enter');
  await reads(page, 'offset 0xFFFFFFFFFF');
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
  await goTo(page, '-0x10');
  await reads(page, 'offset 0xFFFFFFFFEF');
  await goTo(page, '50%');
  await reads(page, 'offset 0x8000000000');
  await goTo(page, 'p3');
  await reads(page, 'offset 0x3000');
});

test('what is wrong stands beside the field, and Enter then does nothing', async () => {
  const page = await browser.open();
  await page.locator('button[aria-label="Go to…"]').click();
  const cases = [
    ['', 'Type an offset, such as 64'],
    ['0x40 +', 'Character 7: a number is missing here.'],
    ['1024', '0x400 (1,024) is outside: this segment has 1,024 B, at offsets 0x0 to 0x3FF (1,023).'],
    ['7F', 'Character 1: “7F” has hexadecimal digits. Write 0x7F or 7Fh.'],
    ['#nobody', 'Character 1: there is no bookmark “nobody”'],
  ] as const;
  for (const [typed, words] of cases) {
    await page.locator('.quick input').fill(typed);
    await shows(page, words);
    await page.keyboard.press('Enter');
    equal(await page.locator('.quick input').getAttribute('aria-invalid'), 'true', typed);
  }
  await page.keyboard.press('Escape');
  await eventually(
    () => page.locator('.quick').isVisible(),
    (visible) => !visible,
  );
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
  await reads(page, 'offset 0x0');
});

test('keys typed into the field do nothing to the bytes behind it', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+g');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('12');
  deepEqual(await cursor(page), { offset: 0x40, start: 0x40, length: 0 });
  deepEqual(await page.evaluate(() => window.fake.calls.filter(({ method }) => method === 'edit')), []);
});

test('entered expressions come back with the arrows, also after the view was loaded anew', async () => {
  const page = await browser.open({ state: { expressions: ['0x30'], places: [] } });
  await goTo(page, '0x10');
  await goTo(page, '0x20');
  await page.keyboard.press('Control+g');
  for (const wanted of ['0x20', '0x10', '0x30']) {
    await page.keyboard.press('ArrowUp');
    equal(await page.locator('.quick input').inputValue(), wanted);
  }
  await page.keyboard.press('ArrowDown');
  equal(await page.locator('.quick input').inputValue(), '0x10');
  await page.keyboard.press('Enter');
  await reads(page, 'offset 0x10');
});

test('back and forward go through the jumps', async () => {
  const page = await browser.open({ size: 2 ** 33 });
  await goTo(page, '0x100000000');
  await goTo(page, '0x40');
  await reads(page, 'offset 0x40');
  await page.keyboard.press('Alt+ArrowLeft');
  await reads(page, 'offset 0x100000000');
  await page.keyboard.press('Alt+ArrowLeft');
  await reads(page, 'offset 0x0');
  await page.keyboard.press('Alt+ArrowLeft');
  await says(page, 'There is no place to go back to.');
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Alt+ArrowRight');
  await reads(page, 'offset 0x40');
  await page.keyboard.press('Alt+ArrowRight');
  await says(page, 'There is no place to go forward to.');
});

test('the next and the previous change are found, a run of them once', async () => {
  const page = await browser.open();
  await page.locator('.grid').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await says(page, 'No byte was seen to change.');
  await page.evaluate(() => {
    window.fake.poke(0x30, [1, 2, 3]);
    window.fake.poke(0x90, [4]);
    return window.fake.look();
  });
  await page.keyboard.press('Alt+ArrowDown');
  await reads(page, 'offset 0x30', true);
  await page.keyboard.press('Alt+ArrowDown');
  await reads(page, 'offset 0x90', true);
  await page.keyboard.press('Alt+ArrowDown');
  await reads(page, 'offset 0x30', true);
  await page.keyboard.press('Alt+ArrowUp');
  await reads(page, 'offset 0x90', true);
});

test('without anything looked for, the next hit says so', async () => {
  const page = await browser.open();
  await page.locator('.grid').focus();
  await page.keyboard.press('F3');
  await says(page, 'Nothing has been looked for yet');
});

test('a pointer is followed as an offset and as one relative to itself', async () => {
  const page = await browser.open({ size: 4096 });
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x00, 0x02, 0, 0, 0, 0, 0, 0]);
    window.fake.poke(0x48, [0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    window.fake.poke(0x50, [0x00, 0x01, 0, 0, 0xee, 0xee, 0xee, 0xee]);
    window.fake.poke(0x60, [0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f]);
    return window.fake.look();
  });
  for (const [from, to] of [
    [0x40, 'offset 0x200'],
    [0x48, 'offset 0x40'],
    [0x50, 'offset 0x100'],
  ] as const) {
    await goTo(page, String(from));
    await page.keyboard.press('F12');
    await reads(page, to);
  }
  await goTo(page, '0x60');
  await page.keyboard.press('F12');
  await says(page, 'What is at 0x60 leads to no place in this segment');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('F12');
  await says(page, 'A pointer has 4 or 8 bytes');
});

test('a pointer is followed by the mappings of the process that numbers the rows, else of any', async () => {
  const part = (pid: number, offset: number, address = '7f0000100000') => ({
    pid,
    name: `p${String(pid)}`,
    commandLine: '',
    owner: 'dev',
    part: 'attached' as const,
    alive: true,
    writable: true,
    us: false,
    mappings: [{ address, offset, length: 0x1000 }],
  });
  const attached = [part(1, 0), part(2, 0x2000), part(3, 0x3000, '7f0000900000')];
  const page = await browser.open({ size: 0x4000, description: { attached } });
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x80, 0x00, 0x10, 0, 0, 0x7f, 0, 0]);
    window.fake.poke(0x48, [0x80, 0x00, 0x90, 0, 0, 0x7f, 0, 0]);
    return window.fake.look();
  });
  const follow = async (from: string, to: string): Promise<void> => {
    await goTo(page, from);
    await page.keyboard.press('F12');
    await reads(page, to);
  };
  await follow('0x40', 'offset 0x80');
  await follow('0x48', 'offset 0x3080');
  await page.locator('#layout-tool').click();
  await page.getByRole('radio', { name: /^p2 / }).click();
  await page.keyboard.press('Escape');
  await follow('0x40', 'offset 0x2080');
  await follow('0x48', 'offset 0x3080');
  await goTo(page, '0x40');
  await eventually(
    () => page.locator('[data-type="pointer64"]').getAttribute('aria-label'),
    (label) => label?.includes('p2 (2)') === true || label?.includes('p2') === true,
  );
});

test('a number of bytes is selected, and what does not fit is refused with what is left', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+l');
  await page.keyboard.type('0x3C1');
  await shows(page, '961 bytes are too many: from 0x40 (64) on there are 960 B.');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2*8');
  await shows(page, '16 bytes, 0x40 to 0x4F');
  await page.keyboard.press('Enter');
  await selects(page, { offset: 0x40, start: 0x40, length: 16 });
});

test('a selection reaches from the cursor to an offset, however far', async () => {
  const page = await browser.open({ size: 2 ** 40 });
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+Shift+l');
  await page.keyboard.type('end');
  await page.keyboard.press('Enter');
  await selects(page, { offset: 2 ** 40 - 1, start: 0x40, length: 2 ** 40 - 0x40 });
  match((await rowAt(page, 'FFFFFFFFF0')) ?? '', /^FFFFFFFFF0/);
});

test('shift-click selects across any distance', async () => {
  const page = await browser.open({ size: 2 ** 40 });
  await clickByte(page, 'hex', 0x08);
  // The wheel leaves the cursor where it is: the scrollbar takes the view to the end.
  const bar = await page.locator('.scrollbar').boundingBox();
  await page.mouse.click((bar?.x ?? 0) + 3, (bar?.y ?? 0) + (bar?.height ?? 0) - 1);
  await eventually(
    () => rowAt(page, 'FFFFFFFFF0'),
    (row) => row !== undefined,
  );
  await clickByte(page, 'hex', 2 ** 40 - 8, { modifiers: ['Shift'] });
  await selects(page, { offset: 2 ** 40 - 8, start: 8, length: 2 ** 40 - 15 });
});

test('a bookmark is a place in an expression, and one to go to from a list', async () => {
  const page = await browser.open();
  await page.evaluate((mark) => window.fake.mark([mark]), header);
  await goTo(page, '#header + 2');
  await reads(page, 'offset 0x22');
  await page.keyboard.press('Control+Shift+o');
  await page.keyboard.press('Enter');
  await selects(page, { offset: 0x20, start: 0x20, length: 8 });
});
