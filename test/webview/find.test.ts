import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { clickByte, eventually, useBrowser } from './browser';
import type { Options } from './page';

const browser = useBrowser();
const scene: Options = {
  size: 2048,
  texts: [
    { offset: 0x20, text: 'Hello one' },
    { offset: 0x90, text: 'hello two' },
    { offset: 0x700, text: 'Hello three' },
  ],
};

const count = (page: Page): Promise<string> => page.locator('.find .count').innerText();
const counts = (page: Page, wanted: string): Promise<string> =>
  eventually(
    () => count(page),
    (words) => words === wanted,
  );
const problem = (page: Page): Promise<string> => page.locator('.find .problem').innerText();
const note = (page: Page): Promise<string> => page.locator('.find .note').innerText();
const ended = (page: Page, wanted: string): Promise<string> =>
  eventually(
    () => note(page),
    (words) => words === wanted,
  );
const selects = async (page: Page, offset: number, length: number): Promise<void> => {
  await eventually(
    () => page.evaluate(() => window.fake.cursorAt),
    (at) => at.start === offset && at.length === length,
  );
};
const says = (page: Page, start: string): Promise<string> =>
  eventually(
    () => page.locator('.footer .message').innerText(),
    (words) => words.startsWith(start),
  );
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
const calls = (page: Page, method: string): Promise<unknown[]> =>
  page.evaluate(
    (name) => window.fake.calls.filter((call) => call.method === name).map(({ argument }) => argument),
    method,
  );

async function openFind(page: Page, kind: string): Promise<void> {
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'What is looked for' }).selectOption(kind);
  if (kind !== 'changed') await page.getByRole('textbox', { name: 'What to find' }).focus();
}

/** Looks for these digits; the host tells nothing of it until tellFound(). */
async function searchHeld(page: Page, digits: string): Promise<void> {
  await page.evaluate(() => {
    window.fake.holdFinds = true;
  });
  await openFind(page, 'hex');
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');
}

test('hex with wildcards is found while it is typed, and Enter goes from hit to hit and round', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'hex');
  await page.keyboard.type('?8 65 6c 6C');
  await counts(page, '3 hits');
  equal(await page.evaluate(() => window.fake.cursorAt.offset), 0, 'typing moved the cursor');
  await page.keyboard.press('Enter');
  await selects(page, 0x20, 4);
  await counts(page, '1 of 3');
  await page.keyboard.press('Enter');
  await selects(page, 0x90, 4);
  await page.keyboard.press('F3');
  await selects(page, 0x700, 4);
  await page.keyboard.press('Enter');
  await selects(page, 0x20, 4);
  await says(page, 'The search went on at the start.');
  await page.keyboard.press('Shift+Enter');
  await selects(page, 0x700, 4);
  await says(page, 'The search went on at the end.');
  equal(await focused(page), 'What to find');
  await page.keyboard.press('Escape');
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
  await page.keyboard.press('Shift+F3');
  await selects(page, 0x90, 4);
});

test('text is found with and without case, and in the selection alone', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'text');
  await page.keyboard.type('hello');
  await counts(page, '3 hits');
  await page.getByRole('button', { name: 'Match case' }).click();
  await counts(page, '1 hit');
  await page.getByRole('button', { name: 'Match case' }).click();
  await counts(page, '3 hits');
  await page.getByRole('button', { name: 'Find in selection' }).click();
  await says(page, 'Select at least two bytes first');
  await clickByte(page, 'hex', 0x80);
  await clickByte(page, 'hex', 0xaf, { modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Find in selection' }).click();
  await counts(page, '1 hit');
  await page.getByRole('button', { name: 'Next hit (F3, Enter)' }).click();
  await selects(page, 0x90, 5);
  const query = (await calls(page, 'find')).at(-1) as { readonly start: number; readonly length: number };
  deepEqual([query.start, query.length], [0x80, 0x30]);
});

test('a number is asked for with its type, byte order and alignment', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() => {
    window.fake.poke(0x101, [0x12, 0x34]);
    window.fake.poke(0x200, [0x12, 0x34]);
  });
  await openFind(page, 'number');
  await page.getByRole('combobox', { name: 'Type of the number' }).selectOption('uint16');
  await page.getByRole('combobox', { name: 'Byte order' }).selectOption('big');
  await page.getByRole('textbox', { name: 'What to find' }).fill('0x1234');
  await counts(page, '2 hits');
  await page.getByRole('combobox', { name: 'Alignment' }).selectOption('2');
  await counts(page, '1 hit');
  await page.keyboard.press('F3');
  await selects(page, 0x200, 2);
});

for (const [kind, typed, rule] of [
  ['hex', '4G', 'G is no hexadecimal digit'],
  ['hex', '4', 'A byte has two digits'],
  ['hex', '??', 'Everything would match'],
  ['number', '12x', '12x is no number'],
  ['number', '5..1', 'The range is empty'],
  ['number', '99999999999', '99999999999 does not fit the type'],
  ['regex', '(', 'Not a regular expression'],
] as const) {
  test(`a wrong pattern is told beside the field and never sent: ${kind} ${typed}`, async () => {
    const page = await browser.open(scene);
    await openFind(page, kind);
    await page.getByRole('textbox', { name: 'What to find' }).fill(typed);
    await eventually(
      () => problem(page),
      (words) => words.startsWith(rule),
    );
    equal(await page.getByRole('textbox', { name: 'What to find' }).getAttribute('aria-invalid'), 'true');
    await page.keyboard.press('Enter');
    await says(page, rule);
    deepEqual(await calls(page, 'find'), []);
  });
}

test('a text that the encoding lacks is told beside the field', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'text');
  await page.getByRole('combobox', { name: 'Encoding' }).selectOption('ascii');
  await page.getByRole('textbox', { name: 'What to find' }).fill('naïve');
  await eventually(
    () => problem(page),
    (words) => words.startsWith('ï cannot be written in ASCII'),
  );
});

test('what the host refuses is told beside the field', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() => {
    window.fake.refuseNext = { code: 'gone', message: 'There is no segment to search.' };
  });
  await openFind(page, 'hex');
  await page.keyboard.type('00');
  await eventually(
    () => problem(page),
    (words) => words === 'There is no segment to search.',
  );
});

test('hits stream in with progress, the search can be stopped, and what was found stays', async () => {
  const page = await browser.open(scene);
  await searchHeld(page, '48');
  await page.locator('.find .progress.running').waitFor();
  await page.evaluate(() => window.fake.tellFound({ offsets: [0x20], done: false, progress: 0.4 }));
  await counts(page, '1 of 1');
  equal(await page.locator('.find .progress').getAttribute('aria-valuenow'), '40');
  await page.evaluate(() =>
    window.fake.tellFound({ offsets: [0x700], total: 2, done: false, progress: 0.9 }),
  );
  await counts(page, '1 of 2');
  await page.locator('.find').getByRole('button', { name: 'Stop searching' }).click();
  equal((await calls(page, 'stopFind')).length, 1);
  await page.locator('.find .progress:not(.running)').waitFor({ state: 'attached' });
  await counts(page, '1 of 2+');
  await ended(page, 'Stopped after the first 1,843 B; there may be more results');
  equal(await page.locator('.result-section .none').innerText(), await note(page));
});

test('a search that was stopped before it found anything says how far it looked, and not in red', async () => {
  const page = await browser.open({ size: 2 ** 31 });
  await searchHeld(page, '48');
  await page.locator('.result-section .none', { hasText: 'Searching' }).waitFor();
  equal(await page.getByRole('toolbar', { name: 'Results' }).locator('.fact').isVisible(), false);
  await page.evaluate(() => window.fake.tellFound({ offsets: [], done: false, progress: 0.6 }));
  await page.locator('.find').getByRole('button', { name: 'Stop searching' }).click();
  const said = 'Stopped: no results in the first 1.2 GiB';
  await ended(page, said);
  await says(page, said);
  equal(await page.locator('.result-section .none').innerText(), said);
  equal(await count(page), '');
  equal(await page.locator('.find .count.none').count(), 0);
  await page.keyboard.press('F3');
  await says(page, said);
});

test('a search that is stopped before the host has begun it ends, and says that nothing was searched', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() => {
    window.fake.holdFinds = true;
    window.fake.holdBegin = true;
  });
  await openFind(page, 'hex');
  await page.keyboard.type('48');
  await page.locator('.find').getByRole('button', { name: 'Stop searching' }).click();
  await page.evaluate(() => {
    window.fake.beginFind();
  });
  await ended(page, 'Stopped before anything was searched');
  await page.locator('.find .progress:not(.running)').waitFor({ state: 'attached' });
});

test('while the next search begins, nothing is said of the one before', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'hex');
  await page.keyboard.type('FF EE');
  await counts(page, 'No results');
  await page.evaluate(() => {
    window.fake.holdBegin = true;
  });
  await page.getByRole('textbox', { name: 'What to find' }).fill('48');
  await page.locator('.find').getByRole('button', { name: 'Stop searching' }).waitFor();
  equal(await count(page), '');
  equal(await page.locator('.result-section .none').innerText(), 'Searching');
  equal(await page.getByRole('toolbar', { name: 'Results' }).locator('.fact').isVisible(), false);
});

test('a search that fails says why and how far it looked, never that there is nothing', async () => {
  const page = await browser.open(scene);
  await searchHeld(page, '48');
  await page.locator('.find .progress.running').waitFor();
  await page.evaluate(() => window.fake.tellFound({ offsets: [], done: false, progress: 0.5 }));
  await page.evaluate(() => window.fake.tellFound({ offsets: [], error: 'The segment is gone.' }));
  const said = 'The segment is gone. The search came no farther than the first 1,024 B.';
  await eventually(
    () => problem(page),
    (words) => words === said,
  );
  await says(page, said);
  equal(await page.locator('.result-section .none').innerText(), said);
  equal(await count(page), '');
});

test('a search that is capped says so', async () => {
  const page = await browser.open(scene);
  await searchHeld(page, '00');
  await page.evaluate(() =>
    window.fake.tellFound({ offsets: Array.from({ length: 10_000 }, (_, at) => at), capped: true }),
  );
  await eventually(
    () => count(page),
    (words) => words.endsWith('of 10,000+'),
  );
});

test('of a large segment nothing is searched before Enter, and the note says so', async () => {
  const page = await browser.open({ size: 2 ** 30 });
  await page.evaluate(() => {
    window.fake.holdFinds = true;
  });
  await openFind(page, 'hex');
  await page.keyboard.type('48');
  await eventually(
    () => page.locator('.find .note').innerText(),
    (words) => words.startsWith('Enter searches 1'),
  );
  deepEqual(await calls(page, 'find'), []);
  await page.keyboard.press('Enter');
  await eventually(
    () => calls(page, 'find'),
    ({ length }) => length === 1,
  );
});

test('what changed since a mark is asked for by the mark', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'changed');
  await eventually(
    () => problem(page),
    (words) => words.startsWith('Nothing has been marked'),
  );
  await page.evaluate(() => {
    window.fake.holdFinds = true;
  });
  await page.getByRole('button', { name: 'Mark now' }).click();
  await page.locator('.find .moment', { hasText: 'marked at' }).waitFor();
  await page.locator('.find').getByRole('button', { name: 'Search again' }).click();
  await eventually(
    () => calls(page, 'find'),
    (found) =>
      isDeepStrictEqual(found, [{ kind: 'changed', since: 7, start: 0, length: null, alignment: 1 }]),
  );
  await page.evaluate(() => window.fake.tellFound({ offsets: [0x400], lengths: [64] }));
  await page.keyboard.press('F3');
  await selects(page, 0x400, 64);
});

test('where nothing is swept, a mark says what to do', async () => {
  const page = await browser.open(scene);
  await page.evaluate(() => {
    window.fake.since = null;
  });
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+Alt+k');
  await says(page, 'Nothing can be marked');
});

test('results are listed with what is around them, and go there by click and by keys', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'text');
  await page.keyboard.type('hello');
  const lines = page.locator('.results .result');
  await eventually(
    () => lines.allInnerTexts(),
    (texts) => texts.length === 3 && (texts[2] ?? '').includes('three'),
  );
  match((await lines.allInnerTexts())[0] ?? '', /^0x20/);
  await lines.nth(1).click();
  await selects(page, 0x90, 5);
  await page.locator('.results').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await selects(page, 0x700, 5);
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await selects(page, 0x20, 5);
});

test('only the lines in sight of ten thousand hits are on the page, and the last can be reached', async () => {
  const page = await browser.open({ size: 2 ** 20 });
  await searchHeld(page, '00');
  await page.evaluate(() =>
    window.fake.tellFound({ offsets: Array.from({ length: 10_000 }, (_, at) => at * 100), capped: true }),
  );
  await page.locator('.results').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await selects(page, 999_900, 1);
  await page.locator('.result.active', { hasText: '0xF41DC' }).waitFor();
  ok((await page.locator('.result').count()) < 20);
});

test('a hit whose bytes change is struck through and passed over', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'text');
  await page.keyboard.type('hello');
  await counts(page, '3 hits');
  await page.evaluate(() => {
    window.fake.poke(0x90, [0]);
    return window.fake.look();
  });
  await page.locator('.result.gone', { hasText: '0x90' }).waitFor();
  await page.locator('.hits i.gone').first().waitFor();
  match(await page.locator('.result.gone').innerText(), /no longer there$/);
  await page.keyboard.press('Enter');
  await selects(page, 0x20, 5);
  await page.keyboard.press('Enter');
  await selects(page, 0x700, 5);
});

test('hits are boxed in both columns, and clearing the results takes the boxes away', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'hex');
  await page.keyboard.type('48 65');
  await eventually(
    () => page.locator('.hits i').count(),
    (boxes) => boxes === 2,
  );
  await page.getByRole('button', { name: 'Clear results' }).click();
  await eventually(
    () => page.locator('.hits i').count(),
    (boxes) => boxes === 0,
  );
  equal(await page.locator('.results').isVisible(), false);
});

test('the selected bytes become what is looked for, and what was looked for comes back by arrow', async () => {
  const page = await browser.open(scene);
  await openFind(page, 'hex');
  await page.keyboard.type('00 48');
  await page.keyboard.press('Enter');
  await selects(page, 0x1f, 2);
  await clickByte(page, 'hex', 0x20);
  await clickByte(page, 'hex', 0x22, { modifiers: ['Shift'] });
  await page.keyboard.press('Control+f');
  const field = page.getByRole('textbox', { name: 'What to find' });
  equal(await field.inputValue(), '48 65 6C');
  await page.keyboard.press('ArrowUp');
  equal(await field.inputValue(), '00 48');
  await page.keyboard.press('ArrowDown');
  equal(await field.inputValue(), '48 65 6C');
});

test('what the widget was set to is remembered', async () => {
  const page = await browser.open({
    ...scene,
    state: { find: { kind: 'text', text: 'two', encoding: 'nonsense' }, sought: ['two', 4] },
  });
  await page.locator('.grid').focus();
  await page.keyboard.press('Control+f');
  equal(await page.getByRole('textbox', { name: 'What to find' }).inputValue(), 'two');
  equal(await page.getByRole('combobox', { name: 'Encoding' }).inputValue(), 'utf8');
  await page.keyboard.press('Enter');
  await selects(page, 0x96, 3);
});

test('the bytes are never under the widget', async () => {
  const page = await browser.open({ ...scene, width: 700 });
  await openFind(page, 'text');
  await page.keyboard.type('hello');
  await page.keyboard.press('Enter');
  await selects(page, 0x20, 5);
  const widget = await page.locator('.find').boundingBox();
  const row = await page.locator('.row').first().boundingBox();
  ok(widget && row && row.y >= widget.y + widget.height, JSON.stringify({ widget, row }));
});
