// Builds what runs: the addon, the extension, the view and the tests. `node scripts/build.mjs [addon|bundles|tests]...`
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepUsedIcons } from './icons.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const asked = (name) => wanted.length === 0 || wanted.includes(name);

/** Compiles the addon with node-gyp, against the headers beside this Node where it has them. */
export function buildAddon() {
  const prefix = resolve(dirname(process.execPath), '..');
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
  const gyp = join(root, 'node_modules/node-gyp/bin/node-gyp.js');
  const stale = existsSync(join(root, 'native/build/Makefile')) ? ['build'] : ['rebuild'];
  run(process.execPath, [gyp, ...stale, '--directory=native', '--jobs=2', '--loglevel=warn', ...headers]);
  mkdirSync(join(root, 'out'), { recursive: true });
  // By renaming: overwriting a library that a running process has loaded would crash it.
  const built = join(root, 'out/segment_lens.node');
  cpSync(join(root, 'native/build/Release/segment_lens.node'), `${built}.new`);
  renameSync(`${built}.new`, built);
}

/**
 * Bundles the extension and its worker (CommonJS for the extension host), and the view (one script and one style
 * sheet).
 */
export async function buildBundles() {
  await buildExtension(join(root, 'out'));
  await build({
    ...common,
    entryPoints: [join(root, 'extension/core/regexWorker.ts')],
    outdir: join(root, 'out'),
    platform: 'node',
    format: 'cjs',
  });
  await tighten(join(root, 'out/regexWorker.js'));
  await build({
    ...common,
    entryPoints: { view: join(root, 'webview/main.ts') },
    outdir: join(root, 'out/webview'),
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  });
  const view = join(root, 'out/webview');
  await tighten(join(view, 'view.js'));
  const styles = join(root, 'node_modules/@vscode/codicons/dist/codicon.css');
  await keepUsedIcons(join(view, 'codicon.ttf'), join(view, 'view.css'), styles, join(root, 'webview'));
}

/**
 * extension.js in a folder, which is all that activation loads, and parts beside it, which it loads with import() at
 * first use. For one platform, in the words of `process.platform`, nothing is in it that only others need.
 * esbuild splits only what is in the form of ECMAScript modules, and VS Code 1.96 loads only CommonJS: each part is
 * turned into it afterwards, so that every module still is in one part alone.
 */
export async function buildExtension(folder, platform) {
  rmSync(join(folder, 'parts'), { recursive: true, force: true });
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(root, 'extension/extension.ts')],
    outdir: folder,
    platform: 'node',
    format: 'esm',
    define: platform === undefined ? {} : { 'process.platform': JSON.stringify(platform) },
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    external: ['vscode'],
    sourcemap: common.sourcemap && 'inline',
    write: false,
  });
  mkdirSync(join(folder, 'parts'), { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      minify: true,
      sourcemap: common.sourcemap && 'inline',
      target: common.target,
      platform: 'node',
      format: 'cjs',
      // As require(): the loader of ECMAScript modules would have to start first.
      supported: { 'dynamic-import': false },
    });
    writeFileSync(path, await tighter(code));
  }
}

async function tighten(path) {
  writeFileSync(path, await tighter(readFileSync(path, 'utf8')));
}

/** A script that does the same in some percent less than esbuild leaves; as it is where a source map belongs to it. */
async function tighter(text) {
  if (common.sourcemap) return text;
  const { code } = await minify(text, { ecma: 2020, toplevel: true, compress: { passes: 3 } });
  return code;
}

/**
 * Bundles every test file and test program on its own, with its path kept, below out/test; or only those named
 * (relative to test/). What they require at run time is found in test/vscode.
 */
export async function buildTests(
  files = walk(join(root, 'test')).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
) {
  if (files.length === 0) return;
  mkdirSync(join(root, 'out/test'), { recursive: true });
  rmSync(join(root, 'out/test/node_modules'), { force: true });
  symlinkSync('../../test/vscode/node_modules', join(root, 'out/test/node_modules'));
  await build({
    ...common,
    minify: false,
    entryPoints: files.map((file) => resolve(root, 'test', file)),
    outbase: join(root, 'test'),
    outdir: join(root, 'out/test'),
    platform: 'node',
    format: 'cjs',
    external: [
      'vscode',
      'playwright-core',
      'mocha',
      'axe-core',
      'esbuild',
      '@vscode/test-electron',
      '*.node',
    ],
  });
}

const common = {
  bundle: true,
  minify: true,
  keepNames: false,
  sourcemap: wanted.includes('--sourcemap') || process.argv.includes('--sourcemap'),
  target: 'node20',
  logLevel: 'warning',
};

function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0)
    throw new Error(`${relative(root, command)} ${args.join(' ')} ended with status ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (asked('addon')) buildAddon();
  if (asked('bundles')) await buildBundles();
  if (asked('tests')) await buildTests();
}
