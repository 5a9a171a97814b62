import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startBrowser } from '../vscode/browser';
import { newViewPage, type Options, type ViewPage } from './page';

/** A page of the pool: the context that it was made with, as JSON, and whether a test has it. */
interface Pooled extends ViewPage {
  readonly made: string;
  isTaken: boolean;
}

/**
 * One browser for the tests of a file; `open` gives each a view of its own that has shown its first bytes, and that is
 * gone when the test is over. Its page goes to the next test, unless the test failed: then keys may still be down.
 */
export function useBrowser(): { open(options?: Options): Promise<Page> } {
  let browser: Browser | undefined;
  let pool: Pooled[] = [];
  const take = async (options: BrowserContextOptions = {}): Promise<Pooled> => {
    if (!browser) throw new Error('The browser has not been started.');
    const made = JSON.stringify(options);
    const free = pool.find((page) => !page.isTaken && page.made === made);
    const taken = free ?? { ...(await newViewPage(browser, options)), made, isTaken: true };
    taken.isTaken = true;
    if (!free) pool.push(taken);
    return taken;
  };
  before(async () => {
    browser = await startBrowser();
  });
  afterEach(async (test) => {
    const isWhole = 'passed' in test && test.passed === true;
    const used = pool.filter(({ isTaken }) => isTaken);
    if (!isWhole) pool = pool.filter(({ isTaken }) => !isTaken);
    for (const [index, pooled] of used.entries()) {
      if (!isWhole) await pooled.page.context().close();
      else if (index > 0) await pooled.clear();
      else await pooled.page.mouse.move(0, 0); // The next test shows its view there, and points at nothing.
      pooled.isTaken = false;
    }
  });
  after(async () => {
    await browser?.close();
  });
  return {
    async open(options = {}) {
      const view = await take(options.context);
      await view.load(options);
      const { page } = view;
      const live = options.description !== null && (options.description?.presence ?? 'live') === 'live';
      if (live) await firstFrame(page);
      return page;
    },
  };
}

/** Waits until the first frame that the host sent is on screen. */
async function firstFrame(page: Page): Promise<void> {
  await page.waitForFunction(() => window.fake.frames > 0);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        void window.fake.settled().then(() => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }),
  );
}

/** The rows on screen as "OFFSET|HEX|TEXT". */
export function rowsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.row')]
      .filter((row) => !(row as HTMLElement).hidden)
      .map((row) => [...row.querySelectorAll('.offset, .bytes')].map((cell) => cell.textContent).join('|')),
  );
}

/** The row with this offset, or undefined. */
export async function rowAt(page: Page, offset: string): Promise<string | undefined> {
  return (await rowsOf(page)).find((row) => row.startsWith(offset));
}

/**
 * Waits until a screen reader reads this at the cursor; of `offset 0x40` alone the rest does not matter. Whether
 * the byte changed of late is left aside, unless `changed` asks for it.
 */
export async function reads(page: Page, label: string, changed = false): Promise<void> {
  const whole = label.includes(',');
  await eventually(
    () => cellLabel(page),
    (found) => {
      const plain = found.replace(/, changed(?=,|$)/, '');
      if (changed && plain === found) return false;
      return whole ? plain === label : found.startsWith(`${label},`);
    },
  );
}

function cellLabel(page: Page): Promise<string> {
  return page.evaluate(() => {
    const id = document.querySelector('.grid')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label') ?? '';
  });
}

/** Waits until `read` gives what `wanted` accepts; fails with the last value. */
export async function eventually<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > end) throw new Error(`It stayed at ${JSON.stringify(value)}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Clicks the middle of a byte's cell in a column. */
export async function clickByte(
  page: Page,
  column: 'hex' | 'text',
  offset: number,
  options: { readonly modifiers?: ('Shift' | 'ControlOrMeta')[]; readonly clickCount?: number } = {},
): Promise<void> {
  const { x, y } = await middleOf(page, column, offset);
  if (options.modifiers?.includes('Shift')) await page.keyboard.down('Shift');
  await page.mouse.click(x, y, { clickCount: options.clickCount ?? 1 });
  if (options.modifiers?.includes('Shift')) await page.keyboard.up('Shift');
}

/** Where a byte is on screen, from the text that shows it: as soon as it is drawn there. */
export async function middleOf(
  page: Page,
  column: 'hex' | 'text',
  offset: number,
): Promise<{ x: number; y: number }> {
  const found = await page.waitForFunction(
    ([name, at]) => {
      const rows = [...document.querySelectorAll('.row')].filter((row) => !(row as HTMLElement).hidden);
      for (const row of rows) {
        const first = parseInt(row.querySelector('.offset')?.textContent ?? '', 16);
        const perRow = row.querySelectorAll('.bytes')[1]?.textContent.length ?? 0;
        if (at < first || at >= first + perRow) continue;
        const node = row.querySelectorAll('.bytes')[name === 'hex' ? 0 : 1]?.firstChild;
        if (!node) break;
        const index = at - first;
        const start = name === 'hex' ? index * 3 + (index >= perRow / 2 ? 1 : 0) : index;
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + (name === 'hex' ? 2 : 1));
        const box = range.getBoundingClientRect();
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      }
      return null;
    },
    [column, offset] as const,
  );
  const place = await found.jsonValue();
  if (place === null) throw new Error(`0x${offset.toString(16)} is not on screen.`);
  return place;
}
