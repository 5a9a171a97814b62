import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { plainPeer } from '../../peers/peer';
import { findLiveView, holds, type LiveView } from '../liveView';
import { violations } from '../../axe';
import { little, subjectStage } from './subject';
import { Workbench } from './workbench';

/** What the program waits for, and the number that it counts up then. */
const places = { order: 0x40, count: 0x48 } as const;

/** A program that stops in the debugger each time that it has counted, and the configuration that starts it. */
function program(name: string): Readonly<Record<string, string>> {
  const launch = {
    version: '0.2.0',
    configurations: [
      {
        type: 'node',
        request: 'launch',
        name: 'Counting Worker',
        program: '${workspaceFolder}/worker.js',
        console: 'internalConsole',
        // A pause in Node's own code would be stepped out of, and a program that waits for timers is always there.
        smartStep: false,
        internalConsoleOptions: 'neverOpen',
        segmentLens: { open: [`posix:${name}`] },
      },
    ],
  };
  return {
    '.vscode/launch.json': JSON.stringify(launch, null, 2),
    'worker.js': `const { openSync, readSync, writeSync } = require('node:fs');
const file = openSync('/dev/shm${name}', 'r+');
const word = Buffer.alloc(4);
const get = (at) => (readSync(file, word, 0, 4, at), word.readUInt32LE());
const set = (at, value) => (word.writeUInt32LE(value), writeSync(file, word, 0, 4, at));
setInterval(() => {
  if (get(${String(places.order)}) === 0) return;
  set(${String(places.order)}, 0);
  set(${String(places.count)}, get(${String(places.count)}) + 1);
  debugger;
}, 20);
`,
  };
}

test('Debugging a program that shares memory with one that is not debugged', async (t) => {
  const stage = subjectStage(t, 'debugged');
  const { nativeKey } = stage;
  assert.ok(nativeKey.type === 'posix');
  const { name } = nativeKey;
  const foreign = stage.with(plainPeer());
  await foreign.ask('shm_open', name, 4096);
  await foreign.write(places.count, little(1, 4));
  stage.defer(() => foreign.ask('shm_unlink', name));
  const workbench = await Workbench.open({ files: program(name) });
  stage.defer(() => workbench.close());
  const { page } = workbench;
  let view: LiveView;
  const order = () => foreign.write(places.order, little(1, 4));
  const stops = () => page.locator('.debug-toolbar .codicon-debug-continue').waitFor();
  const runs = () => page.locator('.debug-toolbar .codicon-debug-pause').waitFor();
  const goOn = async (): Promise<void> => {
    await page.locator('.debug-toolbar .codicon-debug-continue').click();
    await runs();
  };
  const listed = () => page.locator('.sidebar .monaco-list-row', { hasText: '0x48' }).first();
  const switchOf = (row: Locator) => row.locator('.monaco-checkbox, .monaco-custom-toggle');
  /** The source of a stop covers it. */
  const front = () => page.locator('.tab', { hasText: name.slice(1) }).click();
  /** The view moves, and is another frame then, when the editor beside it comes and goes. */
  const count = (value: number): Promise<void> =>
    holds(`the count ${String(value)}`, async () => {
      view = await findLiveView(page, 'editor', name.slice(1));
      const bytes = await view.bytes().catch(() => null);
      return bytes?.get(places.count) === value;
    });

  await workbench.step(t, 'a session opens the segments that its configuration names', async () => {
    await workbench.palette('Debug: Select and Start Debugging');
    await workbench.pick('Counting Worker');
    await runs();
    await count(1);
  });

  await workbench.step(t, 'a program that stops leaves the view live, and the others go on', async () => {
    await order();
    await stops();
    await front();
    await count(2);
    await foreign.write(0, 'still here');
    await holds('what the other wrote', async () => (await view.text()).includes('still here'));
    await foreign.write(0, '\0'.repeat(10));
  });

  await workbench.step(t, 'what changed since the last stop is shown, and gone to', async () => {
    await goOn();
    await order();
    await stops();
    await front();
    await count(3);
    await workbench.command('Show Changes Since Last Stop');
    await holds('one byte differs', async () =>
      /^1 differs here$/.test(await view.words('.half-head .here')),
    );
    await view.frame.locator('#grid').focus();
    await page.keyboard.press('Alt+F5');
    await view.reads(/^offset 0x48, 03, .*differs, other has 02$/);
    // It does not stand.
    await foreign.write(0, 'late');
    await holds('what is written meanwhile is told apart', async () =>
      /^5 differ here, 4 since the stop$/.test(await view.words('.half-head .here')),
    );
    assert.equal(await view.frame.locator('.half.now .differences i.later').count(), 2);
    await workbench.screenshots('debugging-since', async (theme) => {
      assert.deepEqual(await violations(view.frame), [], theme);
    });
    await workbench.command('Stop Comparing');
    await view.frame.locator('.half.other').waitFor({ state: 'hidden' });
    await foreign.write(0, '\0'.repeat(4));
  });

  await workbench.step(t, 'a condition that makes no sense is told where it is typed', async () => {
    await view.click(places.count);
    await workbench.command('Break on Change');
    await workbench.asks('any change, becomes 42');
    assert.match(await workbench.complaint('becomes many'), /becomes 42/);
    await workbench.reply('any change');
    await workbench.pick('Pause Every Debug Session');
  });

  await workbench.step(t, 'a change by the program that is not debugged pauses the one that is', async () => {
    await goOn();
    await foreign.write(places.count, little(7, 1));
    const toast = await workbench.notification('Seen by looking');
    await stops();
    assert.match(toast, /03 → 07/);
    assert.match(toast, /(?:paused|still running): worker\.js .*Counting Worker/);
    assert.match(toast, /Attached and able to write: .*plain-peer/);
    await workbench.screenshots('debugging-break');
  });

  await workbench.step(t, 'the break is in its list, and can be switched off there', async () => {
    await workbench.palette('Notifications: Clear All Notifications');
    await workbench.openTree();
    await switchOf(listed()).click();
    await goOn();
    await front();
    await foreign.write(places.count, little(9, 1));
    await count(9);
    await order();
    await stops();
    await front();
    await count(10);
    assert.equal(await page.locator('.notification-toast', { hasText: 'Seen by looking' }).count(), 0);
    await workbench.screenshot('debugging-list');
  });

  await workbench.step(t, 'the session ends, and the view goes on', async () => {
    await workbench.palette('Debug: Stop');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await foreign.write(places.count, little(42, 1));
    await count(42);
  });

  await workbench.step(t, 'the list outlives the window, switched off as it was', async () => {
    await page.reload();
    await workbench.openTree();
    await listed().waitFor();
    assert.equal(await switchOf(listed()).getAttribute('aria-checked'), 'false');
  });
});
