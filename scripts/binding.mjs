// What native/binding.gyp says of the addon: the one place for its sources and defines.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder of the addon's sources. */
export const native = join(root, 'native');

/** @returns {{ sources: string[], defines: string[], addonApi: string }} sources relative to `native` */
export function readBinding() {
  const [target] = JSON.parse(readFileSync(join(native, 'binding.gyp'), 'utf8')).targets;
  const addonApi = createRequire(import.meta.url)('node-addon-api').include_dir.replaceAll('"', '');
  return { sources: target.sources, defines: target.defines, addonApi: resolve(root, addonApi) };
}
