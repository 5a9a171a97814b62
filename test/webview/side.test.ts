import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { ValueId } from '../../extension/shared/values/index';
import { violations } from '../axe';
import { clickByte, eventually, useBrowser } from './browser';
import { root, themeNames, type Options } from './page';

const browser = useBrowser();
const shots = join(root, 'out/test/webview/shots');
mkdirSync(shots, { recursive: true });

const scene: Options = {
  texts: [
    { offset: 0, text: 'SHM1\0\x04\0\0\x16\x20' },
    { offset: 0x48, text: 'Hello from another process!' },
    { offset: 0x80, text: '\x40\0\0\0\0\0\0\0' },
  ],
};

const row = (page: Page, type: ValueId): Locator => page.locator(`.value-row[data-type=${type}]`);
const label = async (page: Page, type: ValueId): Promise<string> =>
  (await row(page, type).getAttribute('aria-label')) ?? '';

/** Waits until a screen reader reads this of a type. */
function says(page: Page, type: ValueId, wanted: string): Promise<string> {
  return eventually(
    () => label(page, type),
    (found) => found === wanted,
  );
}

/** The edits that the host was asked for. */
function edits(page: Page): Promise<unknown[]> {
  return page.evaluate(() =>
    window.fake.calls.filter(({ method }) => method === 'edit').map(({ argument }) => argument),
  );
}

/** Opens a value's field, types and presses Enter. */
async function type(page: Page, id: ValueId, typed: string): Promise<void> {
  await row(page, id).locator('.value').click();
  await page.locator('.value-row .input').fill(typed);
  await page.keyboard.press('Enter');
}

test('the inspector reads the bytes at the cursor and follows it', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'int32', 'int32, 1819043144');
  await says(page, 'utf8String', 'UTF-8 string, "Hello from another process!"');
  await page.keyboard.press('ArrowRight');
  await says(page, 'uint8', 'uint8, 101');
});

test('with a selection it reads from its first byte, whichever way it was made', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x4b);
  await clickByte(page, 'hex', 0x48, { modifiers: ['Shift'] });
  await says(page, 'uint8', 'uint8, 72');
  await clickByte(page, 'hex', 0x48);
  await clickByte(page, 'hex', 0x4b, { modifiers: ['Shift'] });
  await says(page, 'uint8', 'uint8, 72');
});

test('a value follows the segment, is marked as changed, and rows that did not change are left alone', async () => {
  const page = await browser.open({ ...scene, context: { reducedMotion: 'reduce' } });
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint8', 'uint8, 72');
  await page.evaluate(() => {
    const changed: string[] = [];
    new MutationObserver((records) => {
      for (const { target } of records) {
        const place = target instanceof Element ? target : target.parentElement;
        changed.push(place?.closest('.value-row')?.getAttribute('data-type') ?? '');
      }
    }).observe(document.querySelector('.values') ?? document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    Object.assign(window, { changed });
    window.fake.poke(0x4c, [0x70]);
    return window.fake.look();
  });
  await says(page, 'utf8String', 'UTF-8 string, "Hellp from another process!"');
  ok((await row(page, 'utf8String').locator('.value').getAttribute('data-changed')) !== null);
  equal(await row(page, 'int32').locator('.value').getAttribute('data-changed'), null);
  const changed = await page.evaluate(() => (window as unknown as { changed: string[] }).changed);
  ok(changed.includes('uint64') && !changed.includes('int32') && !changed.includes('uint8'), changed.join());
  await eventually(
    () => row(page, 'utf8String').locator('.value').getAttribute('data-changed'),
    (mark) => mark === null,
  );
});

test('moving the cursor marks nothing as changed', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await clickByte(page, 'hex', 0x49);
  await says(page, 'uint8', 'uint8, 101');
  equal(await page.locator('[data-changed]').count(), 0);
});

test('coming to bytes that are read only then marks nothing as changed', async () => {
  const page = await browser.open({
    ...scene,
    texts: [...(scene.texts ?? []), { offset: 0xfff8, text: 'ABCDEFGH' }],
    size: 0x10000,
  });
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint8', 'uint8, 72');
  await page.keyboard.press('Control+End');
  await says(page, 'uint8', 'uint8, 72');
  equal(await page.locator('[data-changed]').count(), 0);
  await page.keyboard.press('Home');
  await says(page, 'uint8', 'uint8, 0');
  await page.keyboard.press('Control+Home');
  await says(page, 'uint8', 'uint8, 83');
  equal(await page.locator('[data-changed]').count(), 0);
});

test('after a far jump the rows wait in their places, and say nothing of the bytes they came from', async () => {
  const page = await browser.open({ ...scene, size: 0x10000 });
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint8', 'uint8, 72');
  const height = () => page.locator('.values').evaluate(({ clientHeight }) => clientHeight);
  const before = await height();
  await page.evaluate(() => (window.fake.holdLooks = true));
  await page.keyboard.press('Control+End');
  await page.locator('.section-header', { hasText: '0xFFFF' }).waitFor();
  equal(await label(page, 'uint8'), 'uint8');
  // A note that wraps makes its row a little higher.
  ok((await height()) > before - 22, 'the rows went away');
  await page.evaluate(() => {
    window.fake.holdLooks = false;
    return window.fake.look();
  });
  await says(page, 'uint8', 'uint8, 0');
});

test('the byte order is switched in the header and remembered', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint16', 'uint16, 25928');
  await page.getByRole('button', { name: 'LE: little endian; press to read as big endian' }).click();
  await says(page, 'uint16', 'uint16, 18533');
  await page.getByRole('button', { name: 'BE: big endian; press to read as little endian' }).waitFor();
  const state = await eventually(
    () => page.evaluate(() => window.savedState),
    (saved) => JSON.stringify(saved ?? null).includes('"endian":"big"'),
  );
  const again = await browser.open({ ...scene, state });
  await clickByte(again, 'hex', 0x48);
  await says(again, 'uint16', 'uint16, 18533');
});

const families: readonly (readonly [
  id: ValueId,
  good: string,
  bytes: readonly number[],
  bad: string,
  rule: RegExp,
])[] = [
  ['int8', '-1', [255], '128', /-128 to 127/],
  ['uint16', '0x1234', [0x34, 0x12], '65536', /0 to 65535/],
  ['uint64', '1', [1, 0, 0, 0, 0, 0, 0, 0], '1.5', /0 to 18446744073709551615/],
  ['float32', '1.5', [0, 0, 0xc0, 0x3f], 'one', /3\.4028234663852886e\+38/],
  ['bfloat16', '1', [0x80, 0x3f], '1e39', /Out of range/],
  ['sleb128', '-2', [0x7e], 'x', /-9223372036854775808/],
  ['bool', 'false', [0], 'maybe', /true or false/],
  ['char', "'J'", [0x4a], 'ab', /one character/],
  ['utf8String', 'Jé', [0x4a, 0xc3, 0xa9], '\\q', /backslash/],
  ['utf16String', 'Jé', [0x4a, 0, 0xe9, 0], '', /at least one character/],
  ['cString', 'Hi', [0x48, 0x69, 0], 'a\\0', /first NUL/],
  ['pointer32', '0x40', [0x40, 0, 0, 0], '0x100000000', /0 to 4294967295/],
  ['time32', '1970-01-01T00:01:00Z', [60, 0, 0, 0], '2040-01-01', /2038-01-19/],
  ['fileTime', '1601-01-01T00:00:00.0000001Z', [1, 0, 0, 0, 0, 0, 0, 0], 'soon', /such as 2027/],
  ['guid', '00000001-0000-0000-0000-000000000000', [1, ...Array<number>(15).fill(0)], '1', /32 hex digits/],
  ['ipv4', '10.0.0.1', [10, 0, 0, 1], '10.0.0.256', /0 to 255/],
  ['ipv6', '::1', [...Array<number>(15).fill(0), 1], ':::', /eight groups/],
  ['rgb', '#102030', [16, 32, 48], '#1', /two hex digits/],
];

test('every family is written in place over the bytes that were on screen, and a bad text is refused beside it', async () => {
  const page = await browser.open({ ...scene, state: { side: { allTypes: true } } });
  for (const [index, [id, good, bytes, bad, rule]] of families.entries()) {
    const seen = Array.from('Hello from another', (character) => character.charCodeAt(0));
    await page.evaluate((all) => {
      window.fake.poke(0x48, all);
      return window.fake.look();
    }, seen);
    await clickByte(page, 'hex', 0x48);
    await says(
      page,
      'uint64',
      'uint64, 8245905598405764424'.replace('8245905598405764424', String(0x7266206f6c6c6548n)),
    );
    await type(page, id, bad);
    const input = page.locator('.value-row .input');
    equal(await input.getAttribute('aria-invalid'), 'true', id);
    const error = page.locator(`#${(await input.getAttribute('aria-describedby')) ?? ''}`);
    match((await error.textContent()) ?? '', rule, id);
    equal((await edits(page)).length, index, id);
    await input.fill(good);
    equal(await input.getAttribute('aria-invalid'), null);
    await page.keyboard.press('Enter');
    await eventually(
      () => page.evaluate((length) => window.fake.peek(0x48, length), bytes.length),
      (found) => found.join() === bytes.join(),
    );
    deepEqual((await edits(page)).at(-1), { offset: 0x48, bytes, expected: seen.slice(0, bytes.length) }, id);
    equal(await page.locator('.value-row .input').count(), 0, id);
  }
});

test('bytes that changed while a value was typed are shown and not overwritten unless Enter is pressed again', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint16', 'uint16, 25928');
  await row(page, 'uint16').locator('.value').click();
  await page.locator('.value-row .input').fill('7');
  await page.evaluate(() => {
    window.fake.poke(0x49, [1]);
    return window.fake.look();
  });
  await says(page, 'uint16', 'uint16, 328');
  await page.keyboard.press('Enter');
  match(
    (await page.locator('.value-error').textContent()) ?? '',
    /changed to 328 meanwhile; nothing was written/,
  );
  deepEqual(await edits(page), []);
  await page.keyboard.press('Enter');
  await says(page, 'uint16', 'uint16, 7');
  deepEqual(await edits(page), [{ offset: 0x48, bytes: [7, 0], expected: [0x48, 1] }]);
});

test('a change that no frame has shown yet is a conflict of the host: nothing is written', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'uint16', 'uint16, 25928');
  await page.evaluate(() => {
    window.fake.poke(0x49, [1]);
  });
  await type(page, 'uint16', '7');
  await page
    .locator('.footer .failure')
    .getByText('0x49 changed')
    .or(page.locator('.footer .failure').getByText('0x48 changed'))
    .waitFor();
  deepEqual(await page.evaluate(() => window.fake.peek(0x48, 2)), [0x48, 1]);
  await says(page, 'uint16', 'uint16, 328');
});

test('Escape, a click elsewhere and an unchanged value write nothing', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'int32', 'int32, 1819043144');
  await row(page, 'int32').locator('.value').click();
  await page.keyboard.type('5');
  await page.keyboard.press('Escape');
  equal(await page.evaluate(() => document.activeElement?.getAttribute('data-type')), 'int32');
  await page.keyboard.press('Enter');
  await page.locator('.value-row .input').fill('5');
  await clickByte(page, 'hex', 0x50);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'int32', 'int32, 1819043144');
  await type(page, 'int32', '1819043144');
  equal(await page.locator('.value-row .input').count(), 0);
  deepEqual(await edits(page), []);
});

test('a view that cannot write says why and opens no field', async () => {
  const page = await browser.open({
    ...scene,
    description: { writable: false, readOnlyReason: 'Attach to write.' },
  });
  await clickByte(page, 'hex', 0x48);
  await says(page, 'int32', 'int32, 1819043144');
  await row(page, 'int32').locator('.value').click();
  await page.locator('.footer .failure').getByText('Attach to write.').waitFor();
  equal(await page.locator('.value-row .input').count(), 0);
  equal(await page.locator('.values').getAttribute('aria-readonly'), 'true');
});

test('by keyboard alone: into the pane, along the rows, edit, copy, and back to the bytes', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await says(page, 'int8', 'int8, 72');
  await page.keyboard.press('Control+Alt+v');
  equal(await page.locator('.side').isVisible(), false);
  await page.keyboard.press('Control+Alt+v');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  equal(await focused(), 'int8, 72');
  await page.keyboard.press('End');
  equal(await focused(), await label(page, 'time64'));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+c');
  await eventually(
    () => page.evaluate(() => window.fake.copied),
    (copied) => copied.join() === '72',
  );
  await page.keyboard.press('F2');
  await page.keyboard.type('73');
  await page.keyboard.press('Enter');
  await says(page, 'uint8', 'uint8, 73');
  equal(await focused(), 'uint8, 73');
  await page.keyboard.press('Tab');
  equal(await page.evaluate(() => document.activeElement?.textContent), 'Show all types');
  await page.keyboard.press('Escape');
  equal(await page.evaluate(() => document.activeElement?.id), 'grid');
});

test('the list is one tab stop', async () => {
  const page = await browser.open(scene);
  equal(await page.locator('.value-row[tabindex="0"]').count(), 1);
  await row(page, 'int32').locator('.type').click();
  equal(await page.locator('.value-row[tabindex="0"]').count(), 1);
  equal(await row(page, 'int32').getAttribute('tabindex'), '0');
});

test('a pointer says where it leads, and its menu goes there', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x80);
  await says(
    page,
    'pointer64',
    'pointer64, 0x0000000000000040, inside the segment at 0x40, as an offset from its start',
  );
  await row(page, 'pointer64').locator('.type').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Go to where it leads' }).press('Enter');
  await eventually(
    () => page.evaluate(() => window.fake.cursorAt.offset),
    (offset) => offset === 0x40,
  );
});

test('hostile bytes are shown as text that can do nothing', async () => {
  const page = await browser.open({ texts: [{ offset: 0, text: '<img src=x onerror=alert(1)>\x1b' }] });
  await says(page, 'utf8String', 'UTF-8 string, "<img src=x onerror=alert(1)>\\x1B"');
  equal(await page.locator('.side img').count(), 0);
});

test('at the end of the segment types that do not fit say so', async () => {
  const page = await browser.open({ size: 3 });
  await clickByte(page, 'hex', 1);
  await says(page, 'uint16', 'uint16, 0');
  await says(page, 'uint32', 'uint32, not enough bytes');
  await row(page, 'uint32').locator('.value').click();
  equal(await page.locator('.value-row .input').count(), 0);
});

test('the selection says its range, length and changes, and its hashes come by themselves when it rests', async () => {
  const page = await browser.open(scene);
  await clickByte(page, 'hex', 0x48);
  await clickByte(page, 'hex', 0x62, { modifiers: ['Shift'] });
  const facts = page.locator('#side-selection .facts').first();
  await facts.getByText('0x48 (72)').waitFor();
  await facts.getByText('0x62 (98)').waitFor();
  await facts.getByText('27 B (0x1B)').waitFor();
  await facts.getByText('not seen to change').waitFor();
  await page
    .locator('.hashes')
    .getByText(/^Of an unlocked copy, /)
    .waitFor();
  const before = await page.locator('.digits').first().textContent();
  match(before ?? '', /^crc32:/);
  await page.evaluate(() => {
    window.fake.poke(0x48, [0x4a]);
    return window.fake.look();
  });
  await page.locator('.hashes').getByText('The bytes are changing').waitFor();
  equal(await page.locator('.digits').first().isVisible(), false);
  await facts.getByText('1 of 27 bytes, 1×').waitFor();
  await page
    .locator('.hashes')
    .getByText(/^Of an unlocked copy, /)
    .waitFor();
  ok((await page.locator('.digits').first().textContent()) !== before);
});

test('a long selection is hashed when asked for, shows progress and can be stopped', async () => {
  const page = await browser.open({ ...scene, size: 2 ** 20 });
  await page.evaluate(() => (window.fake.holdHashes = true));
  await clickByte(page, 'hex', 0);
  await page.keyboard.press('Control+a');
  const compute = page.getByRole('button', { name: 'Compute hashes' });
  await compute.click();
  await page.evaluate(() => window.fake.viewer.hashing({ fraction: 0.42 }));
  await page.locator('.hashes').getByText('Computing hashes: 42 %').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await compute.waitFor();
  deepEqual(
    await page.evaluate(() =>
      window.fake.calls.map(({ method }) => method).filter((name) => /hash/i.test(name)),
    ),
    ['hash', 'stopHash'],
  );
  await compute.click();
  await page.evaluate(() => {
    window.fake.releaseHashes();
  });
  await page
    .locator('.hashes')
    .getByText(/^Of an unlocked copy, /)
    .waitFor();
});

test('hashes under our own lock say so', async () => {
  const page = await browser.open({ ...scene, lock: { state: 'ours' } });
  await clickByte(page, 'hex', 0x48);
  await page.keyboard.press('Shift+ArrowRight');
  await page
    .locator('.hashes')
    .getByText(/^Under your lock, /)
    .waitFor();
});

test('sections fold, and stay folded', async () => {
  const page = await browser.open(scene);
  await page.getByRole('button', { name: 'Inspector', exact: true }).click();
  equal(await page.locator('.values').isVisible(), false);
  const state = await eventually(
    () => page.evaluate(() => window.savedState as { side?: { folded?: string[] } } | undefined),
    (saved) => saved?.side?.folded?.includes('inspector') === true,
  );
  const again = await browser.open({ ...scene, state });
  equal(await again.locator('.values').isVisible(), false);
  equal(
    await again.getByRole('button', { name: 'Inspector', exact: true }).getAttribute('aria-expanded'),
    'false',
  );
});

test('the pane is folded by its tool and stays so; a narrow view starts folded and opens it over the bytes', async () => {
  const page = await browser.open(scene);
  const tool = (on: Page) => on.getByRole('button', { name: 'Show or hide the pane' });
  equal(await tool(page).getAttribute('aria-pressed'), 'true');
  await tool(page).click();
  equal(await page.locator('.side').isVisible(), false);
  const state = await eventually(
    () => page.evaluate(() => window.savedState as { side?: { open?: boolean } } | undefined),
    (saved) => saved?.side?.open === false,
  );
  const again = await browser.open({ ...scene, state });
  equal(await again.locator('.side').isVisible(), false);
  const small = await browser.open({ ...scene, width: 700 });
  equal(await small.locator('.side').isVisible(), false);
  const width = () => small.evaluate(() => document.querySelector('.grid')?.clientWidth);
  const before = await width();
  await tool(small).click();
  equal(await small.locator('.side').isVisible(), true);
  equal(await width(), before);
  await small.keyboard.press('Escape');
  equal(await small.locator('.side').isVisible(), false);
});

test('the sash resizes by mouse and by keyboard, within bounds, and the width is remembered', async () => {
  const page = await browser.open(scene);
  const sash = page.getByRole('separator', { name: 'Width of the side pane' });
  const width = () => page.evaluate(() => document.querySelector('.side')?.getBoundingClientRect().width);
  equal(await width(), 300);
  const box = await sash.boundingBox();
  ok(box);
  await page.mouse.move(box.x + 2, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x - 98, box.y + 200);
  await page.mouse.up();
  equal(await width(), 400);
  await page.keyboard.press('ArrowRight');
  equal(await width(), 384);
  equal(await sash.getAttribute('aria-valuenow'), '384');
  await page.keyboard.press('Home');
  equal(await width(), 200);
  await page.keyboard.press('ArrowRight');
  equal(await width(), 200);
  await page.keyboard.press('End');
  equal(await width(), Number(await sash.getAttribute('aria-valuemax')));
  await sash.dblclick();
  equal(await width(), 300);
  await eventually(
    () => page.evaluate(() => window.savedState as { side?: { width?: number } } | undefined),
    (saved) => saved?.side?.width === 300,
  );
});

for (const theme of themeNames) {
  for (const width of [1280, 700]) {
    test(`it is accessible and looked at: ${theme}, ${String(width)} wide`, async () => {
      const page = await browser.open({ ...scene, theme, width, state: { side: { allTypes: true } } });
      await clickByte(page, 'hex', 0x48);
      await clickByte(page, 'hex', 0x62, { modifiers: ['Shift'] });
      if (width < 800) await page.getByRole('button', { name: 'Show or hide the pane' }).click();
      await page.evaluate(() => {
        window.fake.poke(0x50, [0x4a]);
        return window.fake.look();
      });
      await type(page, 'int32', '99999999999');
      await page.locator('.value-error').waitFor();
      await page.screenshot({ path: join(shots, `side-${theme}-${String(width)}.png`) });
      deepEqual(await violations(page), []);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Show fewer types' }).click();
      await page
        .locator('.hashes')
        .getByText(/^Of an unlocked copy, /)
        .waitFor();
      await page.locator('.side').evaluate((side) => {
        side.scrollTop = side.scrollHeight;
      });
      await page.screenshot({ path: join(shots, `side-${theme}-${String(width)}-selection.png`) });
      deepEqual(await violations(page), []);
      equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
  }
}
