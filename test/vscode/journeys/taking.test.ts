import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findLiveView, holds, type LiveView } from '../liveView';
import { violations } from '../../axe';
import { greeting, makeSparse, places, Subject, subjectStage } from './subject';
import { Workbench } from './workbench';

test('Taking bytes out of a segment, naming them and comparing them', async (t) => {
  const stage = subjectStage(t, 'taken');
  const subject = await Subject.make(stage, 4 * 1024 * 1024);
  const other = `other-${String(process.pid)}`;
  const otherPath = `/dev/shm/${other}`;
  stage.defer(() => rm(otherPath, { force: true }));
  makeSparse(otherPath, subject.size, [
    [0, 'SHM2'],
    [places.greeting, 'Hullo'],
    [0x10000, 'only there'],
  ]);
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page, server } = workbench;
  let view: LiveView;
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const copied = (what: string, wanted: string | RegExp) =>
    holds(`${what} in the clipboard`, async () => {
      const found = await clipboard();
      return typeof wanted === 'string' ? found === wanted : wanted.test(found);
    });
  const menu = (name: string) => view.frame.getByRole('menuitem', { name, exact: true }).click();
  const selected = (count: string) =>
    view.frame.locator('.footer', { hasText: `${count} selected` }).waitFor();
  const goTo = async (expression: string): Promise<void> => {
    await page.keyboard.press('Control+g');
    await view.frame.locator('.quick .field').fill(expression);
    await page.keyboard.press('Enter');
  };
  const selectGreeting = async (): Promise<void> => {
    await goTo('0x20');
    await page.keyboard.press('Control+l');
    await view.frame.locator('.quick .field').fill(String(greeting.length));
    await page.keyboard.press('Enter');
    await selected(String(greeting.length));
  };

  await workbench.step(
    t,
    'selected by drag, shift and click across any distance, number, and all',
    async () => {
      await workbench.openTree();
      await workbench.row(subject.label).click();
      view = await findLiveView(page);
      await workbench.palette('View: Toggle Primary Side Bar Visibility');
      const [from, to] = [await view.point(0x20), await view.point(0x3a)];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.up();
      await selected('27');
      await view.click(0x20);
      await goTo('50%');
      await page.keyboard.press('Alt+ArrowLeft');
      await view.reads(/^offset 0x20,/);
      const bar = await view.frame.locator('.scrollbar').boundingBox();
      assert.ok(bar, 'there is a scrollbar');
      await page.mouse.move(bar.x + bar.width / 2, bar.y + 4);
      await page.mouse.down();
      await page.mouse.move(bar.x + bar.width / 2, bar.y + bar.height, { steps: 4 });
      await page.mouse.up();
      await holds('the end', async () => (await view.text()).includes('the end'));
      const last = await view.point(subject.size - 1);
      await page.keyboard.down('Shift');
      await page.mouse.click(last.x, last.y);
      await page.keyboard.up('Shift');
      await selected('4,194,272');
      await page.keyboard.press('Control+a');
      await selected('4,194,304');
      await page.keyboard.press('Control+c');
      await view.says('At most 1,048,576 bytes can be copied');
      await page.keyboard.press('Escape');
      await selectGreeting();
      await workbench.screenshot('taking-selection');
    },
  );

  await workbench.step(t, 'copied in the forms that programs and people read', async () => {
    await page.keyboard.press('Control+c');
    await copied('hex', /^48 65 6C 6C 6F 20 66 /);
    await view.says(`${String(greeting.length)} bytes copied.`);
    for (const [form, wanted] of [
      ['Text', greeting],
      ['Base64', Buffer.from(greeting).toString('base64')],
      ['JSON', `[${[...Buffer.from(greeting)].join(', ')}]`],
      ['C', /^static const unsigned char data\[27\] = \{\n {4}0x48, 0x65, /],
      ['Rust', /^const DATA: \[u8; 27\] = \[/],
      ['Python', /^data = bytes\(\[/],
      ['QByteArray', /^const QByteArray data\(/],
      [
        'Hex dump',
        /^00000020 {2}48 65 6c 6c 6f 20 66 72 {2}6f 6d 20 61 6e 6f 74 68 {2}\|Hello from anoth\|\n/,
      ],
    ] as const) {
      await page.keyboard.press('Control+Shift+c');
      if (form === 'C') await workbench.screenshot('taking-copyas');
      await menu(form);
      await copied(form, wanted);
    }
  });

  await workbench.step(t, 'its hashes are those that another program computes', async () => {
    for (const [name, algorithm] of [
      ['MD5', 'md5'],
      ['SHA-1', 'sha1'],
      ['SHA-256', 'sha256'],
    ] as const) {
      const wanted = createHash(algorithm)
        .update(subject.read(places.greeting, greeting.length))
        .digest('hex');
      await view.frame.locator('.hash .digits', { hasText: wanted }).waitFor();
      await view.frame.getByRole('button', { name: `Copy ${name}`, exact: true }).click();
      await copied(name, wanted);
    }
  });

  await workbench.step(t, 'the selection is saved to a file', async () => {
    await view.frame.locator('#grid').focus();
    await workbench.command('Save Selection to File');
    const file = join(server.workspace, 'taken.bin');
    await workbench.file(file);
    await holds('the file', () => existsSync(file) && readFileSync(file, 'utf8') === greeting);
    await workbench.notification('Saved 27 B');
  });

  await workbench.step(t, 'a bookmark has a name, and its value lives', async () => {
    await goTo('0x10');
    await page.keyboard.press('Control+Alt+b');
    const form = view.frame.locator('.quick .form');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.locator('.verdict', { hasText: 'A bookmark needs a name' }).waitFor();
    await form.getByLabel('Name', { exact: true }).fill('counter');
    await form.getByLabel('Type', { exact: true }).selectOption('uint32');
    await form.getByLabel('Offset', { exact: true }).fill('0x10 +');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.locator('.verdict', { hasText: 'a number is missing' }).waitFor();
    await workbench.screenshot('taking-bookmark');
    await form.getByLabel('Offset', { exact: true }).fill('0x10');
    await form.getByRole('button', { name: 'Save' }).click();
    const item = view.frame.locator('.bookmark', { hasText: 'counter' });
    const value = async () => Number((await item.locator('.value').innerText()).replaceAll(',', ''));
    await holds('a value', async () => (await value()) > 0);
    const before = await value();
    await goTo('90%');
    await holds('a value that goes on', async () => (await value()) > before);
    await goTo('#counter');
    await view.reads(/^offset 0x10,/);
  });

  await workbench.step(t, 'bookmarks go out to JSON and come back, bad ones with line and rule', async () => {
    const file = join(server.workspace, 'bookmarks.json');
    await workbench.command('Export Bookmarks');
    await workbench.file(file);
    await holds('the file', () => existsSync(file));
    const { bookmarks } = JSON.parse(readFileSync(file, 'utf8')) as { bookmarks: { name: string }[] };
    assert.deepEqual(bookmarks, [
      { name: 'counter', colour: 'purple', offset: '0x10', length: 4, type: 'uint32' },
    ]);
    await view.frame.locator('.bookmark', { hasText: 'counter' }).focus();
    await page.keyboard.press('Delete');
    await view.frame.locator('.bookmark').waitFor({ state: 'hidden' });
    const bad = join(server.workspace, 'bad.json');
    writeFileSync(bad, '{ "bookmarks": [\n  { "name": "x", "offset": "here" }\n] }\n');
    await workbench.command('Import Bookmarks');
    await workbench.file(bad);
    assert.match(await workbench.notification('Nothing was imported'), /Line 2, bookmark 1: “offset”/);
    await workbench.palette('Notifications: Clear All Notifications');
    await workbench.command('Import Bookmarks');
    await workbench.file(file);
    await view.frame.locator('.bookmark', { hasText: 'counter' }).waitFor();
  });

  await workbench.step(t, 'compared with a moment: what the program changed since', async () => {
    await workbench.command('Compare With');
    await workbench.pick('Remember This Moment');
    await view.frame.locator('.half.other .title', { hasText: 'copied unlocked' }).waitFor();
    await subject.peer.write(places.far, 'hello');
    await holds('the counter differs', async () =>
      /^\d+ differs? here$/.test(await view.words('.half-head .here')),
    );
    await view.frame.locator('#grid').focus();
    await goTo('0x100');
    await page.keyboard.press('Alt+F5');
    await view.reads(/^offset 0x200040, 68, 104, character h, .*differs, other has 48$/);
    await workbench.screenshots('taking-moment', async (theme) => {
      assert.deepEqual(await violations(view.frame), [], theme);
    });
    await page.setViewportSize({ width: 700, height: 800 });
    await workbench.screenshot('taking-moment-700');
    await page.setViewportSize({ width: 1280, height: 800 });
    await view.frame.locator('#grid').focus();
    await page.keyboard.press('Shift+Alt+F5');
    await view.reads(/^offset 0x1[0-3],/);
    await workbench.command('Stop Comparing');
    await view.frame.locator('.half.other').waitFor({ state: 'hidden' });
  });

  await workbench.step(t, 'compared with another segment, live and scrolled as one', async () => {
    await workbench.command('Compare With');
    await workbench.says('A File');
    await workbench.quickInput().fill(other);
    await workbench.pick(other);
    await view.frame.locator('.half.other .title', { hasText: other }).waitFor();
    await view.frame.locator('#grid').focus();
    await goTo('0');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await view.reads(/^offset 0x3, 31, 49, character 1, differs, other has 32$/);
    await goTo('0x8000');
    await page.keyboard.press('Alt+F5');
    await view.reads(/^offset 0x10000, 00, 0, .*other has 6F/);
    await holds('both are there', async () => {
      const there = view.frame.locator('#other-grid .row:visible .bytes');
      return (await there.allTextContents()).some((words) => words.includes('only there'));
    });
    await workbench.screenshot('taking-segment');
    await workbench.command('Stop Comparing');
  });

  await workbench.step(t, 'compared with a file', async () => {
    const file = join(server.workspace, 'before.bin');
    const before = subject.read(0, subject.size);
    before.write('Hxllo', places.greeting);
    writeFileSync(file, before.subarray(0, 0x2000));
    await workbench.command('Compare With');
    await workbench.pick('A File');
    await workbench.file(file);
    await view.frame.locator('.half.other .title', { hasText: 'before.bin' }).waitFor();
    await view.frame.locator('#grid').focus();
    await goTo('0x18');
    await page.keyboard.press('Alt+F5');
    await view.reads(/^offset 0x21, 65, 101, character e, differs, other has 78$/);
    await workbench.screenshot('taking-file');
    await view.frame.getByRole('button', { name: 'Stop comparing' }).click();
    await view.frame.locator('.half.other').waitFor({ state: 'hidden' });
  });
});
