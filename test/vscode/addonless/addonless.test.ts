import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, debug, extensions, Uri, window, workspace } from 'vscode';
import { suite, suiteSetup, test } from 'mocha';
import type { Api } from '../../../extension/extension';
import type { House } from '../../../extension/house';
import { answering, replaced, until } from '../host/support';

const identifier = 'segment-lens.segment-lens';
const said =
  /^Segment Lens cannot work here: this package has no native part\. .*README.*\/out\/segment_lens\.node\.$/;

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/** What nobody caught, of this window's extension host. */
const uncaught: unknown[] = [];
/** Whether the tree was said to be empty, for the text that it shows then. */
const emptiness: unknown[] = [];
let house: House;

suite('A package without an addon', () => {
  suiteSetup(async () => {
    process.on('unhandledRejection', (reason) => uncaught.push(reason));
    const { executeCommand } = commands;
    replaced(commands, {
      executeCommand: (command: string, ...rest: unknown[]) => {
        if (command === 'setContext' && rest[0] === 'segmentLens.empty') emptiness.push(rest[1]);
        return executeCommand(command, ...rest);
      },
    });
    const extension = extensions.getExtension<Api>(identifier);
    assert.ok(extension, 'the extension is not installed');
    house = await (await extension.activate()).house();
  });

  test('has every command say what is missing and what was tried', async () => {
    const { contributes } = extensions.getExtension(identifier)?.packageJSON as Manifest;
    assert.ok(contributes.commands.length > 50);
    for (const { command } of contributes.commands) {
      const { messages } = await answering([], () => commands.executeCommand(command));
      // The log is where the message is, too.
      if (command === 'segmentLens.showLog') assert.deepEqual(messages, []);
      else {
        assert.equal(messages.length, 1, command);
        assert.match(messages[0] ?? '', said, command);
      }
    }
  });

  test('says it in the tree, and not that no program shares memory', async () => {
    await commands.executeCommand('segmentLens.segments.focus');
    await until('the message', () => said.test(house.tree.view.message ?? ''));
    assert.deepEqual(house.tree.getChildren(), []);
    assert.ok(!emptiness.includes(true), 'the tree was said to be empty');
    await commands.executeCommand('segmentLens.leftovers.focus');
    assert.deepEqual(house.leftovers.getChildren(), []);
  });

  test('says it in a live view, in an editor and in the panel', async () => {
    const { panel } = await house.viewing();
    await commands.executeCommand(
      'vscode.openWith',
      Uri.parse('shm:/frames?posix:/frames'),
      'segmentLens.liveView',
    );
    await panel.reveal({ type: 'posix', name: '/frames' });
    for (const place of ['editor', 'panel']) {
      const viewer = await until(`the view in the ${place}`, () =>
        house.viewers.all.find((one) => one.place === place && one.description !== null),
      );
      assert.match(viewer.description?.notice ?? '', said);
      assert.equal(viewer.description?.presence, 'failed');
    }
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('leaves source text and debug sessions alone', async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const file = join(folder, 'reader.py');
    writeFileSync(
      file,
      'from multiprocessing import shared_memory\nshared_memory.SharedMemory(name="frames")\n',
    );
    const document = await workspace.openTextDocument(Uri.file(file));
    await window.showTextDocument(document);
    const lenses = await commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 20);
    assert.deepEqual(lenses, []);
    const { debuggees } = await house.debugging();
    const { messages } = await answering([], async () => {
      const started = await debug.startDebugging(undefined, {
        type: 'scripted',
        request: 'launch',
        name: 'alone',
        process: { name: 'alone', systemProcessId: process.pid },
        segmentLens: {
          open: ['posix:/frames'],
          breakOnChange: [{ key: 'posix:/frames', offset: 64, length: 4 }],
          cleanUp: 'always',
        },
      });
      assert.ok(started);
      const { session } = await until('the session', () =>
        debuggees.all.find(({ state }) => state.pid === process.pid),
      );
      await session.customRequest('stand');
      await until('its stop', () => debuggees.all.some(({ state }) => state.stop !== null));
      await debug.stopDebugging(session);
      await until('its end', () => debuggees.all.length === 0);
    });
    assert.deepEqual(messages, []);
  });

  test('throws nothing that nobody catches', () => {
    assert.deepEqual(uncaught, []);
  });
});
