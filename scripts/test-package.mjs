// Tests the addon that is in a package, on a machine that the package is for: `npm run test:package`. The package is in
// dist already, with the program that a test for Windows needs as its peer; nothing is built here but the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build.mjs';
import { nodeTests, walk } from './steps.mjs';
import { targetHere, zigTarget } from './targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Answers with the exit status. */
async function testPackage(target) {
  try {
    zigTarget(target);
  } catch (error) {
    console.log(`Nothing is tested here: ${error.message}`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-package-'));
  try {
    const packed = join(root, 'dist', `${name}-${target}-${version}.vsix`);
    // The tar of Windows and macOS knows such archives.
    if (process.platform === 'linux') run('unzip', ['-q', packed, '-d', folder]);
    else run('tar', ['-xf', packed, '-C', folder]);
    const addon = join(folder, 'extension/out/segment_lens.node');
    return process.platform === 'win32' ? await testWindows(addon, target) : await testLinux(addon);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function testLinux(addon) {
  const { buildPrograms } = await import('./programs.mjs');
  buildPrograms(['plain-peer']);
  const files = walk(join(root, 'test/native')).filter((file) => file.endsWith('.ts'));
  await buildTests(files.map((file) => file.slice(join(root, 'test/').length)));
  // Of the scripts, not of the addon.
  const names = files
    .map((file) => /([^/]*)\.test\.ts$/.exec(file)?.[1])
    .filter((one) => one !== 'packaging');
  const [command, ...args] = nodeTests('native', names);
  return run(command, args, { ...process.env, SEGMENT_LENS_ADDON: addon });
}

async function testWindows(addon, target) {
  const test = 'platforms/windows/conformance.test';
  await buildTests([`${test}.ts`]);
  const peer = join(root, 'dist', `peer-${target}.exe`);
  if (!existsSync(peer))
    throw new Error(`${peer} is not there: "node scripts/windows.mjs --peers" makes it, on Linux.`);
  return run(process.execPath, [join(root, 'out/test', `${test}.js`), addon, peer]);
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

process.exitCode = await testPackage(process.argv[2] ?? targetHere());
