import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { encode, encodings, unitLength, type Encoding } from '../../extension/shared/encoding';
import { plainReading, readAs } from '../../extension/shared/reading';
import { gridOf } from '../../webview/grid';
import { RowText } from '../../webview/rowText';
import type { RowBytes, Scene } from '../../webview/scene';
import { clickByte, eventually, middleOf, reads, useBrowser } from './browser';

const browser = useBrowser();
const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const cursorAt = (page: Page): Promise<unknown> => page.evaluate(() => window.fake.cursorAt);
const width = (page: Page, frame: string): Promise<number> =>
  page.locator(frame).evaluate((cell) => cell.getBoundingClientRect().width);

for (const encoding of ['utf8', 'gb18030', 'utf16le'] as const) {
  test(`a click on either half of a wide character in ${encoding} means the character`, async () => {
    const page = await browser.open({
      texts: [{ offset: 0, text: latin1(encode('中文', encoding)) + 'ab' }],
      reading: { encoding },
    });
    const length = encode('中', encoding).length;
    const [first = 0] = encode('中', encoding);
    const [second = 0] = encode('文', encoding);
    const label = (offset: number, byte: number, character: string): string =>
      `offset 0x${offset.toString(16).toUpperCase()}, ${byte.toString(16).toUpperCase().padStart(2, '0')}, ` +
      `${String(byte)}, character ${character}`;
    await clickByte(page, 'text', 1);
    await reads(page, label(0, first, '中'));
    await clickByte(page, 'text', length + 1);
    await reads(page, label(length, second, '文'));
    await clickByte(page, 'text', length);
    await reads(page, label(length, second, '文'));
    await clickByte(page, 'hex', 1);
    await eventually(
      () => cursorAt(page),
      (at) => (at as { offset: number }).offset === 1,
    );
  });
}

test('the frame of the cursor goes round the whole of a wide character, in the active column and beside it', async () => {
  const page = await browser.open({ texts: [{ offset: 0, text: latin1(encode('中文ab', 'utf8')) }] });
  await clickByte(page, 'text', 6);
  await reads(page, 'offset 0x6');
  const narrow = await width(page, '.cursor:not(.twin)');
  await clickByte(page, 'text', 3);
  await reads(page, 'offset 0x3');
  equal(Math.round((await width(page, '.cursor:not(.twin)')) / narrow), 2);
  await clickByte(page, 'hex', 0);
  await reads(page, 'offset 0x0');
  equal(Math.round((await width(page, '.cursor.twin')) / narrow), 2);
  await page.keyboard.press('ArrowRight');
  await reads(page, 'offset 0x1');
  equal(Math.round((await width(page, '.cursor.twin')) / narrow), 1);
});

test('the frame of a wide character that the end of the row cuts stays in the row', async () => {
  const page = await browser.open({ texts: [{ offset: 15, text: latin1(encode('中', 'utf8')) }] });
  await clickByte(page, 'text', 14);
  await reads(page, 'offset 0xE');
  const narrow = await width(page, '.cursor:not(.twin)');
  await clickByte(page, 'text', 15);
  await reads(page, 'offset 0xF, E4, 228, character 中');
  equal(Math.round((await width(page, '.cursor:not(.twin)')) / narrow), 1);
  await clickByte(page, 'text', 16);
  await reads(page, 'offset 0x10, B8, 184');
});

test('a drag over a wide character takes all of its cells, and none without moving to another', async () => {
  const page = await browser.open({
    texts: [{ offset: 0, text: latin1(encode('中文ab', 'gb18030')) }],
    reading: { encoding: 'gb18030' },
  });
  const from = await middleOf(page, 'text', 1);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 1, from.y + 1);
  await reads(page, 'offset 0x0, D6, 214, character 中');
  deepEqual(await cursorAt(page), { offset: 0, start: 0, length: 0 });
  const to = await middleOf(page, 'text', 3);
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  await eventually(
    () => cursorAt(page),
    (at) => isDeepStrictEqual(at, { offset: 3, start: 0, length: 4 }),
  );
});

const sentence = 'A中😀é日本語🧭z한글𝄞𠀀!';

/** What RowText says of the rows of `bytes`: each a list of texts by index. */
function rowsOf(bytes: Uint8Array, bytesPerRow: number, encoding: Encoding, from = 0): string[][] {
  const reading = readAs(plainReading, { encoding });
  const grid = gridOf({ extent: bytes.length, charWidth: 8, rowHeight: 20, reading, bytesPerRow });
  const scene = {
    grid,
    store: { extent: bytes.length },
    edits: { shown: (offset: number) => (offset < from ? undefined : bytes[offset]) },
    theme: { faces: { fits: () => true } },
  } as unknown as Scene;
  return Array.from({ length: Math.ceil(bytes.length / bytesPerRow) }, (_, row) => {
    const offset = row * bytesPerRow;
    const shown: RowBytes = {
      offset,
      from: Math.min(bytesPerRow, Math.max(0, from - offset)),
      to: Math.min(bytesPerRow, bytes.length - offset),
      bytes: bytes.slice(offset, offset + bytesPerRow),
    };
    const text = new RowText();
    text.read(scene, shown);
    return text.cells.texts.slice(0, bytesPerRow);
  });
}

for (const encoding of encodings.filter((one) => one.startsWith('utf'))) {
  test(`${encoding}: text is the same whatever the length of the rows`, () => {
    const bytes = encode(sentence.repeat(9), encoding);
    const whole = encode(sentence, encoding).length;
    for (const bytesPerRow of [8, 16, 24, 32, 40, 104]) {
      const texts = rowsOf(bytes, bytesPerRow, encoding).flat();
      equal(texts.join(''), sentence.repeat(9), String(bytesPerRow));
      equal(texts[whole], 'A', String(bytesPerRow));
    }
  });
}

for (const encoding of encodings.filter((one) => unitLength(one) > 1)) {
  test(`${encoding}: units are counted from the start of the row, also where its first bytes are not known`, () => {
    const bytes = encode('abcdefgh', encoding);
    const unit = unitLength(encoding);
    for (let from = 0; from <= 8; from++) {
      const [row = []] = rowsOf(bytes, 32, encoding, from);
      const whole = Math.ceil(from / unit);
      equal(row.join(''), 'abcdefgh'.slice(whole), `from ${String(from)}`);
      equal(row[whole * unit], 'abcdefgh'[whole]);
    }
  });
}
