import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, extensions, type LogOutputChannel, type Memento } from 'vscode';
import { suite, test } from 'mocha';
import { table } from '../../../extension/ui/commands';
import { KeyMemory } from '../../../extension/ui/keyMemory';
import { SystemDoor } from '../../../extension/ui/system';
import { root } from '../../root';
import { api } from './support';

/** A memory for as long as the test. */
function memento(): Memento {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string, fallback?: T) => (kept.has(key) ? kept.get(key) : fallback) as T,
    update: (key: string, value: unknown) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  };
}

suite('The extension', () => {
  test('starts and finds its addon', async () => {
    const { loaded } = await api();
    assert.ok(Array.isArray(loaded.native.list('posix')));
  });

  test('says what is wrong with an addon that cannot be loaded and what was tried, and throws nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segment-lens-addon-'));
    const file = join(folder, 'out/segment_lens.node');
    const digest = join(folder, 'out/segment_lens.sha256');
    const own = readFileSync(join(root, 'out/segment_lens.node'));
    const sha256 = createHash('sha256').update(own).digest('hex');
    const changed = (at: number, ...bytes: readonly number[]): Buffer => {
      const copy = Buffer.from(own);
      copy.set(bytes, at);
      return copy;
    };
    mkdirSync(join(folder, 'out'));
    const portable = Buffer.from('MZ'.padEnd(0x3c, '\0') + '@\0\0\0PE\0\0\x64\xaa', 'latin1');
    const mach = Buffer.from('cffaedfe0c000001', 'hex');
    const cases: readonly (readonly [string, Buffer | null, string | null, RegExp])[] = [
      [
        'none',
        null,
        null,
        /this package has no native part\. Install the one for linux-x64, if there is one/,
      ],
      ['of ARM', changed(18, 183), null, /was made for linux-arm64, and this is linux-x64\. Install/],
      ['of an unknown machine', changed(18, 1, 1), null, /was made for linux-0x101, and/],
      ['of Windows', portable, null, /was made for win32-arm64, and/],
      ['of macOS', mach, null, /was made for darwin-arm64, and/],
      ['no library', Buffer.from('<html>'), null, /its native part is damaged\. Install Segment Lens again/],
      ['empty', Buffer.alloc(0), null, /is damaged/],
      ['its first half', own.subarray(0, own.length / 2), sha256, /is damaged/],
      ['another bit', changed(own.length - 9, (own.at(-9) ?? 0) ^ 1), sha256, /is damaged/],
      [
        'of which only the header is right',
        own.subarray(0, 64),
        null,
        /does not load its native part: .*segment_lens\.node: /,
      ],
      ['a folder', null, null, /does not load its native part: EISDIR/],
    ];
    try {
      for (const [name, bytes, sum, told] of cases) {
        rmSync(file, { force: true });
        if (bytes !== null) writeFileSync(file, bytes);
        if (name === 'a folder') mkdirSync(file);
        rmSync(digest, { force: true });
        if (sum !== null) writeFileSync(digest, sum);
        const lines: string[] = [];
        const log = { error: (line: string) => lines.push(line) } as unknown as LogOutputChannel;
        const door = new SystemDoor(folder, new KeyMemory(memento()), log);
        assert.equal(door.tryOpen(), null, name);
        assert.match(door.missing ?? '', told, name);
        assert.ok(door.missing?.endsWith(`Tried: ${file}.`), name);
        assert.equal(lines.length, 1, name);
        assert.throws(() => door.open(), { code: 'unsupported' }, name);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('registers every command that package.json announces, and no other', async () => {
    await api();
    const manifest = extensions.getExtension('segment-lens.segment-lens')?.packageJSON as Manifest;
    const announced = manifest.contributes.commands.map(({ command }) => command).sort();
    const own = (id: string): boolean => announced.includes(id);
    assert.deepEqual((await commands.getCommands(true)).filter(own).sort(), announced);
    assert.deepEqual(
      Object.keys(table)
        .map((name) => `segmentLens.${name}`)
        .sort(),
      announced,
    );
  });

  test('enables a command only where it can do its work', () => {
    const manifest = extensions.getExtension('segment-lens.segment-lens')?.packageJSON as Manifest;
    for (const { command, enablement = '' } of manifest.contributes.commands) {
      const entry = table[command.slice('segmentLens.'.length)];
      const asks = entry !== undefined && 'changes' in entry && entry.changes;
      if (asks) assert.ok(enablement.includes('isWorkspaceTrusted'), command);
      // Reopen acts on a segment, but only a view has one that went.
      const needsView = entry?.needs === 'viewer' || command === 'segmentLens.reopen';
      assert.equal(enablement.includes('segmentLens.active'), needsView, command);
    }
  });
});
