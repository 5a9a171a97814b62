import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { root, type Server } from './server';

/** A window of VS Code that runs a suite in its extension host. */
export interface SuitePage {
  readonly page: Page;
  /** Resolves when the suite has ended, however it ended. */
  readonly ended: Promise<void>;
  /** What the workbench has logged so far, a line each. */
  log(): string;
}

/**
 * Opens the workbench of a server that obeys payloads for extension tests, with the checkout or another folder as the
 * extension that is developed and its out/test/`suite` as its suite.
 */
export async function openSuite(
  browser: Browser,
  server: Server,
  suite: string,
  options?: BrowserContextOptions,
  developed = root,
): Promise<SuitePage> {
  const page = await browser.newPage(options);
  let log = '';
  await page.exposeFunction('codeAutomationLog', (type: string, args: readonly unknown[]) => {
    log += `${type}: ${args.map(String).join(' ')}\n`;
  });
  let finish = (): void => undefined;
  const ended = new Promise<void>((done) => {
    finish = done;
  });
  await page.exposeFunction('codeAutomationExit', () => {
    finish();
  });
  const remote = (path: string): string => `vscode-remote://${server.authority}${path}`;
  await page.goto(
    server.url({
      extensionDevelopmentPath: remote(developed),
      extensionTestsPath: remote(join(developed, 'out/test', suite)),
      enableProposedApi: '',
    }),
  );
  return { page, ended, log: () => log };
}
