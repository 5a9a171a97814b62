import type { Frame, Page } from 'playwright-core';

/** What a user reads in one live view of a workbench. */
export interface LiveView {
  readonly frame: Frame;
  /** Bytes of the hex column by offset, as they are on screen now. */
  bytes(): Promise<ReadonlyMap<number, number>>;
  /** The text column, its rows joined. */
  text(): Promise<string>;
  /** Clicks on the byte at an offset that is on screen. */
  click(offset: number, column?: 'hex' | 'text'): Promise<void>;
  /** Where a byte on screen is on the page. */
  point(offset: number, column?: 'hex' | 'text'): Promise<{ readonly x: number; readonly y: number }>;
  /** The text of what a CSS selector finds first: header, badge, banner, foot. */
  words(selector: string): Promise<string>;
  /** Offset, main column and text of each row on screen. */
  rows(): Promise<readonly (readonly [offset: string, main: string, text: string])[]>;
  /** Waits until a screen reader reads this at the cursor. */
  reads(label: RegExp): Promise<string>;
  /** Waits until the view says this about the last action. */
  says(words: string | RegExp): Promise<void>;
}

/** Waits until a live view in the workbench shows rows; `place` and `name` where there are several. */
export async function findLiveView(page: Page, place?: 'editor' | 'panel', name?: string): Promise<LiveView> {
  const frame = await until('a live view that shows rows', async () => {
    for (const candidate of page.frames()) {
      if (await hasRows(candidate, place, name)) return candidate;
    }
    return undefined;
  });
  const boxOf = (offset: number, column: 'hex' | 'text'): Promise<{ x: number; y: number }> =>
    until(`0x${offset.toString(16)} on screen`, async () => {
      const box = await frame.$$eval('#grid [role="row"]', cellBox, { offset, column });
      return box ?? undefined;
    });
  return {
    frame,
    point: async (offset, column = 'hex') => {
      const box = await boxOf(offset, column);
      const grid = await frame.locator('#grid').boundingBox();
      if (grid === null) throw new Error('The grid is not to be seen');
      return { x: grid.x + box.x, y: grid.y + box.y };
    },
    rows: () =>
      frame.$$eval('#grid .row', (elements) =>
        elements
          .filter((row) => row.checkVisibility())
          .map((row) => {
            const [main, text] = [...row.querySelectorAll('.bytes')].map((cell) => cell.textContent);
            const offset = row.querySelector('[role="rowheader"]')?.textContent ?? '';
            return [offset, main ?? '', text ?? ''] as const;
          }),
      ),
    reads: (label) =>
      until(`a cell that reads ${String(label)}`, async () => {
        const found = await frame.evaluate(() => {
          const id = document.querySelector('#grid')?.getAttribute('aria-activedescendant') ?? '';
          return document.getElementById(id)?.getAttribute('aria-label') ?? '';
        });
        return label.test(found) ? found : undefined;
      }),
    says: async (words) => {
      await frame.locator('.footer .message', { hasText: words }).waitFor();
    },
    click: async (offset, column = 'hex') => {
      await frame.locator('#grid').click({ position: await boxOf(offset, column) });
    },
    words: async (selector) => (await frame.locator(selector).first().innerText()).trim(),
    bytes: async () => {
      const rows = await frame.$$eval('#grid [role="row"]', (elements) =>
        elements.map((row) => [
          row.querySelector('[role="rowheader"]')?.textContent ?? '',
          row.querySelector('[role="gridcell"]')?.textContent ?? '',
        ]),
      );
      return new Map(rows.flatMap(([offset = '', cells = '']) => bytesOf(offset, cells)));
    },
    text: () =>
      frame.$$eval('#grid [role="row"]', (elements) =>
        elements.map((row) => [...row.querySelectorAll('[role="gridcell"]')][1]?.textContent ?? '').join(''),
      ),
  };
}

/** Looks until `look` finds something; gives up after half a minute, naming what was looked for. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited a minute in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Runs in the page: the middle of a byte, seen from the grid's corner. */
function cellBox(
  rows: readonly Element[],
  { offset, column }: { offset: number; column: 'hex' | 'text' },
): { x: number; y: number } | null {
  const grid = rows[0]?.closest('[role="grid"]')?.getBoundingClientRect();
  for (const row of rows) {
    const first = Number.parseInt(row.querySelector('[role="rowheader"]')?.textContent ?? '', 16);
    const [hex, text] = row.querySelectorAll('[role="gridcell"]');
    const node = (column === 'hex' ? hex : text)?.firstChild;
    const count = (text?.textContent ?? '').length;
    if (!(node instanceof Text) || grid === undefined || !(offset >= first && offset < first + count))
      continue;
    const digits = [...node.data.matchAll(/[0-9A-F]{2}/g)];
    const at = column === 'hex' ? digits[offset - first]?.index : offset - first;
    if (at === undefined) return null;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const { left, top, width, height } = range.getBoundingClientRect();
    return { x: left + width / 2 - grid.left, y: top + height / 2 - grid.top };
  }
  return null;
}

/** Looks until `test` finds it so; gives up after half a minute, naming what was looked for. */
export async function holds(what: string, test: () => boolean | Promise<boolean>): Promise<void> {
  await until(what, async () => ((await test()) ? true : undefined));
}

async function hasRows(frame: Frame, place?: 'editor' | 'panel', name = ''): Promise<boolean> {
  const root = place === undefined ? '' : `[data-place="${place}"] `;
  try {
    if ((await frame.locator('.header .name', { hasText: name }).count()) === 0) return false;
    return (await frame.locator(`${root}#grid [role="row"] [role="gridcell"]`).count()) > 0;
  } catch {
    return false; // It went away while we looked.
  }
}

function bytesOf(offset: string, cells: string): [number, number][] {
  const first = Number.parseInt(offset, 16);
  if (Number.isNaN(first)) return [];
  return [...cells.matchAll(/[0-9A-Fa-f]{2}/g)].map(([digits], index) => [
    first + index,
    Number.parseInt(digits, 16),
  ]);
}
