// Tests the addon that is in a package, on a machine that the package is for: `npm run test:package`. The package is in
// dist already, with the program that a test for Windows needs as its peer; nothing is built here but the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTests } from './build.mjs';
import { nodeTests, testSources } from './steps.mjs';
import { targetHere, zigTarget } from './targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Answers with the exit status. Throws where there is no package for this machine. */
async function testPackage(target) {
  zigTarget(target);
  // Not below a folder of ours alone: some tests load it as another user.
  const folder = join(root, 'out/package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const packed = join(root, 'dist', `${name}-${target}-${version}.vsix`);
  // The tar of Windows and macOS knows such archives.
  const unpack = process.platform === 'linux' ? ['unzip', '-q', packed, '-d'] : ['tar', '-xf', packed, '-C'];
  if (run(unpack[0], [...unpack.slice(1), folder]) !== 0) throw new Error(`${packed} cannot be unpacked.`);
  const addon = join(folder, 'extension/out/segment_lens.node');
  if (process.platform === 'darwin') return testDarwin(addon);
  return process.platform === 'win32' ? testWindows(addon, target) : testLinux(addon);
}

async function testLinux(addon) {
  const { buildPrograms } = await import('./programs.mjs');
  buildPrograms(['plain-peer']);
  await buildTests(testSources('native'));
  // Left out: what is of the scripts, not of the addon.
  const [command, ...args] = nodeTests('native', undefined, { without: ['packaging'] });
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

async function testDarwin(addon) {
  await buildTests(testSources('platforms/darwin'));
  const test = join(root, 'out/test/platforms/darwin/conformance.test.js');
  return run(process.execPath, [test], { ...process.env, SEGMENT_LENS_ADDON: addon });
}

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
}

process.exitCode = await testPackage(process.argv[2] ?? targetHere());
