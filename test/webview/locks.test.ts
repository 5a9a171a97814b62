import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { stripWaiter, type LockPicture, type LockRow } from '../../extension/shared/lockRow';
import { violations } from '../axe';
import { eventually, reads, useBrowser } from './browser';
import { themeNames } from './page';

const browser = useBrowser();

const own: LockRow = {
  id: 'own',
  state: 'free',
  words: 'Free',
  kind: 'Lock of the segment',
  offset: null,
  name: '',
  facts: [],
  certainty: 'certain',
  sinceMs: new Date(2026, 0, 2, 14, 3, 12).getTime(),
  sinceFirstLook: true,
  troubles: [],
  isPlaced: false,
  strip: Array.from({ length: 60 }, () => 1),
};

const stale: LockRow = {
  ...own,
  id: 'm',
  state: 'stale',
  words: 'Stale',
  kind: 'Mutex, robust',
  offset: 0x140,
  facts: ['worker (4711), thread 4712', '2 waiting'],
  certainty: 'likely',
  sinceFirstLook: false,
  troubles: ['worker (4711) died while it held the lock: nobody gives it back.'],
  isPlaced: true,
  strip: [1, 2, 3, 2 + 2 * stripWaiter, 4],
};

const paired: LockRow = { ...own, id: 's', kind: 'Semaphore', name: '/gate\u202e', isPlaced: true };
const all: LockPicture = { rows: [own, stale, paired], deadlocks: [] };

const tell = (page: Page, picture: LockPicture): Promise<void> =>
  page.evaluate((told) => window.fake.viewer.locks(told), picture);
const section = (page: Page) => page.locator('#side-locks');
const calls = (page: Page, method: string): Promise<unknown[]> =>
  page.evaluate(
    (name) => window.fake.calls.filter((call) => call.method === name).map(({ argument }) => argument),
    method,
  );

test('each lock has a row with state, kind, place, holder, time and certainty in words', async () => {
  const page = await browser.open();
  await tell(page, all);
  deepEqual(await section(page).locator('.lock .state').allInnerTexts(), ['Free', 'Stale', 'Free']);
  const facts = await section(page).locator('.lock-facts').allInnerTexts();
  equal(facts[0], 'since 14:03:12 or before · certain');
  equal(facts[1], 'worker (4711), thread 4712 · 2 waiting · since 14:03:12 · likely');
  equal(await page.locator('.lock .name').nth(2).innerText(), '/gate\\u{202e}');
  await page.getByRole('listitem', { name: 'Stale, Mutex, robust 0x140' }).waitFor();
});

test('without a lock the section says so, and how to come to one', async () => {
  const page = await browser.open();
  match(await section(page).innerText(), /^No locks yet\./);
  await tell(page, all);
  ok(!(await section(page).innerText()).includes('No locks yet.'));
  await page.evaluate(() => window.fake.describe({ nativeKey: 'posix:/other' }));
  await eventually(
    () => section(page).innerText(),
    (found) => found.startsWith('No locks yet.'),
  );
});

test('the last minute is told in words and drawn in shapes of their own', async () => {
  const page = await browser.open();
  await tell(page, all);
  await page.getByRole('img', { name: 'Last 5 s: held in 3, waited for in 1, wrong in 1' }).waitFor();
  const drawn = await page
    .locator('.lock')
    .nth(1)
    .locator('.strip path')
    .evaluateAll((paths) => paths.map((path) => [path.getAttribute('class'), path.getAttribute('d')]));
  deepEqual(Object.fromEntries(drawn), {
    waited: 'M58 0h1V2h-1z',
    held: 'M56 4h1V14h-1zM58 4h1V14h-1z',
    partly: 'M57 9h1V14h-1z',
    free: 'M55 13h1V14h-1z',
    wrong: 'M59 4h1V8h-1zM59 10h1V14h-1z',
  });
});

test('the place of a lock leads to its bytes', async () => {
  const page = await browser.open();
  await tell(page, all);
  await page.getByRole('button', { name: 'Go to 0x140' }).press('Enter');
  await reads(page, 'offset 0x140');
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('what is wrong has a button that asks for its repair, and only that', async () => {
  const page = await browser.open();
  await tell(page, all);
  equal(
    await section(page)
      .getByRole('button', { name: /^Repair/ })
      .count(),
    1,
  );
  match(await page.locator('.troubles').nth(1).innerText(), /died while it held the lock/);
  await page.getByRole('button', { name: 'Repair Mutex, robust 0x140…' }).press('Enter');
  deepEqual(await calls(page, 'repairLock'), [{ id: 'm' }]);
});

test('a lock that was placed can be taken off the list; the one of the segment cannot', async () => {
  const page = await browser.open();
  await tell(page, all);
  equal(
    await section(page)
      .getByRole('button', { name: /^Remove from list/ })
      .count(),
    2,
  );
  await page.getByRole('button', { name: 'Remove from list: Semaphore /gate\\u{202e}' }).click();
  deepEqual(await calls(page, 'dropLock'), [{ id: 's' }]);
});

test('the tools of the header run the commands', async () => {
  const page = await browser.open();
  for (const name of ['Find locks in segment…', 'Add lock at cursor…', 'Pair semaphore…'])
    await page.getByRole('button', { name }).press('Enter');
  deepEqual(await calls(page, 'act'), [
    { action: 'findLocks' },
    { action: 'addLock' },
    { action: 'pairSemaphore' },
  ]);
});

test('Tab goes through the buttons of the rows, and news leave the focus where it is', async () => {
  const page = await browser.open();
  await tell(page, all);
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
  await page.getByRole('button', { name: 'Go to 0x140' }).focus();
  const seen: (string | null)[] = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  deepEqual(seen, [
    'Remove from list: Mutex, robust 0x140',
    'Repair Mutex, robust 0x140…',
    'Remove from list: Semaphore /gate\\u{202e}',
  ]);
  await page.getByRole('button', { name: /^Repair Mutex/ }).focus();
  await tell(page, { ...all, rows: [own, { ...stale, facts: ['3 waiting'] }, paired] });
  match((await page.locator('.lock-facts').nth(1).innerText()) || '', /^3 waiting/);
  equal(await focused(), 'Repair Mutex, robust 0x140…');
});

test('a deadlock is read out once, as the circle that it is', async () => {
  const page = await browser.open();
  const circle = 'A (12) waits for L2, held by B (13), who waits for L1, held by A (12)';
  await tell(page, { ...all, deadlocks: [circle] });
  await section(page).locator('.deadlock', { hasText: circle }).waitFor();
  await page.locator('[aria-live=polite]', { hasText: `Deadlock ${circle}` }).waitFor();
  await page.evaluate(() => {
    const changes: number[] = [];
    new MutationObserver((records) => changes.push(records.length)).observe(
      document.querySelector('.deadlocks') ?? document.body,
      { childList: true, subtree: true },
    );
    Object.assign(window, { changes });
  });
  await tell(page, { rows: [stale], deadlocks: [circle] });
  deepEqual(await page.evaluate(() => (window as unknown as { changes: number[] }).changes), []);
});

const badge = (page: Page) => page.locator('.header .badge');
const none = { kind: 'none', state: 'none', holder: null, waiters: null, value: null } as const;
const two: readonly LockRow[] = [paired, { ...paired, id: 't', name: '', kind: 'Mutex', offset: 0x80 }];
const ours = { ...none, kind: 'systemv', state: 'ours' } as const;

for (const [what, lock, picture, words, tone] of [
  ['what is wrong before what is free', {}, all, 'Stale · worker (4711), thread 4712', 'bad'],
  ['that this window holds its own before all else', ours, all, 'Held by you', 'ours'],
  ['a deadlock before what is wrong', {}, { ...all, deadlocks: ['A waits for B'] }, 'Deadlock', 'bad'],
  ['its own where none matters more', {}, { rows: [own, ...two], deadlocks: [] }, 'Lock free', 'quiet'],
  [
    'how many are free where it has none of its own',
    none,
    { rows: two, deadlocks: [] },
    '2 locks free',
    'quiet',
  ],
  [
    'a holder of one in the bytes',
    {},
    { rows: [own, { ...stale, state: 'held', words: 'Held', troubles: [] }], deadlocks: [] },
    'Held · worker (4711), thread 4712',
    'held',
  ],
  [
    'that something is wrong with its own',
    { state: 'held' },
    { rows: [{ ...own, state: 'held', troubles: ['It was replaced.'] }], deadlocks: [] },
    'Held, holder unknown',
    'bad',
  ],
] as const) {
  test(`the header tells of all locks ${what}`, async () => {
    const page = await browser.open({ lock });
    await tell(page, picture);
    await eventually(
      async () => [await badge(page).getAttribute('class'), await badge(page).innerText()].join(': '),
      (shown) => shown === `badge ${tone}: ${words}`,
    );
  });
}

test('the foot says that there is no lock only where none is in the bytes either', async () => {
  const page = await browser.open({ lock: { kind: 'none', state: 'none' } });
  const foot = (): Promise<string> => page.locator('.footer .trust').innerText();
  await eventually(foot, (words) => words === 'No lock');
  await tell(page, { rows: [stale], deadlocks: [] });
  await eventually(foot, (words) => words === 'Not under the lock');
});

test('a holder that stands at a stop of the debugger is told on the badge, its chip and its row, until it goes on', async () => {
  const holder = { pid: 4712, name: 'consumer' };
  const page = await browser.open({ lock: { state: 'held', holder } });
  const shown = (words: string): Promise<string> =>
    eventually(
      () => badge(page).innerText(),
      (found) => found === words,
    );
  await shown('Held by consumer (4712)');
  const chip = page.locator('.chip', { hasText: 'consumer' });
  await page.evaluate(() => window.fake.describe({ standing: [4712] }));
  await shown('Held by consumer (4712) · at a stop');
  equal(
    await badge(page).getAttribute('title'),
    'Its holder stands at a stop of the debugger: the lock is released when it goes on.',
  );
  await chip.locator('.codicon-debug-pause').waitFor();
  ok((await chip.getAttribute('title'))?.includes('maps it for reading and writing, stands at a stop'));
  await page.evaluate(() => window.fake.describe({ standing: [] }));
  await shown('Held by consumer (4712)');
  await chip.locator('.codicon-circle-filled').waitFor();
});

test('the badge names every lock to the pointer, its own first, names escaped', async () => {
  const page = await browser.open();
  await tell(page, all);
  await eventually(
    async () => (await badge(page).getAttribute('title'))?.split('\n') ?? [],
    (lines) => lines.length === 4,
  );
  deepEqual((await badge(page).getAttribute('title'))?.split('\n'), [
    'No process holds the lock of this segment.',
    'Mutex, robust 0x140: Stale · worker (4711), thread 4712 · 2 waiting · likely',
    'worker (4711) died while it held the lock: nobody gives it back.',
    'Semaphore /gate\\u{202e}: Free · certain',
  ]);
});

test('a long holder does not crowd the header of a narrow view', async () => {
  const page = await browser.open({ width: 700 });
  const facts = [`${'worker'.repeat(40)} (4711)`];
  await tell(page, { ...all, rows: [own, { ...stale, facts }] });
  await eventually(
    () => badge(page).innerText(),
    (shown) => shown.startsWith('Stale'),
  );
  const boxes = await page.evaluate(() => {
    const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
    return {
      right: box('.header .badge')?.right ?? 0,
      name: box('.header .name')?.width ?? 0,
      all: innerWidth,
    };
  });
  ok(boxes.right <= boxes.all && boxes.name >= 40, JSON.stringify(boxes));
  equal(
    await page.locator('.header').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    0,
  );
});

for (const theme of themeNames) {
  test(`in ${theme} the section of locks has no accessibility violation`, async () => {
    const page = await browser.open({ theme });
    await tell(page, { ...all, deadlocks: ['A waits for L1, held by A'] });
    deepEqual(await violations(page), []);
  });
}
