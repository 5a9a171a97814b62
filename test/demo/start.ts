import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { segmentError } from '../../extension/core/errors';
import { formatKey, keyLabel, lockAddress, segmentAddress, type NativeKey } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { removeSegment } from '../../extension/core/lifecycle';
import { loadNative } from '../../extension/core/native';
import { removeLock } from '../../extension/core/segmentLock';
import { temporaryDirectories } from '../../extension/core/temporaryDirectories';
import { openWorkbench, startBrowser, themes, type Theme } from '../vscode/browser';
import { findLiveView, until } from '../vscode/liveView';
import { opener, quiet, root, startServer } from '../vscode/server';
import { greeting } from './board';
import { availableForms, startProgram, type Form } from './programs';

const usage = `npm start [-- options]
  --check [FILE]   headless: waits until the live view shows what the demo wrote, takes a picture
                   (dist/demo.png), ends
  --desktop        in the VS Code on the PATH, not in the browser
  --form FORM      qt6, qt5 or node: what the two programs are made of
  --key KEY        of their segment (mySharedMemoryKey)
  --port N         of the VS Code in the browser (any that is free)
  --theme THEME    ${Object.keys(themes).join(', ')}`;

interface Options {
  readonly vsix: string;
  readonly check: string | null;
  readonly desktop: boolean;
  readonly form: Form;
  readonly key: string;
  readonly port: number;
  readonly theme: Theme;
}

/** Two programs that share a segment, and a VS Code that shows it live, until Ctrl-C. */
async function main(options: Options): Promise<void> {
  const stop = stopSignal();
  const [folder = '/tmp'] = temporaryDirectories(undefined);
  const key = qtLegacyKey(options.key, 'systemv', folder);
  // Slowly: it grows about once a minute, so that there is time to look.
  const args = [options.key, '--laps', '6'];
  const producer = startProgram(options.form, 'producer', args);
  const consumer = startProgram(options.form, 'consumer', args);
  try {
    await consumer.says('attached');
    console.log(`Two programs (${options.form}) share ${options.key}: ${formatKey(key)}`);
    if (options.desktop) await showOnDesktop(options, key, stop);
    else await showInBrowser(options, key, stop);
  } finally {
    const codes = [await consumer.leave(), await producer.leave()];
    if (codes.some((code) => code !== 0)) process.exitCode = 1;
    await sweep(key);
  }
}

/**
 * Two programs of Qt that leave at one moment can leave their lock behind: each makes it anew where the other has
 * just removed it. What nobody is attached to any more is removed here.
 */
async function sweep(key: NativeKey): Promise<void> {
  const load = loadNative(root);
  const lock = lockAddress(key);
  if ('missing' in load || lock === null) return;
  const { native } = load;
  try {
    const { attachCount, shmid } = native.info(segmentAddress(key));
    if (attachCount === 0) await removeSegment(native, key, String(shmid));
  } catch (error) {
    if (segmentError(error).code === 'not-found') removeLock(native, lock);
    else throw error;
  }
}

async function showInBrowser(options: Options, key: NativeKey, stop: Promise<void>): Promise<void> {
  const server = await startServer({
    extensions: [options.vsix],
    settings: { 'workbench.colorTheme': themes[options.theme] },
    files: { 'README.md': readme },
    opens: addressOf(key),
    port: options.port,
  });
  try {
    const url = server.url();
    console.log(`Open ${url}`);
    if (options.check === null) {
      console.log('Ctrl-C ends everything.');
      await stop;
    } else {
      await check(url, options.check);
    }
  } finally {
    await server.stop();
  }
}

/** What the demo wrote is on the screen of a headless browser, and then in a picture. */
async function check(url: string, picture: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await openWorkbench(browser, url);
    mkdirSync(dirname(picture), { recursive: true });
    try {
      const view = await findLiveView(page);
      await until(`"${greeting}" in the live view`, async () =>
        (await view.text()).includes(greeting) ? true : undefined,
      );
      const before = await view.text();
      await until('a line that was written since', async () =>
        (await view.text()) === before ? undefined : true,
      );
    } finally {
      await page.screenshot({ path: picture });
    }
    console.log(`The live view shows what the demo writes: ${picture}`);
  } finally {
    await browser.close();
  }
}

async function showOnDesktop(options: Options, key: NativeKey, stop: Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sl-code-'));
  const workspace = join(folder, 'workspace');
  const data = ['--user-data-dir', join(folder, 'data'), '--extensions-dir', join(folder, 'ext')];
  mkdirSync(join(folder, 'data/User'), { recursive: true });
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'README.md'), readme);
  writeFileSync(join(folder, 'data/User/settings.json'), JSON.stringify(quiet));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  try {
    await runCode([...asRoot, ...data, '--install-extension', options.vsix, '--force']);
    const window = [...asRoot, ...data, '--disable-workspace-trust', '--new-window', '--wait'];
    const child = spawn('code', [...window, `--extensionDevelopmentPath=${opener}`, workspace], {
      env: { ...process.env, SEGMENT_LENS_OPEN: addressOf(key) },
      stdio: 'inherit',
      detached: true,
    });
    const closed = once(child, 'exit');
    console.log('Closing the window, or Ctrl-C, ends everything.');
    await Promise.race([closed, stop]);
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await closed;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runCode(args: readonly string[]): Promise<void> {
  const child = spawn('code', args, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`code ${args.join(' ')} ended with status ${String(code)}`);
}

/** As extension/ui/uri.ts makes it. */
function addressOf(key: NativeKey): string {
  return `shm:/${encodeURIComponent(keyLabel(key))}?${encodeURIComponent(formatKey(key))}`;
}

const readme = `# A folder to look at shared memory from

The tab beside this one shows the segment that two small programs share. The view *Shared Memory* in the
activity bar lists all segments of the machine.
`;

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        done();
      });
    }
  });
}

function parse(args: readonly string[]): Options {
  const value = (name: string): string | undefined => {
    const at = args.indexOf(name);
    return at < 0 || args[at + 1]?.startsWith('--') === true ? undefined : args[at + 1];
  };
  const [form = 'node'] = availableForms();
  return {
    vsix: value('--vsix') ?? '',
    check: args.includes('--check') ? resolve(value('--check') ?? join(root, 'dist/demo.png')) : null,
    desktop: args.includes('--desktop'),
    form: (value('--form') as Form | undefined) ?? form,
    key: value('--key') ?? 'mySharedMemoryKey',
    port: Number(value('--port') ?? 0),
    theme: (value('--theme') as Theme | undefined) ?? 'dark',
  };
}

if (process.argv.includes('--help')) {
  console.log(usage);
} else {
  main(parse(process.argv.slice(2))).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
