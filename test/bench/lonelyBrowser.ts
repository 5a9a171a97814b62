import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { browserFlags, browserPath } from '../vscode/browser';
import { endGroup } from '../vscode/processGroup';
import { scratch } from './stage';

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
  const folder = scratch();
  const flags = [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${folder.path}`,
    '--window-size=1280,800',
  ];
  const child = spawn(browserPath(), [...browserFlags, ...flags, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const stop = async (): Promise<void> => {
    await endGroup(child);
    folder.remove();
  };
  let address: string | undefined;
  for await (const line of createInterface(child.stderr)) {
    address = /DevTools listening on (\S+)/.exec(line)?.[1];
    if (address !== undefined) break;
  }
  if (address === undefined) {
    await stop();
    throw new Error('The browser ended before it listened.');
  }
  const listening = address;
  child.stderr.resume();
  return {
    async with(work) {
      const browser = await chromium.connectOverCDP(listening);
      try {
        const page = browser.contexts()[0]?.pages()[0];
        if (page === undefined) throw new Error('The browser has no page.');
        return await work(page);
      } finally {
        await browser.close();
      }
    },
    stop,
  };
}
