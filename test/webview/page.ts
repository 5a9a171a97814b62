import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Setup } from './fakeHost';
import themes from './themes.json';

/** The checkout. */
export const root = resolve(__dirname, '../../..');

export type ThemeName = keyof typeof themes;
export const themeNames = Object.keys(themes) as ThemeName[];

export interface Options extends Setup {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly context?: BrowserContextOptions;
}

interface Contributed {
  readonly id: string;
  readonly defaults: Readonly<Record<string, string>>;
}

const address = 'http://view.test/';
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };
let script: Promise<string> | undefined;

/** Opens the view's real bundle in a page of its own, with VS Code's content policy and a fake host. */
export async function openView(browser: Browser, options: Options = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 640 },
    ...options.context,
  });
  const page = await context.newPage();
  const { theme = 'dark', ...setup } = options;
  page.on('pageerror', (error) => {
    throw error;
  });
  script ??= fakeHostScript();
  const fake = await script;
  await page.addInitScript({ content: `window.setup = ${JSON.stringify(setup)};${fake}` });
  await page.route(`${address}**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html(theme) });
    const type = types[name.split('.').at(-1) ?? ''];
    return route.fulfill({ path: join(root, 'out/webview', name), ...(type ? { contentType: type } : {}) });
  });
  await page.goto(address);
  await page.locator(options.description === null ? '.empty' : '.header .name').waitFor();
  return page;
}

function html(theme: ThemeName): string {
  const policy = `default-src 'none'; script-src 'nonce-n'; style-src 'self'; font-src 'self'`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <link rel="stylesheet" href="view.css">
    <title>view</title>
  </head>
  <body>
    <div id="root"></div>
    <script nonce="n">${themeScript(theme)}</script>
    <script nonce="n" src="view.js"></script>
  </body>
</html>`;
}

/** Sets what VS Code sets: its classes on the body and a variable per theme colour on the root element. */
function themeScript(theme: ThemeName): string {
  const { classes, variables } = themes[theme];
  const all = { ...contributed(theme), ...variables, '--vscode-editor-font-family': 'monospace' };
  return `document.body.className = ${JSON.stringify(classes)};
for (const [name, value] of Object.entries(${JSON.stringify(all)})) document.documentElement.style.setProperty(name, value);`;
}

/** The extension's own colours, with the defaults that it contributes. */
function contributed(theme: ThemeName): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly contributes?: { readonly colors?: readonly Contributed[] };
  };
  const kind = {
    dark: 'dark',
    light: 'light',
    'high-contrast-dark': 'highContrast',
    'high-contrast-light': 'highContrastLight',
  }[theme];
  const colours = manifest.contributes?.colors ?? [];
  return Object.fromEntries(
    colours.map(({ id, defaults }) => [`--vscode-${id.replace(/\./g, '-')}`, defaults[kind] ?? '']),
  );
}

async function fakeHostScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test/webview/fakePage.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
  });
  return outputFiles[0]?.text ?? '';
}
