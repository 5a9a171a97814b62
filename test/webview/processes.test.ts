import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { AttachedProcess } from '../../extension/shared/protocol';
import { violations } from '../axe';
import { useBrowser } from './browser';

const browser = useBrowser();

const running: AttachedProcess = {
  pid: 4711,
  name: 'producer\u202e',
  commandLine: './producer --fast',
  owner: 'dev',
  part: 'attached',
  alive: true,
  writable: true,
  mappings: ['7f0000400000', '7f0000500000', '7f0000600000'].map((address) => ({
    address,
    offset: 0,
    length: 4096,
  })),
  us: false,
};
const reader: AttachedProcess = { ...running, pid: 4712, name: 'reader', writable: false, mappings: [] };
const ended: AttachedProcess = { ...reader, pid: 4713, name: 'logger', alive: false };
const creator: AttachedProcess = { ...ended, pid: 4714, name: '', owner: '', part: 'creator' };
const attached = [running, reader, ended, creator];

const section = (page: Page) => page.locator('#side-processes');
const deeds = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    window.fake.calls.filter(({ method }) => method === 'processDeed').map(({ argument }) => argument),
  );

test('each process has its number, user, rights and addresses in words, and the ended are told from the others', async () => {
  const page = await browser.open({ description: { attached } });
  deepEqual(await section(page).locator('button').allInnerTexts(), [
    'producer\\u{202e} 4711',
    'reader 4712',
    'logger 4713',
    '4714',
  ]);
  deepEqual(await section(page).locator('.process-facts').allInnerTexts(), [
    'dev · maps it for reading and writing · 0x7f0000400000 · 0x7f0000500000 · …',
    'dev · maps it for reading',
    'dev · has ended',
    'creator, has ended',
  ]);
  equal(await section(page).locator('.codicon-circle-slash').count(), 2);
  equal(
    await section(page).locator('li').first().getAttribute('title'),
    './producer --fast\n0x7f0000400000\n0x7f0000500000\n0x7f0000600000',
  );
  deepEqual(await violations(page, '#side-processes'), []);
});

test('Enter and a click on a process lead to what runs it, also on a chip', async () => {
  const page = await browser.open({ description: { attached } });
  await section(page)
    .getByRole('button', { name: /reader 4712/ })
    .press('Enter');
  await section(page)
    .getByRole('button', { name: /logger 4713/ })
    .click();
  await page.setViewportSize({ width: 1600, height: 700 });
  await page.locator('.chip', { hasText: 'reader 4712' }).click();
  deepEqual(
    await deeds(page),
    [4712, 4713, 4712].map((pid) => ({ deed: 'showProcess', pid })),
  );
});

test('its menu opens another shared mapping of it and copies its number; of one that has ended there is no mapping', async () => {
  const page = await browser.open({ description: { attached } });
  const menu = async (name: RegExp, item: string): Promise<void> => {
    await section(page).getByRole('button', { name }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu(/reader 4712/, 'Open Shared Mapping…');
  await menu(/logger 4713/, 'Copy PID');
  await section(page)
    .getByRole('button', { name: /logger 4713/ })
    .click({ button: 'right' });
  equal(
    await page.getByRole('menuitem', { name: 'Open Shared Mapping…' }).getAttribute('aria-disabled'),
    'true',
  );
  deepEqual(await deeds(page), [
    { deed: 'openSharedMapping', pid: 4712 },
    { deed: 'copyPid', pid: 4713 },
  ]);
});

test('the keyboard stays on a process while others come and go, and nobody is told of as such', async () => {
  const page = await browser.open({ description: { attached } });
  await section(page)
    .getByRole('button', { name: /logger 4713/ })
    .focus();
  await page.evaluate((rest) => window.fake.describe({ attached: rest }), attached.slice(2));
  await section(page).locator('li').nth(2).waitFor({ state: 'detached' });
  equal(await page.evaluate(() => document.activeElement?.textContent), 'logger 4713');
  await page.evaluate(() => window.fake.describe({ attached: [], attachCount: 0 }));
  await section(page).getByText('Nobody attached').waitFor();
});
