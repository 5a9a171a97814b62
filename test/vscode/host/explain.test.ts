import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, window, workspace, type CodeLens, type TextDocument } from 'vscode';
import { suite, teardown, test } from 'mocha';
import { formatKey } from '../../../extension/core/key';
import { qtLegacyKey } from '../../../extension/core/kinds/qt';
import { temporaryDirectories } from '../../../extension/core/temporaryDirectories';
import { hex, plainPeer, qtPeer } from '../../peers/peer';
import { answering, api, plainSegment, qtSegment, replaced, row, tidy, unique, until } from './support';

const run = (argument?: unknown): PromiseLike<unknown> =>
  commands.executeCommand('segmentLens.explain', argument);

/** The explanation on screen, as soon as it says that. */
async function explanation(says: string): Promise<TextDocument> {
  return until(`an explanation with “${says}”`, () => {
    const document = window.activeTextEditor?.document;
    return document?.uri.scheme === 'shm-explanation' && document.getText().includes(says) && document;
  });
}

/** What is offered above the findings. */
async function remedies({ uri }: TextDocument): Promise<readonly CodeLens[]> {
  return commands.executeCommand('vscode.executeCodeLensProvider', uri, 10);
}

/** As a click on it does. */
async function carryOut(lens: CodeLens | undefined): Promise<void> {
  const { command = '', arguments: given = [] } = lens?.command ?? {};
  await commands.executeCommand(command, ...(given as readonly unknown[]));
}

suite('Explanations', () => {
  teardown(tidy);

  test('say who has a segment, as text that nobody can change, with the way to it', async () => {
    const { viewers } = await api();
    await commands.executeCommand('segmentLens.segments.focus');
    const { name, peer } = await plainSegment(300);
    await run(await row(`posix:${name}`));
    const document = await explanation('creating says AlreadyExists');
    assert.equal(document.languageId, 'shm-explanation');
    assert.equal(workspace.fs.isWritableFileSystem('shm-explanation') ?? false, false);
    const text = document.getText();
    assert.ok(text.includes(`posix:${name}: 300 B, owned by `), text);
    assert.ok(text.includes(`    Attached: plain-peer (${String(peer.pid)}).`), text);
    assert.ok(text.includes('    What helps: Open Live View'), text);
    const [lens] = await remedies(document);
    assert.equal(document.lineAt(lens?.range.start.line ?? 0).text, text.split('\n')[3]);
    assert.equal(lens?.command?.command, 'segmentLens.openLiveView');
    await carryOut(lens);
    await until('the live view', () => viewers.active?.document?.segment.id === `posix:${name}`);
  });

  test('offer to remove what a killed program left, and that asks first', async () => {
    const { native, peer } = await qtSegment(64);
    await peer.crash();
    const { leftovers } = await api();
    const node = await until('the leftover', () =>
      leftovers.getChildren().find(({ item }) => item.id === native),
    );
    await commands.executeCommand('segmentLens.leftovers.focus');
    await leftovers.view.reveal(node, { select: true });
    // As its key does while the keyboard is in that list.
    await run('leftover');
    const document = await explanation('left behind by a program that has ended');
    assert.match(document.getText(), /\n {4}semid \d+: semaphore\n/);
    const lens = (await remedies(document)).find(
      ({ command }) => command?.command === 'segmentLens.removeLeftover',
    );
    const told = await answering([{ press: 'Remove' }], () => carryOut(lens));
    assert.match(told.messages[1] ?? '', /^Removed 4 of 4 objects/);
    await run(native);
    await explanation('The key file does not exist');
  });

  test('are offered with an error, and name the folder of another TMPDIR', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'segment-lens-explain-'));
    const key = unique('elsewhere');
    const peer = qtPeer(6, { TMPDIR: folder });
    try {
      await peer.ask('new');
      await peer.ask('key', hex(key));
      await peer.ask('create', 64);
      const buttons: string[] = [];
      const undo = replaced(window, {
        showErrorMessage: (_text: string, ...rest: readonly string[]) => {
          buttons.push(...rest);
          return Promise.resolve('Explain…');
        },
      });
      try {
        await answering([{ pick: /Key/ }, { key, sense: /Qt key \(System V/ }], () => run());
        const first = await explanation('in another folder');
        assert.ok(first.getText().includes(`TMPDIR=${folder}: qt6-peer (${String(peer.pid)})`));
        const [temporary = ''] = temporaryDirectories(undefined);
        const id = formatKey(qtLegacyKey(key, 'systemv', temporary));
        await commands.executeCommand('segmentLens.saveToFile', id);
        assert.deepEqual(buttons, ['Explain…', 'Show Log']);
        const second = await explanation('Not found:');
        assert.ok(second.getText().includes('in another folder'));
      } finally {
        undo();
      }
    } finally {
      await peer.quit();
      rmSync(folder, { recursive: true });
    }
  });

  test('lead from a stale lock to its repair, which says what it will do and asks first', async () => {
    const { native, peer } = await qtSegment(64);
    const { loaded } = await api();
    const victim = plainPeer();
    const path = native.slice('systemv:'.length).replace('qipc_sharedmemory_', 'qipc_systemsem_');
    await victim.ask('semget', await victim.ask('ftok', path, 0x51));
    await victim.ask('acquire_for_ever');
    await victim.crash();
    await run(native);
    const document = await explanation('The lock is not free');
    assert.match(document.getText(), /died while it held the lock: nobody gives it back\./);
    const lens = (await remedies(document)).find(
      ({ command }) => command?.command === 'segmentLens.repairLock',
    );
    const value = (): unknown =>
      loaded.native.peekLock({ mechanism: 'systemv', path, projectId: 0x51 }).value;
    const turned = await answering([{ press: undefined }], () => carryOut(lens));
    assert.match(turned.messages[0] ?? '', /^Repair Lock of the segment\?\n.*\nThe semaphore is set to 1/);
    assert.equal(value(), 0);
    await answering([{ press: 'Repair' }], () => carryOut(lens));
    assert.equal(value(), 1);
    await peer.quit();
  });

  test('tell the room and the limits of the machine', async () => {
    await answering([{ pick: /Space and Limits/ }], () => run());
    const text = (await explanation('/dev/shm:')).getText();
    for (const name of ['shmmni', 'shmall', 'shmmax', 'semmni', 'semmns'])
      assert.ok(text.includes(`(${name})`), text);
  });

  test('show the names that other programs chose with their marks made visible', async () => {
    await run('posix:/a\u202eb');
    const text = (await explanation('Explanation of')).getText();
    assert.ok(text.includes('\\u{202e}') && !text.includes('\u202e'), text);
  });
});
