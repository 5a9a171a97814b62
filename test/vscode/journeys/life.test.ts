import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Stage } from '../../peers/stage';
import { findLiveView, until, type LiveView } from '../liveView';
import { Workbench } from './workbench';

test('The life of a segment that is made in VS Code and used by a Qt program', async (t) => {
  const stage = new Stage(t, undefined, `lifeJourney${String(process.pid)}`);
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  const peer = await stage.qt(5);
  const row = workbench.row('lifeJourney');
  let view: LiveView | undefined;
  const shown = async (): Promise<LiveView> => (view ??= await findLiveView(page));

  await workbench.step(t, 'a key that breaks a rule is refused as it is typed, with the rule', async () => {
    await workbench.openTree();
    await workbench.command('Create Segment');
    await workbench.quickInput().fill('posix:/a/b');
    await workbench.says(/slash/i);
    await page.keyboard.press('Enter');
    await workbench.says(/slash/i);
    assert.deepEqual(stage.traces(), []);
  });

  await workbench.step(t, 'a size that no segment can have is refused, with the limits', async () => {
    await workbench.quickInput().fill(stage.key);
    await workbench.pick('Qt key (System V');
    await workbench.asks('Size in bytes');
    for (const size of ['0', '-1', '1.5', 'many', '99999999999999999999']) {
      assert.notEqual(await workbench.complaint(size), '', size);
    }
    assert.deepEqual(stage.traces(), []);
  });

  await workbench.step(
    t,
    'Create: the view shows zeros, the tree the segment, and the program attaches',
    async () => {
      await workbench.reply('2 KiB');
      const live = await shown();
      await until('zeros', async () => ((await live.bytes()).get(0) === 0 ? true : undefined));
      await row.waitFor();
      await peer.ask('attach');
      assert.equal(await peer.ask('size'), '2048');
    },
  );

  await workbench.step(
    t,
    'what the program writes is on screen, what is written here is in the program',
    async () => {
      const live = await shown();
      await peer.ask('lock');
      await peer.write(0x10, 'written by Qt');
      await peer.ask('unlock');
      await until('the text', async () => ((await live.text()).includes('written by Qt') ? true : undefined));
      await workbench.command('Write Bytes');
      await workbench.answer('Offset', '0x20');
      await workbench.pick(/^Text/);
      await workbench.pick('UTF-8');
      await workbench.answer('UTF-8', 'größer');
      await until('the text in the program', async () =>
        (await peer.read(0x20, 8)).toString() === 'größer' ? true : undefined,
      );
    },
  );

  await workbench.step(t, 'Create again: it exists, and can be opened', async () => {
    await workbench.command('Create Segment');
    await workbench.quickInput().fill(stage.key);
    await workbench.pick('Qt key (System V');
    const toast = await workbench.notification('exists');
    assert.match(toast, /2,048 B/);
    assert.match(toast, /qt5-peer/);
    await page.locator('.notification-toast').getByRole('button', { name: 'Open', exact: true }).click();
    assert.equal(stage.info()?.size, 2048);
  });

  await workbench.step(t, 'the bottom panel shows the same segment', async () => {
    await workbench.menu(row, 'Open in the Panel');
    await page.locator('.part.panel .title-actions, .part.panel .composite.title').first().waitFor();
    await until('two views', async () => {
      const frames = await Promise.all(
        page.frames().map((frame) =>
          frame
            .locator('#grid')
            .count()
            .catch(() => 0),
        ),
      );
      return frames.filter((count) => count > 0).length === 2 ? true : undefined;
    });
    await workbench.screenshots('panel');
    await workbench.palette('View: Hide Panel');
  });

  await workbench.step(t, 'a reload of the window brings the view back, and loses nothing', async () => {
    await page.reload();
    view = undefined;
    const live = await shown();
    await until('the text', async () => ((await live.text()).includes('written by Qt') ? true : undefined));
    assert.equal((await peer.read(0x10, 7)).toString(), 'written');
  });

  await workbench.step(
    t,
    'Recreate: the question names the program; larger, with the bytes that were there',
    async () => {
      await workbench.command('Recreate with Another Size');
      await workbench.answer('Size in bytes', '8192');
      const question = await workbench.dialog();
      assert.match(question.words, /qt5-peer/);
      await question.press('Cancel');
      assert.equal(stage.info()?.size, 2048);
      await workbench.command('Attach');
      await until('attached', () => Promise.resolve(stage.info()?.attachCount === 2 ? true : undefined));
      await peer.ask('detach');
      await workbench.command('Recreate with Another Size');
      await workbench.answer('Size in bytes', '8192');
      await (await workbench.dialog()).press('Recreate');
      await until('the new size', () => Promise.resolve(stage.info()?.size === 8192 ? true : undefined));
      await peer.ask('attach');
      assert.equal(await peer.ask('size'), '8192');
      assert.equal((await peer.read(0x10, 13)).toString(), 'written by Qt');
      await peer.ask('detach');
    },
  );

  await workbench.step(t, 'Detach as the last one: said first, then removed as Qt would', async () => {
    await workbench.command('Detach');
    const question = await workbench.dialog();
    assert.match(question.words, /removes the segment/);
    await question.press('Detach and Remove');
    await until('it is gone', () => Promise.resolve(stage.info() === undefined ? true : undefined));
  });
});

test('In a workspace that is not trusted everything is shown and nothing can be changed', async (t) => {
  const stage = new Stage(t, undefined, `trustJourney${String(process.pid)}`);
  const peer = await stage.creator(6);
  await peer.write(0, 'look only');
  const workbench = await Workbench.open({
    asksForTrust: true,
    settings: {
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
    },
  });
  stage.defer(() => workbench.close());

  await workbench.step(t, 'the tree and the view work', async () => {
    await workbench.openTree();
    await workbench.row('trustJourney').click();
    const view = await findLiveView(workbench.page);
    await until('the text', async () => ((await view.text()).includes('look only') ? true : undefined));
  });

  await workbench.step(t, 'typing and attaching are refused, with the reason', async () => {
    const view = await findLiveView(workbench.page);
    await view.click(0, 'text');
    await workbench.page.keyboard.type('x');
    await view.frame.locator('.message', { hasText: /trust/i }).waitFor();
    assert.equal((await peer.read(0, 9)).toString(), 'look only');
    await view.click(1, 'text');
    await view.frame.getByRole('button', { name: 'Attach' }).click();
    await view.frame.locator('.message', { hasText: /trust/i }).waitFor();
    assert.equal(stage.info()?.attachCount, 1);
  });
});
