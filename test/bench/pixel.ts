import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import { goToWorkbench } from '../vscode/browser';
import { findLiveView } from '../vscode/liveView';
import { startServer } from '../vscode/server';
import type { Figure } from './figure';
import { startLonelyBrowser } from './lonelyBrowser';
import { addon, root, uniqueName } from './stage';

const run = promisify(execFile);
/** Writes of one round. */
const writes = 300;

/** When each number was first on the page, in milliseconds of the wall clock. */
type Seen = readonly (readonly [number: number, at: number])[];

/**
 * From a peer's write to the picture that shows it, in the real VS Code at 60 looks a second: the 99th of a hundred.
 * The picture counts from the end of the frame that the changed text is painted in: the next task after it.
 */
export const changeToPixel: Figure = {
  name: 'change_to_pixel_p99_ms',
  unit: 'ms',
  must: { atMost: 40 },
  async prepare() {
    const native = addon();
    const name = `/${uniqueName('pixel')}`;
    const address = { mechanism: 'posix', name } as const;
    const owner = await native.create(address, { size: 4096 });
    owner.write(0, Buffer.from('00000000'));
    const server = await startServer({
      extensions: [root],
      settings: { 'segmentLens.rate': 60 },
      opens: `shm:/${encodeURIComponent(name.slice(1))}?${encodeURIComponent(`posix:${name}`)}`,
    });
    const browser = await startLonelyBrowser();
    await browser.with((page) => goToWorkbench(page, server.url()));
    const inView = <T>(work: (frame: Frame) => Promise<T>): Promise<T> =>
      browser.with(async (page) => work((await findLiveView(page)).frame));
    return {
      variants: [
        async () => {
          await inView(watch);
          const { stdout } = await run(process.execPath, [
            join(root, 'out/test/bench/stamps.js'),
            name,
            String(writes),
          ]);
          const seen = await inView(take);
          const delays = stdout
            .trim()
            .split('\n')
            .map((line) => line.split(' ').map(Number))
            .map(([number = 0, at = 0]) => {
              // A write that the next one overtook is on the page with that one.
              const shown = seen.find(([later]) => later >= number);
              if (shown === undefined) throw new Error(`write ${String(number)} was never seen`);
              return shown[1] - at;
            })
            .sort((a, b) => a - b);
          return delays[Math.floor(delays.length * 0.99)] ?? NaN;
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      async dispose() {
        await browser.stop();
        await server.stop();
        native.remove(address, owner.identity);
        owner.close();
      },
    };
  },
};

interface Watched {
  seen: [number, number][];
  observer: MutationObserver;
}

/** Notes in the page when the text of the first row is painted anew. */
function watch(frame: Frame): Promise<void> {
  return frame.evaluate(() => {
    const rows = document.querySelector('#grid .rows');
    if (rows === null) throw new Error('There are no rows.');
    const seen: [number, number][] = [];
    const observer = new MutationObserver(() => {
      const text = [...rows.querySelectorAll('[role="gridcell"]')][1]?.textContent ?? '';
      const number = Number.parseInt(text.slice(0, 8), 16);
      if (Number.isNaN(number) || seen.at(-1)?.[0] === number) return;
      // The text is changed in an animation frame: this message comes when that frame has been painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        seen.push([number, performance.timeOrigin + performance.now()]);
      };
      port2.postMessage(null);
    });
    observer.observe(rows, { characterData: true, childList: true, subtree: true });
    (window as unknown as { watched: Watched }).watched = { seen, observer };
  });
}

function take(frame: Frame): Promise<Seen> {
  return frame.evaluate(async () => {
    await new Promise((later) => setTimeout(later, 500));
    const { seen, observer } = (window as unknown as { watched: Watched }).watched;
    observer.disconnect();
    return seen;
  });
}
