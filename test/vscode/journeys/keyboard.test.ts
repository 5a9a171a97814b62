import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { findLiveView, holds, type LiveView } from '../liveView';
import { violations } from '../../axe';
import { farText, greeting, places, Subject, subjectStage } from './subject';
import { Workbench } from './workbench';

const { spare } = places;

test('The whole way by keyboard alone', async (t) => {
  const stage = subjectStage(t, 'keyed');
  const subject = await Subject.make(stage, 4 * 1024 * 1024);
  const workbench = await Workbench.open();
  stage.defer(() => workbench.close());
  const { page } = workbench;
  const { keyboard } = page;
  let view: LiveView;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await keyboard.press(key);
  };
  /** A command from the palette, typed. */
  const order = async (title: string): Promise<void> => {
    const first = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
    await holds(`${title} in the palette`, async () => {
      await press('F1');
      try {
        await workbench.quickInput().waitFor({ timeout: 2000 });
        await keyboard.type(title);
        await first.waitFor({ timeout: 3000 });
        return true;
      } catch {
        await press('Escape');
        return false;
      }
    });
    await press('Enter');
    await first.waitFor({ state: 'hidden' });
  };
  /** The element that has the focus, in the view. */
  const focus = (): Promise<string> =>
    view.frame.evaluate(() => {
      const { activeElement: at } = document;
      const name = at?.getAttribute('aria-label') ?? at?.textContent ?? '';
      return at?.id === 'grid' ? 'grid' : `${at?.getAttribute('role') ?? at?.tagName ?? ''}: ${name}`;
    });
  const focused = (what: string | RegExp): Promise<void> =>
    holds(`the focus on ${String(what)}`, async () => {
      const found = await focus();
      return typeof what === 'string' ? found === what : what.test(found);
    });
  const has = (offset: number, hex: string): Promise<void> =>
    holds(`${hex} at 0x${offset.toString(16)}`, () => subject.hex(offset, hex.length / 2) === hex);
  const goTo = async (expression: string): Promise<void> => {
    await press('Control+g');
    await focused(/Go to offset/);
    await press('Control+a');
    await keyboard.type(expression);
    await press('Enter');
    await focused('grid');
  };

  await workbench.step(t, 'from the tree to the bytes', async () => {
    await order('Shared Memory: Focus on Segments View');
    await workbench.row(subject.label).waitFor();
    const at = page.locator('.sidebar .monaco-list-row.focused', { hasText: subject.label });
    // What was focused while it was empty is gone; the list takes the focus anew.
    await order('Shared Memory: Focus on Segments View');
    await holds('the segment in the tree', async () => {
      await press('ArrowDown');
      return (await at.count()) > 0;
    });
    await press('Enter');
    view = await findLiveView(page);
    await order('View: Focus Active Editor Group');
    await focused('grid');
    await press('ArrowDown', 'ArrowDown');
    await view.reads(/^offset 0x20, 48, 72, character H/);
    await order('View: Toggle Primary Side Bar Visibility');
    await focused('grid');
  });

  await workbench.step(t, 'moved, selected, copied', async () => {
    await press('Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await press('Control+c');
    await holds('the bytes in the clipboard', async () => (await clipboard(workbench)) === '48 65 6C 6C 6F');
    await press('Control+Shift+c');
    await focused(/^menu/);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await focused('menuitem: Text');
    await press('Enter');
    await holds('the text in the clipboard', async () => (await clipboard(workbench)) === 'Hello');
    await press('Control+End');
    await view.reads(/^offset 0x3FFFFF, 64/);
    await press('Control+Home');
    await view.reads(/^offset 0x0, 53/);
  });

  await workbench.step(t, 'attached, typed, undone, redone, filled, counted', async () => {
    await order('Shared Memory: Attach');
    await view.frame.locator('.header .access', { hasText: 'attached' }).waitFor();
    await focused('grid');
    await goTo('0x100');
    await keyboard.type('cafe');
    await has(spare, 'cafe');
    await press('Tab');
    await keyboard.type('ok');
    await has(spare + 2, '6f6b');
    await press('Control+z', 'Control+z', 'Control+z');
    await has(spare, 'ca000000');
    await press('Control+y');
    await has(spare, 'cafe0000');
    await press('Shift+Tab');
    await goTo('0x110');
    await press('Shift+ArrowDown', 'Control+i');
    await focused(/^INPUT: Fill 17 bytes/);
    await press('Control+a');
    await keyboard.type('11 22');
    await press('Enter');
    await has(0x110, `${'1122'.repeat(8)}11`);
    await focused('grid');
    await press('ArrowLeft', 'Home', 'Alt+=');
    await has(0x110, '1222');
  });

  await workbench.step(t, 'frozen, and stopped by Escape', async () => {
    await goTo('0x10');
    await press('Control+Alt+f');
    await view.frame
      .locator('.freeze')
      .getByText(/put back [1-9]/)
      .waitFor();
    await press('Escape');
    await view.frame.locator('.freeze').waitFor({ state: 'hidden' });
    await focused('grid');
  });

  await workbench.step(t, 'found, and gone to hit by hit', async () => {
    await press('Control+f');
    await focused(/^INPUT: What to find/);
    await press('Shift+Tab');
    await focused(/^SELECT: What is looked for/);
    await keyboard.type('Text');
    await press('Tab');
    await press('Control+a');
    await keyboard.type('Hello');
    await view.frame.locator('.find .count', { hasText: '2' }).waitFor();
    await press('Enter');
    await press('Escape');
    await focused('grid');
    await press('Control+Home', 'F3');
    await view.reads(/^offset 0x2[0-4],/);
    await press('F3');
    await view.reads(/^offset 0x20004[0-4],/);
    await holds('the text there', async () => (await view.text()).includes(farText));
    await press('Alt+ArrowLeft');
    await view.reads(/^offset 0x2[0-4],/);
    await press('Alt+ArrowRight');
    await view.reads(/^offset 0x20004[0-4],/);
  });

  await workbench.step(t, 'into the inspector, a value written, and out again', async () => {
    await goTo('0x4c');
    // Until the bytes there have come the inspector has no rows.
    await view.frame.locator('.side .section-header', { hasText: '0x004C' }).waitFor();
    await view.frame.locator('.side [role="row"][aria-label^="int32, -2"]').waitFor();
    await press('Control+Alt+v');
    if ((await focus()) === 'grid') await press('Control+Alt+v');
    // First of the pane are the results.
    await focused(/^listbox: Results/);
    for (let at = await focus(), step = 0; step < 12 && !at.startsWith('row: '); step++) {
      await press('Tab');
      await holds(`the focus beyond ${at}`, async () => (await focus()) !== at);
      at = await focus();
    }
    await focused(/^row: int8/);
    await press('Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await focused(/^row: int32, -2/);
    await press('Enter');
    await focused(/^INPUT: New value of int32/);
    await keyboard.type('-5');
    await press('Enter');
    await has(0x4c, 'fbffffff');
    await focused(/^row: int32, -5/);
    await press('Escape');
    await focused('grid');
  });

  await workbench.step(t, 'the layout, the encoding, the lock, the pause', async () => {
    await press('Control+Alt+l');
    await focused('radio: 16');
    await press('ArrowLeft');
    await holds('8 bytes in a row', async () => (await view.rows())[0]?.[2].length === 8);
    await press('ArrowRight', 'Escape');
    await focused('grid');
    await press('Control+Alt+e');
    await focused(/^menu/);
    await press('Home');
    await focused('menuitemradio: ASCII');
    await press('Escape');
    await focused('grid');
    await press('Control+Alt+u');
    await view.frame.locator('.footer .trust', { hasText: 'Copied under the lock' }).waitFor();
    await press('Control+Alt+u');
    await view.frame.locator('.footer .trust', { hasText: 'Not under the lock' }).waitFor();
    await press('Control+Alt+p');
    await view.frame.locator('.paused:visible').waitFor();
    await press('Control+Alt+p');
    await view.frame.locator('.paused').waitFor({ state: 'hidden' });
  });

  await workbench.step(t, 'every tool and the menu of the bytes', async () => {
    await press('Shift+F10');
    await focused(/^menu/);
    await press('End');
    await press('Escape');
    await focused('grid');
    await press('Shift+Tab');
    await focused('BUTTON: Pause');
    const tools: string[] = [];
    for (let step = 0; step < 11; step++) {
      tools.push(await focus());
      await press('ArrowRight');
    }
    assert.deepEqual(
      tools
        .map((name) => name.slice('BUTTON: '.length))
        .filter((name) => /^(Find|Detach|Lock|Write…)$/.test(name)),
      ['Lock', 'Detach', 'Find', 'Write…'],
    );
    await press('End', 'Enter');
    await focused(/^menu/);
    await press('Escape');
    await focused('BUTTON: More actions…');
    for (let step = 0; step < 6 && (await focus()) !== 'grid'; step++) await press('Tab');
    await focused('grid');
  });

  await workbench.step(t, 'a bookmark made and gone to', async () => {
    await goTo('0x20');
    await press('Control+Alt+b');
    await focused('INPUT: Name');
    await keyboard.type('greeting');
    await press('Enter');
    await focused('grid');
    await view.frame.locator('.bookmark', { hasText: 'greeting' }).waitFor();
    await goTo('50%');
    await press('Control+Shift+o');
    await focused(/^menu/);
    await press('Enter');
    await view.reads(/^offset 0x20,/);
    await holds('the text there', async () => (await view.text()).includes(greeting));
  });

  await workbench.step(t, 'compared with this moment, and gone to what differs', async () => {
    await press('Control+Alt+w');
    await workbench.quickInput().waitFor();
    await keyboard.type('Remember This');
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'Remember' }).waitFor();
    await press('Enter');
    await view.frame.locator('.half.other .title', { hasText: 'Moment' }).waitFor();
    await focused('grid');
    await holds('the counter differs', async () =>
      /^\d+ differs? here$/.test(await view.words('.half-head .here')),
    );
    await press('Control+End', 'Alt+F5');
    await view.reads(/^offset 0x1[0-3], .*differs, other has /);
    await workbench.screenshot('keyboard-compare');
    assert.deepEqual(await violations(view.frame), []);
    await press('Control+Alt+s', 'q');
    await view.frame.locator('.half.other').waitFor({ state: 'hidden' });
    await focused('grid');
  });

  await workbench.step(t, 'out of the view again, and detached', async () => {
    await press('Control+Alt+s', 'd');
    await view.frame.locator('.header .access', { hasText: 'observing' }).waitFor();
    await press('Control+w');
    await page.locator('.tab').waitFor({ state: 'detached' });
  });
});

/** Read in the workbench's own page: no key of the view is pressed for it. */
function clipboard({ page }: Workbench): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
