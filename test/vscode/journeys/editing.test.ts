import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { findLiveView, holds, type LiveView } from '../liveView';
import { places, Subject, subjectStage } from './subject';
import { Workbench } from './workbench';

const { spare } = places;

test('Editing a segment while a program changes it', async (t) => {
  const stage = subjectStage(t, 'edited');
  const subject = await Subject.make(stage, 4 * 1024 * 1024);
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  let view: LiveView;
  const has = (offset: number, hex: string): Promise<void> =>
    holds(
      `${hex} at 0x${offset.toString(16)} in the segment`,
      () => subject.hex(offset, hex.length / 2) === hex,
    );
  const row = (type: string) => view.frame.locator(`.value-row[data-type=${type}]`);
  const clipboard = (text: string) => page.evaluate((words) => navigator.clipboard.writeText(words), text);
  const menu = async (name: string): Promise<void> => {
    await view.frame.getByRole('menuitem', { name, exact: true }).click();
  };

  await workbench.step(t, 'who only observes is told to attach; then it counts as a process', async () => {
    await workbench.openTree();
    await workbench.row(subject.label).click();
    view = await findLiveView(page);
    await workbench.palette('View: Toggle Primary Side Bar Visibility');
    await view.click(spare);
    await page.keyboard.type('ff');
    await view.says('attach to write');
    assert.equal(subject.hex(spare, 1), '00');
    await view.frame.getByRole('button', { name: 'Attach', exact: true }).click();
    await view.frame.locator('.header .access', { hasText: 'attached' }).waitFor();
  });

  await workbench.step(t, 'typed in hex and in text it is in the segment', async () => {
    await view.click(spare);
    await page.keyboard.type('deadbeef');
    await has(spare, 'deadbeef');
    await view.reads(/^offset 0x104, 00/);
    await page.keyboard.press('Tab');
    await page.keyboard.type('Green');
    await has(spare + 4, '477265656e');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('g');
    await view.says('Type hexadecimal digits here');
    await page.keyboard.press('Insert');
    await view.says('fixed length');
  });

  await workbench.step(t, 'undo and redo go through every edit', async () => {
    for (const hex of ['4772656500', '4772650000', '4772000000', '4700000000', '0000000000']) {
      await page.keyboard.press('Control+z');
      await has(spare + 4, hex);
    }
    await page.keyboard.press('Control+z');
    await has(spare, 'deadbe00');
    for (let step = 0; step < 6; step++) await page.keyboard.press('Control+y');
    await has(spare, 'deadbeef477265656e');
    await workbench.command('Undo Edit');
    await has(spare + 4, '4772656500');
    await workbench.command('Redo Edit');
    await has(spare + 4, '477265656e');
  });

  await workbench.step(
    t,
    'what the program changed meanwhile is neither written over nor undone',
    async () => {
      await page.keyboard.press('Control+Alt+p');
      await view.frame.locator('.paused:visible').waitFor();
      await subject.peer.write(spare, Uint8Array.of(0x77));
      await view.click(spare);
      await page.keyboard.type('11');
      await view.says('0x100 changed to 77 meanwhile; nothing was written');
      assert.equal(subject.hex(spare, 1), '77');
      await page.keyboard.press('Control+Alt+p');
      await view.frame.locator('.paused').waitFor({ state: 'hidden' });
      await subject.peer.write(spare + 8, Uint8Array.of(0x21));
      await page.keyboard.press('Control+z');
      await view.says(/^Not undone: 0x108 changed to 21/);
      assert.equal(subject.hex(spare + 8, 1), '21');
    },
  );

  await workbench.step(
    t,
    'the inspector reads the bytes at the cursor and writes what is typed',
    async () => {
      await view.click(places.numbers);
      await row('float32').and(view.frame.locator('[aria-label="float32, 1.5"]')).waitFor();
      await view.click(places.numbers + 4);
      await row('int32').and(view.frame.locator('[aria-label="int32, -2"]')).waitFor();
      await row('int32').locator('.value').click();
      const input = view.frame.locator('.value-row .input');
      await input.fill('3000000000');
      await page.keyboard.press('Enter');
      await view.frame.locator('.value-error', { hasText: '-2147483648 to 2147483647' }).waitFor();
      await workbench.screenshot('editing-inspector');
      assert.equal(subject.hex(places.numbers + 4, 4), 'feffffff');
      await input.fill('-3');
      await page.keyboard.press('Enter');
      await has(places.numbers + 4, 'fdffffff');
      await view.frame.getByRole('button', { name: /^LE: little endian/ }).click();
      await row('int32').and(view.frame.locator('[aria-label="int32, -33554433"]')).waitFor();
      await row('int32').locator('.value').click();
      await input.fill('258');
      await page.keyboard.press('Enter');
      await has(places.numbers + 4, '00000102');
      await view.frame.getByRole('button', { name: /^BE: big endian/ }).click();
      await view.click(places.numbers);
      await row('float32').locator('.value').click();
      await input.fill('-0.5');
      await page.keyboard.press('Enter');
      await has(places.numbers, '000000bf');
    },
  );

  await workbench.step(t, 'pasted as hex, as text and as Base64; what is none is refused', async () => {
    await view.click(spare + 0x20);
    await clipboard('01 02 0a');
    await page.keyboard.press('Control+v');
    await has(spare + 0x20, '01020a');
    await page.keyboard.press('Control+Shift+v');
    await clipboard('U2VnbWVudA==');
    await menu('Base64');
    await has(spare + 0x23, '5365676d656e74');
    await page.keyboard.press('Control+Shift+v');
    await clipboard('as it is');
    await menu('Text');
    await has(spare + 0x2a, '6173206974206973');
    await clipboard('01 0g');
    await page.keyboard.press('Control+v');
    await view.says(/hexadecimal/);
    assert.equal(subject.hex(spare + 0x32, 2), '0000');
    await page.keyboard.press('Control+z');
    await has(spare + 0x23, '5365676d656e740000000000000000');
  });

  await workbench.step(t, 'filled with a pattern, with zeros, and refused with the rule', async () => {
    await view.click(spare + 0x40);
    await view.frame.locator('#grid').press('Shift+ArrowDown');
    await page.keyboard.press('Control+i');
    const field = view.frame.locator('.quick .field');
    await field.fill('1');
    await view.frame.locator('.quick .verdict.wrong', { hasText: 'odd number of digits' }).waitFor();
    await workbench.screenshot('editing-fill');
    await field.fill('ab cd');
    await view.frame.locator('.quick .verdict', { hasText: 'Repeats AB CD' }).waitFor();
    await page.keyboard.press('Enter');
    await has(spare + 0x40, `${'abcd'.repeat(8)}ab00`);
    await page.keyboard.press('Control+Delete');
    await has(spare + 0x40, '00'.repeat(17));
    await page.keyboard.press('Control+z');
    await has(spare + 0x40, `${'abcd'.repeat(8)}ab00`);
  });

  await workbench.step(t, 'counted up and down with a carry, over the width that is selected', async () => {
    await view.click(spare + 0x60);
    await page.keyboard.type('ff00');
    await has(spare + 0x60, 'ff00');
    await view.click(spare + 0x60);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Alt+=');
    await has(spare + 0x60, '0001');
    await page.keyboard.press('Alt+-');
    await has(spare + 0x60, 'ff00');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Alt+=');
    await view.says('1, 2, 4 or 8 bytes; 3 are selected');
  });

  await workbench.step(t, 'frozen bytes are put back until Escape, and a badge says so', async () => {
    await view.click(places.counter);
    await page.keyboard.press('Control+l');
    await view.frame.locator('.quick .field').fill('4');
    await page.keyboard.press('Enter');
    await view.frame.locator('.footer', { hasText: '4 selected' }).waitFor();
    const before = subject.count();
    await page.keyboard.press('Control+Alt+f');
    const badge = view.frame.locator('.freeze');
    await badge.getByText('Frozen: 4 bytes at 0x10').waitFor();
    await badge.getByText(/put back (\d\d|[3-9]) times/).waitFor();
    await workbench.screenshot('editing-frozen');
    const frozen = subject.count();
    assert.ok(frozen <= before + 40, `${String(before)} → ${String(frozen)}`);
    await page.keyboard.press('Escape');
    await badge.waitFor({ state: 'hidden' });
    await view.says(/^No longer frozen; the bytes were put back \d+ times?/);
    const then = subject.count();
    await holds('the program counts on', () => subject.count() > then + 2);
  });

  await workbench.step(
    t,
    'a number column takes a number, and refuses what is none beside the field',
    async () => {
      await view.frame.getByRole('button', { name: 'Layout', exact: true }).click();
      for (const [id, label] of [
        ['format', 'Unsigned'],
        ['group', '2'],
      ] as const) {
        await view.frame
          .locator(`.layout [data-row="${id}"]`)
          .getByRole('radio', { name: label, exact: true })
          .click();
      }
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+g');
      await view.frame.locator('.quick .field').fill('0x180');
      await page.keyboard.press('Enter');
      await page.keyboard.type('70000');
      const field = await view.frame.locator('.number-input').boundingBox();
      const { x, y } = await view.point(0x180, 'text');
      assert.ok(field && Math.abs(field.y + 10 - y) < 10 && field.x < x, JSON.stringify({ field, x, y }));
      await page.keyboard.press('Enter');
      await view.frame.locator('.number-input .problem', { hasText: 'from 0 to 65535' }).waitFor();
      await workbench.screenshot('editing-number');
      assert.equal(subject.hex(0x180, 2), '0000');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('513');
      await page.keyboard.press('Enter');
      await has(0x180, '0102');
    },
  );

  await workbench.step(
    t,
    'an edit waits for the lock that the program holds, and then is there',
    async () => {
      await page.keyboard.press('Control+g');
      await view.frame.locator('.quick .field').fill('0x190');
      await page.keyboard.press('Enter');
      subject.rest(true);
      await subject.peer.ask('sem_wait');
      await page.keyboard.type('7');
      await page.keyboard.press('Enter');
      await view.reads(/^offset 0x192/);
      assert.equal(subject.hex(0x190, 2), '0000');
      await subject.peer.ask('sem_post');
      subject.rest(false);
      await has(0x190, '0700');
    },
  );

  await workbench.step(t, 'Detach: the program goes on', async () => {
    await workbench.command('Detach');
    await view.frame.locator('.header .access', { hasText: 'observing' }).waitFor();
    const then = subject.count();
    await holds('the program counts on', () => subject.count() > then);
  });
});
