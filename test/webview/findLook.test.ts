import { deepEqual } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { violations } from '../axe';
import { eventually, useBrowser } from './browser';
import { root, themeNames } from './page';

const browser = useBrowser();
const shots = join(root, 'out/test/webview/shots');
mkdirSync(shots, { recursive: true });

for (const theme of themeNames) {
  for (const width of [1280, 700]) {
    test(`finding fits and is accessible: ${theme}, ${String(width)} wide`, async () => {
      const page = await browser.open({ theme, width, size: 2 ** 20, texts: sown() });
      await page.evaluate(async () => {
        const { fake } = window;
        await fake.tellMap((at, all) => [
          at < 0.2 * all ? 60 + ((at * 37) % 160) : at % 9 === 0 ? 200 : 0,
          at > 0.7 * all && at < 0.85 * all ? 255 : 0,
          at === 8 || at === 40 ? 255 : at === 41 ? 90 : 0,
        ]);
        await fake.mark([
          { id: 'a', name: 'header', colour: 'purple', offset: 0, length: 16, type: 'bytes' },
        ]);
      });
      await page.locator('.grid').focus();
      await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('text');
      await page.getByRole('textbox', { name: 'What to find' }).fill('tick');
      await page.keyboard.press('Enter');
      await hasCount(page);
      // The pane that lists them is folded where there is little room.
      if (width > 800) await page.locator('.result.active').waitFor();
      await page.screenshot({ path: join(shots, `${theme}-find-${String(width)}.png`) });
      deepEqual(await violations(page), []);
      await page.getByRole('textbox', { name: 'What to find' }).fill('naïve\u{10400}');
      await page.getByRole('combobox', { name: 'Encoding' }).selectOption('latin1');
      await page.locator('.find .problem').waitFor();
      await page.screenshot({ path: join(shots, `${theme}-find-wrong-${String(width)}.png`) });
      deepEqual(await violations(page), []);
    });
  }
}

/** Text at places that are far apart, the first on screen. */
function sown(): { readonly offset: number; readonly text: string }[] {
  return Array.from({ length: 24 }, (_, at) => ({
    offset: 0x30 + at * at * 0x400,
    text: `tick ${String(8213 + at)} producer`,
  }));
}

async function hasCount(page: Page): Promise<void> {
  await eventually(
    () => page.locator('.find .count').innerText(),
    (words) => words.includes(' of 24'),
  );
}
