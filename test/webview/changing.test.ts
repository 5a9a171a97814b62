import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { added } from '../../webview/filling';
import { clickByte, eventually, reads, useBrowser } from './browser';

const browser = useBrowser();
const hello = { texts: [{ offset: 0x40, text: 'Hello' }] };
const edits = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    window.fake.calls.filter(({ method }) => method === 'edit').map(({ argument }) => argument),
  );
const says = (page: Page, start: string): Promise<string> =>
  eventually(
    () => page.locator('.footer .message').innerText(),
    (words) => words.startsWith(start),
  );
const holds = (page: Page, offset: number, wanted: readonly number[]): Promise<number[]> =>
  eventually(
    () => page.evaluate(([at, length]) => window.fake.peek(at, length), [offset, wanted.length] as const),
    (found) => isDeepStrictEqual(found, wanted),
  );
const clipboard = (page: Page, text: string): Promise<void> =>
  page.evaluate((held) => {
    window.fake.clipboardText = held;
  }, text);

async function select(page: Page, from: number, to: number): Promise<void> {
  await clickByte(page, 'hex', from);
  await clickByte(page, 'hex', to, { modifiers: ['Shift'] });
}

async function choose(page: Page, label: string): Promise<void> {
  // A popover ignores what comes while it opens.
  await page.locator('.menu .item', { hasText: label }).first().press('Enter');
}

test('hex is pasted over bytes in one edit that one undo takes back', async () => {
  const page = await browser.open(hello);
  await clipboard(page, 'unsigned char data[3] = { 0x4A, 0x75, 0x6d };');
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+v');
  await holds(page, 0x40, [0x4a, 0x75, 0x6d, 0x6c, 0x6f]);
  deepEqual(await edits(page), [{ offset: 0x40, bytes: [0x4a, 0x75, 0x6d], expected: [0x48, 0x65, 0x6c] }]);
  await reads(page, 'offset 0x43');
  await page.keyboard.press('Control+z');
  await holds(page, 0x40, [0x48, 0x65, 0x6c, 0x6c, 0x6f]);
  await page.keyboard.press('Control+y');
  await holds(page, 0x40, [0x4a, 0x75, 0x6d]);
});

test('in the text column the clipboard is text', async () => {
  const page = await browser.open(hello);
  await clipboard(page, '48é');
  await clickByte(page, 'text', 0x40);
  await page.keyboard.press('Control+v');
  await holds(page, 0x40, [0x34, 0x38, 0xc3, 0xa9, 0x6f]);
});

test('what the clipboard is read as can be chosen', async () => {
  const page = await browser.open(hello);
  await clipboard(page, 'SGkh');
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+Shift+v');
  await choose(page, 'Base64');
  await holds(page, 0x40, [0x48, 0x69, 0x21, 0x6c]);
});

test('what cannot be pasted is refused with the reason, and nothing is written', async () => {
  const page = await browser.open({ ...hello, size: 0x50 });
  await clickByte(page, 'hex', 0x4c);
  for (const [text, words] of [
    ['', 'There is nothing to paste'],
    ['48 6', '“6” has an odd number of digits'],
    ['Hello', '“H” in “Hello” is not a hexadecimal digit'],
    ['00 01 02 03 04', '5 bytes do not fit: from 0x4C on there is room for 4. Nothing was written.'],
    ['00'.repeat(65537), '65,537 bytes are too many for one edit: at most 65,536.'],
  ] as const) {
    await clipboard(page, text);
    await page.keyboard.press('Control+v');
    await says(page, words);
  }
  deepEqual(await edits(page), []);
});

test('a paste over what another program changed meanwhile writes nothing', async () => {
  const page = await browser.open(hello);
  await clipboard(page, '01 02 03');
  await clickByte(page, 'hex', 0x40);
  await page.evaluate(() => {
    window.fake.poke(0x42, [0x7f]);
  });
  await page.keyboard.press('Control+v');
  await says(page, '0x40 changed to 48 65 7F meanwhile; nothing was written.');
  await holds(page, 0x40, [0x48, 0x65, 0x7f]);
});

test('bytes that are not on screen are written over only after asking', async () => {
  const page = await browser.open({ size: 0x10000 });
  await clipboard(page, 'AA'.repeat(0x1000));
  await clickByte(page, 'hex', 0x10);
  await page.keyboard.press('Control+v');
  const title = page.locator('.quick .title');
  await eventually(
    async () => (await title.isVisible()) && (await title.innerText()),
    (words) =>
      typeof words === 'string' &&
      /^4,096 bytes from 0x10 on would be written over; [\d,]+ of them are not on screen\.$/.test(words),
  );
  equal(await page.evaluate(() => document.activeElement?.textContent), 'Cancel');
  await page.keyboard.press('Enter');
  deepEqual(await edits(page), []);
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
  await page.keyboard.press('Control+v');
  await page.locator('.quick button', { hasText: 'Paste' }).click();
  await holds(page, 0x10, Array<number>(0x1000).fill(0xaa));
  equal((await edits(page)).length, 1);
  await page.keyboard.press('Control+z');
  await holds(page, 0x10, Array<number>(0x1000).fill(0));
});

test('a selection is filled with a pattern that is read while it is typed', async () => {
  const page = await browser.open();
  await select(page, 0x40, 0x46);
  await page.keyboard.press('Control+i');
  await page.locator('.quick input').fill('DE A');
  await eventually(
    () => page.locator('.quick .verdict.wrong').innerText(),
    (words) => words.startsWith('“A” has an odd number of digits'),
  );
  await page.locator('.quick input').fill('00 01 02 03 04 05 06 07');
  await eventually(
    () => page.locator('.quick .verdict').innerText(),
    (words) => words === 'The pattern has 8 bytes, the selection only 7.',
  );
  await page.locator('.quick input').fill('DE AD be');
  await page.keyboard.press('Enter');
  await holds(page, 0x3f, [0, 0xde, 0xad, 0xbe, 0xde, 0xad, 0xbe, 0xde, 0]);
  await page.keyboard.press('Control+Delete');
  await holds(page, 0x3f, Array<number>(9).fill(0));
  await page.keyboard.press('Control+i');
  equal(await page.locator('.quick input').inputValue(), 'DE AD be');
  await page.locator('.quick input').fill('"ab"');
  await page.keyboard.press('Enter');
  await holds(page, 0x40, [0x61, 0x62, 0x61, 0x62, 0x61, 0x62, 0x61, 0]);
});

test('a number goes up and down in the width of the selection', async () => {
  const page = await browser.open();
  await page.evaluate(() => {
    window.fake.poke(0x40, [0xff, 0xff, 0, 0]);
    return window.fake.look();
  });
  await clickByte(page, 'hex', 0x41);
  await page.keyboard.press('Alt+=');
  await holds(page, 0x40, [0xff, 0, 0, 0]);
  await page.keyboard.press('Alt+-');
  await holds(page, 0x40, [0xff, 0xff, 0, 0]);
  await select(page, 0x40, 0x43);
  await page.keyboard.press('Alt+=');
  await holds(page, 0x40, [0, 0, 1, 0]);
  await select(page, 0x40, 0x42);
  await page.keyboard.press('Alt+=');
  await says(page, 'A number has 1, 2, 4 or 8 bytes; 3 are selected.');
});

test('adding carries in the byte order and wraps at the end of the width', () => {
  const plain = (bytes: number[], amount: number, little: boolean): number[] => [
    ...added(Uint8Array.from(bytes), amount, little),
  ];
  deepEqual(plain([0xff, 0x01], 1, true), [0, 2]);
  deepEqual(plain([0x01, 0xff], 1, false), [2, 0]);
  deepEqual(plain([0, 0, 0, 1], -1, true), [0xff, 0xff, 0xff, 0]);
  deepEqual(plain([0, 0], -1, false), [0xff, 0xff]);
  deepEqual(plain([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1, true), Array(8).fill(0));
});

test('where nothing can be written, every edit says why', async () => {
  const page = await browser.open({
    ...hello,
    description: { writable: false, readOnlyReason: 'Attach to the segment to write into it.' },
  });
  await clipboard(page, '00');
  for (const key of ['Control+v', 'Control+i', 'Control+Delete', 'Alt+=', 'Alt+-', 'Control+Alt+f']) {
    await clickByte(page, 'hex', 0x40);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press(key);
    await says(page, 'Attach to the segment to write into it.');
    await page.keyboard.press('7');
    await says(page, 'Attach to the segment to write into it.');
  }
  deepEqual(await edits(page), []);
});

test('frozen bytes have a loud badge, and Escape, its button and the command end it', async () => {
  const page = await browser.open(hello);
  const badge = page.locator('.freeze');
  const thaws = (): Promise<number> =>
    page.evaluate(() => window.fake.calls.filter(({ method }) => method === 'thaw').length);
  const stop: readonly (() => Promise<unknown>)[] = [
    () => page.keyboard.press('Escape'),
    () => badge.locator('button').click(),
    () => page.keyboard.press('Control+Alt+f'),
  ];
  let ended = 0;
  for (const end of stop) {
    await select(page, 0x40, 0x43);
    await page.keyboard.press('Control+Alt+f');
    await badge.waitFor({ state: 'visible' });
    equal(await badge.locator('.words').innerText(), 'Frozen: 4 bytes at 0x40');
    await page.evaluate(() => window.fake.tellFrozen(1234, 2, null));
    equal(
      await badge.locator('.count').innerText(),
      'put back 1,234 times, skipped 2 times under another’s lock',
    );
    await end();
    await badge.waitFor({ state: 'hidden' });
    equal(await thaws(), ++ended);
    await says(page, 'No longer frozen; the bytes were put back 3 times.');
  }
  deepEqual(
    await page.evaluate(() => window.fake.calls.find(({ method }) => method === 'freeze')?.argument),
    { offset: 0x40, bytes: [0x48, 0x65, 0x6c, 0x6c] },
  );
});

test('a freeze that ends by itself says why', async () => {
  const page = await browser.open(hello);
  for (const [end, words] of [
    ['hidden', 'No longer frozen since this view was hidden; until then the bytes were put back 7 times.'],
    ['limit', 'No longer frozen: the limit of 60 s is over; the bytes were put back 7 times.'],
    [
      'detached',
      'No longer frozen: the segment cannot be written any more; the bytes were put back 7 times.',
    ],
  ] as const) {
    await clickByte(page, 'hex', 0x40);
    await page.keyboard.press('Control+Alt+f');
    await page.locator('.freeze').waitFor({ state: 'visible' });
    await page.evaluate((reason) => window.fake.tellFrozen(7, 0, reason), end);
    await says(page, words);
    await page.locator('.freeze').waitFor({ state: 'hidden' });
  }
});

test('bytes that are not on screen cannot be frozen', async () => {
  const page = await browser.open({ size: 0x10000 });
  await clickByte(page, 'hex', 0);
  await page.keyboard.press('Control+l');
  await page.keyboard.type('0x8000');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Alt+f');
  await says(page, 'Only bytes that are on screen can be frozen.');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+l');
  await page.keyboard.type('end');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Alt+f');
  await says(page, 'Only bytes that are on screen can be frozen.');
});
