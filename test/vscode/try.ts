import { startBrowser, openWorkbench, themes, type Theme } from './browser';
import { root, startServer } from './server';

const usage = `node scripts/try.mjs [--shot FILE] [--open URI] [--theme ${Object.keys(themes).join('|')}]
    [--size 1280x800] [--port N]
Starts a VS Code in the browser with this checkout as an installed extension. Ctrl-C ends it.`;

/** A VS Code to try the checkout in by hand, or to take one picture of. */
async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const value = (name: string): string | undefined => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args[at + 1];
  };
  const theme = (value('--theme') ?? 'dark') as Theme;
  const uri = value('--open');
  const server = await startServer({
    extensions: [root],
    ...(uri === undefined ? {} : { opens: uri }),
    settings: { 'workbench.colorTheme': themes[theme] },
    port: Number(value('--port') ?? 0),
    files: { 'notes.txt': 'A folder to try Segment Lens in.\n' },
  });
  const url = server.url();
  const shot = value('--shot');
  try {
    if (shot === undefined) {
      console.log(url);
      await interrupted();
      return;
    }
    const [width = 1280, height = 800] = (value('--size') ?? '1280x800').split('x').map(Number);
    const browser = await startBrowser();
    try {
      const page = await openWorkbench(browser, url, { width, height });
      await page.locator('.monaco-workbench .activitybar').waitFor();
      if (uri !== undefined) await page.locator('iframe.webview.ready').waitFor();
      await page.waitForTimeout(3000);
      await page.screenshot({ path: shot });
      console.log(shot);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        done();
      });
    }
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
