import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { browserFlags, browserPath } from '../vscode/browser';

/** A browser with one page that goes on by itself. */
export interface LonelyBrowser {
  /** Connects to the page for as long as `work` takes. */
  with<T>(work: (page: Page) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Starts a browser that nobody is connected to while it is measured: who is connected is told every message that the
 * page gets, on the thread that shows it.
 */
export async function startLonelyBrowser(): Promise<LonelyBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-bench-'));
  const flags = [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder}`,
    '--window-size=1280,800',
  ];
  const child = spawn(browserPath(), [...browserFlags, ...flags, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let address = '';
  for await (const line of createInterface(child.stderr)) {
    address = /DevTools listening on (\S+)/.exec(line)?.[1] ?? '';
    if (address !== '') break;
  }
  child.stderr.resume();
  return {
    async with(work) {
      const browser = await chromium.connectOverCDP(address);
      try {
        const page = browser.contexts()[0]?.pages()[0];
        if (page === undefined) throw new Error('The browser has no page.');
        return await work(page);
      } finally {
        await browser.close();
      }
    },
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
