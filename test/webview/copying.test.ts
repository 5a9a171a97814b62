import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { copyForms } from '../../extension/shared/copyAs';
import { clickByte, eventually, middleOf, useBrowser } from './browser';

const browser = useBrowser();
const hello = { texts: [{ offset: 0x40, text: 'Hello' }] };
const copied = (page: Page, count: number): Promise<string> =>
  eventually(
    () => page.evaluate(() => window.fake.copied),
    (texts) => texts.length === count,
  ).then((texts) => texts.at(-1) ?? '');
const says = (page: Page, start: string): Promise<string> =>
  eventually(
    () => page.locator('.footer .message').innerText(),
    (words) => words.startsWith(start),
  );

async function selectHello(page: Page): Promise<void> {
  await clickByte(page, 'hex', 0x40);
  await clickByte(page, 'hex', 0x44, { modifiers: ['Shift'] });
}

test('every form is offered and copied, by keyboard', async () => {
  const page = await browser.open(hello);
  await selectHello(page);
  await page.keyboard.press('Control+Shift+c');
  equal(await page.locator('.menu .item').count(), copyForms.length);
  const labels = await page.locator('.menu .item .words').allInnerTexts();
  deepEqual(labels.slice(0, 4), ['Hex', 'Hex dump', 'Text', 'C']);
  await page.keyboard.press('Escape');
  let count = 0;
  const seen = new Map<string, string>();
  for (const label of labels) {
    await page.locator('.grid').focus();
    await page.keyboard.press('Control+Shift+c');
    const item = page.locator('.menu .item', { has: page.getByText(label, { exact: true }) });
    await item.press('Enter');
    seen.set(label, await copied(page, ++count));
    await says(page, '5 bytes copied.');
    equal(await page.evaluate(() => document.activeElement?.id), 'grid');
  }
  equal(seen.get('Hex'), '48 65 6C 6C 6F');
  equal(seen.get('Text'), 'Hello');
  equal(seen.get('Base64'), 'SGVsbG8=');
  equal(seen.get('JSON'), '[72, 101, 108, 108, 111]');
  equal(seen.get('Hex dump'), `00000040  48 65 6c 6c 6f${' '.repeat(36)}|Hello|\n00000045\n`);
  equal(seen.get('Rust'), 'const DATA: [u8; 5] = [\n    0x48, 0x65, 0x6C, 0x6C, 0x6F,\n];\n');
});

test('a menu that was closed is gone before the next one opens', async () => {
  const page = await browser.open(hello);
  await selectHello(page);
  const open = await page.evaluate(() => {
    const press = (key: string, modifiers: KeyboardEventInit = {}): void => {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, ...modifiers }),
      );
    };
    const copyAs = { ctrlKey: true, shiftKey: true, code: 'KeyC' };
    press('C', copyAs);
    press('Escape');
    press('C', copyAs);
    return document.querySelectorAll('.menu').length;
  });
  equal(open, 1);
  await page.keyboard.press('Escape');
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('by mouse the context menu leads to the forms', async () => {
  const page = await browser.open(hello);
  await selectHello(page);
  const { x, y } = await middleOf(page, 'hex', 0x42);
  await page.mouse.click(x, y, { button: 'right' });
  await page.locator('.menu .item', { has: page.getByText('Copy as…', { exact: true }) }).click();
  await page.locator('.menu .item', { has: page.getByText('Go', { exact: true }) }).press('Enter');
  equal(await copied(page, 1), 'var data = []byte{\n\t0x48, 0x65, 0x6C, 0x6C, 0x6F,\n}\n');
});

test('what is off screen is read once and copied with it', async () => {
  const page = await browser.open({ size: 2 ** 33, texts: [{ offset: 0x8000, text: 'far' }] });
  await clickByte(page, 'hex', 0);
  await page.keyboard.press('Control+l');
  await page.keyboard.type('0x8003');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+c');
  const text = await copied(page, 1);
  equal(text.split(' ').length, 0x8003);
  equal(text.slice(-8), '66 61 72');
  deepEqual(await page.evaluate(() => window.fake.calls.find(({ method }) => method === 'read')?.argument), [
    { offset: 0, length: 0x8003 },
  ]);
});

test('more than a mebibyte is refused, and a file is named as the way', async () => {
  const page = await browser.open({ size: 2 ** 33 });
  await clickByte(page, 'hex', 0);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await says(page, 'At most 1,048,576 bytes can be copied; save the selection to a file instead.');
  deepEqual(await page.evaluate(() => window.fake.copied), []);
});

test('exactly a mebibyte is copied', async () => {
  const page = await browser.open({ size: 2 ** 33 });
  await clickByte(page, 'hex', 0);
  await page.keyboard.press('Control+l');
  await page.keyboard.type('1M');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+c');
  equal((await copied(page, 1)).length, 3 * 2 ** 20 - 1);
});
