import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../vscode/browser';
import { startServer } from '../vscode/server';
import { openSuite } from '../vscode/suitePage';
import type { Figure } from './figure';
import { scratch } from './stage';

/**
 * What VS Code itself says that activating costs in the real extension host ("Show Running Extensions"): loading the
 * bundle and running it, without waiting for the workbench; a new host each time. In whole milliseconds.
 */
export const activation: Figure = {
  name: 'activate_ms',
  unit: 'ms',
  must: { atMost: 30 },
  async prepare() {
    const folder = scratch();
    const file = join(folder.path, 'activation');
    const server = await startServer({
      extensions: [],
      smokeTest: true,
      environment: { SEGMENT_LENS_ACTIVATION: file },
    });
    const browser = await startBrowser();
    return {
      rounds: 10,
      variants: [
        async () => {
          // High enough for every row: what is out of sight is not in the page.
          const viewport = { width: 1280, height: 2400 };
          const { page, ended } = await openSuite(browser, server, 'bench/activationSuite.js', { viewport });
          // One that is developed has its id for a name there.
          const row = page.locator('.runtime-extensions-editor .extension', { hasText: /segment-lens\./ });
          const told = row.locator('.activation-time');
          await told.filter({ hasText: /\d/ }).waitFor({ timeout: 120_000 });
          const words = await told.innerText();
          rmSync(file, { force: true });
          await ended;
          await page.close();
          return Number(/(\d+)\s*ms/.exec(words)?.[1] ?? NaN);
        },
      ],
      figure: ([elapsed = NaN]) => elapsed,
      async dispose() {
        await browser.close();
        await server.stop();
        folder.remove();
      },
    };
  },
};
