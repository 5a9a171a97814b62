import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { clickByte, eventually, useBrowser } from './browser';

const browser = useBrowser();

const textAt = (page: Page, offset: number): Promise<string> =>
  page.evaluate((at) => String.fromCharCode(...window.fake.peek(at, 2)), offset);

test('the second stroke of a chord is left to the workbench, and not written into the bytes', async () => {
  const page = await browser.open();
  await clickByte(page, 'text', 0x10);
  await page.keyboard.press('Control+Alt+s');
  await page.keyboard.press('x');
  await page.keyboard.press('y');
  await eventually(
    () => textAt(page, 0x10),
    (text) => text.startsWith('y'),
  );
  equal(await textAt(page, 0x11), '\0\0');
});

test('a click between the strokes ends the chord', async () => {
  const page = await browser.open();
  await clickByte(page, 'text', 0x10);
  await page.keyboard.press('Control+Alt+s');
  await clickByte(page, 'text', 0x20);
  await page.keyboard.press('x');
  await eventually(
    () => textAt(page, 0x20),
    (text) => text === 'x\0',
  );
});
