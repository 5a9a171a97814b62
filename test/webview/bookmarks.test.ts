import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import type { Bookmark } from '../../extension/shared/bookmark';
import { clickByte, eventually, reads, useBrowser } from './browser';

const browser = useBrowser();
const header = { id: 'a', name: 'header', colour: 'purple', offset: 0, length: 4, type: 'uint32' } as const;
const far = { id: 'b', name: 'far', colour: 'blue', offset: 0x8000, length: 2, type: 'uint16' } as const;
const sets = {
  size: 0x10000,
  texts: [
    { offset: 0, text: '\x05' },
    { offset: 0x8000, text: '\x07\x01' },
  ],
};
const marks = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => window.fake.marked.map((bookmark) => ({ ...bookmark, id: '' })));
const names = (page: Page): Promise<string[]> => page.locator('.bookmark .name').allInnerTexts();

test('a bookmark is added over the selection, named, and listed', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  await clickByte(page, 'hex', 0x47, { modifiers: ['Shift'] });
  await page.keyboard.press('Control+Alt+b');
  await page.keyboard.type('sequence');
  await page.locator('.quick select').first().selectOption('uint64');
  await page.locator('.quick select').last().selectOption('red');
  await page.locator('.quick input').first().press('Enter');
  await eventually(
    () => marks(page),
    (found) =>
      isDeepStrictEqual(found, [
        { id: '', name: 'sequence', colour: 'red', offset: 0x40, length: 8, type: 'uint64' },
      ]),
  );
  deepEqual(await names(page), ['sequence']);
  equal(await page.locator('.frames i[data-colour=red]').count(), 8);
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('what is wrong in the form stands in it, at its field', async () => {
  const page = await browser.open();
  await page.evaluate((mark) => window.fake.mark([mark]), header);
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+Alt+b');
  const field = (label: string) => page.locator(`.quick [aria-label="${label}"]`);
  const wrong = async (label: string, words: string): Promise<void> => {
    await page.locator('.quick button').click();
    await eventually(
      () => page.locator('.quick .verdict').innerText(),
      (found) => found.startsWith(words),
    );
    equal(await field(label).getAttribute('aria-invalid'), 'true');
    equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), label);
  };
  await wrong('Name', 'A bookmark needs a name.');
  await field('Name').fill('header');
  await wrong('Name', 'Another bookmark is named “header”');
  await field('Name').fill('other');
  await field('Offset').fill('0x400');
  await wrong('Offset', '0x400 (1,024) is outside: this segment has 1,024 B');
  await field('Offset').fill('#header + 0x3fe');
  await field('Length').fill('3');
  await wrong('Length', '3 bytes are too many: from 0x3FE (1,022) on there are 2 B.');
  await page.keyboard.press('Escape');
  deepEqual(await names(page), ['header']);
});

test('values are those of now, on screen and off it', async () => {
  const page = await browser.open(sets);
  await page.evaluate((list) => window.fake.mark(list), [header, far]);
  const values = (): Promise<string[]> => page.locator('.bookmark .value').allInnerTexts();
  await eventually(values, (found) => isDeepStrictEqual(found, ['5', '263']));
  await page.evaluate(() => {
    window.fake.poke(0, [6]);
    window.fake.poke(0x8000, [8]);
    return window.fake.look();
  });
  await eventually(values, (found) => isDeepStrictEqual(found, ['6', '264']));
});

test('a bookmark has any type of the inspector, in the byte order of the inspector', async () => {
  const page = await browser.open({
    size: 0x10000,
    texts: [
      { offset: 0, text: '\x00\x01\x00\x3C' },
      { offset: 4, text: '\xFF\x88\x00' },
      { offset: 8, text: '\x40\0\0\0\0\0\0\0' },
      { offset: 16, text: 'Hi\0' },
      { offset: 0x8000, text: '\x7F\0\0\x01' },
    ],
  });
  const mark = (type: Bookmark['type'], offset: number, length: number): Bookmark => ({
    ...header,
    id: type,
    name: type,
    offset,
    length,
    type,
  });
  const list = [
    mark('uint16', 0, 2),
    mark('float16', 2, 2),
    mark('rgb', 4, 3),
    mark('pointer64', 8, 8),
    mark('cString', 16, 16),
    mark('guid', 32, 4),
    mark('ipv4', 0x8000, 4),
  ];
  await page.evaluate((marks) => window.fake.mark(marks), list);
  const words = (): Promise<string[]> => page.locator('.bookmark .words').allInnerTexts();
  const rest = ['"Hi"', 'not enough bytes', '127.0.0.1'];
  await eventually(words, (found) =>
    isDeepStrictEqual(found, ['256', '1', '#FF8800', '0x0000000000000040', ...rest]),
  );
  match((await page.locator('.bookmark .note').nth(3).textContent()) ?? '', /0x40/);
  equal(await page.locator('.bookmark .sample:visible').count(), 1);
  await page.locator('.side .section-button', { hasText: 'LE' }).click();
  await eventually(words, (found) => {
    const [uint16, float16, rgb, pointer] = found;
    return uint16 === '1' && float16 !== '1' && rgb === '#FF8800' && pointer === '0x4000000000000000';
  });
});

test('a type is chosen by the name that the inspector gives it, and brings its length', async () => {
  const page = await browser.open();
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+Alt+b');
  await page.keyboard.type('id');
  await page.locator('.quick select').first().selectOption({ label: 'GUID' });
  equal(await page.locator('.quick [aria-label="Length"]').inputValue(), '16');
  await page.locator('.quick input').first().press('Enter');
  await eventually(
    () => marks(page),
    (found) =>
      isDeepStrictEqual(found, [
        { id: '', name: 'id', colour: 'purple', offset: 0x40, length: 16, type: 'guid' },
      ]),
  );
  equal(await page.locator('.bookmark .place').innerText(), '0x40, GUID');
});

test('a bookmark that was moved does not show what was read where it was', async () => {
  const page = await browser.open(sets);
  const words = (): Promise<string | null> => page.locator('.bookmark .words').textContent();
  await page.evaluate((list) => window.fake.mark(list), [far]);
  await eventually(words, (found) => found === '263');
  await page.evaluate(() => window.fake.viewer.paced({ hertz: 30, paused: true, underLock: false }));
  await page.evaluate((list) => window.fake.mark(list), [{ ...far, offset: 0x9000 }]);
  await eventually(words, (found) => found === '');
});

test('while paused nothing is read for values off screen', async () => {
  const page = await browser.open({ ...sets, state: { paused: true, places: [] } });
  await page.evaluate((list) => window.fake.mark(list), [far]);
  await page.locator('.bookmark').waitFor();
  await page.locator('.grid').focus();
  await page.keyboard.press('ArrowRight');
  await reads(page, 'offset 0x1');
  deepEqual(await page.evaluate(() => window.fake.calls.filter(({ method }) => method === 'read')), []);
});

test('the list works by keyboard: go to, change, delete', async () => {
  const page = await browser.open(sets);
  await page.evaluate((list) => window.fake.mark(list), [header, far]);
  await page.locator('.bookmark').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await reads(page, 'offset 0x8000');
  await page.locator('.bookmark').first().focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('head');
  await page.keyboard.press('Enter');
  await eventually(
    () => names(page),
    (found) => isDeepStrictEqual(found, ['head', 'far']),
  );
  await page.locator('.bookmark').first().focus();
  await page.keyboard.press('Delete');
  await eventually(
    () => names(page),
    (found) => isDeepStrictEqual(found, ['far']),
  );
  equal(await page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent), 'far');
});

test('the list works by mouse: go to, change, delete', async () => {
  const page = await browser.open(sets);
  await page.evaluate((list) => window.fake.mark(list), [header, far]);
  const second = page.locator('.bookmark').nth(1);
  // A row that is drawn anew under a mouse that rests is not hovered until the mouse moves, and one whose value comes
  // grows.
  const pointedAt = async (): Promise<unknown> => {
    await eventually(
      () => page.locator('.bookmark .value').allInnerTexts(),
      (values) => values.every((value) => value !== ''),
    );
    return eventually(
      async () => {
        await page.mouse.move(0, 0);
        await second.hover();
        return second.locator('.act').first().isVisible();
      },
      (visible) => visible,
    );
  };
  await second.click();
  await reads(page, 'offset 0x8000');
  await pointedAt();
  await second.locator('.act').first().click();
  await page.locator('.quick input').first().fill('away');
  await page.locator('.quick button').click();
  await eventually(
    () => names(page),
    (found) => isDeepStrictEqual(found, ['header', 'away']),
  );
  await pointedAt();
  await second.locator('.act').last().click();
  await eventually(
    () => names(page),
    (found) => isDeepStrictEqual(found, ['header']),
  );
});

test('import and export ask the host', async () => {
  const page = await browser.open(sets);
  await page.evaluate((list) => window.fake.mark(list), [header]);
  for (const name of ['Import bookmarks…', 'Export bookmarks…']) {
    await page.locator('.side').getByRole('button', { name }).click();
  }
  deepEqual(
    await page.evaluate(() =>
      window.fake.calls.filter(({ method }) => method === 'act').map(({ argument }) => argument),
    ),
    [{ action: 'importBookmarks' }, { action: 'exportBookmarks' }],
  );
});

test('a bookmark past the end of a segment that shrank says so', async () => {
  const page = await browser.open();
  await page.evaluate((list) => window.fake.mark(list), [far]);
  await eventually(
    () => page.locator('.bookmark .value').innerText(),
    (words) => words === 'outside',
  );
  await page.locator('.bookmark').click();
  await eventually(
    () => page.locator('.footer .message').innerText(),
    (words) => words === '“far” is at 0x8000, outside the segment.',
  );
});
