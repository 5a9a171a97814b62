import { build } from 'esbuild';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  woff2: 'font/woff2',
};
const servers = new WeakMap<Browser, Promise<Server>>();
let made = 0;

/** Opens the view's real bundle in a page of its own, with VS Code's content policy and a fake host. */
export async function openView(browser: Browser, options: Options = {}): Promise<Page> {
  const view = await newViewPage(browser, options.context);
  await view.load(options);
  return view.page;
}

/**
 * A page that shows one view after the other: each load is a document of its own, but the browser need not start a
 * process, fetch and compile the scripts again.
 */
export interface ViewPage {
  readonly page: Page;
  /** Shows the view's real bundle, with VS Code's content policy and a fake host; of the options not the context. */
  load(options: Options): Promise<void>;
  /** Ends the view that it shows. */
  clear(): Promise<void>;
}

export async function newViewPage(browser: Browser, options: BrowserContextOptions = {}): Promise<ViewPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  const { address, documents } = await serverOf(browser);
  const name = `view-${String(++made)}.html`;
  const show = (document: string): Promise<unknown> => {
    documents.set(name, document);
    return page.goto(address + name);
  };
  return {
    page,
    async load(view) {
      await page.setViewportSize({ width: view.width ?? 1280, height: view.height ?? 640 });
      await show(html(view));
      await page.locator(view.description === null ? '.empty' : '.header .name').waitFor();
    },
    async clear() {
      await show('');
    },
  };
}

/** What a browser gets its pages from. */
interface Server {
  readonly address: string;
  /** By name. */
  readonly documents: Map<string, string>;
  readonly close: () => void;
}

/** The server of a browser, gone with it. */
function serverOf(browser: Browser): Promise<Server> {
  const known = servers.get(browser);
  if (known !== undefined) return known;
  const server = serve();
  servers.set(browser, server);
  browser.once('disconnected', () => void server.then(({ close }) => close()));
  return server;
}

/** Serves documents, and the files of the view in a way that the browser keeps them. */
async function serve(): Promise<Server> {
  const documents = new Map<string, string>();
  const fake = await fakeHostScript();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const document = documents.get(name);
    if (document !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' }).end(document);
      return;
    }
    const type = types[name.split('?')[0]?.split('.').at(-1) ?? ''];
    const file = join(root, 'out/webview', name.split('?')[0] ?? '');
    const found = name === 'fake.js' || existsSync(file);
    if (type === undefined || !found) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' });
    response.end(name === 'fake.js' ? fake : readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${String(port)}/`, documents, close };
}

function html({ theme = 'dark', ...setup }: Options): string {
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
    <script nonce="n">window.setup = ${JSON.stringify(setup).replaceAll('<', '\\u003c')};</script>
    <script nonce="n" src="fake.js"></script>
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
