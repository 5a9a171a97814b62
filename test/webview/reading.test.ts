import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { encode } from '../../extension/shared/encoding';
import type { Reading } from '../../extension/shared/reading';
import { eventually, reads, rowAt, useBrowser } from './browser';
import { root, themeNames } from './page';

const browser = useBrowser();
const shots = join(root, 'out/test/webview/shots');
mkdirSync(shots, { recursive: true });

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const numbers = {
  texts: [{ offset: 0, text: '\x01\x02\x03\x04\xff\xff\xff\xff\x00\x00\x80\x3f\x00\x3c\x00\xc0' }],
};

async function choose(page: Page, row: string, choice: string): Promise<void> {
  const tool = page.locator('#layout-tool');
  if ((await tool.getAttribute('aria-expanded')) !== 'true') await tool.click();
  const radio = page.locator(`.layout [data-row="${row}"]`).getByRole('radio', { name: choice, exact: true });
  await radio.click();
  equal(await radio.getAttribute('aria-checked'), 'true');
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.layout').waitFor({ state: 'detached' });
}

const rowBecomes = (page: Page, offset: string, wanted: string): Promise<unknown> =>
  eventually(
    () => rowAt(page, offset),
    (row) => row?.startsWith(`${offset}|${wanted}`) === true,
  );

test('every format shows the numbers that the bytes make, chosen by mouse', async () => {
  const page = await browser.open(numbers);
  await choose(page, 'group', '4');
  await rowBecomes(page, '00000000', '04030201 FFFFFFFF  3F800000 C0003C00|');
  await choose(page, 'endian', 'Big endian');
  await rowBecomes(page, '00000000', '01020304 FFFFFFFF  0000803F 003C00C0|');
  await choose(page, 'endian', 'Little endian');
  await choose(page, 'format', 'Unsigned');
  await rowBecomes(page, '00000000', '  67305985 4294967295  1065353216 3221240832|');
  await choose(page, 'format', 'Signed');
  await rowBecomes(page, '00000000', '   67305985          -1   1065353216 -1073726464|');
  await choose(page, 'format', 'Float');
  await rowBecomes(page, '00000000', '  1.5399896e-36             NaN                1       -2.003662|');
  await choose(page, 'group', '2');
  await rowBecomes(
    page,
    '00000000',
    ' 0.0000306  0.0000612        NaN        NaN           0      1.875          1         -2|',
  );
  await choose(page, 'format', 'Octal');
  await rowBecomes(page, '00000000', '001001 002003 177777 177777  000000');
  await choose(page, 'format', 'Binary');
  await choose(page, 'group', '1');
  await rowBecomes(page, '00000000', '00000001 00000010 00000011 00000100 11111111');
});

test('the layout is chosen by keyboard alone and the focus comes back', async () => {
  const page = await browser.open(numbers);
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+Alt+l');
  await page.locator('.layout').waitFor();
  await page.keyboard.press('ArrowLeft');
  await eventually(
    () => page.locator('.row').first().locator('.bytes').first().textContent(),
    (text) => text === '01 02 03 04  FF FF FF FF',
  );
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await rowBecomes(page, '00000000', '  513  1027  65535');
  await page.keyboard.press('Escape');
  await page.locator('.layout').waitFor({ state: 'detached' });
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('rows are as long as the width has room for, and follow it', async () => {
  const page = await browser.open({
    reading: { bytesPerRow: 'fit' },
    width: 1400,
    state: { side: { open: false } },
  });
  const bytes = (): Promise<number> =>
    page.evaluate(() => Number(document.querySelector('.row .bytes')?.getAttribute('aria-colspan')));
  await eventually(bytes, (count) => count === 32);
  const fits = (): Promise<boolean> =>
    page.evaluate(() => {
      const grid = document.querySelector('.grid');
      return grid !== null && grid.scrollWidth <= grid.clientWidth;
    });
  ok(await fits());
  await page.setViewportSize({ width: 640, height: 640 });
  await eventually(bytes, (count) => count === 8);
  ok(await fits());
  await page.setViewportSize({ width: 2000, height: 640 });
  await eventually(bytes, (count) => count === 48);
  ok(await fits());
});

test('the bytes at the top stay at the top when the rows get longer', async () => {
  const page = await browser.open({ size: 65536 });
  await page.evaluate(() => window.fake.viewer.reveal({ offset: 0x8000, length: 0 }));
  const top = (): Promise<string> => page.locator('.row .offset').first().innerText();
  await eventually(top, (offset) => offset > '00007000');
  const before = parseInt(await top(), 16);
  await choose(page, 'bytesPerRow', '32');
  await eventually(top, (offset) => Math.abs(parseInt(offset, 16) - before) < 32);
});

test('bytes that are scrolled aside go away under the offsets, in the heading as in the rows', async () => {
  const page = await browser.open({ width: 420 });
  interface Edges {
    readonly left: number;
    readonly right: number;
  }
  const edges = (selector: string): Promise<Edges> =>
    page
      .locator(selector)
      .first()
      .evaluate((found) => {
        const { left, right } = found.getBoundingClientRect();
        return { left: Math.round(left), right: Math.round(right) };
      });
  const bytes = await edges('.row .bytes');
  const offset = await edges('.row .offset');
  ok(offset.right < bytes.left);
  await page.evaluate(() => document.querySelector('.grid')?.scrollTo({ left: 100 }));
  await page.locator('.grid.aside').waitFor();
  const aside = await edges('.row .offset');
  equal(aside.left, offset.left);
  ok(aside.right > offset.right, 'digits of bytes keep a distance');
  deepEqual(await edges('.heading .offset'), aside);
  equal((await edges('.row .bytes')).left, bytes.left - 100);
});

for (const encoding of ['utf8', 'utf16le', 'gb18030'] as const) {
  test(`wide characters stand over their bytes and move nothing that follows: ${encoding}`, async () => {
    const text = 'A中文B한C😀D';
    const bytes = encode(text, encoding);
    const page = await browser.open({
      texts: [{ offset: 0, text: latin1(bytes) }],
      reading: { encoding, bytesPerRow: 32 },
    });
    const before = (letter: string): number => encode(text.slice(0, text.indexOf(letter)), encoding).length;
    const found = await page.evaluate(() => {
      const column = document.querySelectorAll('.row .bytes')[1];
      const node = column?.firstChild;
      if (!column || !(node instanceof Text)) return [];
      const { left, width: whole } = column.getBoundingClientRect();
      const width = whole / 32;
      return ['A', 'B', 'C', 'D'].map((letter) => {
        const range = document.createRange();
        const at = node.data.indexOf(letter);
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        return { letter, at, off: Math.abs(box.left - left - at * width), wide: Math.abs(box.width - width) };
      });
    });
    equal(found.length, 4);
    for (const { letter, at, off, wide } of found) {
      equal(at, before(letter), `${letter} in ${encoding}`);
      ok(off < 0.5 && wide < 0.5, `${letter} in ${encoding}`);
    }
    // A wide character is drawn in its two cells, in one of the frames after its bytes came.
    await eventually(
      () => drawn(page, before('中'), 2),
      (isDrawn) => isDrawn,
    );
    equal(await drawn(page, before('B'), 1), false, 'and nothing is drawn over the next one');
  });
}

/** Whether the layer of signs has drawn a character into these cells of the first row. */
function drawn(page: Page, index: number, cells: number): Promise<boolean> {
  return page.evaluate(
    ([at, count]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.signs');
      const column = document.querySelectorAll('.row .bytes')[1];
      const context = canvas?.getContext('2d');
      if (!canvas || !column || !context) return false;
      const box = column.getBoundingClientRect();
      const width = box.width / 32;
      const left = box.left - canvas.getBoundingClientRect().left + at * width;
      const { data } = context.getImageData(Math.round(left), 2, Math.round(count * width), 16);
      return data.filter((value, place) => place % 4 === 3 && value > 0).length > 20;
    },
    [index, cells] as const,
  );
}

test('a digit typed into a little-endian group writes the byte under the cursor', async () => {
  const page = await browser.open({ ...numbers, reading: { group: 4 } });
  await clickAt(page, 5);
  await reads(page, 'offset 0x1, 02, 2');
  await page.keyboard.type('ab');
  await rowBecomes(page, '00000000', '0403AB01 FFFFFFFF');
  deepEqual(await lastEdit(page), { offset: 1, bytes: [0xab], expected: [2] });
});

test('a number is written in its place, checked against what was on screen', async () => {
  const page = await browser.open({ ...numbers, reading: { group: 4, format: 'signed' } });
  await clickAt(page, 'second');
  await reads(page, 'offset 0x4, -1');
  await page.keyboard.press('Enter');
  const field = page.locator('.number-input input');
  equal(await field.inputValue(), '-1');
  const [over, number] = [await field.boundingBox(), await page.locator('.cursor:not(.twin)').boundingBox()];
  ok(
    over && number && Math.abs(over.y - number.y) < 4 && over.x <= number.x && over.x + over.width > number.x,
    `${JSON.stringify(over)} is not over ${JSON.stringify(number)}`,
  );
  await field.fill('3000000000');
  await page.keyboard.press('Enter');
  equal(
    await page.locator('.number-input .problem').innerText(),
    'Type a number from -2147483648 to 2147483647.',
  );
  equal(await field.getAttribute('aria-invalid'), 'true');
  await field.fill('12 apples');
  await page.keyboard.press('Enter');
  ok((await page.locator('.number-input .problem').innerText()).startsWith('This is not a number.'));
  equal(await lastEdit(page), null);
  await field.fill('-2');
  await page.keyboard.press('Enter');
  await rowBecomes(page, '00000000', '   67305985          -2');
  deepEqual(await lastEdit(page), {
    offset: 4,
    bytes: [0xfe, 0xff, 0xff, 0xff],
    expected: [255, 255, 255, 255],
  });
  await reads(page, 'offset 0x8, 1065353216');
});

test('a number typed straight after a move stands where the cursor went', async () => {
  const page = await browser.open({ ...numbers, reading: { group: 4, format: 'signed' } });
  await clickAt(page, 'second');
  await reads(page, 'offset 0x4');
  // Both keys in one turn: nothing is painted in between.
  await page.evaluate(() => {
    for (const key of ['ArrowLeft', '7']) {
      document.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
      );
    }
  });
  await reads(page, 'offset 0x0');
  const over = await page.locator('.number-input input').boundingBox();
  const number = await page.locator('.cursor:not(.twin)').boundingBox();
  ok(
    over && number && Math.abs(over.x - number.x) < 6,
    `${JSON.stringify(over)} is not over ${JSON.stringify(number)}`,
  );
});

test('typing a digit begins a number, Escape leaves it as it was', async () => {
  const page = await browser.open({ ...numbers, reading: { group: 4, format: 'float' } });
  await clickAt(page, 'third');
  await page.keyboard.type('2.5');
  equal(await page.locator('.number-input input').inputValue(), '2.5');
  await page.keyboard.press('Escape');
  equal(await page.locator('.number-input').count(), 0);
  equal(await lastEdit(page), null);
  await page.keyboard.type('2.5');
  await page.keyboard.press('Enter');
  deepEqual(await lastEdit(page), { offset: 8, bytes: [0, 0, 0x20, 0x40], expected: [0, 0, 0x80, 0x3f] });
});

test('numbers are selected whole and the cursor goes from one to the next', async () => {
  const page = await browser.open({ ...numbers, reading: { group: 4, format: 'unsigned' } });
  await clickAt(page, 'first');
  await page.keyboard.press('ArrowRight');
  await reads(page, 'offset 0x4, 4294967295');
  await page.keyboard.press('Shift+ArrowRight');
  await eventually(
    () => page.evaluate(() => window.fake.cursorAt),
    ({ start, length }) => start === 4 && length === 8,
  );
  await page.keyboard.press('Shift+ArrowLeft');
  await eventually(
    () => page.evaluate(() => window.fake.cursorAt),
    ({ start, length }) => start === 4 && length === 4,
  );
});

test('rows are numbered by the address in a process that has the segment mapped', async () => {
  const page = await browser.open(numbers);
  await choose(page, 'base', 'producer (4711) at 0x7F0000400000');
  await rowBecomes(page, '7F0000400000', '01 02');
  await page.evaluate(() => {
    const { fake } = window;
    void fake.viewer.describe({ ...fake.description!, attached: fake.description!.attached.slice(1) });
  });
  await rowBecomes(page, '00000000', '01 02');
});

test('each mapping of a process is a choice, followed by the bytes that it has', async () => {
  const mappings = [
    { address: '7f0000100000', offset: 0x1000, length: 0x1000 },
    { address: '7f0000200000', offset: 0, length: 0x4000 },
    { address: '7f0000300000', offset: 0, length: 0x4000 },
    { address: '7f0000400000', offset: 0x4000, length: 0x1000 },
  ];
  const process = {
    pid: 9,
    name: 'parts',
    commandLine: '',
    owner: 'dev',
    part: 'attached' as const,
    alive: true,
    writable: true,
    mappings,
    us: false,
  };
  const page = await browser.open({ size: 0x3800, description: { attached: [process] } });
  const remap = (changed: typeof mappings): Promise<void> =>
    page.evaluate(
      (attached) => window.fake.viewer.describe({ ...window.fake.description!, attached }),
      [{ ...process, mappings: changed }],
    );
  await page.locator('#layout-tool').click();
  deepEqual(await page.locator('.layout [data-row="base"] [role="radio"]').allInnerTexts(), [
    'Offset',
    'parts (9) at 0x7F0000100000, bytes 0x1000–0x1FFF',
    'parts (9) at 0x7F0000200000',
    'parts (9) at 0x7F0000300000',
  ]);
  await choose(page, 'base', 'parts (9) at 0x7F0000300000');
  await rowBecomes(page, '7F0000300000', '00');
  await choose(page, 'base', 'parts (9) at 0x7F0000100000, bytes 0x1000–0x1FFF');
  await rowBecomes(page, '           –', '00');
  await close(page);
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+g');
  await page.keyboard.type('0x1008');
  await page.keyboard.press('Enter');
  await rowBecomes(page, '7F0000100000', '00');
  await remap([{ address: '7f0000500000', offset: 0x1000, length: 0x2000 }, ...mappings.slice(1)]);
  await rowBecomes(page, '7F0000500000', '00');
  await remap(mappings.slice(1));
  await rowBecomes(page, '00001000', '00');
  equal(
    await page.locator('.footer .message').innerText(),
    'Process 9 no longer has these bytes mapped: rows show offsets again.',
  );
});

test('encoding and byte order are in the foot and change there', async () => {
  const page = await browser.open({ texts: [{ offset: 0, text: latin1(encode('日本', 'shift_jis')) }] });
  const foot = page.locator('.footer');
  await foot.getByRole('button', { name: 'UTF-8' }).click();
  await page.getByRole('menuitemradio', { name: 'Shift JIS' }).click();
  await foot.getByRole('button', { name: 'Shift JIS' }).waitFor();
  await eventually(
    () => page.locator('.row .bytes').nth(1).getAttribute('aria-description'),
    (words) => words === '日本',
  );
  await foot.getByRole('button', { name: 'Little endian' }).click();
  await foot.getByRole('button', { name: 'Big endian' }).waitFor();
});

test('a screen reader is told the characters that are drawn, of the rows that are on screen now', async () => {
  const drawn = (row: number): string => String.fromCodePoint(0x4e00 + row);
  const page = await browser.open({
    size: 4096,
    texts: Array.from({ length: 256 }, (_, row) => ({
      offset: row * 16,
      text: latin1(encode(drawn(row), 'utf8')),
    })),
  });
  // Frame by frame, faster than descriptions follow.
  const scroll = (turns: number, deltaY: number): Promise<void> =>
    page.evaluate(
      async ([count, delta]) => {
        for (let turn = 0; turn < count; turn++) {
          const wheel = new WheelEvent('wheel', { deltaY: delta, bubbles: true });
          document.querySelector('.viewport')?.dispatchEvent(wheel);
          await new Promise(requestAnimationFrame);
        }
      },
      [turns, deltaY] as const,
    );
  const told = (): Promise<[offset: number, words: string | null][]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('.row')].map((row) => [
        parseInt(row.querySelector('.offset')?.textContent ?? '', 16),
        row.querySelectorAll('.bytes')[1]?.getAttribute('aria-description') ?? null,
      ]),
    );
  const isTrue = (all: Awaited<ReturnType<typeof told>>): boolean =>
    all.every(([offset, words]) => words === drawn(offset / 16));
  await scroll(12, 60);
  const [below] = await eventually(told, isTrue);
  ok((below?.[0] ?? 0) >= 16, 'it has scrolled');
  // Back over characters whose pictures are kept.
  await scroll(6, -60);
  const [above] = await eventually(told, isTrue);
  ok((above?.[0] ?? 0) < (below?.[0] ?? 0), 'it has scrolled back');
});

test('how a segment is read is remembered over a reload', async () => {
  const page = await browser.open(numbers);
  await choose(page, 'format', 'Unsigned');
  await choose(page, 'group', '2');
  await choose(page, 'encoding', 'Big5');
  const state = await eventually(
    () => page.evaluate(() => window.savedState),
    (found) => JSON.stringify(found ?? null).includes('big5'),
  );
  const again = await browser.open({ ...numbers, state });
  await rowBecomes(again, '00000000', '  513  1027');
  await again.locator('.footer').getByRole('button', { name: 'Big5' }).waitFor();
});

for (const theme of themeNames) {
  test(`bytes have colours by their kind, and the panel fits: ${theme}`, async () => {
    const text = 'SHM1\0\x04\0\0 \t\n\xff\xff\x80\x90Hello ' + latin1(encode('中文字 Ünï 😀 text', 'utf8'));
    const reading: Partial<Reading> = { colourByClass: true, bytesPerRow: 16 };
    const page = await browser.open({ theme, texts: [{ offset: 0, text }], reading });
    const inks = await page.evaluate(() =>
      ['zero', 'space', 'control', 'printable', 'high', 'full'].map(
        (name) => CSS.highlights.get(`segment-lens-${name}`)?.size ?? 0,
      ),
    );
    ok(
      inks.every((count) => count > 0),
      String(inks),
    );
    await page.locator('#layout-tool').click();
    await page.screenshot({ path: join(shots, `layout-${theme}.png`) });
    await close(page);
    await choose(page, 'format', 'Float');
    await choose(page, 'group', '4');
    await close(page);
    await clickAt(page, 'second');
    await page.keyboard.type('x');
    await page.keyboard.press('F2');
    await page.locator('.number-input input').fill('1e99');
    await page.keyboard.press('Enter');
    await page.screenshot({ path: join(shots, `numbers-${theme}.png`) });
  });
}

/** Clicks a character of the main column of the first row, or the last one of one of its numbers. */
async function clickAt(page: Page, place: number | 'first' | 'second' | 'third'): Promise<void> {
  const { x, y } = await page.evaluate((wanted) => {
    const node = document.querySelector('.row .bytes')?.firstChild as Text;
    const numbers = [...node.data.matchAll(/\S+/g)].map((found) => found.index + found[0].length - 1);
    const at =
      typeof wanted === 'number' ? wanted : (numbers[['first', 'second', 'third'].indexOf(wanted)] ?? 0);
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  }, place);
  await page.mouse.click(x, y);
}

function lastEdit(page: Page): Promise<unknown> {
  return page.evaluate(
    () => window.fake.calls.filter(({ method }) => method === 'edit').at(-1)?.argument ?? null,
  );
}
