// Builds the addon with AddressSanitizer and UBSan: out/sanitized/segment_lens.node. The sources and defines are those
// of native/binding.gyp. `node scripts/build-sanitized.mjs`
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native, readBinding } from './binding.mjs';

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
  const objects = [];
  const waiting = [...sources];
  const compile = async () => {
    for (let source = waiting.shift(); source; source = waiting.shift()) {
      const object = join(folder, `${basename(source)}.o`);
      objects.push(object);
      await run('g++', [...flags, '-c', join(native, source), '-o', object]);
    }
  };
  await Promise.all([compile(), compile()]);
  await run('g++', ['-shared', '-fsanitize=address,undefined', ...objects, '-o', library]);
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

function run(command, args) {
  return new Promise((done, failed) => {
    spawn(command, args, { cwd: root, stdio: 'inherit' }).on('close', (status) => {
      if (status === 0) done();
      else failed(new Error(`${command} ended with status ${status} for ${args.at(-3)}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildSanitized();
