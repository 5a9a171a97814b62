import { accessSync, constants } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import paths from './browsers.json';

/** The four themes that everything is looked at in. */
export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast-dark': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
} as const;

export type Theme = keyof typeof themes;

/** A browser that neither asks nor tells anything by itself, and may run as root. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium or Chrome, as the system or Playwright installed it. */
export function browserPath(): string {
  return paths.find(executable) ?? chromium.executablePath();
}

/** Starts Chromium (or Chrome) headless with a profile of its own, gone with it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: browserFlags });
}

export interface View {
  readonly width?: number;
  readonly height?: number;
}

/** Longer than anything takes on a machine that is busy: only what fails waits for it. */
const patienceMs = 60_000;

/** Opens a workbench and answers when its parts are there and extensions have started. */
export async function openWorkbench(browser: Browser, url: string, view: View = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: view.height ?? 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await goToWorkbench(page, url);
  return page;
}

/** Goes there and waits until the workbench's parts are there and extensions have started. */
export async function goToWorkbench(page: Page, url: string): Promise<void> {
  page.setDefaultTimeout(patienceMs);
  await page.goto(url);
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
