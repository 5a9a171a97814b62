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
interface Pe {
  readonly readPe: (path: string) => { machine: string; imports: Map<string, string[]>; exported: string[] };
  readonly checkWindows: (path: string, machine: 'X64' | 'ARM64') => void;
}

interface Macho {
  readonly readMacho: (path: string) => {
    processor: string;
    oldest: string | null;
    exported: string[];
    fault: string | null;
  };
  readonly checkDarwin: (
    path: string,
    wanted: { processor: string; oldest: string; known: ReadonlySet<string> },
  ) => void;
}

const script = async <Module>(name: string) =>
  (await import(pathToFileURL(join(root, 'scripts', name)).href)) as Module;

test('Packages are for this machine, for all targets, or for those that are named', async () => {
  const { targetsAsked } = await script<Targets>('targets.mjs');
  assert.deepEqual(targetsAsked([]), ['host']);
  assert.deepEqual(targetsAsked(['--target', 'linux-arm64,alpine-x64']), ['linux-arm64', 'alpine-x64']);
  assert.deepEqual(targetsAsked(['--target', 'host,universal']), ['host', 'universal']);
  const all = targetsAsked(['--target=all']);
  assert.equal(all.length, 9);
  assert.ok(all.includes('linux-armhf') && all.includes('darwin-arm64'));
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

test('An addon for Windows that needs what not every Windows has is refused, and the reason is named', async () => {
  const { readPe, checkWindows } = await script<Pe>('pe.mjs');
  // No addon, but a program of Windows that is here anyway.
  const program = join(root, 'test/vscode/node_modules/@vscode/ripgrep-universal/bin/win32-arm64/rg.exe');
  const { machine, imports, exported } = readPe(program);
  assert.equal(machine, 'ARM64');
  assert.ok([...imports].some(([name, taken]) => /^kernel32/i.test(name) && taken.includes('GetLastError')));
  assert.deepEqual(exported, []);
  const refused = /is for ARM64 and not for X64, needs .*\.dll.*does not export napi_register_module_v1/;
  assert.throws(() => {
    checkWindows(program, 'X64');
  }, refused);
  assert.throws(() => readPe(join(root, 'out/segment_lens.node')), /is no library of PE32\+/);
});

test('An addon for macOS that needs what not every Mac has is refused, and the reason is named', async () => {
  const { readMacho, checkDarwin } = await script<Macho>('macho.mjs');
  // An addon that Apple's own linker has made and signed, and is here anyway.
  const addon = join(root, 'test/vscode/node_modules/node-pty/prebuilds/darwin-arm64/pty.node');
  const { processor, oldest, exported, fault } = readMacho(addon);
  assert.deepEqual({ processor, oldest, fault }, { processor: 'aarch64', oldest: '11.0', fault: null });
  assert.ok(exported.includes('_napi_register_module_v1'));
  const refused =
    /is for aarch64 and not for x86_64, needs \/usr\/lib\/libc\+\+\.1\.dylib.* _memcpy.*lets others stand in for __Znwm/;
  assert.throws(() => {
    checkDarwin(addon, { processor: 'x86_64', oldest: '11.0', known: new Set() });
  }, refused);
  assert.throws(() => readMacho(join(root, 'out/segment_lens.node')), /is no 64-bit Mach-O file/);
});
