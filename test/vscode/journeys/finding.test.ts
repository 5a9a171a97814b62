import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { findLiveView, holds, type LiveView } from '../liveView';
import { farText, greeting, little, makeSparse, places, Subject, subjectStage } from './subject';
import { Workbench } from './workbench';

const tebibyte = 2 ** 40;

test('Finding one’s way in a segment that a program changes', async (t) => {
  const stage = subjectStage(t, 'sought');
  const subject = await Subject.make(stage, 4 * 1024 * 1024);
  const { peer } = subject;
  await peer.write(0x300000, 'HELLO once more');
  await peer.write(0x1000, little(1234567, 4));
  await peer.write(0x2002, little(1234570, 4));
  await peer.write(0x3000, Buffer.from('de01beef', 'hex'));
  await peer.write(0x3100, Buffer.from('de02beef', 'hex'));
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  let view: LiveView;
  const find = () => view.frame.locator('.find');
  const count = (words: string | RegExp) => find().locator('.count', { hasText: words }).waitFor();
  const look = async (kind: string, typed: string): Promise<void> => {
    await find().getByLabel('What is looked for').selectOption({ label: kind });
    await find().locator('.field').fill(typed);
    await page.keyboard.press('Enter');
  };
  const listed = async (): Promise<readonly string[]> =>
    view.frame.locator('.result:visible .place').allInnerTexts();
  const lists = (offsets: readonly string[]) =>
    holds(`hits at ${offsets.join()}`, async () => (await listed()).join() === offsets.join());
  const goTo = async (expression: string): Promise<void> => {
    await page.keyboard.press('Control+g');
    await view.frame.locator('.quick .field').fill(expression);
    await page.keyboard.press('Enter');
  };

  await workbench.step(
    t,
    'hex with wildcards: listed, counted, marked in the minimap, stepped through',
    async () => {
      await workbench.openTree();
      await workbench.row(subject.label).click();
      view = await findLiveView(page);
      await workbench.palette('View: Toggle Primary Side Bar Visibility');
      await view.click(0);
      const before = await hitLane(view);
      await page.keyboard.press('Control+f');
      await look('Hex', 'de ?? be ef');
      await count(/2 hits|of 2/);
      await lists(['0x3000', '0x3100']);
      await holds('a mark in the minimap', async () => (await hitLane(view)) > before);
      await view.frame.locator('.result', { hasText: '0x3000' }).click();
      await view.reads(/^offset 0x3000,/);
      await count('1 of 2');
      await find().locator('.field').focus();
      await page.keyboard.press('Enter');
      await view.reads(/^offset 0x3100,/);
      await count('2 of 2');
      await page.keyboard.press('Shift+Enter');
      await view.reads(/^offset 0x3000,/);
      await count('1 of 2');
      await workbench.screenshot('finding-hex');
    },
  );

  await workbench.step(t, 'text with and without case', async () => {
    await look('Text', 'Hello');
    await lists(['0x20', '0x200040', '0x300000']);
    await find().getByRole('button', { name: 'Match case' }).click();
    await lists(['0x20', '0x200040']);
    await find().getByRole('button', { name: 'Match case' }).click();
    await find().getByLabel('Encoding').selectOption({ label: 'UTF-16 LE' });
    await look('Text', 'größe');
    await lists(['0x70']);
    await find().getByLabel('Encoding').selectOption({ label: 'GB 18030' });
    await look('Text', '中文');
    await lists(['0x60']);
  });

  await workbench.step(t, 'numbers, exact and as a range, aligned or not', async () => {
    await find().getByLabel('What is looked for').selectOption({ label: 'Number' });
    await find().getByLabel('Type of the number').selectOption('uint32');
    await look('Number', '1234567');
    await lists(['0x1000']);
    await look('Number', '1234560..1234575');
    await lists(['0x1000', '0x2002']);
    await find().getByLabel('Alignment').selectOption({ label: 'Multiples of 4' });
    await lists(['0x1000']);
    await find().getByLabel('Alignment').selectOption({ label: 'At any offset' });
    await find().getByLabel('Type of the number').selectOption('float32');
    await look('Number', '1.5');
    await lists(['0x48']);
  });

  await workbench.step(t, 'a regular expression over bytes', async () => {
    await look('Regex', 'H[eE]L*l* ?o?.*(far|MORE|more)');
    await holds('a hit', async () => (await listed()).includes('0x200040'));
    await look('Regex', '\\xde[\\x01-\\x02]\\xbe\\xef');
    await lists(['0x3000', '0x3100']);
  });

  await workbench.step(t, 'a hit that goes is said to be gone', async () => {
    await peer.write(0x3100, Buffer.from('00', 'hex'));
    await view.frame.locator('.result.gone', { hasText: '0x3100' }).waitFor();
    await peer.write(0x3100, Buffer.from('de', 'hex'));
  });

  await workbench.step(t, 'what is wrong is said below the field, with the rule', async () => {
    for (const [kind, typed, rule] of [
      ['Hex', 'zz', 'Z is no hexadecimal digit'],
      ['Hex', 'abc', 'A byte has two digits'],
      ['Hex', '?? ??', 'Everything would match'],
      ['Number', 'many', 'is no number'],
      ['Number', '5..1', 'range is empty'],
      ['Regex', '(ab', 'Not a regular expression'],
    ] as const) {
      await find().getByLabel('What is looked for').selectOption({ label: kind });
      await find().locator('.field').fill(typed);
      await find()
        .locator('.problem', { hasText: new RegExp(rule, 'i') })
        .waitFor();
    }
    await workbench.screenshot('finding-wrong');
  });

  await workbench.step(t, 'what changed since a mark', async () => {
    await find().getByLabel('What is looked for').selectOption({ label: 'Changed since' });
    await find().getByRole('button', { name: 'Mark now' }).click();
    await find().locator('.moment', { hasText: 'marked at' }).waitFor();
    await peer.write(0x250000, 'new');
    await holds('the change is found', async () => {
      await find().getByRole('button', { name: 'Search again' }).click();
      await page.waitForTimeout(500);
      // By whole pages: that of the counter, and that of what is new.
      return (await listed()).join() === '0x0,0x250000';
    });
    await workbench.screenshot('finding-changed');
  });

  await workbench.step(t, 'next and previous hit and change by key, with the widget closed', async () => {
    await look('Text', 'Hello');
    await find().getByLabel('Encoding').selectOption({ label: 'UTF-8' });
    await lists(['0x20', '0x200040', '0x300000']);
    await page.keyboard.press('Escape');
    await find().locator('.field').press('Escape');
    await find().waitFor({ state: 'hidden' });
    await goTo('0');
    for (const offset of [0x20, 0x200040, 0x300000, 0x20]) {
      await page.keyboard.press('F3');
      await holds(`the hit at ${offset.toString(16)}`, () => stands(view, offset, offset + 4));
    }
    await page.keyboard.press('Shift+F3');
    await holds('the last hit', () => stands(view, 0x300000, 0x300004));
    await goTo('0');
    await page.keyboard.press('Alt+ArrowDown');
    await holds('the counter', () => stands(view, places.counter, places.counter + 3));
    await goTo('0x80');
    await page.keyboard.press('Alt+ArrowUp');
    await holds('the counter', () => stands(view, places.counter, places.counter + 3));
  });

  await workbench.step(t, 'go to: expressions of every kind, and the rule where it is none', async () => {
    for (const [expression, offset] of [
      ['64', 64],
      ['0x40 + 8*12', 0xa0],
      ['+16', 0xb0],
      ['-0x10', 0xa0],
      ['50%', 0x200000],
      ['page 3', 0x3000],
      ['end - 6', 0x3ffff9],
      ['start', 0],
    ] as const) {
      await goTo(expression);
      await holds(`${expression} at ${offset.toString(16)}`, () => stands(view, offset, offset));
    }
    await page.keyboard.press('Control+g');
    const field = view.frame.locator('.quick .field');
    for (const [typed, rule] of [
      ['0x400000', 'this segment has 4,194,304 B (4 MiB)'],
      ['2 +', 'a number is missing'],
      ['somewhere', 'is not known'],
      ['1/0', 'divided by zero'],
    ] as const) {
      await field.fill(typed);
      await view.frame.locator('.quick .verdict.wrong', { hasText: rule }).waitFor();
    }
    await workbench.screenshot('finding-goto');
    await page.keyboard.press('Enter');
    await view.frame.locator('.quick').waitFor();
    await page.keyboard.press('Escape');
    await holds('nothing moved', () => stands(view, 0, 0));
  });

  await workbench.step(t, 'the pointer is followed; back and forward', async () => {
    await goTo('0x40');
    await page.keyboard.press('F12');
    await holds('where it leads', () => stands(view, places.far, places.far));
    await holds('the text there', async () => (await view.text()).includes(farText));
    await page.keyboard.press('Alt+ArrowLeft');
    await holds('the pointer', () => stands(view, 0x40, 0x40));
    await page.keyboard.press('Alt+ArrowRight');
    await holds('where it leads', () => stands(view, places.far, places.far));
    await goTo('0x24');
    await page.keyboard.press('F12');
    await view.says('leads to no place in this segment');
    await holds('the text there', async () => (await view.text()).includes(greeting));
  });

  await workbench.step(
    t,
    'a search through a tebibyte shows its hits at once, and stops when told',
    async () => {
      const name = `sought-huge-${String(process.pid)}`;
      const path = `/dev/shm/${name}`;
      stage.defer(() => rm(path, { force: true }));
      makeSparse(path, tebibyte, [
        [tebibyte / 2, 'needle'],
        [tebibyte - 6, 'needle'],
      ]);
      await workbench.openNative(`posix:/${name}`);
      view = await findLiveView(page, 'editor', name);
      await view.frame.locator('#grid').focus();
      await page.keyboard.press('Control+f');
      await look('Text', 'needle');
      await lists(['0x8000000000', '0xFFFFFFFFFA']);
      await page.keyboard.press('Enter');
      await holds('the last bytes', () => stands(view, tebibyte - 6, tebibyte - 1));
      await look('Regex', '(a+)+b');
      await find().getByRole('button', { name: 'Stop searching' }).click();
      await find().getByRole('button', { name: 'Search again' }).waitFor();
      await workbench.screenshot('finding-tebibyte');
    },
  );
});

/** Whether the cursor or the selection is this, both ends included. */
async function stands(view: LiveView, from: number, to: number): Promise<boolean> {
  const { cursor } = await view.frame.evaluate(() => {
    const id = document.querySelector('#grid')?.getAttribute('aria-activedescendant') ?? '';
    return { cursor: Number(document.getElementById(id)?.dataset['offset'] ?? -1) };
  });
  return cursor >= from && cursor <= to;
}

/** How many pixels of the minimap's lane of hits are painted. */
function hitLane(view: LiveView): Promise<number> {
  return view.frame.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.minimap canvas');
    const data = canvas?.getContext('2d')?.getImageData(57, 0, 1, canvas.height).data ?? [];
    return [...data].filter((value, index) => index % 4 === 3 && value > 0).length;
  });
}
