import assert from 'node:assert/strict';
import { commands, extensions, type LogOutputChannel, type Memento } from 'vscode';
import { suite, test } from 'mocha';
import { table } from '../../../extension/ui/commands';
import { KeyMemory } from '../../../extension/ui/keyMemory';
import { SystemDoor } from '../../../extension/ui/system';
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

  test('says what is missing and what was tried where the addon does not load, and throws nothing', () => {
    const lines: string[] = [];
    const log = { error: (line: string) => lines.push(line) } as unknown as LogOutputChannel;
    const door = new SystemDoor('/nowhere', new KeyMemory(memento()), log);
    assert.equal(door.tryOpen(), null);
    assert.match(
      door.missing ?? '',
      /does not load on linux-x64\. Tried: \/nowhere\/out\/segment_lens\.node\./,
    );
    assert.equal(lines.length, 1);
    assert.throws(() => door.open(), { code: 'unsupported' });
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
