import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { violations } from '../axe';
import { useBrowser, eventually, middleOf, clickByte } from './browser';
import { root, themeNames, type Options } from './page';

const browser = useBrowser();
const shots = join(root, 'out/test/webview/shots');
mkdirSync(shots, { recursive: true });

const scene: Options = {
  texts: [
    { offset: 0, text: 'SHM1\0\x04\0\0\x16\x20' },
    { offset: 0x48, text: 'Hello from another process!' },
    { offset: 0x70, text: 'tick 8213 consumer' },
    { offset: 0x90, text: 'tick 8214 producer' },
    { offset: 0xc0, text: noise(0xc0) },
  ],
  description: {
    access: 'attach',
    attached: [
      {
        pid: 4711,
        name: 'producer',
        commandLine: '',
        owner: 'dev',
        part: 'attached' as const,
        alive: true,
        writable: true,
        mappings: [{ address: '7f0000400000', offset: 0, length: 4096 }],
        us: false,
      },
      {
        pid: 4712,
        name: 'consumer',
        commandLine: '',
        owner: 'dev',
        part: 'attached' as const,
        alive: true,
        writable: true,
        mappings: [{ address: '7f0000400000', offset: 0, length: 4096 }],
        us: false,
      },
      {
        pid: 4690,
        name: 'logger',
        commandLine: '',
        owner: 'dev',
        part: 'attached' as const,
        alive: false,
        writable: false,
        mappings: [],
        us: false,
      },
    ],
  },
  lock: { state: 'held', holder: { pid: 4712, name: 'consumer' }, waiters: 1 },
};

const sizes = [
  { width: 1280, height: 640, place: 'editor' },
  { width: 700, height: 640, place: 'editor' },
  { width: 1280, height: 250, place: 'panel' },
  { width: 700, height: 250, place: 'panel' },
] as const;

for (const theme of themeNames) {
  for (const size of sizes) {
    test(`it fits and is accessible: ${theme}, ${String(size.width)} by ${String(size.height)}`, async () => {
      const page = await browser.open({ ...scene, ...size, theme });
      await stir(page);
      await page.screenshot({
        path: join(shots, `${theme}-${String(size.width)}x${String(size.height)}.png`),
      });
      deepEqual(await violations(page), []);
      deepEqual(await overflows(page), []);
      const text = await middleOf(page, 'text', 0x4f);
      ok(text.x < size.width - 14, 'the text column is out of sight');
    });
  }
}

test('at 200 % zoom everything can be reached', async () => {
  const page = await browser.open({ ...scene, width: 640, height: 400, context: { deviceScaleFactor: 2 } });
  await stir(page);
  await page.screenshot({ path: join(shots, 'dark-zoom-200.png') });
  deepEqual(await overflows(page), []);
  deepEqual(await violations(page), []);
  for (const name of ['Pause', 'Lock', 'Detach', 'Go to…', 'Write…', 'More actions…']) {
    await page.getByRole('button', { name, exact: true }).waitFor();
  }
});

test('a changed byte is underlined, not only coloured, and the mark fades away', async () => {
  const page = await browser.open(scene);
  const at = await middleOf(page, 'hex', 0x20);
  const before = await colours(page, at);
  await page.evaluate(() => {
    window.fake.poke(0x20, [0]);
    window.fake.poke(0x20, [1]);
    return window.fake.look();
  });
  const after = await colours(page, at);
  ok(after.line > after.back && after.back > 0, JSON.stringify(after));
  deepEqual(before, { back: 0, line: 0 });
  await eventually(
    () => colours(page, at),
    ({ line }) => line > 0 && line < after.line,
  );
  await eventually(
    () => colours(page, at),
    ({ line }) => line === 0,
  );
});

test('without motion the mark stays whole and then goes', async () => {
  const page = await browser.open({ ...scene, context: { reducedMotion: 'reduce' } });
  const at = await middleOf(page, 'hex', 0x20);
  await page.evaluate(() => {
    window.fake.poke(0x20, [1]);
    return window.fake.look();
  });
  const seen = new Set<number>([(await colours(page, at)).line]);
  await eventually(
    async () => {
      const { line } = await colours(page, at);
      seen.add(line);
      return line;
    },
    (line) => line === 0,
  );
  equal(seen.size, 2, `${[...seen].join()}: there is a step between whole and gone`);
});

/** How the view comes into its other states. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  removed: (page) =>
    page.evaluate(() =>
      window.fake.describe({
        presence: 'removed',
        notice:
          'The segment was removed. These are its last bytes; open it again when a program has made it anew.',
      }),
    ),
  stale: (page) =>
    page.evaluate(() => {
      window.fake.lock = {
        kind: 'posix',
        state: 'stale',
        holder: { pid: 4690, name: 'logger' },
        waiters: null,
        value: 0,
      };
      return window.fake.look();
    }),
  pending: async (page) => {
    await page.evaluate(() => (window.fake.holdEdits = true));
    await clickByte(page, 'hex', 0x10);
    await page.keyboard.type('4a4b4');
  },
  conflict: async (page) => {
    await clickByte(page, 'hex', 0x10);
    await page.evaluate(() => {
      window.fake.poke(0x10, [0x7f]);
    });
    await page.keyboard.type('4a');
    await page.locator('.cursor.conflict').waitFor();
  },
  menu: (page) => page.getByRole('button', { name: 'More actions…' }).click(),
  tip: async (page) => {
    const { x, y } = await middleOf(page, 'hex', 0x92);
    await page.mouse.move(x, y);
    await page.locator('.tip').waitFor();
  },
  shrunk: (page) =>
    page.evaluate(() => {
      window.fake.size = 0x85;
      return window.fake.look();
    }),
};

for (const theme of ['dark', 'light', 'high-contrast-dark'] as const) {
  for (const [name, bring] of Object.entries(states)) {
    test(`it is accessible in its other states: ${theme}, ${name}`, async () => {
      const page = await browser.open({ ...scene, theme, width: 900, height: 420 });
      await stir(page);
      await bring(page);
      await page.screenshot({ path: join(shots, `${theme}-${name}.png`) });
      deepEqual(await violations(page), []);
    });
  }
}

/** Changes of three ages, and a selection. */
async function stir(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const change = (offset: number, length: number): void => {
      const bytes = window.fake
        .peek(offset, length)
        .map((value, index) => value ^ (index % 3 === 0 ? 0x21 : 0x11));
      window.fake.poke(offset, bytes);
    };
    for (const [offset, length] of [
      [0xc4, 2],
      [0x70, 6],
      [0x92, 9],
    ] as const) {
      change(offset, length);
      await window.fake.look();
      for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
    }
    change(8, 2);
    await window.fake.look();
    await window.fake.viewer.reveal({ offset: 0x48, length: 27 });
  });
}

/** The parts that are wider or higher than what they stand in. */
function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    ['html', '.header', '.toolbar', '.footer'].filter((name) => {
      const part = document.querySelector(name);
      return part === null || part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
    }),
  );
}

/** How strong the mark behind and under a byte is, 0 to 255: from the layer of heat itself. */
function colours(page: Page, { x, y }: { x: number; y: number }): Promise<{ back: number; line: number }> {
  return page.evaluate(
    ([left, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.heat');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) throw new Error('There is no layer of heat.');
      if (canvas.hidden) return { back: 0, line: 0 };
      const box = canvas.getBoundingClientRect();
      const alpha = (down: number): number => {
        const column = Math.floor(((left - box.left) / box.width) * canvas.width);
        const line = Math.floor(((down - box.top) / box.height) * canvas.height);
        return context.getImageData(column, line, 1, 1).data[3] ?? 0;
      };
      return { back: alpha(top), line: alpha(top + 9) };
    },
    [x, y] as const,
  );
}

function noise(length: number): string {
  let seed = 7;
  return Array.from({ length }, () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return String.fromCharCode((seed >> 16) & 255);
  }).join('');
}

test('every icon on screen is drawn by the font that ships', async () => {
  const page = await browser.open(scene);
  const icons = await page.evaluate(async () => {
    const [face] = await document.fonts.load('16px codicon');
    const pen = document.createElement('canvas').getContext('2d');
    if (!pen) throw new Error('There is no canvas.');
    return [...document.querySelectorAll('.codicon')].map((icon) => {
      const character = getComputedStyle(icon, '::before').content.slice(1, -1);
      // The font has icons of its size alone; of another font, what it lacks is narrower.
      pen.font = '16px codicon, serif';
      return {
        name: icon.className,
        drawn: face?.status === 'loaded' && Math.round(pen.measureText(character).width) === 16,
      };
    });
  });
  ok(icons.length > 10);
  deepEqual(
    icons.filter(({ drawn }) => !drawn),
    [],
  );
});
