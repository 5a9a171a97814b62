import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatKey, keyLabel } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { temporaryDirectories } from '../../extension/core/temporaryDirectories';
import { availableForms, startProgram } from '../demo/programs';
import { openWorkbench, startBrowser, themes, type Theme } from './browser';
import { findLiveView, until } from './liveView';
import { root, startServer } from './server';

const folder = join(root, 'media/screenshots');
const shown: readonly Theme[] = ['dark', 'light', 'high-contrast-dark'];

/** Takes the pictures of the README: the demo in a real VS Code, with the tree and the live view. */
async function main(vsix: string): Promise<void> {
  const [form = 'node'] = availableForms();
  const name = 'mySharedMemoryKey';
  const [temporary = '/tmp'] = temporaryDirectories(undefined);
  const key = qtLegacyKey(name, 'systemv', temporary);
  const args = [name, '--laps', '50'];
  const producer = startProgram(form, 'producer', args);
  const consumer = startProgram(form, 'consumer', args);
  const browser = await startBrowser();
  try {
    await consumer.says('attached');
    mkdirSync(folder, { recursive: true });
    for (const theme of shown) {
      const server = await startServer({
        extensions: [vsix],
        settings: { 'workbench.colorTheme': themes[theme] },
        opens: `shm:/${encodeURIComponent(keyLabel(key))}?${encodeURIComponent(formatKey(key))}`,
      });
      try {
        const page = await openWorkbench(browser, server.url(), { width: 1280, height: 720 });
        const view = await findLiveView(page);
        await page.locator('.activitybar [aria-label^="Shared Memory"]').first().click();
        await page.locator('.monaco-list-row', { hasText: name }).first().waitFor();
        // Where it rests, a tip would come up.
        await page.mouse.move(900, 20);
        await until('lines of the demo', async () =>
          (await view.text()).includes('consumer') ? true : undefined,
        );
        const before = await view.text();
        await until('a change', async () => ((await view.text()) === before ? undefined : true));
        await page.screenshot({ path: join(folder, `live-view-${theme}.png`) });
        await page.context().close();
      } finally {
        await server.stop();
      }
    }
  } finally {
    await browser.close();
    await consumer.leave();
    await producer.leave();
  }
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
