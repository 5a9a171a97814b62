import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { openWorkbench, startBrowser, type Theme } from '../browser';
import { until } from '../liveView';
import { packagedExtension } from '../packaged';
import { root, startServer, type Server, type ServerOptions } from '../server';

/** By theme: its name in the list of themes, and the kind that a webview is told. */
const looks: Readonly<Record<Theme, readonly [label: string, kind: string]>> = {
  light: ['Light Modern', 'vscode-light'],
  'high-contrast-dark': ['Dark High Contrast', 'vscode-high-contrast'],
  'high-contrast-light': ['Light High Contrast', 'vscode-high-contrast-light'],
  dark: ['Dark Modern', 'vscode-dark'],
};

const pictures = join(root, 'dist/screenshots');

/** A VS Code with the packaged extension installed, as a user sees and drives it. */
export class Workbench {
  private constructor(
    readonly page: Page,
    readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async open(options: Partial<ServerOptions> = {}): Promise<Workbench> {
    const server = await startServer({ extensions: [packagedExtension()], ...options });
    try {
      const browser = await startBrowser();
      try {
        return new Workbench(await openWorkbench(browser, server.url()), server, browser);
      } catch (error) {
        await browser.close();
        throw error;
      }
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** One step of a journey. Those after a failed one have nothing to stand on, so it ends the journey. */
  async step(test: TestContext, name: string, work: () => Promise<void>): Promise<void> {
    let failure: unknown;
    await test.test(name, async () => {
      try {
        await work();
      } catch (error) {
        failure = error;
        await this.screenshot(`failure-${name.replaceAll(/[^a-z]+/gi, '-').slice(0, 40)}`);
        throw error;
      }
    });
    if (failure !== undefined) throw new Error(`The journey ends at: ${name}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  /** Shows the view container by its icon in the activity bar. */
  async openTree(): Promise<void> {
    await this.page.locator('.activitybar [aria-label^="Shared Memory"]').first().click();
    await this.page.locator('.sidebar .composite.title', { hasText: 'Shared Memory' }).waitFor();
  }

  /** A row of the tree that has these words. */
  row(words: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: words }).first();
  }

  /** A command of ours from the palette. */
  async command(title: string): Promise<void> {
    await this.palette(`Shared Memory: ${title}`);
  }

  /**
   * A command from the palette, by its whole title or the beginning of it. Opened again until it takes it: trust
   * comes late, and a palette that is still closing swallows the next.
   */
  async palette(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await until(`${title} in the palette`, async () => {
      try {
        await this.page.keyboard.press('F1');
        await this.quickInput().fill(`>${title}`, { timeout: 2000 });
        await row.click({ timeout: 2000 });
        return true;
      } catch {
        await this.page.keyboard.press('Escape');
        return undefined;
      }
    });
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** Answers the input box whose prompt or title has these words. */
  async answer(question: string | RegExp, text: string): Promise<void> {
    await this.asks(question);
    await this.reply(text);
  }

  /** Answers the input box that is open, whatever it says now. */
  async reply(text: string): Promise<void> {
    await this.quickInput().fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits for the input box with these words. */
  async asks(question: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-widget:visible', { hasText: question }).waitFor();
  }

  /** What the input box says is wrong with what is typed; waits for it. */
  async complaint(text: string): Promise<string> {
    await this.quickInput().fill(text);
    const message = this.page.locator('.quick-input-widget:visible .quick-input-message');
    await this.page.locator('.quick-input-widget:visible .monaco-inputbox.error').waitFor();
    return message.innerText();
  }

  /** Waits until the list that is open has these words. */
  async says(words: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list', { hasText: words }).waitFor();
  }

  /**
   * Chooses an entry of the list that is open, once it has settled: a list that is being filled moves. `within`: how
   * long each part of that may take, in milliseconds.
   */
  async pick(words: string | RegExp, within: { readonly timeout?: number } = {}): Promise<void> {
    const list = this.page.locator('.quick-input-list');
    const row = list.locator('.monaco-list-row', { hasText: words }).first();
    await row.waitFor(within);
    // Where the mouse rests on a row from before, its tip comes up and covers the list.
    await this.page.mouse.move(0, 0);
    await this.#listRests(within);
    await row.click(within);
  }

  /** Opens the live view of the segment that has this native key. */
  async openNative(key: string): Promise<void> {
    await this.command('Open Live View');
    await this.quickInput().fill(key);
    await this.pick(new RegExp(`Native key.*exists.*${key}`));
  }

  /** Answers the question for a file, once the list of the folder has taken in what is typed. */
  async file(path: string): Promise<void> {
    const input = this.quickInput();
    await until('the question for a file', async () =>
      (await input.count()) > 0 && (await input.inputValue()).startsWith('/') ? true : undefined,
    );
    await this.#listRests();
    await input.fill(path);
    await this.#listRests();
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /**
   * Takes a theme from the list of themes, by its key: a palette gives the focus back to a webview late, and who has the
   * list open then loses it. Opened again where that comes from what was open before.
   */
  async #takeTheme(label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input[placeholder*="Theme"]');
    await until(`${label} in the list of themes`, async () => {
      try {
        await this.page.keyboard.press('Control+k');
        await this.page.keyboard.press('Control+t');
        await input.fill(label, { timeout: 3000 });
        await this.pick(label, { timeout: 3000 });
        await input.waitFor({ state: 'hidden', timeout: 3000 });
        return true;
      } catch {
        await this.page.keyboard.press('Escape');
        return undefined;
      }
    });
  }

  async #listRests(within: { readonly timeout?: number } = {}): Promise<void> {
    const list = this.page.locator('.quick-input-widget:visible');
    let before = '';
    await until('a list at rest', async () => {
      const now = await list.innerText(within);
      const rests = now === before;
      before = now;
      if (!rests) await this.page.waitForTimeout(300);
      return rests ? true : undefined;
    });
  }

  /** The modal question: its words; `press` answers it. */
  async dialog(): Promise<{ readonly words: string; press(button: string): Promise<void> }> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor();
    return {
      words: await box.innerText(),
      press: async (button) => {
        await box.getByRole('button', { name: button, exact: true }).click();
        await box.waitFor({ state: 'detached' });
      },
    };
  }

  /** The toast with these words. */
  async notification(words: string | RegExp): Promise<string> {
    const toast = this.page.locator('.notification-toast', { hasText: words }).first();
    await toast.waitFor();
    return toast.innerText();
  }

  /** The context menu of a row, by keyboard: a menu ignores clicks for a moment after it has opened. */
  async menu(row: Locator, item: string): Promise<void> {
    // The tree may be drawn anew just then: the menu goes with the row.
    await until('the menu', async () => {
      await row.click({ button: 'right' });
      const first = this.page.locator('.monaco-menu .action-item', { hasText: item }).first();
      return first.waitFor({ timeout: 2000 }).then(
        () => true,
        () => undefined,
      );
    });
    const focused = this.page.locator('.monaco-menu .action-item.focused', { hasText: item });
    await until(`${item} in the menu`, async () => {
      await this.page.keyboard.press('ArrowDown');
      return (await focused.count()) > 0 ? true : undefined;
    });
    await this.page.keyboard.press('Enter');
  }

  /** dist/screenshots/NAME.png as it is now: what a failure looked like. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  /** dist/screenshots/NAME-THEME.png in the four themes, the one we started with last; then `look` in each. */
  async screenshots(name: string, look?: (theme: Theme) => Promise<void>): Promise<void> {
    for (const [theme, [label, kind]] of Object.entries(looks)) {
      await this.#takeTheme(label);
      for (const frame of this.page.frames()) {
        await until(`the theme in ${frame.url()}`, async () =>
          [kind, undefined].includes(await kindOf(frame)) ? true : undefined,
        );
      }
      await this.screenshot(`${name}-${theme}`);
      await look?.(theme as Theme);
    }
  }
}

/** The kind of theme that a webview has been told; undefined for what is no webview. */
async function kindOf(frame: Frame): Promise<string | undefined> {
  try {
    return await frame.evaluate(() => document.body.dataset['vscodeThemeKind']);
  } catch {
    return undefined; // It went away while we looked.
  }
}
