import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { contrast, type Channels } from '../contrast';
import { clickByte, eventually, reads, useBrowser } from './browser';
import { themeNames } from './page';

const browser = useBrowser();

/** A segment of 4096 zeros against the same with these bytes. */
async function compare(
  page: Page,
  bytes: readonly (readonly [number, number])[],
  size = 4096,
  title = 'Moment 14:03:12, copied unlocked',
): Promise<void> {
  await page.evaluate(
    async ({ bytes, size, title }) => {
      const other = new Array<number>(size).fill(0);
      for (const [at, value] of bytes) other[at] = value;
      await window.fake.compare({ title }, other);
    },
    { bytes, size, title },
  );
  await page.locator('.half.other .row .bytes').first().waitFor();
}

/** Number of marks of a kind in a half, hex and text together. */
const marks = (page: Page, half: 'now' | 'other', kind: string): Promise<number> =>
  page.locator(`.half.${half} .differences i.${kind}`).count();

const calls = (page: Page, method: string): Promise<number> =>
  page.evaluate((name) => window.fake.calls.filter((call) => call.method === name).length, method);

test('both sides are shown with what they are, and what differs is marked in both', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [
    [0x10, 1],
    [0x11, 2],
    [0x45, 3],
  ]);
  assert.equal(await page.locator('.half.other .title').textContent(), 'Moment 14:03:12, copied unlocked');
  assert.equal(await page.locator('.half.now .title').textContent(), 'Now');
  await eventually(
    () => marks(page, 'now', 'differs'),
    (count) => count === 4,
  );
  await eventually(
    () => marks(page, 'other', 'differs'),
    (count) => count === 4,
  );
  await eventually(
    () => page.locator('.half-head .here').textContent(),
    (text) => text === '3 differ here',
  );
  await eventually(
    () => page.locator('.half-head .total').textContent(),
    (text) => text === '3 in all',
  );
});

test('what was written while a program stands has a mark of its own, until it stands no more', async () => {
  const stop = 'gdb, breakpoint, 14:03:14.123';
  for (const theme of ['light', 'high-contrast-dark'] as const) {
    const page = await browser.open({ theme, size: 4096 });
    await page.evaluate(async (stop) => {
      const before = new Array<number>(4096).fill(0);
      await window.fake.compare({ title: 'Since the last stop', stop }, before);
      await window.fake.lookAtStop(before.with(0x10, 1));
      window.fake.poke(0x10, [1, 2]);
      await window.fake.look();
    }, stop);
    const counts = (): Promise<string> =>
      Promise.all([marks(page, 'now', 'differs'), marks(page, 'now', 'later')]).then(String);
    await eventually(counts, (found) => found === '2,2');
    const here = page.locator('.half-head .here');
    await eventually(
      () => here.textContent(),
      (text) => text === '2 differ here, 1 since the stop',
    );
    assert.match((await here.getAttribute('title')) ?? '', new RegExp(`^Written since ${stop}`));
    const style = (kind: string): Promise<string> =>
      page
        .locator(`.half.now .differences i.${kind}`)
        .first()
        .evaluate((mark) => getComputedStyle(mark).borderBottomStyle);
    assert.deepEqual([await style('differs'), await style('later')], ['solid', 'dotted']);
    await clickByte(page, 'hex', 0x11);
    await reads(page, 'offset 0x11, 02, 2, differs, other has 00, written since the stop');
    await page.evaluate(() =>
      window.fake.compare({ title: 'Since the last stop' }, new Array<number>(4096).fill(0)),
    );
    // Both are one run again.
    await eventually(counts, (found) => found === '2,0');
  }
});

test('a byte that becomes the same is marked no more, live', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [[0x10, 1]]);
  await eventually(
    () => marks(page, 'now', 'differs'),
    (count) => count === 2,
  );
  await page.evaluate(async () => {
    window.fake.poke(0x10, [1]);
    await window.fake.look();
  });
  await eventually(
    () => marks(page, 'now', 'differs'),
    (count) => count === 0,
  );
  await eventually(
    () => page.locator('.half-head .here').textContent(),
    (text) => text === 'No difference here',
  );
});

test('by keyboard: to the next difference and back, and a screen reader reads both bytes', async () => {
  const page = await browser.open({ size: 4096, texts: [{ offset: 0x800, text: 'A' }] });
  await compare(page, [[0x20, 0x7f]]);
  await page.locator('.half.now .grid').focus();
  await page.keyboard.press('Alt+F5');
  await reads(page, 'offset 0x20, 00, 0, differs, other has 7F');
  await page.keyboard.press('Alt+F5');
  await reads(page, 'offset 0x800, 41, 65, character A, differs, other has 00');
  await page.keyboard.press('Alt+F5');
  await reads(page, 'offset 0x20');
  await eventually(
    () => page.locator('.footer .message').textContent(),
    (text) => text === '1 byte differs at 0x20. Went on from the start.',
  );
  await page.keyboard.press('Shift+Alt+F5');
  await reads(page, 'offset 0x800');
});

test('by mouse: buttons go to differences, and the cross ends comparing', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [
    [0x20, 1],
    [0xf00, 2],
  ]);
  await page.locator('[aria-label^="Next difference"]').click();
  await reads(page, 'offset 0x20');
  await page.locator('[aria-label^="Previous difference"]').click();
  await reads(page, 'offset 0xF00');
  await page.locator('[aria-label="Stop comparing"]').click();
  await page.locator('.half.other').waitFor({ state: 'hidden' });
  assert.equal(await calls(page, 'stopComparing'), 1);
  assert.equal(await page.locator('.half.now .differences').count(), 0);
});

test('Escape on the bar ends comparing', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [[0x20, 1]]);
  await page.locator('[aria-label="Stop comparing"]').focus();
  await page.keyboard.press('Escape');
  await page.locator('.half.other').waitFor({ state: 'hidden' });
});

test('both scroll as one, whichever the wheel turns over, and a click in either moves the cursor', async () => {
  const page = await browser.open({ size: 1 << 20 });
  await compare(page, [], 1 << 20);
  const tops = (): Promise<string[]> =>
    page.evaluate(() =>
      ['now', 'other'].map((half) => document.querySelector(`.half.${half} .row .offset`)?.textContent ?? ''),
    );
  await page.locator('.half.other .viewport').hover();
  await page.mouse.wheel(0, 600);
  await eventually(tops, ([one, two]) => one === two && one !== '00000000');
  await page.locator('.half.now .viewport').hover();
  await page.mouse.wheel(0, -10_000);
  await eventually(tops, ([one, two]) => one === '00000000' && two === '00000000');
  const box = await page.locator('.half.other .row .bytes').first().boundingBox();
  await page.mouse.click((box?.x ?? 0) + 4, (box?.y ?? 0) + 8);
  await reads(page, 'offset 0x0');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('a right click over the other side opens no menu: its commands would act on this one', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [[0x10, 1]]);
  const isPrevented = await page.evaluate(() => {
    const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2 });
    document.querySelector('.half.other .row')?.dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(isPrevented, true);
  await page.locator('.half.other .row').first().click({ button: 'right' });
  await page.locator('.half.now .row').first().click({ button: 'right' });
  await page.getByRole('menu').waitFor();
  assert.equal(await page.getByRole('menu').count(), 1);
});

test('what only one side has is hatched on the other, reached, and said', async () => {
  const page = await browser.open({ size: 64 });
  await compare(page, [], 80);
  await eventually(
    () => marks(page, 'now', 'onlyThere'),
    (count) => count === 2,
  );
  await eventually(
    () => marks(page, 'other', 'onlyHere'),
    (count) => count === 2,
  );
  await page.locator('.half.now .grid').focus();
  await page.keyboard.press('Alt+F5');
  await reads(page, 'offset 0x40, past the end, other has 00');
  await eventually(
    () => page.locator('.footer .message').textContent(),
    (text) => text === 'From 0x40 on, 16 bytes are on the other side only.',
  );
  assert.equal(await page.locator('.banner').isVisible(), false);
});

test('equal sides are said to be equal, and without a comparison the keys say what to do', async () => {
  const page = await browser.open({ size: 4096 });
  await page.locator('.grid').focus();
  await page.keyboard.press('Alt+F5');
  await eventually(
    () => page.locator('.footer .message').textContent(),
    (text) => text?.startsWith('Nothing is compared') === true,
  );
  await compare(page, []);
  await page.keyboard.press('Alt+F5');
  await eventually(
    () => page.locator('.footer .message').textContent(),
    (text) => text === 'Both are equal, byte for byte.',
  );
});

test('a long search says how far it is, and Escape gives it up', async () => {
  const page = await browser.open({ size: 4096 });
  await compare(page, [[0x20, 1]]);
  await page.locator('.half.now .grid').focus();
  await page.evaluate(() => {
    window.fake.holdSearch = true;
  });
  await page.keyboard.press('Alt+F5');
  await eventually(
    () => page.locator('.half-head .here').textContent(),
    (text) => text === 'Comparing… 0 %; Escape gives up',
  );
  await page.evaluate(() => window.fake.viewer.comparing({ fraction: 0.42 }));
  await eventually(
    () => page.locator('.half-head .here').textContent(),
    (text) => text === 'Comparing… 42 %; Escape gives up',
  );
  await page.keyboard.press('Escape');
  await eventually(
    () => page.locator('.half-head .here').textContent(),
    (text) => text === '1 differs here',
  );
  assert.equal(await calls(page, 'stopDifference'), 1);
});

test('too narrow for both, the other side is below; the selection shows in both', async () => {
  const page = await browser.open({ size: 4096, width: 700 });
  await compare(page, [[0x20, 1]]);
  await eventually(
    () =>
      page.evaluate(() => {
        const [one, two] = ['now', 'other'].map((half) =>
          document.querySelector(`.half.${half}`)?.getBoundingClientRect(),
        );
        return (two?.top ?? 0) >= (one?.bottom ?? 1);
      }),
    (below) => below,
  );
  await page.locator('.half.now .grid').focus();
  await page.keyboard.press('Shift+ArrowRight');
  const selected = (): Promise<number> =>
    page.evaluate(() => [...(CSS.highlights.get('segment-lens-selected') ?? [])].length);
  // Two columns of both.
  await eventually(selected, (count) => count === 4);
  await page.keyboard.press('Escape');
  await eventually(selected, (count) => count === 0);
});

test('where both fit beside one another without the second offsets, those are left out', async () => {
  const page = await browser.open({ size: 4096, width: 1280, state: { side: { open: false } } });
  await compare(page, [[0x20, 1]]);
  const boxes = () =>
    page.evaluate(() => {
      const box = (query: string) => document.querySelector(query)?.getBoundingClientRect();
      const [now, other] = [box('.half.now'), box('.half.other')];
      const [offset, bytes] = [box('.half.other .offset'), box('.half.other .bytes')];
      return {
        beside: (other?.left ?? 0) >= (now?.right ?? 1) && other?.top === now?.top,
        offsetsOut: (offset?.left ?? 0) < (other?.left ?? 0),
        bytesIn: (bytes?.left ?? 0) > (other?.left ?? 0),
      };
    });
  await eventually(boxes, ({ beside, offsetsOut, bytesIn }) => beside && offsetsOut && bytesIn);
  await page.setViewportSize({ width: 1600, height: 640 });
  await eventually(boxes, ({ beside, offsetsOut }) => beside && !offsetsOut);
});

for (const theme of themeNames) {
  test(`what differs stays marked under the cursor and under the selection: ${theme}`, async () => {
    const page = await browser.open({ theme, size: 4096 });
    await compare(page, [
      [0x11, 1],
      [0x31, 1],
    ]);
    await eventually(
      () => marks(page, 'now', 'differs'),
      (count) => count === 4,
    );
    const marked = async (half: 'now' | 'other', offset: number): Promise<boolean> => {
      const { edge, below } = await foot(page, half, offset);
      const strongest = Math.max(
        ...below.slice(1).map((colour, index) => contrast(colour, below[index] ?? colour)),
      );
      return below.slice(-2).every((colour) => isNear(colour, edge)) && strongest >= 3;
    };
    await clickByte(page, 'hex', 0x11);
    await reads(page, 'offset 0x11');
    for (const half of ['now', 'other'] as const) {
      await eventually(
        () => marked(half, 0x11),
        (found) => found,
      );
    }
    await clickByte(page, 'hex', 0x12);
    await reads(page, 'offset 0x12');
    assert.equal(await marked('now', 0x12), false, 'the cursor alone looks like a difference');
    await clickByte(page, 'hex', 0x30);
    await clickByte(page, 'hex', 0x35, { modifiers: ['Shift'] });
    await reads(page, 'offset 0x35');
    for (const half of ['now', 'other'] as const) {
      await eventually(
        () => marked(half, 0x31),
        (found) => found,
      );
      assert.equal(await marked(half, 0x33), false, 'the selection alone looks like a difference');
    }
  });
}

/** The colour of the marks of a half, and of the last pixels of a byte's cell, from top to bottom. */
async function foot(
  page: Page,
  half: 'now' | 'other',
  offset: number,
): Promise<{ edge: Channels; below: readonly Channels[] }> {
  const place = await page.evaluate(
    ([name, at]) => {
      const row = document.querySelectorAll(`.half.${name} .row`)[Math.floor(at / 16)];
      const node = row?.querySelector('.bytes')?.firstChild;
      const mark = document.querySelector(`.half.${name} .differences i`);
      if (!row || !node || !mark) throw new Error('The row is not on screen.');
      const range = document.createRange();
      const index = at % 16;
      range.setStart(node, index * 3 + (index >= 8 ? 1 : 0));
      range.setEnd(node, index * 3 + (index >= 8 ? 1 : 0) + 2);
      const { left, width } = range.getBoundingClientRect();
      const colour = getComputedStyle(mark).borderBottomColor.match(/\d+/g)?.map(Number) ?? [];
      return { x: Math.round(left + width / 2), bottom: row.getBoundingClientRect().bottom, colour };
    },
    [half, offset] as const,
  );
  const height = 5;
  const clip = { x: place.x, y: Math.round(place.bottom) - height, width: 1, height };
  const picture = (await page.screenshot({ clip })).toString('base64');
  const blank = await page.context().newPage();
  const data = await blank.evaluate(async (base64) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context?.drawImage(image, 0, 0);
    return [...(context?.getImageData(0, 0, image.width, image.height).data ?? [])];
  }, picture);
  await blank.close();
  const channels = (from: number): Channels => [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
  const [red = 0, green = 0, blue = 0] = place.colour;
  return { edge: [red, green, blue], below: Array.from({ length: height }, (_, at) => channels(at * 4)) };
}

/** But for the rounding of a colour that was mixed. */
function isNear(one: Channels, other: Channels): boolean {
  return one.every((channel, index) => Math.abs(channel - (other[index] ?? 0)) < 12);
}

for (const width of [1600, 1280, 1000, 700]) {
  for (const open of [false, true]) {
    test(`the find widget covers no byte that it found: ${String(width)} wide${open ? ', with the side pane' : ''}`, async () => {
      const texts = [0, 0x55, 0x800].map((offset) => ({ offset, text: 'Hello' }));
      const page = await browser.open({ size: 4096, width, texts, state: { side: { open } } });
      await compare(page, [[0x20, 1]]);
      await page.locator('.half.now .grid').focus();
      await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('text');
      await page.getByRole('textbox', { name: 'What to find' }).fill('Hello');
      for (const [at, { offset }] of texts.entries()) {
        await page.keyboard.press('Enter');
        await eventually(
          () => page.locator('.find .count').innerText(),
          (words) => words === `${String(at + 1)} of 3`,
        );
        await reads(page, `offset 0x${offset.toString(16).toUpperCase()}`);
        await eventually(
          () => seen(page),
          ({ isSeen, isWithin }) => isSeen && isWithin,
        );
      }
    });
  }
}

/** Whether the cell at the cursor is what is to be seen there, and whether the find widget is over one half alone. */
function seen(page: Page): Promise<{ isSeen: boolean; isWithin: boolean }> {
  return page.evaluate(() => {
    const box = (query: string): DOMRect =>
      document.querySelector(query)?.getBoundingClientRect() ?? new DOMRect(-1, -1, 0, 0);
    const cell = box('.half.now .cursor:not(.twin)');
    const top = document.elementFromPoint(cell.left + cell.width / 2, cell.top + cell.height / 2);
    const [widget, half] = [box('.find'), box('.half.now')];
    return {
      isSeen: top?.closest('.half.now .viewport') !== null && top !== null,
      isWithin: widget.width > 0 && widget.left >= half.left && widget.right <= half.right,
    };
  });
}
