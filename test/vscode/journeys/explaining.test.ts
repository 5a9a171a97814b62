import { strict as assert } from 'node:assert';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Frame } from 'playwright-core';
import { removeLeft } from '../../peers/leftovers';
import { Stage } from '../../peers/stage';
import { findLiveView, holds, until } from '../liveView';
import { Workbench } from './workbench';

test('Explain: a segment, a key and an error, each with evidence and what helps', async (t) => {
  const stage = new Stage(t, undefined, `explainJourney${String(process.pid)}`);
  const peer = await stage.creator(6, 2048);
  stage.defer(() => removeLeft(stage.native, 'explainJourney'));
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  const text = async (): Promise<string> =>
    (await page.locator('.editor-instance .view-lines').first().innerText()).replaceAll('\u00a0', ' ');
  const says = (words: string | RegExp): Promise<void> =>
    holds(`an explanation with ${String(words)}`, async () => {
      const shown = await text().catch(() => '');
      return typeof words === 'string' ? shown.includes(words) : words.test(shown);
    });
  const remedy = (name: string) => page.locator('.codelens-decoration a', { hasText: name }).first();

  await workbench.step(t, 'of a segment, from its menu: who has it, and the way to it', async () => {
    await workbench.openTree();
    await workbench.row('explainJourney').waitFor();
    await workbench.menu(workbench.row('explainJourney'), 'Explain');
    await says('A segment has this key');
    await says(`Attached: qt6-peer (${String(peer.pid)})`);
    await workbench.screenshots('explain-segment');
    await remedy('Open Live View').click();
    await findLiveView(page);
  });

  await workbench.step(t, 'of a key that somebody types: nobody has it', async () => {
    await workbench.palette('Shared Memory: Explain');
    await workbench.pick('A Segment or a Key');
    await workbench.quickInput().fill('posix:/nobodyHasThis');
    await workbench.pick('Native key');
    await says('No segment has this key: attaching says NotFound');
  });

  await workbench.step(t, 'of an error, from its message: what it is the cause of', async () => {
    await workbench.command('Create Segment');
    await workbench.quickInput().fill(stage.key);
    await workbench.pick('Qt key (System V');
    await workbench.notification('exists');
    await workbench.screenshot('explain-error');
    await page.locator('.notification-toast').getByRole('button', { name: 'Explain…' }).click();
    await says('creating says AlreadyExists');
  });

  await workbench.step(
    t,
    'of what a killed program left: the remedy removes it, and asks first',
    async () => {
      await peer.crash();
      await workbench.palette('Shared Memory: Explain');
      await workbench.pick('A Segment or a Key');
      await workbench.quickInput().fill(stage.key);
      await workbench.pick('Qt key (System V');
      await says('left behind by a program that has ended');
      await workbench.screenshot('explain-left');
      await remedy('Remove Leftover').click();
      const question = await workbench.dialog();
      assert.match(question.words, /Remove 1 leftover with 2,048 B\?/);
      await question.press('Remove');
      await holds('nothing of it', () => stage.traces().length === 0);
    },
  );
});

// Only root can make a segment for somebody else, and only root is asked.
test('What is private to another user is not opened because VS Code runs as root', async (t) => {
  const stage = new Stage(t, (key) => ({ type: 'posix', name: `/${key}` }), `private-${String(process.pid)}`);
  const path = `/dev/shm/${stage.key}`;
  writeFileSync(path, 'their secret', { mode: 0o600 });
  chownSync(path, 65534, 65534);
  stage.defer(() => {
    rmSync(path, { force: true });
    return Promise.resolve();
  });
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;

  await workbench.step(t, 'the view says whose it is, and shows no byte', async () => {
    await workbench.openTree();
    const segments = page.locator('.sidebar .pane', { has: page.locator('[aria-label^="Segments"]') });
    await segments.locator('.monaco-list-row', { hasText: stage.key }).click();
    const frame = await refusal(workbench);
    assert.equal((await frame.locator('body').innerText()).includes('secret'), false);
    await workbench.screenshots('consent');
  });

  await workbench.step(t, 'Reopen asks; Cancel shows no byte', async () => {
    const frame = await refusal(workbench);
    await frame.getByRole('button', { name: 'Reopen' }).click();
    const question = await workbench.dialog();
    assert.match(question.words, /It is private to .* \(mode 0600\)/);
    await workbench.screenshot('consent-question');
    await question.press('Cancel');
    assert.equal((await frame.locator('body').innerText()).includes('secret'), false);
  });

  await workbench.step(t, 'Open shows it', async () => {
    const frame = await refusal(workbench);
    await frame.getByRole('button', { name: 'Reopen' }).click();
    await (await workbench.dialog()).press('Open');
    const view = await findLiveView(page);
    await holds('the bytes', async () => (await view.text()).includes('their secret'));
  });
});

/** The frame of the live view that says why it shows nothing. */
function refusal({ page }: Workbench): Promise<Frame> {
  return until('a view that says whose it is', async () => {
    for (const frame of page.frames()) {
      const banner = frame.locator('.banner', { hasText: /Private to .*, mode 0600/ });
      if (await banner.isVisible().catch(() => false)) return frame;
    }
    return undefined;
  });
}
