import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../vscode/browser';
import { startServer } from '../vscode/server';
import { openSuite } from '../vscode/suitePage';
import type { Figure } from './figure';
import { pausesVariable } from './pausesVariable';
import { scratch } from './stage';

/**
 * From the write of a process that is not debugged to the request that pauses the one that is, as VS Code sends it to
 * the real adapter of JavaScript; a break on change at 60 looks a second: the 95th of a hundred, of 40 such writes.
 */
export const foreignWriteToPause: Figure = {
  name: 'foreign_write_to_pause_p95_ms',
  unit: 'ms',
  must: { atMost: 60 },
  async prepare() {
    const folder = scratch();
    const file = join(folder.path, 'pauses');
    const server = await startServer({
      extensions: [],
      smokeTest: true,
      environment: { [pausesVariable]: file },
    });
    const browser = await startBrowser();
    return {
      variants: [
        async () => {
          const { page, ended } = await openSuite(browser, server, 'bench/pausingSuite.js');
          await ended;
          await page.close();
          const delays = (JSON.parse(readFileSync(file, 'utf8')) as number[]).sort((a, b) => a - b);
          rmSync(file);
          return delays[Math.floor(delays.length * 0.95)] ?? NaN;
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      async dispose() {
        await browser.close();
        await server.stop();
        folder.remove();
      },
    };
  },
};
