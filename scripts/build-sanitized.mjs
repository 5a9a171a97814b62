// Builds the addon with AddressSanitizer and UBSan: out/sanitized/segment_lens.node. The sources and defines are those
// of native/binding.gyp. `node scripts/build-sanitized.mjs`
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native, readBinding } from './binding.mjs';
import { forEachInParallel, run } from './parallel.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'out/sanitized');

/** Where node_api.h is: beside this Node, else where node-gyp keeps what it fetched. */
function nodeHeaders() {
  const beside = resolve(dirname(process.execPath), '../include/node');
  if (existsSync(join(beside, 'node_api.h'))) return beside;
  const fetched = join(process.env.HOME ?? '/root', '.cache/node-gyp', process.versions.node, 'include/node');
  if (existsSync(join(fetched, 'node_api.h'))) return fetched;
  throw new Error(`node_api.h is neither in ${beside} nor in ${fetched}: build the addon first`);
}

/** Compiles what is older than any of the sources. Returns the path of the library. */
export async function buildSanitized() {
  const { sources, defines, addonApi } = readBinding();
  const flags = [
    '-std=c++20',
    ...['-O1', '-g', '-fPIC', '-fno-omit-frame-pointer', '-fvisibility=hidden'],
    ...['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
    ...defines.map((define) => `-D${define}`),
    ...[nodeHeaders(), addonApi].map((path) => `-I${path}`),
  ];
  const library = join(folder, 'segment_lens.node');
  if (existsSync(library) && statSync(library).mtimeMs > newest(native)) return library;
  mkdirSync(folder, { recursive: true });
  const objects = sources.map((source) => join(folder, `${basename(source)}.o`));
  await forEachInParallel(sources, 2, (source, index) =>
    run('g++', [...flags, '-c', join(native, source), '-o', objects[index]], { cwd: root }),
  );
  await run('g++', ['-shared', '-fsanitize=address,undefined', ...objects, '-o', library], { cwd: root });
  return library;
}

function newest(path) {
  return Math.max(
    ...readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('build'))
      .map((entry) => {
        const inner = join(path, entry.name);
        return entry.isDirectory() ? newest(inner) : statSync(inner).mtimeMs;
      }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSanitized();
