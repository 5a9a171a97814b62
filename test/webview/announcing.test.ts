import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { clickByte, eventually, useBrowser } from './browser';

const browser = useBrowser();

interface Said {
  readonly words: string;
  /** In milliseconds of the page. */
  readonly at: number;
}

/** Notes from now on what a screen reader is given to read politely. */
async function listen(page: Page): Promise<() => Promise<readonly Said[]>> {
  await page.evaluate(() => {
    const said: Said[] = [];
    const region = document.querySelector('[aria-live=polite]') ?? document.body;
    new MutationObserver(() => said.push({ words: region.textContent, at: performance.now() })).observe(
      region,
      {
        childList: true,
      },
    );
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => (window as unknown as { said: Said[] }).said);
}

const hears = (said: () => Promise<readonly Said[]>, words: string): Promise<readonly Said[]> =>
  eventually(said, (all) => all.some((one) => one.words.includes(words)));

test('a byte that changes all the time is told at most every two seconds, as it is then', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  const said = await listen(page);
  await page.evaluate(async () => {
    for (let value = 1; value <= 100; value++) {
      window.fake.poke(0x40, [value]);
      await window.fake.look();
      await new Promise(requestAnimationFrame);
    }
  });
  const all = await hears(said, '0x40 changed to 64');
  ok(all.length >= 2 && all.length < 20, JSON.stringify(all));
  for (const [index, { at }] of all.entries()) {
    // The clock of a page is rounded.
    if (index > 0) ok(at - (all[index - 1]?.at ?? 0) > 1990, JSON.stringify(all));
  }
});

test('what is told of an action is not lost to a byte that changes, and is told again when it is said again', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  const said = await listen(page);
  const change = (value: number): Promise<void> =>
    page.evaluate((byte) => {
      window.fake.poke(0x40, [byte]);
      return window.fake.look();
    }, value);
  await change(0x7e);
  await hears(said, '0x40 changed to 7E');
  // Both wait for two seconds to be over.
  await page.keyboard.press('Control+c');
  await page.locator('.footer .message', { hasText: 'copied' }).waitFor();
  await change(0x7f);
  await hears(said, '1 byte copied.');
  await hears(said, '0x40 changed to 7F');
  await page.keyboard.press('Control+c');
  await eventually(said, (all) => all.filter(({ words }) => words.includes('1 byte copied.')).length === 2);
});

test('hits that stream in are told by the one polite region, and nothing else is one', async () => {
  const page = await browser.open({ texts: [{ offset: 0x20, text: 'Hello' }] });
  const said = await listen(page);
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('text');
  await page.getByRole('textbox', { name: 'What to find' }).fill('Hello');
  await hears(said, '1 hit');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+g');
  await page.locator('.quick .field').fill('50%');
  await hears(said, '0x200');
  const regions = page.locator('[aria-live]:not([aria-live=off]), [role=status], output');
  equal(await regions.count(), 1);
  deepEqual(await regions.getAttribute('class'), 'unseen');
});
