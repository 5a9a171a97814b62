import { startBrowser } from '../vscode/browser';
import { openView } from '../webview/page';
import type { Figure } from './figure';

const rowsShown = 60;
const bytesPerRow = 32;
const frames = 120;

/**
 * Time of the page's main thread per frame, in milliseconds of processor time (so that other work on the machine
 * does not count): the whole view, 60 rows of 32 bytes, a fifth of the bytes changing in every frame.
 */
export const rendering: Figure = {
  name: 'render_main_thread_ms',
  unit: 'ms',
  must: { atMost: 10 },
  async prepare() {
    const browser = await startBrowser();
    const page = await openView(browser, {
      width: 1400,
      height: 34 + 32 + 28 + 24 + rowsShown * 20 + 2,
      bytesPerRow,
      size: 65536,
    });
    await page.waitForFunction(() => window.fake.frames > 0);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const threadTime = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN;
    };
    const run = async (): Promise<number> => {
      const before = await threadTime();
      await page.evaluate(async (count) => {
        const { fake } = window;
        const { offset, length } = fake.window;
        const bytes = new Uint8Array(length);
        const { lock, size } = fake;
        for (let sequence = 0; sequence < count; sequence++) {
          for (let index = 0; index < length; index++) {
            if (Math.random() < 0.2) bytes[index] = Math.floor(Math.random() * 256);
          }
          await fake.viewer.frame({
            sequence,
            offset,
            length,
            runs: null,
            bytes: bytes.slice(),
            copy: 'unlocked',
            size,
            lock,
            rate: 60,
          });
        }
      }, frames);
      return ((await threadTime()) - before) * (1000 / frames);
    };
    return {
      variants: [run],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose: () => browser.close(),
    };
  },
};
