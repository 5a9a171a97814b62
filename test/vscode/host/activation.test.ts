import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import { suite, test } from 'mocha';
import { table } from '../../../extension/ui/commands';
import { api } from './support';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

suite('The extension', () => {
  test('starts and finds its addon', async () => {
    const { loaded } = await api();
    assert.ok(Array.isArray(loaded.native.list('posix')));
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
});
