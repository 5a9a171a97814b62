import { deepEqual, match } from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { eventually, rowsOf, useBrowser } from '../webview/browser';
import { root } from '../webview/page';
import { tell, times } from './scale';

const browser = useBrowser();
const size = 1024;
/** What one call of the page sends. */
const portion = 10_000;

test('bad messages to the view: nothing is thrown, and a good frame is painted afterwards', async (t) => {
  const page = await browser.open({ size });
  await page.evaluate(await fuzzScript());
  const count = times(100_000, 10_000_000);
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${String(seed)}`);
  for (let sent = 0; sent < count; sent += portion) {
    await page.evaluate(([most, from]) => window.fuzz(most, from), [portion, seed + sent] as const);
  }
  const complaints = await page.evaluate(() => {
    return window.fake.calls
      .filter(({ method }) => method === 'complain')
      .map(({ argument }) => JSON.stringify(argument))
      .filter((text) => /Unhandled|\(\d+:\d+\)/.test(text));
  });
  tell(`${String(count)} bad messages to the view, ${String(complaints.length)} complaints`);
  deepEqual(complaints, []);
  await page.evaluate(async () => {
    const { fake } = window;
    await fake.describe({});
    await fake.viewer.compared(null);
    await fake.viewer.frozen(null);
    await fake.viewer.bookmarked([]);
    await fake.viewer.paced({ hertz: 30, paused: false, underLock: false });
    fake.poke(0, [0x47, 0x6f, 0x6f, 0x64]);
    await fake.look();
    await fake.viewer.reveal({ offset: 0, length: 0 });
    await fake.look();
  });
  const [first = ''] = await eventually(
    () => rowsOf(page),
    ([row = '']) => row.includes('Good'),
  );
  match(first, /^0+\|47 6F 6F 64/i);
});

async function fuzzScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/proof/fuzzPage.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
  });
  return outputFiles[0]?.text ?? '';
}
