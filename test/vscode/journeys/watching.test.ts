import { strict as assert } from 'node:assert';
import { readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { findLiveView, holds, type LiveView } from '../liveView';
import { violations } from '../../axe';
import { farText, greeting, lastText, makeSparse, places, Subject, subjectStage } from './subject';
import { Workbench } from './workbench';

const mebibyte = 1024 * 1024;
const tebibyte = 2 ** 40;

test('Watching a segment that a program changes', async (t) => {
  const stage = subjectStage(t, 'watched');
  const subject = await Subject.make(stage, 4 * mebibyte);
  const workbench = await Workbench.open({ files: { 'notes.txt': 'Another tab.\n' } });
  stage.defer(() => workbench.close());
  const { page } = workbench;
  let view: LiveView;

  await workbench.step(t, 'what changes is marked behind and under; what does not is not', async () => {
    await workbench.openTree();
    const empty = page.locator('.sidebar', { hasText: 'No program shares named memory' });
    await holds('the segment, and nobody says before that there is none', async () => {
      assert.equal(await empty.count(), 0);
      return workbench.row(subject.label).isVisible();
    });
    await workbench.row(subject.label).click();
    view = await findLiveView(page);
    await workbench.palette('View: Toggle Primary Side Bar Visibility');
    await holds('the greeting', async () => (await view.text()).includes(greeting));
    await holds('a mark behind and under the counter', async () => {
      const { back, line } = await marks(view, places.counter);
      return back > 0 && line > back;
    });
    assert.deepEqual(await marks(view, places.greeting), { back: 0, line: 0 });
    await view.click(places.counter);
    await view.reads(/^offset 0x10, [\dA-F]{2}, \d+,.* changed$/);
  });

  await workbench.step(t, 'the tip tells how often, when last and from what', async () => {
    const { x, y } = await view.point(places.counter);
    await page.mouse.move(x, y);
    const tip = view.frame.locator('.tip');
    await tip.waitFor();
    const words = await tip.innerText();
    assert.match(words, /^0x0010 \(16\) · changed (once|[\d,]+ times)\n/);
    assert.match(words, /last [\d.]+ m?s ago · [\dA-F]{2} → [\dA-F]{2}/);
    assert.match(words, /not under the lock: bytes may be torn/);
    await holds('a tip that goes on', async () => (await tip.innerText()) !== words);
    await workbench.screenshot('watching-tip');
    const still = await view.point(places.greeting);
    await page.mouse.move(still.x, still.y);
    await view.frame.locator('.tip', { hasText: 'not seen to change' }).waitFor();
    await page.mouse.move(2, 2);
  });

  await workbench.step(
    t,
    'Unlocked copy or under the lock: as the user chooses, and it says which',
    async () => {
      const choose = async (now: string, then: string): Promise<void> => {
        await view.frame.getByRole('button', { name: now, exact: true }).click();
        await view.frame.getByRole('menuitemradio', { name: then, exact: true }).click();
      };
      const foot = (words: string) => view.frame.locator('.footer .trust', { hasText: words }).waitFor();
      await foot('Not under the lock');
      await choose('Unlocked copy', 'Copy under the lock');
      await foot('Copied under the lock');
      subject.rest(true);
      await subject.peer.ask('sem_wait');
      await foot('Waiting for the lock');
      await view.frame.locator('.badge', { hasText: 'Held, holder unknown' }).waitFor();
      await subject.peer.write(places.spare, 'not yet');
      assert.ok(!(await view.text()).includes('not yet'), 'a copy beside the lock');
      await subject.peer.ask('sem_post');
      await holds('what was written', async () => (await view.text()).includes('not yet'));
      subject.rest(false);
      await choose('Copy under the lock', 'Unlocked copy');
      await foot('Not under the lock');
    },
  );

  await workbench.step(t, 'the minimap shows data and holes; a press on it goes there', async () => {
    const map = view.frame.locator('.minimap');
    const box = await map.boundingBox();
    assert.ok(box, 'there is a minimap');
    const { width, height } = box;
    const at = (share: number) => mapColour(view, 20, share);
    await holds('data at the start and in the middle', async () => {
      const [start, middle, hole] = [await at(0), await at(0.5), await at(0.25)];
      return start !== hole && middle !== hole;
    });
    await map.click({ position: { x: width / 2, y: height / 2 } });
    await holds('the middle', async () => (await view.text()).includes(farText));
    await workbench.screenshot('watching-minimap');
    await page.mouse.move(box.x + width / 2, box.y + height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + width / 2, box.y + height + 20, { steps: 4 });
    await page.mouse.up();
    await holds('the end', async () => (await view.text()).includes(lastText));
    await page.keyboard.press('Control+Home');
    await holds('the start', async () => (await view.text()).includes(greeting));
  });

  await workbench.step(t, 'rows, groups, numbers, byte order: as the user reads them', async () => {
    await view.frame.getByRole('button', { name: 'Layout', exact: true }).click();
    await workbench.screenshot('watching-layout');
    const second = async () => Number.parseInt((await view.rows())[1]?.[0] ?? '', 16);
    for (const [label, length] of [
      ['8', 8],
      ['32', 32],
      ['16', 16],
    ] as const) {
      await pickLayout(view, 'bytesPerRow', label);
      await holds(`${label} bytes in a row`, async () => (await second()) === length);
    }
    await pickLayout(view, 'bytesPerRow', 'Fit');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1800, height: 800 });
    await holds('a row that fits', async () => (await second()) > 16);
    await page.setViewportSize({ width: 1280, height: 800 });
    await holds('a row that fits', async () => (await second()) <= 16);
    await view.frame.getByRole('button', { name: 'Layout', exact: true }).click();
    await pickLayout(view, 'bytesPerRow', '16');
    const main = async (row: number): Promise<string> => (await view.rows())[row]?.[1].trim() ?? '';
    await pickLayout(view, 'format', 'Unsigned');
    await pickLayout(view, 'group', '4');
    await holds('the counter as a number', async () => Number((await main(1)).split(/\s+/)[0]) > 0);
    const before = Number((await main(1)).split(/\s+/)[0]);
    await holds('it counts', async () => Number((await main(1)).split(/\s+/)[0]) > before);
    await pickLayout(view, 'format', 'Signed');
    await holds('-2', async () => (await main(4)).split(/\s+/)[3] === '-2');
    await pickLayout(view, 'endian', 'Big endian');
    await holds('the other order', async () => (await main(4)).split(/\s+/)[3] === '-16777217');
    await pickLayout(view, 'endian', 'Little endian');
    await pickLayout(view, 'format', 'Float');
    await holds('1.5', async () => (await main(4)).split(/\s+/)[2] === '1.5');
    for (const [format, words] of [
      ['Binary', /^0{32}$|01010011/],
      ['Octal', /\d{11}/],
      ['Hex', /^314D4853/],
    ] as const) {
      await pickLayout(view, 'format', format);
      if (format === 'Hex') await pickLayout(view, 'group', '4');
      await holds(format, async () => words.test((await main(0)).replace(/(?<=^\S{8}) /g, '')));
    }
    await pickLayout(view, 'group', '1');
  });

  await workbench.step(t, 'text in the encoding that it is in; what is no text keeps its place', async () => {
    for (const [encoding, offset, character] of [
      ['GB 18030', places.chinese, '中'],
      ['UTF-16 LE', places.wide, 'G'],
      ['Latin-1', places.chinese, 'Ö'],
    ] as const) {
      await pickLayout(view, 'encoding', encoding);
      await page.keyboard.press('Escape');
      await view.click(offset, 'text');
      await view.reads(new RegExp(`character ${character}`));
      await view.frame.getByRole('button', { name: 'Layout', exact: true }).click();
    }
    await pickLayout(view, 'encoding', 'UTF-8');
    await holds('marks for what is no UTF-8', async () => {
      const text = (await view.rows())[6]?.[2] ?? '';
      return text.length === 16;
    });
  });

  await workbench.step(t, 'rows numbered by the address in the process', async () => {
    const maps = readFileSync(`/proc/${String(subject.peer.pid)}/maps`, 'utf8').split('\n');
    const [address = ''] = maps.find((line) => line.endsWith(subject.name))?.split('-') ?? [];
    await pickLayout(view, 'base', `plain-peer (${String(subject.peer.pid)}) at 0x${address.toUpperCase()}`);
    await holds('its address', async () => {
      const [[first] = ['']] = await view.rows();
      return Number.parseInt(first.replaceAll(/[^\da-f]/gi, ''), 16) === Number.parseInt(address, 16);
    });
    await workbench.screenshot('watching-base');
    await pickLayout(view, 'base', 'Offset');
    await page.keyboard.press('Escape');
  });

  await workbench.step(
    t,
    'the place, the layout and the pause survive another tab and a reload',
    async () => {
      await view.frame.getByRole('button', { name: 'Layout', exact: true }).click();
      await pickLayout(view, 'bytesPerRow', '8');
      await pickLayout(view, 'encoding', 'GB 18030');
      await page.keyboard.press('Escape');
      await view.click(places.greeting);
      await page.keyboard.press('Control+g');
      await view.frame.locator('.quick .field').fill('0x200040');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Control+Alt+p');
      await view.frame.locator('.paused:visible').waitFor();
      const same = async (): Promise<void> => {
        view = await findLiveView(page, 'editor');
        await holds('the same place', async () => (await view.text()).includes('Hello fr'));
        await view.frame.locator('.footer', { hasText: '2 selected' }).waitFor();
        await view.frame.locator('.footer', { hasText: '0x200041' }).waitFor();
        await view.frame.locator('.footer', { hasText: 'GB 18030' }).waitFor();
        await view.frame.locator('.paused:visible').waitFor();
        assert.equal((await view.rows())[0]?.[2].length, 8);
      };
      await page.waitForTimeout(500);
      await workbench.palette('Go to File');
      await workbench.quickInput().fill('notes.txt');
      await workbench.pick('notes.txt');
      await page.locator('.monaco-editor', { hasText: 'Another tab.' }).waitFor();
      await page.locator('.tab', { hasText: subject.label }).click();
      await same();
      await page.reload();
      // Which tab is in front the workbench writes down later than a reload asks for it.
      await page.locator('.tab', { hasText: subject.label }).click();
      await same();
      await view.click(places.far + 8);
      await page.keyboard.press('Control+Alt+p');
      await view.frame.locator('.paused').waitFor({ state: 'hidden' });
    },
  );

  await workbench.step(t, 'a tebibyte: every row is there, and looking takes no memory of it', async () => {
    const name = `huge-${String(process.pid)}`;
    const path = `/dev/shm/${name}`;
    stage.defer(() => rm(path, { force: true }));
    makeSparse(path, tebibyte, [
      [0, 'at the start'],
      [tebibyte / 2, 'in the middle'],
      [tebibyte - 10, 'at the end'],
    ]);
    const { blocks } = statSync(path);
    await workbench.openNative(`posix:/${name}`);
    view = await findLiveView(page, 'editor', name);
    await holds('its start', async () => (await view.text()).includes('at the start'));
    await view.click(0);
    await page.keyboard.press('Control+End');
    await holds('its end', async () => (await view.text()).includes('at the end'));
    assert.equal((await view.rows()).findLast(([offset]) => offset !== '')?.[0], 'FFFFFFFFF0');
    await page.keyboard.press('ArrowUp');
    await view.reads(/^offset 0xFFFFFFFFEF, 00/);
    await page.keyboard.press('Control+g');
    await view.frame.locator('.quick .field').fill('50%');
    await page.keyboard.press('Enter');
    await holds('its middle', async () => (await view.text()).includes('in the middle'));
    const map = await view.frame.locator('.minimap').boundingBox();
    assert.ok(map, 'there is a minimap');
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 4);
    await holds('rows of a quarter', async () => {
      const first = Number.parseInt((await view.rows())[0]?.[0] ?? '', 16);
      return first > tebibyte * 0.24 && first < tebibyte * 0.26 && first % 16 === 0;
    });
    await workbench.screenshot('watching-tebibyte');
    assert.equal(statSync(path).blocks, blocks);
    await workbench.palette('View: Close Editor');
  });

  await workbench.step(t, 'the panel shows it too, beside the editor', async () => {
    await workbench.openTree();
    await workbench.menu(workbench.row(subject.label), 'Open in the Panel');
    const panel = await findLiveView(page, 'panel');
    await holds('the far text', async () => (await panel.text()).includes('Hello'));
    await panel.click(places.counter);
    await panel.reads(/changed$/);
    await workbench.screenshot('watching-panel');
  });

  await workbench.step(t, 'the status bar tells of the view that was used last', async () => {
    const offset = page.locator('.statusbar-item[id$="segmentLens.status.offset"]');
    const tells = (words: string) => offset.filter({ hasText: words }).waitFor();
    const editor = await findLiveView(page, 'editor');
    const panel = await findLiveView(page, 'panel');
    await tells('0x10 (16)');
    await editor.click(places.far + 8);
    await tells('0x200048');
    await panel.click(places.counter);
    await tells('0x10 (16)');
    // The cursors are there already: turning to a view is enough.
    await editor.click(places.far + 8);
    await tells('0x200048');
    await workbench.menu(workbench.row(subject.label), 'Open in the Panel');
    await tells('0x10 (16)');
    await workbench.palette('View: Hide Panel');
    await tells('0x200048');
    await page.locator('.tab', { hasText: 'notes.txt' }).click();
    await offset.waitFor({ state: 'hidden' });
    await page.locator('.tab', { hasText: subject.label }).click();
    await tells('0x200048');
    await workbench.palette('View: Toggle Primary Side Bar Visibility');
  });

  await workbench.step(t, 'axe finds nothing wrong, in four themes, wide and narrow', async () => {
    view = await findLiveView(page, 'editor');
    await view.click(places.far);
    await page.keyboard.press('Control+f');
    await view.frame.locator('.find .field').fill('48 65');
    await view.frame.locator('.find .count', { hasText: /\d/ }).waitFor();
    await view.frame.getByRole('button', { name: /^Show or hide the pane/ }).click();
    await workbench.screenshots('watching', async (theme) => {
      assert.deepEqual(await violations(view.frame), [], theme);
    });
    await page.setViewportSize({ width: 700, height: 800 });
    await workbench.screenshot('watching-700');
    assert.deepEqual(await violations(view.frame), [], '700 px');
  });

  await workbench.step(
    t,
    'at 200 % zoom of a screen of 1600 by 1000 pixels everything can be reached',
    async () => {
      await page.setViewportSize({ width: 800, height: 500 });
      await workbench.screenshot('watching-zoom-200');
      assert.deepEqual(await violations(view.frame), []);
      for (const name of ['Pause', 'Lock', 'Go to…', 'Write…', 'More actions…'])
        await view.frame.getByRole('button', { name, exact: true }).waitFor();
      const wide = await view.frame.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(wide, 0, 'the view is wider than its window');
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  );

  await workbench.step(t, 'for who asks for no motion a mark stays whole, and then goes', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const beside = places.far + 0x20;
    await subject.peer.write(beside, 'moved');
    const line = async (): Promise<number> => (await marks(view, beside)).line;
    await holds('the mark', async () => (await line()) > 0);
    const seen = new Set<number>();
    await holds('its end', async () => {
      const now = await line();
      seen.add(now);
      return now === 0;
    });
    assert.ok(seen.size <= 2, `there are steps between whole and gone: ${[...seen].join()}`);
  });
});

/** How strong the mark behind and under a byte is, 0 to 255: from the layer of heat itself. */
async function marks(view: LiveView, offset: number): Promise<{ back: number; line: number }> {
  const { x, y } = await view.point(offset);
  const home = await view.frame.locator('.heat').boundingBox();
  if (home === null) return { back: 0, line: 0 };
  return view.frame.evaluate(
    ([left, top, line]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.heat');
      const context = canvas?.getContext('2d');
      const alpha = (down: number): number => {
        const [column, row] = [left * (canvas?.width ?? 0), down * (canvas?.height ?? 0)];
        return context?.getImageData(Math.floor(column), Math.floor(row), 1, 1).data[3] ?? 0;
      };
      return { back: alpha(top), line: alpha(line) };
    },
    [(x - home.x) / home.width, (y - home.y) / home.height, (y + 9 - home.y) / home.height] as const,
  );
}

/** The colour of the minimap at a share of its height. */
function mapColour(view: LiveView, x: number, share: number): Promise<string> {
  return view.frame.evaluate(
    ([left, part]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.minimap canvas');
      const y = Math.min((canvas?.height ?? 1) - 1, Math.floor((canvas?.height ?? 0) * part));
      return [...(canvas?.getContext('2d')?.getImageData(left, y, 1, 2).data ?? [])].join();
    },
    [x, share] as const,
  );
}

/** Presses a choice of the layout panel, which is open. */
async function pickLayout(view: LiveView, row: string, label: string): Promise<void> {
  const line = view.frame.locator(`.layout [data-row="${row}"]`);
  await line.getByRole('radio', { name: label, exact: true }).click();
}
