// Every test: `npm test`, or some steps: `npm test -- unit native`. Sets everything up first. With `--soak` the proof
// goes on for hours: `npm run test:soak`.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';
import { nodeTests, runSteps, soakVariable, walk } from './steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.execPath;

/** What the steps run, in order. */
const steps = [
  {
    name: 'types',
    commands: () => ['.', 'webview', 'test'].map((project) => tool('typescript/bin/tsc', '-p', project)),
  },
  { name: 'lint', commands: () => [tool('eslint/bin/eslint.js', '--max-warnings', '0', '.')] },
  {
    name: 'format',
    commands: () => [
      tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
      tool('clang-format/index.js', '--dry-run', '--Werror', '--style=file', ...sources()),
    ],
  },
  { name: 'unit', counted: true, commands: () => [nodeTests('unit')] },
  { name: 'native', counted: true, commands: () => [nodeTests('native')] },
  { name: 'sanitized', counted: true, commands: () => [[node, 'scripts/test-sanitized.mjs']] },
  { name: 'peers', counted: true, commands: () => [nodeTests('peers')] },
  {
    // Qt's rules hold as without us: the same tests, and our extension looks at everything meanwhile.
    name: 'observed',
    counted: true,
    env: { SEGMENT_LENS_OBSERVED: '1' },
    commands: () => [nodeTests('peers', ['keys', 'qtCreates', 'semaphores', 'weCreate'])],
  },
  { name: 'proof', counted: true, commands: () => [nodeTests('proof')] },
  { name: 'webview', counted: true, commands: () => [nodeTests('webview', undefined, { atOnce: 2 })] },
  { name: 'package', commands: () => [[node, 'scripts/package.mjs', '--target', 'host,universal']] },
  {
    name: 'host',
    counted: true,
    needs: ['package'],
    // What kills debug adapters has a window of its own: the editor keeps the sessions of dead ones.
    commands: () =>
      ['debugging', '!debugging', '--universal'].map((files) => [node, 'out/test/vscode/host.js', files]),
  },
  { name: 'journeys', counted: true, needs: ['package'], commands: () => [nodeTests('vscode/journeys')] },
  { name: 'seed', counted: true, commands: () => [nodeTests('demo')] },
  {
    name: 'start',
    commands: () => ['qt6', 'node'].map((form) => [node, 'scripts/start.mjs', '--check', '--form', form]),
  },
];

try {
  const words = process.argv.slice(2);
  if (words.includes('--soak')) process.env[soakVariable] = '1';
  const names = words.filter((word) => word !== '--soak');
  process.exitCode = await runSteps(steps, names, { 'set-up': () => setUp('test'), build: buildAll });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function buildAll() {
  const { buildAddon, buildBundles, buildTests } = await import('./build.mjs');
  const { buildPrograms } = await import('./programs.mjs');
  buildAddon();
  await buildBundles();
  await buildTests();
  buildPrograms();
}

function tool(path, ...args) {
  return [node, join(root, 'node_modules', path), ...args];
}

function sources() {
  return ['native', 'test']
    .flatMap((folder) => walk(join(root, folder)))
    .filter((file) => /\.(cc|cpp|c|h)$/.test(file));
}
