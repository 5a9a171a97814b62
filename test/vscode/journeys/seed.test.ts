import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Stage } from '../../peers/stage';
import { greeting } from '../../demo/board';
import { startProgram } from '../../demo/programs';
import { findLiveView, until, type LiveView } from '../liveView';
import { Workbench } from './workbench';

/** A byte of the header that neither program writes. */
const spare = 0x1c;

test('The seed scenario, by clicking and typing as a user would', async (t) => {
  const stage = new Stage(t, undefined, `seedJourney${String(process.pid)}`);
  const args = [stage.key, '--laps', '1000'];
  const producer = startProgram('qt6', 'producer', args);
  stage.defer(() => producer.leave());
  const consumer = startProgram('qt5', 'consumer', args);
  stage.defer(() => consumer.leave());
  await consumer.says('attached');
  await producer.says('greeted');
  const witness = await stage.qt(6);
  await witness.ask('attach');
  const lines = async (): Promise<number> => (await witness.read(8, 4)).readUInt32LE();
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  const row = workbench.row('seedJourney');

  await workbench.step(t, 'the tree lists the segment with size, attach count and owner', async () => {
    await workbench.openTree();
    await row.waitFor();
    const words = await row.innerText();
    assert.match(words, /1,024 B/);
    assert.match(words, /3 attached/);
  });

  let view: LiveView | undefined;
  const shown = async (): Promise<LiveView> => (view ??= await findLiveView(page));

  await workbench.step(t, 'a click opens the live view: the greeting, and lines as they come', async () => {
    await row.click();
    const live = await shown();
    await sees(live, greeting);
    const before = await live.text();
    await until('a new line', async () => ((await live.text()) === before ? undefined : true));
    assert.match(await live.words('.header'), /observing/);
    assert.equal((await witness.read(0, 4)).toString(), 'SHM1');
    await workbench.screenshots('live-view');
  });

  await workbench.step(t, 'who only observes is told to attach, and nothing is written', async () => {
    const live = await shown();
    await live.click(spare);
    await page.keyboard.type('a5');
    await live.frame.locator('.message', { hasText: 'attach to write' }).waitFor();
    assert.equal((await witness.read(spare, 1))[0], 0);
  });

  await workbench.step(t, 'Attach: the window counts as a process', async () => {
    const live = await shown();
    await live.frame.getByRole('button', { name: 'Attach' }).click();
    await live.frame.locator('.header', { hasText: 'attached' }).waitFor();
    await until('four attached', () => Promise.resolve(stage.info()?.attachCount === 4 ? true : undefined));
  });

  await workbench.step(t, 'a byte typed over arrives in the program', async () => {
    const live = await shown();
    await live.click(spare);
    await page.keyboard.type('a5');
    await until('the byte in the program', async () =>
      (await witness.read(spare, 1))[0] === 0xa5 ? true : undefined,
    );
    await until('the byte on screen', async () =>
      (await live.bytes()).get(spare) === 0xa5 ? true : undefined,
    );
    await live.click(spare + 1, 'text');
    await page.keyboard.type('Qt');
    await until('the text in the program', async () =>
      (await witness.read(spare + 1, 2)).toString() === 'Qt' ? true : undefined,
    );
  });

  await workbench.step(t, 'undo gives back what was there, redo what was typed', async () => {
    await page.keyboard.press('Control+z');
    await until('the last letter is gone', async () =>
      (await witness.read(spare + 1, 2)).toString() === 'Q\0' ? true : undefined,
    );
    await page.keyboard.press('Control+y');
    await until('and back', async () =>
      (await witness.read(spare + 1, 2)).toString() === 'Qt' ? true : undefined,
    );
  });

  await workbench.step(t, 'what a program has changed meanwhile is not written over', async () => {
    const live = await shown();
    await live.click(spare);
    await page.keyboard.press('Control+Alt+p');
    await live.frame.locator('.paused:visible').waitFor();
    await witness.write(spare, Uint8Array.of(0x77));
    await page.keyboard.type('11');
    await live.frame.locator('.message', { hasText: 'nothing was written' }).waitFor();
    assert.equal((await witness.read(spare, 1))[0], 0x77);
    await page.keyboard.press('Control+Alt+p');
    await until('the true byte on screen', async () =>
      (await live.bytes()).get(spare) === 0x77 ? true : undefined,
    );
  });

  await workbench.step(t, 'Lock: the badge says whose it is, and the programs wait', async () => {
    const live = await shown();
    await workbench.command('Lock');
    await live.frame.locator('.badge', { hasText: 'Held by you · 2 waiting' }).waitFor();
    const before = await lines();
    await workbench.screenshots('locked');
    assert.equal(await lines(), before);
    await workbench.command('Unlock');
    await until('the programs go on', async () => ((await lines()) > before ? true : undefined));
  });

  await workbench.step(t, 'Detach: the window is a process of the segment no longer', async () => {
    const live = await shown();
    await workbench.menu(row, 'Detach');
    await live.frame.locator('.header', { hasText: 'observing' }).waitFor();
    await until('three attached', () => Promise.resolve(stage.info()?.attachCount === 3 ? true : undefined));
  });

  await workbench.step(t, 'Write Bytes: refused past the end, then written under the lock', async () => {
    await workbench.command('Write Bytes');
    await workbench.asks('Offset from 0x0 to 0x3FF (1,023)');
    assert.match(await workbench.complaint('0x400'), /1,?023/);
    await workbench.answer('Offset', '0x1c');
    await workbench.pick(/^Hex/);
    await workbench.asks('Hex bytes');
    assert.match(await workbench.complaint('abc'), /odd|pair|two/i);
    await workbench.answer('Hex bytes', 'de ad be ef');
    await until('the bytes in the program', async () =>
      (await witness.read(spare, 4)).toString('hex') === 'deadbeef' ? true : undefined,
    );
  });

  await workbench.step(
    t,
    'Remove: the question names who is attached; the last bytes stay on screen',
    async () => {
      const live = await shown();
      await workbench.command('Remove Segment');
      const question = await workbench.dialog();
      assert.match(question.words, /qt6-producer/);
      assert.match(question.words, /qt5-consumer/);
      assert.notEqual(stage.info(), undefined, 'not before the answer');
      await question.press('Remove');
      await live.frame.locator('.banner', { hasText: 'removed' }).waitFor();
      assert.equal(stage.info(), undefined);
      await sees(live, greeting);
      await workbench.screenshots('removed');
    },
  );
});

async function sees(view: LiveView, words: string): Promise<void> {
  await until(`"${words}" in the live view`, async () =>
    (await view.text()).includes(words) ? true : undefined,
  );
}
