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
  /** The text of what a CSS selector finds first: header, badge, banner, foot. */
  words(selector: string): Promise<string>;
}

/** Waits until a live view in the workbench shows rows. */
export async function findLiveView(page: Page): Promise<LiveView> {
  const frame = await until('a live view that shows rows', async () => {
    for (const candidate of page.frames()) {
      if (await hasRows(candidate)) return candidate;
    }
    return undefined;
  });
  return {
    frame,
    click: async (offset, column = 'hex') => {
      const box = await frame.$$eval('#grid [role="row"]', cellBox, { offset, column });
      if (box === null) throw new Error(`0x${offset.toString(16)} is not on screen`);
      await frame.locator('#grid').click({ position: box });
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
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited half a minute in vain for ${what}`);
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

async function hasRows(frame: Frame): Promise<boolean> {
  try {
    return (await frame.locator('#grid [role="row"] [role="gridcell"]').count()) > 0;
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
