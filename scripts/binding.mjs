// What native/binding.gyp says of the addon: the one place for its sources and defines.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder of the addon's sources. */
export const native = join(root, 'native');

/**
 * The file itself has the sources for Linux; those that end in `_unix.cc` are for macOS too. For another system its files
 * take the place of those for Linux: those of the same ending, below `native`.
 * @param {'linux' | 'windows' | 'darwin'} system
 * @returns {{ sources: string[], defines: string[], addonApi: string }} sources relative to `native`
 */
export function readBinding(system = 'linux') {
  const [target] = JSON.parse(readFileSync(join(native, 'binding.gyp'), 'utf8')).targets;
  const addonApi = createRequire(import.meta.url)('node-addon-api').include_dir.replaceAll('"', '');
  return {
    sources: sourcesFor(system, target.sources),
    defines: target.defines,
    addonApi: resolve(root, addonApi),
  };
}

function sourcesFor(system, sources) {
  if (system === 'linux') return sources;
  const own = ['', 'mechanisms/'].flatMap((folder) =>
    readdirSync(join(native, folder))
      .filter((name) => name.endsWith(`_${system}.cc`))
      .sort()
      .map((name) => `${folder}${name}`),
  );
  const others = system === 'windows' ? ['_linux.cc', '_unix.cc'] : ['_linux.cc'];
  return [...sources.filter((name) => !others.some((ending) => name.endsWith(ending))), ...own];
}
