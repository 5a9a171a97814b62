import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { violations } from '../axe';
import { clickByte, eventually, middleOf, reads, useBrowser } from './browser';

const browser = useBrowser();

/** What an input method does: shows what it composes so far, then gives the text. */
async function inputMethod(page: Page): Promise<{
  readonly compose: (text: string) => Promise<unknown>;
  readonly commit: (text: string) => Promise<unknown>;
}> {
  const session: CDPSession = await page.context().newCDPSession(page);
  return {
    compose: (text) =>
      session.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    commit: (text) => session.send('Input.insertText', { text }),
  };
}

const bytesAt = (page: Page, offset: number, length: number): Promise<readonly number[]> =>
  page.evaluate(([at, count]) => window.fake.peek(at, count), [offset, length] as const);
const has = (page: Page, offset: number, wanted: readonly number[]): Promise<unknown> =>
  eventually(
    () => bytesAt(page, offset, wanted.length),
    (found) => found.join() === wanted.join(),
  );

test('an input method writes characters into the text column, in its encoding, once they are whole', async () => {
  const page = await browser.open({ reading: { encoding: 'gb18030' } });
  await clickByte(page, 'text', 0x40);
  await reads(page, 'offset 0x40');
  const { compose, commit } = await inputMethod(page);
  await compose('zhong');
  const shown = page.locator('.composing');
  await shown.filter({ hasText: 'zhong' }).waitFor();
  const [box, { x, y }] = [await shown.boundingBox(), await middleOf(page, 'text', 0x40)];
  ok(box && Math.abs(box.x - x) < 10 && Math.abs(box.y + box.height / 2 - y) < 10, JSON.stringify(box));
  deepEqual(await violations(page), []);
  deepEqual(await bytesAt(page, 0x40, 4), [0, 0, 0, 0]);
  await commit('中文');
  await has(page, 0x40, [0xd6, 0xd0, 0xce, 0xc4]);
  await shown.waitFor({ state: 'hidden' });
  await reads(page, 'offset 0x44');
  await compose('x');
  await compose('');
  await shown.waitFor({ state: 'hidden' });
  await page.keyboard.press('y');
  await has(page, 0x44, [0x79, 0]);
});

test('what is put together without an input method is typed too: an accent, a symbol from a palette', async () => {
  const page = await browser.open();
  await clickByte(page, 'text', 0x40);
  await reads(page, 'offset 0x40');
  await page.keyboard.insertText('é');
  await has(page, 0x40, [0xc3, 0xa9]);
  await page.keyboard.insertText('→');
  await has(page, 0x42, [0xe2, 0x86, 0x92]);
});

test('nothing is composed in the hex column, and what cannot be written says why', async () => {
  const page = await browser.open({ description: { writable: false, readOnlyReason: 'Attach to write.' } });
  await clickByte(page, 'hex', 0x40);
  await reads(page, 'offset 0x40');
  const { compose, commit } = await inputMethod(page);
  await compose('zhong');
  await commit('中');
  equal(await page.locator('.composing').isVisible(), false);
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => document.querySelector('.stage')?.getAttribute('data-column') === 'text');
  await commit('中');
  await page.locator('.footer .message', { hasText: 'Attach to write.' }).waitFor();
  deepEqual(await bytesAt(page, 0x40, 4), [0, 0, 0, 0]);
});
