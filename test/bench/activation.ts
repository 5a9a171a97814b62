import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../vscode/browser';
import { startServer } from '../vscode/server';
import type { Figure } from './figure';
import { root, scratch } from './stage';

/** What activating costs in the real extension host: loading the bundle included, a new host each time. */
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
    const remote = (path: string): string => `vscode-remote://${server.authority}${path}`;
    const url = server.url({
      extensionDevelopmentPath: remote(root),
      extensionTestsPath: remote(join(root, 'out/test/bench/activationSuite.js')),
      enableProposedApi: '',
    });
    const browser = await startBrowser();
    return {
      rounds: 10,
      variants: [
        async () => {
          const page = await browser.newPage();
          await page.exposeFunction('codeAutomationLog', () => undefined);
          const ended = new Promise<void>((done) => {
            void page.exposeFunction('codeAutomationExit', () => {
              done();
            });
          });
          await page.goto(url);
          await ended;
          await page.close();
          const elapsed = Number(readFileSync(file, 'utf8'));
          rmSync(file);
          return elapsed;
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
