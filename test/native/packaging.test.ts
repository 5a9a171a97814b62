import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from './ground';

interface Targets {
  readonly targetsAsked: (args: readonly string[]) => readonly string[];
}
interface Elf {
  readonly readElf: (path: string) => { needed: string[]; exported: string[] };
  readonly checkPortable: (path: string, system: { glibc: string } | { given: readonly string[] }) => void;
}

const script = async <Module>(name: string) =>
  (await import(pathToFileURL(join(root, 'scripts', name)).href)) as Module;

test('Packages are for this machine, for all targets that can be built, or for those that are named', async () => {
  const { targetsAsked } = await script<Targets>('targets.mjs');
  assert.deepEqual(targetsAsked([]), ['host']);
  assert.deepEqual(targetsAsked(['--target', 'linux-arm64,alpine-x64']), ['linux-arm64', 'alpine-x64']);
  assert.deepEqual(targetsAsked(['--target', 'host,universal']), ['host', 'universal']);
  assert.ok(targetsAsked(['--target=all']).includes('linux-armhf'));
  assert.throws(() => targetsAsked(['--target', 'linux-x64,darwin-x64']), /darwin-x64 cannot be built yet/);
  assert.throws(() => targetsAsked(['--target', 'beos-x86']), /no target beos-x86/);
});

test('An addon that needs what not every machine has is refused, and the reason is named', async () => {
  const { readElf, checkPortable } = await script<Elf>('elf.mjs');
  // That of the local compiler is such a one: its runtime of C++ is the machine's.
  const addon = join(root, 'out/segment_lens.node');
  const { needed, exported } = readElf(addon);
  assert.ok(needed.includes('libc.so.6'));
  assert.deepEqual([...exported].sort(), ['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  assert.throws(() => checkPortable(addon, { glibc: '2.28' }), /needs libstdc\+\+\.so\.6/);
  assert.throws(() => checkPortable(addon, { glibc: '2.1' }), /needs libc\.so\.6 GLIBC_2\./);
});
