import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { clickByte, eventually, middleOf, rowAt, useBrowser } from './browser';

const browser = useBrowser();
const wanted = (page: Page): Promise<number> => page.evaluate(() => window.fake.buckets);

/** The colour of the map at a point, as red, green, blue and alpha. */
function colourAt(page: Page, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([left, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.minimap canvas');
      return [...(canvas?.getContext('2d')?.getImageData(left, top, 1, 1).data ?? [])];
    },
    [x, y] as const,
  );
}

test('a map is asked for only while it is to be seen, in no more parts than there are rows', async () => {
  const page = await browser.open({ size: 1024 });
  await eventually(
    () => wanted(page),
    (buckets) => buckets === 64,
  );
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+Alt+m');
  await eventually(
    () => wanted(page),
    (buckets) => buckets === 0,
  );
  equal(await page.locator('.minimap').isVisible(), false);
  const state = await eventually(
    () => page.evaluate(() => window.savedState as { readonly minimap?: boolean } | undefined),
    (saved) => saved?.minimap === false,
  );
  equal(state?.minimap, false);
  await page.keyboard.press('Control+Alt+m');
  await eventually(
    () => wanted(page),
    (buckets) => buckets === 64,
  );
});

test('there is none where there is no room', async () => {
  const page = await browser.open({ width: 590 });
  equal(await page.locator('.minimap').isVisible(), false);
  equal(await wanted(page), 0);
  await page.setViewportSize({ width: 900, height: 640 });
  await page.locator('.minimap').waitFor();
  await eventually(
    () => wanted(page),
    (buckets) => buckets > 0,
  );
});

test('it is not shown where it would cut off bytes that fit without it', async () => {
  const page = await browser.open({ width: 700 });
  equal(await page.locator('.minimap').isVisible(), false);
  const text = await middleOf(page, 'text', 0x0f);
  ok(text.x < 686, String(text.x));
  await page.setViewportSize({ width: 640, height: 640 });
  await eventually(
    () => page.locator('.grid').evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    (isCut) => isCut,
  );
  equal(await page.locator('.minimap').isVisible(), false, 'it would cut off more');
  await page.setViewportSize({ width: 780, height: 640 });
  await page.locator('.minimap').waitFor();
});

test('another segment is asked for its map anew', async () => {
  const page = await browser.open();
  await eventually(
    () => wanted(page),
    (buckets) => buckets > 0,
  );
  await page.evaluate(() => {
    window.fake.buckets = 0;
    void window.fake.describe({ nativeKey: 'posix:/other', label: 'other' }).then(() => window.fake.look());
  });
  await eventually(
    () => wanted(page),
    (buckets) => buckets > 0,
  );
});

test('a press goes there in the largest segment, and a drag scrolls to its end', async () => {
  const page = await browser.open({ size: 2 ** 40 });
  await eventually(
    () => wanted(page),
    (buckets) => buckets > 100,
  );
  const box = await page.locator('.minimap').boundingBox();
  ok(box);
  await page.mouse.move(box.x + 30, box.y + box.height / 2);
  await page.mouse.down();
  await eventually(
    () => page.locator('.row .offset').first().innerText(),
    (offset) => offset.startsWith('7') || offset.startsWith('8'),
  );
  await page.mouse.move(box.x + 30, box.y + box.height + 200);
  await page.mouse.up();
  await eventually(
    () => rowAt(page, 'FFFFFFFFF0'),
    (row) => row !== undefined,
  );
  await page.evaluate(() => window.fake.look());
});

test('data, change, a hole, a hit, a bookmark and the selection each leave a mark of their own', async () => {
  const page = await browser.open({ size: 2 ** 24 });
  await eventually(
    () => wanted(page),
    (buckets) => buckets > 100,
  );
  const before = await wanted(page);
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+f');
  // The bytes and the map make room for it.
  await eventually(
    () => wanted(page),
    (buckets) => buckets < before,
  );
  await page.evaluate(async () => {
    const { fake } = window;
    fake.holdFinds = true;
    await fake.tellMap((at) => [at === 20 ? 255 : 0, at === 40 ? 255 : 0, at === 60 ? 255 : 0]);
    const part = fake.size / fake.buckets;
    await fake.mark([
      { id: 'a', name: 'a', colour: 'purple', offset: Math.ceil(80 * part), length: 4, type: 'bytes' },
    ]);
  });
  await page.getByRole('textbox', { name: 'What to find' }).fill('48');
  await page.keyboard.press('Enter');
  await page.evaluate(() => {
    const { fake } = window;
    const offset = Math.ceil((100 * fake.size) / fake.buckets);
    fake.poke(offset, [0x48]);
    return fake.tellFound({ offsets: [offset] });
  });
  const pitch = await page.evaluate(
    () => (document.querySelector('.minimap')?.clientHeight ?? 0) / window.fake.buckets,
  );
  const y = (line: number): number => Math.round(line * pitch) + 1;
  await eventually(
    () => colourAt(page, 58, y(100)),
    ([, , , alpha = 0]) => alpha > 0,
  );
  const alphaOf = async (x: number, line: number): Promise<number> =>
    (await colourAt(page, x, y(line)))[3] ?? 0;
  const zero = await alphaOf(30, 10);
  ok((await alphaOf(30, 20)) > zero + 50, 'data looks like zeros');
  equal(await alphaOf(30, 40), 0, 'a hole looks like zeros');
  ok((await alphaOf(30, 60)) > 200, 'heat is not seen');
  ok((await alphaOf(3, 80)) > 0, 'the bookmark is not seen');
  equal(await alphaOf(3, 81), 0);
  equal(await alphaOf(58, 101), 0);
  // The selection is framed, beside the body of the map too, where nothing else is drawn.
  const painted = async (): Promise<number> => {
    const alphas = await Promise.all(Array.from({ length: 24 }, (_, x) => alphaOf(x, 122)));
    return alphas.filter((alpha) => alpha > 0).length;
  };
  const body = await painted();
  await page.evaluate(() => {
    const part = window.fake.size / window.fake.buckets;
    return window.fake.viewer.reveal({ offset: Math.ceil(120 * part), length: Math.ceil(4 * part) });
  });
  await eventually(painted, (found) => found > body);
});

test('what is on screen of a small segment is mapped as it is', async () => {
  const page = await browser.open({ size: 256, texts: [{ offset: 0x40, text: 'x'.repeat(16) }] });
  await eventually(
    () => colourAt(page, 30, 4 * 8 + 2),
    ([, , , alpha = 0]) => alpha > 150,
  );
  ok(((await colourAt(page, 30, 2))[3] ?? 0) < 80);
  await page.evaluate(() => {
    window.fake.poke(0, [1]);
    return window.fake.look();
  });
  await eventually(
    () => colourAt(page, 30, 2),
    ([, , , alpha = 0]) => alpha > 150,
  );
  await clickByte(page, 'hex', 0x10);
  deepEqual(
    await page.evaluate(() => document.querySelector('.minimap .slider')?.classList.contains('all')),
    true,
  );
});
