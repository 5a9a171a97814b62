import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { LockStage, places } from '../../peers/lockStage';
import { findLiveView, holds, type LiveView } from '../liveView';
import { violations } from '../../axe';
import { Workbench } from './workbench';

const { first, second } = places;

test('The locks inside a segment, from finding them to repairing what a killed program held', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  const victim = await stage.other();
  await peer.ask('mutex', first, 'n');
  await peer.ask('mutex', second, 'rR');
  await victim.ask('lock', first);
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  let view: LiveView;
  const row = (offset: number) => view.frame.locator('li.lock', { hasText: `0x${offset.toString(16)}` });
  const badge = () => view.frame.locator('.header .badge');

  await workbench.step(t, 'Find Locks lists what looks like one, with what speaks for it', async () => {
    await workbench.openNative(`posix:${stage.memory}`);
    view = await findLiveView(page);
    await workbench.palette('View: Toggle Primary Side Bar Visibility');
    await view.frame.locator('.section-toggle', { hasText: 'Locks' }).scrollIntoViewIfNeeded();
    await view.frame.getByRole('button', { name: 'Find locks in segment…' }).click();
    await workbench.asks('2 places look like a lock');
    await workbench.says('Mutex at 0x40');
    await workbench.says('its words agree on an owner');
    await workbench.says('Mutex, recursive, robust at 0x100');
    await workbench.screenshot('locks-found');
    await page.keyboard.press('Enter');
  });

  await workbench.step(t, 'each is told with its holder, since when and how sure that is', async () => {
    await row(first).locator('.state', { hasText: 'Held' }).waitFor();
    await row(first)
      .locator('.lock-facts', { hasText: `lock-peer (${String(victim.pid)})` })
      .waitFor();
    assert.match(await row(first).locator('.lock-facts').innerText(), / · since [\d:]+ or before · certain$/);
    await row(second).locator('.state', { hasText: 'Free' }).waitFor();
    await workbench.screenshots('locks', async (theme) => {
      assert.deepEqual(await violations(view.frame), [], theme);
    });
  });

  await workbench.step(t, 'the header tells the state that matters most, and names every lock', async () => {
    await badge()
      .locator('.words', { hasText: `Held · lock-peer (${String(victim.pid)})` })
      .waitFor();
    const tip = await badge().getAttribute('title');
    assert.match(tip ?? '', /Mutex 0x40: Held/);
    assert.match(tip ?? '', /Mutex, recursive, robust 0x100: Free/);
  });

  await workbench.step(t, 'a holder that is killed leaves it stale, with the way out', async () => {
    await victim.crash();
    await row(first).locator('.state', { hasText: 'Stale' }).waitFor();
    await row(first).locator('.troubles', { hasText: 'died while it held the lock' }).waitFor();
    await badge()
      .locator('.words', { hasText: /^Stale/ })
      .waitFor();
    await workbench.screenshot('locks-stale');
  });

  await workbench.step(
    t,
    'Repair says what it will do to whom; turned away from, nothing is done',
    async () => {
      await row(first)
        .getByRole('button', { name: /^Repair/ })
        .click();
      const question = await workbench.dialog();
      assert.match(question.words, /Repair Mutex at 0x40\?/);
      assert.match(question.words, new RegExp(`taken away from thread ${String(victim.pid)}`));
      assert.match(question.words, /Nobody waits for it/);
      await workbench.screenshot('locks-repair');
      await question.press('Cancel');
      await row(first).locator('.state', { hasText: 'Stale' }).waitFor();
    },
  );

  await workbench.step(t, 'Repair frees it: the next program takes it', async () => {
    await row(first)
      .getByRole('button', { name: /^Repair/ })
      .click();
    await (await workbench.dialog()).press('Repair');
    await workbench.notification('Repaired: Mutex at 0x40 is free');
    await row(first).locator('.state', { hasText: 'Free' }).waitFor();
    await peer.ask('lock', first);
    await row(first)
      .locator('.lock-facts', { hasText: `lock-peer (${String(peer.pid)})` })
      .waitFor();
    await peer.ask('unlock', first);
  });

  await workbench.step(t, 'a lock is taken off the list where it stands', async () => {
    await row(second).getByRole('button', { name: 'Remove' }).click();
    await holds(
      'one lock',
      async () => (await view.frame.locator('li.lock', { hasText: 'Mutex' }).count()) === 1,
    );
  });
});
