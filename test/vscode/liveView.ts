import type { Frame, Page } from 'playwright-core';

/** What a user reads in one live view of a workbench. */
export interface LiveView {
  readonly frame: Frame;
  /** Bytes of the hex column by offset, as they are on screen now. */
  bytes(): Promise<ReadonlyMap<number, number>>;
  /** The text column, its rows joined. */
  text(): Promise<string>;
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
    bytes: async () => {
      const rows = await frame.$$eval('[role="grid"] [role="row"]', (elements) =>
        elements.map((row) => [
          row.querySelector('[role="rowheader"]')?.textContent ?? '',
          row.querySelector('[role="gridcell"]')?.textContent ?? '',
        ]),
      );
      return new Map(rows.flatMap(([offset = '', cells = '']) => bytesOf(offset, cells)));
    },
    text: () =>
      frame.$$eval('[role="grid"] [role="row"]', (elements) =>
        elements.map((row) => [...row.querySelectorAll('[role="gridcell"]')][1]?.textContent ?? '').join(''),
      ),
  };
}

/** Looks until `look` finds something; gives up after a minute, naming what was looked for. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited a minute in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function hasRows(frame: Frame): Promise<boolean> {
  try {
    return (await frame.locator('[role="grid"] [role="row"] [role="gridcell"]').count()) > 0;
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
