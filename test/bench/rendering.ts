import type { CDPSession, Page } from 'playwright-core';
import { startBrowser } from '../vscode/browser';
import { openView } from '../webview/page';
import type { Figure } from './figure';

const rowsShown = 60;
const bytesPerRow = 32;
const frames = 120;

/** The whole view with 60 rows of 32 bytes, and how much processor time its page's main thread has used. */
interface Stage {
  readonly page: Page;
  /** Milliseconds of the main thread per frame of `work`, which makes `frames` of them. */
  readonly perFrame: (work: () => Promise<unknown>) => Promise<number>;
  readonly dispose: () => Promise<void>;
}

async function stage(): Promise<Stage> {
  const browser = await startBrowser();
  const page = await openView(browser, {
    // All bytes of the rows are in sight, and the side pane beside them.
    width: 1600,
    height: 34 + 32 + 28 + 24 + rowsShown * 20 + 2,
    bytesPerRow,
    size: 1024 * 1024,
  });
  await page.waitForFunction(() => window.fake.frames > 0);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return {
    page,
    async perFrame(work) {
      const before = await threadTime(session);
      await work();
      return ((await threadTime(session)) - before) * (1000 / frames);
    },
    dispose: () => browser.close(),
  };
}

async function threadTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN;
}

/**
 * A fifth of the bytes changes in every frame; answers with the intervals between the frames that were painted, by
 * the time that the browser gives each: one that misses a refresh of the display comes two of them after the last.
 */
function change(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const { fake } = window;
    const { offset, length } = fake.window;
    const bytes = new Uint8Array(length);
    const { lock, size } = fake;
    const times: number[] = [];
    for (let sequence = 0; sequence <= count; sequence++) {
      for (let index = 0; index < length; index++) {
        if (Math.random() < 0.2) bytes[index] = Math.floor(Math.random() * 256);
      }
      await fake.viewer.frame({
        sequence,
        offset,
        length,
        runs: null,
        bytes: bytes.slice(),
        holes: [],
        copy: 'unlocked',
        size,
        lock,
        rate: 60,
      });
      times.push(Number(document.timeline.currentTime));
    }
    return times.slice(1).map((time, index) => time - (times[index] ?? time));
  }, frames);
}

/** The same bytes in a plain grid of one element per byte, hex and text, each written when its byte changes. */
function changeSpans(page: Page): Promise<void> {
  return page.evaluate(
    async ([count, rows, perRow]) => {
      const cover = document.createElement('div');
      cover.style.cssText =
        'position:fixed;inset:0;z-index:99;background:#1f1f1f;font:14px monospace;color:#ccc';
      const cells: { hex: HTMLElement; text: HTMLElement; at: number }[] = [];
      for (let row = 0; row < rows; row++) {
        const line = document.createElement('div');
        line.style.cssText = 'height:20px;white-space:pre';
        const texts: HTMLElement[] = [];
        for (let index = 0; index < perRow; index++) {
          const hex = document.createElement('span');
          const text = document.createElement('span');
          hex.style.marginRight = '8px';
          hex.textContent = '00';
          text.textContent = '.';
          line.append(hex);
          texts.push(text);
          cells.push({ hex, text, at: -Infinity });
        }
        line.append(...texts);
        cover.append(line);
      }
      document.body.append(cover);
      const bytes = new Uint8Array(rows * perRow);
      for (let frame = 0; frame < count; frame++) {
        const now = performance.now();
        cells.forEach((cell, index) => {
          if (Math.random() < 0.2) {
            const value = Math.floor(Math.random() * 256);
            bytes[index] = value;
            cell.hex.textContent = value.toString(16).toUpperCase().padStart(2, '0');
            cell.text.textContent = value >= 32 && value < 127 ? String.fromCharCode(value) : '.';
            cell.at = now;
          }
          // Each byte glows while it is fresh, as in the view.
          const level = Math.ceil(8 * (1 - (now - cell.at) / 1600));
          const glow = level > 0 ? `rgb(200 138 30 / ${String((level / 8) * 0.6)})` : '';
          if (cell.hex.dataset['glow'] !== glow) {
            cell.hex.dataset['glow'] = glow;
            cell.hex.style.background = glow;
            cell.text.style.background = glow;
          }
        });
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      }
      cover.remove();
    },
    [frames, rowsShown, bytesPerRow] as const,
  );
}

/** A page further down in every frame, and back up at the end. */
function scroll(page: Page): Promise<void> {
  return page
    .evaluate(
      async ([count, rows]) => {
        const grid = document.querySelector('.grid');
        for (let frame = 0; frame < count; frame++) {
          const key = frame % 60 < 30 ? 'PageDown' : 'PageUp';
          grid?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
          await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
        }
        return rows;
      },
      [frames, rowsShown] as const,
    )
    .then(() => undefined);
}

/**
 * Time of the page's main thread per frame, in milliseconds of processor time (so that other work on the machine
 * does not count): the whole view, 60 rows of 32 bytes, a fifth of the bytes changing in every frame.
 */
export const rendering: Figure = {
  name: 'render_main_thread_ms',
  unit: 'ms',
  must: { atMost: 10 },
  async prepare() {
    const { page, perFrame, dispose } = await stage();
    return {
      variants: [() => perFrame(() => change(page))],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose,
    };
  },
};

/** The same over a grid of an element per byte that shows the same changes, in the same page and run. */
export const renderingVersusSpans: Figure = {
  name: 'render_vs_span_grid',
  unit: '',
  must: { atMost: 0.4 },
  async prepare() {
    const { page, perFrame, dispose } = await stage();
    return {
      variants: [() => perFrame(() => change(page)), () => perFrame(() => changeSpans(page))],
      figure: ([ours = NaN, spans = NaN]) => ours / spans,
      dispose,
    };
  },
};

/** How far apart frames are that are sent one after the other, the 95th of 100, in milliseconds. */
export const renderingInterval: Figure = {
  name: 'render_p95_interval_ms',
  unit: 'ms',
  must: { atMost: 17.5 },
  async prepare() {
    const { page, dispose } = await stage();
    return {
      variants: [
        async () => {
          const intervals = (await change(page)).sort((a, b) => a - b);
          return intervals[Math.ceil(intervals.length * 0.95) - 1] ?? NaN;
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose,
    };
  },
};

/** Time of the main thread per frame while every frame shows another page. */
export const scrolling: Figure = {
  name: 'scroll_main_thread_ms',
  unit: 'ms',
  must: { atMost: 14 },
  async prepare() {
    const { page, perFrame, dispose } = await stage();
    await page.evaluate(() => {
      for (let offset = 0; offset < 1024 * 1024; offset += 64) {
        window.fake.poke(
          offset,
          Array.from({ length: 64 }, () => Math.floor(Math.random() * 256)),
        );
      }
    });
    return {
      variants: [() => perFrame(() => scroll(page))],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose,
    };
  },
};
