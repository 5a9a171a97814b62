import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../root';
import { removeLeft } from '../../peers/leftovers';
import { Stage } from '../../peers/stage';
import { holds } from '../liveView';
import { Workbench } from './workbench';

/** A program that makes a System V segment and dies of it, as a debugger starts it. */
function program(key: number): Readonly<Record<string, string>> {
  const addon = JSON.stringify(join(root, 'out/segment_lens.node'));
  const launch = {
    version: '0.2.0',
    configurations: [
      {
        type: 'node',
        request: 'launch',
        name: 'Crashing Worker',
        program: '${workspaceFolder}/worker.js',
        console: 'internalConsole',
      },
    ],
  };
  return {
    '.vscode/launch.json': JSON.stringify(launch),
    'worker.js': `const native = require(${addon});
native.create({ mechanism: 'systemv', key: ${String(key)} }, { size: 4096 })
  .then(() => process.kill(process.pid, 'SIGKILL'));`,
  };
}

test('What dead programs left: seen, looked at, removed, and told of after a debug session', async (t) => {
  const stage = new Stage(t, undefined, `leftJourney${String(process.pid)}`);
  const key = 0x4a000000 | (process.pid & 0xffffff);
  const number = { mechanism: 'systemv', key } as const;
  const creator = await stage.creator(5, 2048);
  const files = stage.traces().filter((trace) => trace.startsWith('/'));
  const workbench = await Workbench.open({ files: program(key) });
  stage.defer(() => workbench.close());
  stage.defer(() => removeLeft(stage.native, 'leftJourney'));
  stage.defer(() => {
    const left = stage.native.list('systemv').find((info) => info.key === key);
    if (left !== undefined) stage.native.remove(number, String(left.shmid));
    return Promise.resolve();
  });
  const { page } = workbench;
  const view = page.locator('.sidebar .pane', { has: page.locator('[aria-label^="Leftovers"]') });
  const left = view.locator('.monaco-list-row', { hasText: 'leftJourney' }).first();

  await workbench.step(
    t,
    'what a program uses is no leftover; what it left when it was killed is',
    async () => {
      await workbench.openTree();
      await workbench.row('leftJourney').waitFor();
      assert.equal(await left.count(), 0);
      await creator.crash();
      // Looks are as far apart as the last one was long, fifty times.
      await left.waitFor({ timeout: 120_000 });
      assert.match(await left.innerText(), /2,048 B/);
      await left.locator('.monaco-tl-twistie').click();
      await view
        .locator('.monaco-list-row', { hasText: /^semid \d+semaphore$/ })
        .first()
        .waitFor();
      await workbench.screenshots('leftovers');
    },
  );

  await workbench.step(t, 'Remove says object by object what would go; Cancel keeps all of it', async () => {
    await left.hover();
    await left.getByRole('button', { name: 'Remove Leftover' }).click();
    const question = await workbench.dialog();
    assert.match(question.words, /Remove 1 leftover with 2,048 B\?/);
    assert.match(question.words, /shmid \d+: segment, 2,048 B/);
    for (const file of files) assert.ok(question.words.includes(`${file}: key file`), file);
    await workbench.screenshot('leftovers-question');
    await question.press('Cancel');
    assert.ok(files.length === 2 && files.every((file) => existsSync(file)));
  });

  await workbench.step(t, 'Remove takes it away, and says so', async () => {
    await left.hover();
    await left.getByRole('button', { name: 'Remove Leftover' }).click();
    await (await workbench.dialog()).press('Remove');
    await workbench.notification('Removed 4 of 4 objects');
    await left.waitFor({ state: 'detached' });
    assert.deepEqual(stage.traces(), []);
    await workbench.palette('Notifications: Clear All Notifications');
  });

  await workbench.step(t, 'a debug session that left something is told of, with the way to it', async () => {
    await workbench.palette('Debug: Start Debugging');
    const toast = await workbench.notification('since your debug session');
    assert.match(
      toast,
      /1 leftover of shared memory since your debug session “Crashing Worker” ended: 4,096 B/,
    );
    await workbench.screenshot('leftovers-notice');
    const row = view.locator('.monaco-list-row', { hasText: key.toString(16) }).first();
    await holds('its session', async () => (await row.innerText()).includes('Crashing Worker'));
    await page.locator('.notification-toast').getByRole('button', { name: 'Remove…' }).click();
    await (await workbench.dialog()).press('Remove');
    await workbench.notification('Removed 1 of 1 object');
    assert.ok(!stage.native.list('systemv').some((info) => info.key === key));
  });
});
