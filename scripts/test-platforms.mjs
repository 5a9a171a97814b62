// The tests that need other platforms than this one: `npm run test:platforms`, or some steps: `-- arm64 mixed`. Sets
// everything up first, builds the addon for each platform and runs it where that is possible on Linux on x64.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './parallel.mjs';
import { makeRuntimes, programsOf, runtimeOf } from './platforms.mjs';
import { setUp } from './setup.mjs';
import { nodeTests, runSteps, testSources } from './steps.mjs';
import { targetsAsked } from './targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Files of test/native that qemu's user mode cannot run, and why; all others there are run. It gives a process the system
 * calls of its processor, but what the kernel tells of such a process is of qemu.
 */
const notEmulated = {
  packaging: 'is of the scripts, not of the addon',
  threads: "the numbers of the system calls that threads wait in are this machine's, and qemu adds threads",
  trace: "two of its nine tests read another process's memory, which is not among qemu's system calls",
};
/** The same where the programs that the tests start are emulated too. */
const notEmulatedPrograms = {
  ...notEmulated,
  processes: 'the addresses of mappings that the kernel tells are not those that an emulated program sees',
};

const steps = [
  { name: 'same', counted: true, commands: () => [nodeTests('platforms', ['same'])] },
  {
    name: 'x64',
    counted: true,
    env: { SEGMENT_LENS_ADDON: addonOf('linux-x64') },
    commands: () => [nodeTests('native')],
  },
  {
    // Against programs of this machine: these processors have one layout of semaphores.
    name: 'arm64',
    counted: true,
    env: { SEGMENT_LENS_ADDON: addonOf('linux-arm64') },
    commands: () => [emulatedTests('linux-arm64', notEmulated)],
  },
  {
    name: 'armhf',
    counted: true,
    env: {
      SEGMENT_LENS_ADDON: addonOf('linux-armhf'),
      SEGMENT_LENS_PROGRAMS: programsOf('linux-armhf'),
    },
    commands: () => [emulatedTests('linux-armhf', notEmulatedPrograms)],
  },
  { name: 'mixed', counted: true, commands: () => [nodeTests('platforms', ['mixed'])] },
  { name: 'musl', counted: true, commands: () => [nodeTests('platforms', ['musl'])] },
  {
    name: 'windows',
    counted: true,
    commands: () => [[process.execPath, 'scripts/windows.mjs', addonOf('win32-x64')]],
  },
  {
    name: 'inspected',
    async commands() {
      await building;
      return [];
    },
  },
  {
    name: 'darwin',
    needs: ['inspected'],
    counted: true,
    commands: () => [nodeTests('platforms', ['darwin'])],
  },
];

/** What no step runs. They are built beside the steps, which mostly leave a processor idle. */
const inspected = ['win32-arm64', 'alpine-arm64', 'darwin-x64', 'darwin-arm64'];
let building;

try {
  process.exitCode = await runSteps(steps, process.argv.slice(2), {
    'set-up': () => setUp('platforms'),
    build: buildAll,
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function buildAll() {
  const { buildAddon, buildBundles, buildTests } = await import('./build.mjs');
  const { buildCross } = await import('./cross.mjs');
  const { buildPrograms } = await import('./programs.mjs');
  buildAddon();
  await buildBundles();
  await buildTests(testSources('native', 'platforms'));
  buildPrograms(['plain-peer']);
  const all = targetsAsked(['--target', 'all']);
  for (const target of all.filter((name) => !inspected.includes(name))) await buildCross(target);
  makeRuntimes();
  const asked = process.argv.slice(2);
  if (asked.length > 0 && !asked.includes('inspected') && !asked.includes('darwin')) return;
  building = run('nice', ['-n', '19', process.execPath, 'scripts/cross.mjs', ...inspected], { cwd: root });
  // Told by the step that waits for it.
  building.catch(() => undefined);
}

function addonOf(target) {
  return join(root, 'out/cross', target, 'segment_lens.node');
}

function emulatedTests(target, without) {
  return nodeTests('native', undefined, { without: Object.keys(without), program: runtimeOf(target) });
}
