import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { clickByte, eventually, middleOf, reads, rowAt, rowsOf, useBrowser } from './browser';

const browser = useBrowser();
const hello = { texts: [{ offset: 0x40, text: 'Hello' }] };
const banner = (page: Page): Promise<string> => page.locator('.banner .words').innerText();
const acts = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    window.fake.calls.filter(({ method }) => method === 'act').map(({ argument }) => argument),
  );

test('an empty panel says where to go', async () => {
  const page = await browser.open({ description: null, place: 'panel' });
  match(await page.locator('.empty').innerText(), /Select a segment in the Segments view/);
  equal(await page.locator('.grid').isVisible(), false);
  await page.evaluate(() => window.fake.describe({}));
  await eventually(
    () => rowsOf(page),
    (rows) => rows.length > 10,
  );
  equal(await page.locator('.empty').isVisible(), false);
});

for (const presence of ['removed', 'recreated', 'denied', 'failed'] as const) {
  test(`a segment that is ${presence} keeps its last bytes greyed and offers to reopen`, async () => {
    const page = await browser.open(hello);
    const notice = `It is ${presence}: do this or that.`;
    await page.evaluate(([state, words]) => window.fake.describe({ presence: state, notice: words }), [
      presence,
      notice,
    ] as const);
    await eventually(
      () => banner(page),
      (words) => words === notice,
    );
    match((await rowAt(page, '00000040')) ?? '', /Hello/);
    await page.locator('.stage.stale').waitFor();
    await page.locator('.banner .button').click();
    deepEqual(await acts(page), [{ action: 'reopen' }]);
    await clickByte(page, 'hex', 0x40);
    await page.keyboard.press('4');
    await eventually(
      () => page.locator('.footer .message').innerText(),
      (words) => words.includes('nothing was written'),
    );
  });
}

test('a segment that is reopened shows its own bytes, without marks of a change', async () => {
  const page = await browser.open(hello);
  await page.evaluate(async () => {
    await window.fake.describe({ presence: 'removed', notice: 'gone' });
    window.fake.poke(0x40, [0x41, 0x42]);
    await window.fake.describe({ presence: 'live', notice: null });
    await window.fake.look();
  });
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.includes('41 42') === true,
  );
  equal(await page.locator('.banner').isVisible(), false);
  await clickByte(page, 'hex', 0x40);
  await reads(page, 'offset 0x40, 41, 65, character A');
  const { x, y } = await middleOf(page, 'hex', 0x41);
  await page.mouse.move(x, y);
  await eventually(
    () => page.locator('.tip').innerText(),
    (words) => words.startsWith('0x0041 (65) · not seen to change'),
  );
});

test('a segment that is waited for says so and shows its bytes when it comes', async () => {
  const page = await browser.open({ ...hello, description: { presence: 'waiting', notice: null } });
  equal(await banner(page), 'Waiting for the segment to appear.');
  const badge = page.locator('.header .badge');
  match(await badge.innerText(), /^waiting for \S/);
  equal(await badge.locator('.codicon-watch').count(), 1);
  await page.evaluate(() => window.fake.describe({ presence: 'live' }).then(() => window.fake.look()));
  await eventually(
    () => badge.innerText(),
    (words) => !words.startsWith('waiting'),
  );
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.endsWith('Hello           ') === true,
  );
});

test('a segment that shrinks keeps what it lost greyed, until it is reopened', async () => {
  const page = await browser.open({ size: 128, texts: [{ offset: 0x70, text: 'lost' }] });
  await page.evaluate(() => {
    window.fake.size = 100;
    return window.fake.look();
  });
  await eventually(
    () => banner(page),
    (words) => words.startsWith('The segment shrank to 100 bytes.'),
  );
  match((await rowAt(page, '00000070')) ?? '', /lost/);
  await clickByte(page, 'hex', 0x70);
  await page.keyboard.press('4');
  await eventually(
    () => page.locator('.footer .message').innerText(),
    (words) => words !== '',
  );
  await page.locator('.banner .button').click();
  await eventually(
    () => rowAt(page, '00000070'),
    (row) => row === undefined,
  );
  match(await page.locator('.header').innerText(), /100 B/);
});

test('a segment that grows gets more rows', async () => {
  const page = await browser.open({ size: 32 });
  equal((await rowsOf(page)).length, 2);
  await page.evaluate(() => {
    window.fake.size = 64;
    return window.fake.look();
  });
  await eventually(
    () => rowsOf(page),
    (rows) => rows.length === 4,
  );
});

test('a size that is no multiple of the row ends where it ends', async () => {
  const page = await browser.open({ size: 21 });
  deepEqual(await rowsOf(page), [
    '00000000|00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00|                ',
    `00000010|00 00 00 00 00${' '.repeat(34)}|                `,
  ]);
});

test('hovering a byte tells its history and whether it can be torn', async () => {
  const page = await browser.open(hello);
  await page.evaluate(async () => {
    for (const value of [0x4a, 0x4b]) {
      window.fake.poke(0x40, [value]);
      await window.fake.look();
    }
  });
  const { x, y } = await middleOf(page, 'hex', 0x40);
  await page.mouse.move(x, y);
  const tip = page.locator('.tip');
  await tip.waitFor();
  const words = await tip.innerText();
  match(
    words,
    /^0x0040 \(64\) · changed 2 times\nlast .* ago · 4A → 4B\nnot under the lock: bytes may be torn$/,
  );
  await page.evaluate(() => {
    window.fake.lock = { kind: 'systemv', state: 'ours', holder: null, waiters: 0, value: 0 };
    return window.fake.look();
  });
  await eventually(
    () => tip.innerText(),
    (found) => found.endsWith('you hold the lock'),
  );
  await page.mouse.move(5, 5);
  await tip.waitFor({ state: 'hidden' });
});

test('the lock badge says who holds it, in words and with an icon', async () => {
  const page = await browser.open({
    ...hello,
    lock: { state: 'held', holder: { pid: 4712, name: 'consumer\u202e' }, waiters: 1 },
  });
  equal(await page.locator('.badge').innerText(), 'Held by consumer\\u{202e} (4712) · 1 waiting');
  equal(await page.locator('.badge .codicon-lock').count(), 1);
  await page.evaluate(() => {
    window.fake.lock = { kind: 'systemv', state: 'ours', holder: null, waiters: 0, value: 0 };
    return window.fake.look();
  });
  await eventually(
    () => page.locator('.badge').innerText(),
    (words) => words === 'Held by you',
  );
  await page.locator('button[aria-label="Unlock"]').click();
  deepEqual(await acts(page), [{ action: 'unlock' }]);
});

test('a name is never markup', async () => {
  const name = '<img src=x onerror=alert(1)><b>key</b>';
  const page = await browser.open({
    ...hello,
    texts: [{ offset: 0, text: '<b>bytes</b>' }],
    description: {
      label: name,
      attached: [
        {
          pid: 1,
          name,
          commandLine: name,
          owner: 'dev',
          part: 'attached' as const,
          alive: true,
          writable: false,
          mappings: [],
          us: false,
        },
      ],
    },
  });
  equal(await page.locator('.header .name').innerText(), name);
  equal(await page.locator('#root img, #root b').count(), 0);
  match((await rowAt(page, '00000000')) ?? '', /<b>bytes<\/b>/);
});

test('nothing that programs or users have chosen is markup, in any part of the view', async () => {
  const evil = '<img src=x onerror="document.title=1"><b>x</b>';
  const page = await browser.open({ texts: [{ offset: 0, text: evil }], size: 4096 });
  await page.evaluate(async (words) => {
    const { fake } = window;
    const holder = { pid: 7, name: words };
    fake.lock = { kind: 'systemv', state: 'held', holder, waiters: 1, value: 0 };
    fake.clipboardText = words;
    await fake.describe({
      kindText: words,
      owner: words,
      routeText: words,
      readOnlyReason: words,
      notice: words,
    });
    await fake.mark([{ id: 'a', name: words, colour: 'purple', offset: 0, length: 32, type: 'cString' }]);
    const lock = {
      id: 'm',
      state: 'stale',
      words,
      kind: words,
      offset: 8,
      name: words,
      facts: [words],
      certainty: words,
      sinceMs: 0,
      sinceFirstLook: true,
      troubles: [words],
      isPlaced: true,
      strip: [],
    } as const;
    await fake.viewer.locks({ rows: [lock], deadlocks: [] });
    await fake.compare({ title: words, detail: words, notice: words });
    await fake.look();
  }, evil);
  await page.locator('.grid').first().focus();
  await page.keyboard.press('Control+f');
  await page.getByRole('combobox', { name: 'What is looked for' }).selectOption('text');
  await page.getByRole('textbox', { name: 'What to find' }).fill(evil);
  await page.keyboard.press('Enter');
  await page.locator('.result', { hasText: '<img' }).waitFor();
  for (const part of ['.bookmark', '.lock', '.badge', '.half.other .title', '.row .bytes']) {
    await page.locator(part, { hasText: '<img' }).first().waitFor();
  }
  await page.evaluate((words) => window.fake.viewer.locks({ rows: [], deadlocks: [words] }), evil);
  await page.locator('.deadlock', { hasText: '<img' }).waitFor();
  await page.evaluate((words) => window.fake.describe({ presence: 'removed', notice: words }), evil);
  await page.locator('.banner', { hasText: '<img' }).waitFor();
  equal(await page.locator('#root img, #root b').count(), 0);
  equal(await page.title(), 'view');
});

test('attached processes are chips, dead ones struck through, and fold to a number', async () => {
  const attached = ['producer', 'consumer', 'logger'].map((name, index) => ({
    pid: 4711 + index,
    name,
    commandLine: `./${name}`,
    owner: 'dev',
    part: 'attached' as const,
    alive: name !== 'logger',
    writable: true,
    mappings: [],
    us: false,
  }));
  const page = await browser.open({ ...hello, description: { attached } });
  const chips = page.locator('.chip:not(.count)');
  deepEqual(await chips.allInnerTexts(), ['producer 4711', 'consumer 4712', 'logger 4713']);
  equal(await page.locator('.chip s').innerText(), 'logger 4713');
  await page.setViewportSize({ width: 700, height: 640 });
  await page.locator('.chip.count').waitFor({ state: 'visible' });
  equal(await chips.first().isVisible(), false);
});

test('the tools do what they say', async () => {
  const page = await browser.open(hello);
  for (const name of ['Lock', 'Attach', 'Write…'])
    await page.getByRole('button', { name, exact: true }).click();
  deepEqual(
    await acts(page),
    ['lock', 'attach', 'write'].map((action) => ({ action })),
  );
  await page.getByRole('button', { name: '30 Hz' }).click();
  await page.getByRole('menuitemradio', { name: '60 Hz' }).click();
  await page.getByRole('button', { name: '60 Hz' }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  deepEqual(
    await page.evaluate(() =>
      window.fake.calls.filter(({ method }) => method === 'pace').map(({ argument }) => argument),
    ),
    [
      { hertz: 60, paused: false, underLock: false },
      { hertz: 60, paused: true, underLock: false },
    ],
  );
});

test('bytes are copied under the lock where the user says so, and the foot tells', async () => {
  const page = await browser.open(hello);
  const foot = page.locator('.footer .trust');
  equal(await foot.innerText(), 'Not under the lock');
  await page.getByRole('button', { name: 'Unlocked copy' }).click();
  await page.getByRole('menuitemradio', { name: 'Copy under the lock' }).click();
  await page.evaluate(() => window.fake.look());
  await eventually(
    () => foot.innerText(),
    (words) => words === 'Copied under the lock',
  );
  await clickByte(page, 'hex', 0x40);
  await page.keyboard.press('Control+Alt+u');
  await page.getByRole('button', { name: 'Unlocked copy' }).waitFor();
  equal(await page.evaluate(() => window.fake.pace_.underLock), false);
});

test('a way of looking that the host refuses is not shown', async () => {
  const page = await browser.open(hello);
  await page.evaluate(() => {
    window.fake.refuseNext = { code: 'permission-denied', message: 'This workspace is restricted.' };
  });
  await page.getByRole('button', { name: 'Unlocked copy' }).click();
  await page.getByRole('menuitemradio', { name: 'Copy under the lock' }).click();
  await page.getByText('This workspace is restricted.').waitFor();
  await page.getByRole('button', { name: 'Unlocked copy' }).waitFor();
});

test('the menu works by keyboard alone and gives the focus back', async () => {
  const page = await browser.open(hello);
  const more = page.getByRole('button', { name: 'More actions…' });
  await more.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  deepEqual(await acts(page), [{ action: 'showLog' }]);
  equal(await more.evaluate((button) => button === document.activeElement), true);
});

test('the context menu opens by mouse and by its key, at the cursor', async () => {
  const page = await browser.open(hello);
  const { x, y } = await middleOf(page, 'hex', 0x40);
  await page.mouse.click(x, y, { button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy Ctrl+C' }).click();
  await reads(page, 'offset 0x40');
  await clickByte(page, 'text', 0x41);
  await reads(page, 'offset 0x41');
  await page.keyboard.press('ContextMenu');
  await page.getByRole('menuitem', { name: 'Copy Ctrl+C' }).click();
  await eventually(
    () => page.evaluate(() => window.fake.copied),
    (copied) => copied.join() === '48,e',
  );
});

test('the context menu has what makes sense for the byte, the selection or the pointer under it', async () => {
  const page = await browser.open(hello);
  await page.evaluate(() => window.fake.poke(0x80, [0x40, 0, 0, 0, 0, 0, 0, 0]));
  const offered = async (offset: number): Promise<string[]> => {
    const { x, y } = await middleOf(page, 'hex', offset);
    await page.mouse.click(x, y, { button: 'right' });
    await page.getByRole('menu').waitFor();
    const words = await page
      .locator('.menu > :is(.item, .separator)')
      .evaluateAll((entries) => entries.map((entry) => entry.querySelector('.words')?.textContent ?? '-'));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    return words;
  };
  const clipboard = ['Copy', 'Copy as…', 'Paste', 'Paste as…', '-'];
  const change = ['Write…', 'Freeze or unfreeze', '-'];
  const notes = [
    'Add bookmark…',
    'Break on change…',
    'Copy address in process',
    'Show in VS Code’s memory view',
  ];
  deepEqual(await offered(0x40), [...clipboard, ...change, ...notes, 'Select bytes…']);
  await page.evaluate(() => window.fake.look());
  deepEqual(await offered(0x80), [...clipboard, ...change, 'Follow pointer', ...notes, 'Select bytes…']);
  await clickByte(page, 'hex', 0x40);
  await clickByte(page, 'hex', 0x44, { modifiers: ['Shift'] });
  const selected = [...notes, 'Save selection to file…'];
  deepEqual(await offered(0x42), [...clipboard, 'Fill…', 'Freeze or unfreeze', '-', ...selected]);
  equal(await page.evaluate(() => window.fake.cursorAt.length), 5, 'the selection under the pointer stays');
  await page.evaluate(() => window.fake.describe({ writable: false, readOnlyReason: 'Read-only.' }));
  deepEqual(await offered(0x42), ['Copy', 'Copy as…', '-', 'Write…', '-', ...selected]);
  await page.evaluate(() => window.fake.describe({ presence: 'removed' }));
  deepEqual(await offered(0x42), ['Copy', 'Copy as…', '-', 'Add bookmark…']);
});

test('another segment in the panel starts at its own place and forgets the first', async () => {
  const page = await browser.open({ ...hello, place: 'panel' });
  await clickByte(page, 'text', 0x42);
  await reads(page, 'offset 0x42, 6C, 108, character l');
  await page.evaluate(() => window.fake.describe({ label: 'other', nativeKey: 'posix:/other' }));
  await reads(page, 'offset 0x0, 00, 0');
  await page.evaluate(() =>
    window.fake.describe({ nativeKey: 'systemv:/tmp/qipc_sharedmemory_mySharedMemoryKey' }),
  );
  await reads(page, 'offset 0x42, 6C, 108, character l');
});

test('a message that makes no sense gets a fault and the view goes on', async () => {
  const page = await browser.open(hello);
  const answer = await page.evaluate(async () => {
    const bad = { sequence: 'x', offset: -1 } as unknown as Parameters<typeof window.fake.viewer.frame>[0];
    return window.fake.viewer.frame(bad).then(
      () => 'taken',
      (fault: unknown) => String(fault),
    );
  });
  match(answer, /Fault: sequence/);
  await page.evaluate(() => {
    window.fake.poke(0x40, [0x4a]);
    return window.fake.look();
  });
  await eventually(
    () => rowAt(page, '00000040'),
    (row) => row?.includes('Jello') === true,
  );
});

test('bytes that change are no reason to store the place anew: only a place that is another one is', async () => {
  const page = await browser.open(hello);
  await page.waitForFunction(() => typeof window.savedState === 'object' && window.savedState !== null);
  const stored = await page.evaluate(async () => {
    // Storing waits a quarter of a second: what was to be stored by now is before this timer.
    const settled = (): Promise<void> => new Promise((later) => setTimeout(later, 300));
    await settled();
    let count = 0;
    let state = window.savedState;
    Object.defineProperty(window, 'savedState', {
      get: () => state,
      set: (value: unknown) => {
        state = value;
        count++;
      },
    });
    for (let value = 1; value <= 5; value++) {
      window.fake.poke(0, [value]);
      await new Promise((painted) => requestAnimationFrame(painted));
    }
    await settled();
    const unmoved = count;
    document
      .querySelector('.grid')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await settled();
    return [unmoved, count];
  });
  deepEqual(stored, [0, 1]);
});
