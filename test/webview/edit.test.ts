import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { clickByte, eventually, reads, rowAt, useBrowser } from './browser';

const browser = useBrowser();
const hello = { texts: [{ offset: 0x40, text: 'Hello' }] };
const message = (page: Page): Promise<string> => page.locator('.footer .message').innerText();
const edits = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    window.fake.calls.filter(({ method }) => method === 'edit').map(({ argument }) => argument),
  );

/** Playwright knows the keys of a US keyboard only. */
const pressKey = (page: Page, key: string): Promise<unknown> =>
  page
    .locator('.grid')
    .evaluate(
      (grid, name) => grid.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true })),
      key,
    );

test('two digits write a byte over the one that was on screen', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('4');
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.startsWith('00000040|4_ 65') === true,
  );
  deepEqual(await edits(page), []);
  await page.keyboard.press('a');
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.endsWith('|Jello           ') === true,
  );
  deepEqual(await edits(page), [{ offset: 0x40, bytes: [0x4a], expected: [0x48] }]);
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 1)), [0x4a]);
  await reads(page, 'offset 0x41');
});

test('escape and backspace take a first digit back', async () => {
  const page = await browser.open(hello);
  for (const key of ['Escape', 'Backspace']) {
    await clickByte(page, 'hex', 0x40);
    await page.keyboard.press('9');
    await eventually(
      () => rowAt(page, '00000040'),
      (row) => row?.includes('|9_') === true,
    );
    await page.keyboard.press(key);
    await eventually(
      () => rowAt(page, '00000040'),
      (row) => row?.includes('|48 65') === true,
    );
  }
  deepEqual(await edits(page), []);
});

test('text is typed over as UTF-8', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'text', 0x41);
  await page.keyboard.press('o');
  await pressKey(page, 'é');
  await eventually(
    () => page.evaluate(() => window.fake.peek(0x40, 5)),
    (bytes) => bytes.join() === '72,111,195,169,111',
  );
  deepEqual(await edits(page), [
    { offset: 0x41, bytes: [0x6f], expected: [0x65] },
    { offset: 0x42, bytes: [0xc3, 0xa9], expected: [0x6c, 0x6c] },
  ]);
  await reads(page, 'offset 0x44');
});

test('a byte is pending until a look at the segment gives it back', async () => {
  const page = await browser.open(hello);
  await page.evaluate(() => (window.fake.holdEdits = true));
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.type('4a');
  await page.keyboard.press('ArrowLeft');
  await reads(page, 'offset 0x40, 4A, 74, character J, not yet written');
  match((await rowAt(page, '00000040')) ?? '', /\|4A 65/);
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 1)), [0x48]);
  await page.evaluate(() => {
    window.fake.poke(0x44, [0x21]);
    return window.fake.look();
  });
  match((await rowAt(page, '00000040')) ?? '', /\|4A 65 6C 6C 21/);
  await reads(page, 'offset 0x40, 4A, 74, character J, not yet written');
  await page.evaluate(() => {
    window.fake.release();
  });
  await reads(page, 'offset 0x40, 4A, 74, character J', true);
});

test('what another program wrote meanwhile is shown and not written over', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x7f]);
  });
  await page.keyboard.type('4a');
  equal(
    await eventually(
      () => message(page),
      (words) => words !== '',
    ),
    '0x40 changed to 7F meanwhile; nothing was written. Type again to write over it.',
  );
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.includes('|7F 65') === true,
  );
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 1)), [0x7f]);
  await reads(page, 'offset 0x40, 7F, 127');
  equal(await page.locator('.cursor.conflict').count(), 1);
  await page.keyboard.type('4a');
  await eventually(
    () => page.evaluate(() => window.fake.peek(0x40, 1)),
    ([byte]) => byte === 0x4a,
  );
  deepEqual((await edits(page)).at(-1), { offset: 0x40, bytes: [0x4a], expected: [0x7f] });
});

test('what is found instead is shown at once, before the next look', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x7f]);
    window.fake.holdLooks = true;
  });
  await page.keyboard.type('4a');
  await reads(page, 'offset 0x40, 7F, 127');
});

test('a byte that changes between its two digits is not written over', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('4');
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x7f]);
    return window.fake.look();
  });
  await page.keyboard.press('a');
  await eventually(
    () => message(page),
    (words) => words.startsWith('0x40 changed to 7F meanwhile'),
  );
  deepEqual(await edits(page), [{ offset: 0x40, bytes: [0x4a], expected: [0x48] }]);
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 1)), [0x7f]);
});

test('a written byte that no look confirms gives way to what the last look saw', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.evaluate(() => {
    window.fake.holdLooks = true;
  });
  await page.keyboard.type('4a');
  await page.keyboard.press('ArrowLeft');
  await reads(page, 'offset 0x40, 48, 72, character H');
});

test('a refused edit takes those typed after it along', async () => {
  const page = await browser.open(hello);
  await page.evaluate(() => {
    window.fake.holdEdits = true;
    window.fake.refuseNext = {
      code: 'busy',
      message: 'consumer (4712) holds the lock; nothing was written.',
    };
  });
  await clickByte(page, 'text', 0x40);
  await page.keyboard.type('abc');
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.endsWith('|abclo           ') === true,
  );
  await page.evaluate(() => {
    window.fake.release();
  });
  equal(
    await eventually(
      () => message(page),
      (words) => words !== '',
    ),
    'consumer (4712) holds the lock; nothing was written.',
  );
  equal(await page.locator('.footer [role=alert]').count(), 1);
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.endsWith('|Hello           ') === true,
  );
  equal((await edits(page)).length, 1);
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 3)), [0x48, 0x65, 0x6c]);
});

test('undo and redo go back and forth, and say when there is nothing', async () => {
  const page = await browser.open(hello);
  const first = (): Promise<string | undefined> => rowAt(page, '00000040').then((row) => row?.slice(9, 14));
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+z');
  await eventually(
    () => message(page),
    (words) => words === 'Nothing to undo.',
  );
  await page.keyboard.type('4a4b');
  await eventually(first, (bytes) => bytes === '4A 4B');
  await page.keyboard.press('Control+z');
  await eventually(first, (bytes) => bytes === '4A 65');
  await page.keyboard.press('Control+z');
  await eventually(first, (bytes) => bytes === '48 65');
  await page.keyboard.press('Control+Shift+z');
  await eventually(first, (bytes) => bytes === '4A 65');
  await page.keyboard.press('Control+y');
  await eventually(first, (bytes) => bytes === '4A 4B');
  await page.keyboard.press('Control+y');
  await eventually(
    () => message(page),
    (words) => words === 'Nothing to redo.',
  );
});

test('undo leaves alone what another program wrote since', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.type('4a');
  await eventually(
    () => page.evaluate(() => window.fake.peek(0x40, 1)),
    ([byte]) => byte === 0x4a,
  );
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x11]);
  });
  await page.keyboard.press('Control+z');
  await eventually(
    () => message(page),
    (words) => words === 'Not undone: 0x40 changed to 11 meanwhile; nothing was written.',
  );
  deepEqual(await page.evaluate(() => window.fake.peek(0x40, 1)), [0x11]);
});

test('a segment that cannot be written says why when the user types', async () => {
  const page = await browser.open({
    ...hello,
    description: { writable: false, readOnlyReason: 'Attach to the segment to write into it.' },
  });
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('4');
  await eventually(
    () => message(page),
    (words) => words === 'Attach to the segment to write into it.',
  );
  deepEqual(await edits(page), []);
  match((await rowAt(page, '00000040')) ?? '', /\|48 65/);
  equal(await page.locator('.grid').getAttribute('aria-readonly'), 'true');
});

test('keys that mean nothing here say what does', async () => {
  const page = await browser.open(hello);
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('g');
  await eventually(
    () => message(page),
    (words) => words.startsWith('Type hexadecimal digits'),
  );
  await page.keyboard.press('Delete');
  await eventually(
    () => message(page),
    (words) => words.startsWith('A segment has a fixed length'),
  );
});

test('text that would pass the end is refused whole', async () => {
  const page = await browser.open({ size: 32 });
  await clickByte(page, 'text', 31);
  await pressKey(page, 'é');
  await eventually(
    () => message(page),
    (words) => words.startsWith('The text does not fit'),
  );
  deepEqual(await edits(page), []);
});

test('while paused a written byte shows at once', async () => {
  const page = await browser.open({ ...hello, pace: { hertz: 30, paused: false, underLock: false } });
  await page.locator('button[aria-label="Pause"]').click();
  await page.evaluate(() => {
    window.fake.holdLooks = true;
  });
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.type('4a');
  await page.keyboard.press('ArrowLeft');
  await reads(page, 'offset 0x40, 4A, 74, character J');
});
