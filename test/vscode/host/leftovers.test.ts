import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, debug, window, workspace, type DebugSession } from 'vscode';
import { suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import type { LeftoverNode } from '../../../extension/ui/leftoverTree';
import { root } from '../../root';
import { hex, qtPeer } from '../../peers/peer';
import { answering, api, plainSegment, qtSegment, replaced, tidy, unique, until, untrusted } from './support';

type Row = Extract<LeftoverNode, { readonly type: 'leftover' }>;

/** The row of a leftover, as soon as it is there. */
async function leftoverRow(id: string): Promise<Row> {
  const { leftovers } = await api();
  return until(`a leftover ${id}`, () =>
    leftovers.getChildren().find((node): node is Row => node.type === 'leftover' && node.item.id === id),
  );
}

suite('The leftovers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-leftovers-'));

  suiteSetup(async () => {
    await api();
    await commands.executeCommand('segmentLens.segments.focus');
  });
  teardown(tidy);
  suiteTeardown(() => {
    rmSync(folder, { recursive: true });
  });

  test('show what a killed program left as one row, with size and age, and what belongs to it below', async () => {
    const { leftovers } = await api();
    const { native, peer } = await qtSegment(1024);
    await peer.crash();
    const row = await leftoverRow(native);
    const item = leftovers.getTreeItem(row);
    assert.match(String(item.description), /^1,024 B · last used \d+ seconds? ago · \w+$/);
    assert.match(item.accessibilityInformation?.label ?? '', /…, 1,024 B, last used/);
    const below = leftovers.getChildren(row).map((node) => {
      const { label, description } = leftovers.getTreeItem(node);
      return `${typeof label === 'string' ? label : ''}: ${String(description)}`;
    });
    assert.match(below[0] ?? '', /^shmid \d+: segment, 1,024 B$/);
    assert.match(below[1] ?? '', /^semid \d+: semaphore$/);
    assert.match(below[2] ?? '', /qipc_sharedmemory_\w+: key file$/);
    assert.match(below[3] ?? '', /qipc_systemsem_\w+: key file$/);
    assert.match(leftovers.view.description ?? '', / B/);
    const told = await answering([{ press: 'Remove' }], () =>
      commands.executeCommand('segmentLens.removeLeftover', row),
    );
    assert.match(told.messages[0] ?? '', /^Remove 1 leftover with 1,024 B\?\nshmid \d+: segment, 1,024 B\n/);
    assert.ok(told.messages[0]?.includes(': key file\n'));
    assert.match(told.messages[1] ?? '', /^Removed 4 of 4 objects, 1,024 B\.$/);
    assert.ok(!leftovers.items.some(({ id }) => id === native));
    assert.ok(!existsSync(native.slice('systemv:'.length)));
  });

  test('keep what a program attached to while the question was on screen, and say so', async () => {
    const { leftovers } = await api();
    const { key, native, peer } = await qtSegment(64);
    await peer.crash();
    const row = await leftoverRow(native);
    const other = qtPeer(6);
    const messages: string[] = [];
    const undo = replaced(window, {
      showWarningMessage: async (text: string) => {
        messages.push(text);
        if (messages.length > 1) return undefined;
        await other.ask('new');
        await other.ask('key', hex(key));
        await other.ask('attach');
        return 'Remove';
      },
    });
    try {
      await commands.executeCommand('segmentLens.removeLeftover', row);
      assert.match(
        messages[1] ?? '',
        /^Removed 0 of 4 objects, 0 B\. Kept: shmid \d+: in use by now; .*1 more\.$/,
      );
      assert.equal(await other.ask('size'), '64');
      assert.ok(!leftovers.items.some(({ id }) => id === native), 'it is none any more');
    } finally {
      undo();
      await other.quit();
    }
    // Qt removes the segment with its last program, and not the lock that the killed one had made.
    const lock = await leftoverRow(native);
    assert.match(String(leftovers.getTreeItem(lock).description), / · perhaps still wanted$/);
    const told = await answering([{ press: 'Remove' }], () =>
      commands.executeCommand('segmentLens.removeLeftover', lock),
    );
    assert.match(told.messages[1] ?? '', /^Removed 2 of 2 objects, 0 B\.$/);
  });

  test('are all listed before they are removed, those chosen that nobody can use', async () => {
    const { loaded } = await api();
    const { native, peer } = await qtSegment(32);
    await peer.crash();
    const used = await plainSegment(64);
    await leftoverRow(native);
    const [, file = ''] = native.split(':');
    const told = await answering([{ check: new RegExp(file) }, { press: undefined }], () =>
      commands.executeCommand('segmentLens.removeAllLeftovers'),
    );
    const listed = told.senses.filter((sense) => sense.includes(file));
    assert.equal(listed.length, 1);
    assert.match(listed[0] ?? '', /^☑ .*shmid \d+, semid \d+, /);
    assert.ok(!told.senses.some((sense) => sense.includes(used.name)), 'what is used is not listed');
    assert.match(told.messages[0] ?? '', /^Remove 1 leftover with 32 B\?/);
    assert.ok(existsSync(file), 'the user turned away');
    await answering([{ check: new RegExp(file) }, { press: 'Remove' }], () =>
      commands.executeCommand('segmentLens.removeAllLeftovers'),
    );
    assert.ok(!existsSync(file));
    assert.ok(loaded.native.list('posix').some(({ name }) => name === used.name));
  });

  test('are not removed in a workspace that is not trusted', async () => {
    const { native, peer } = await qtSegment(32);
    await peer.crash();
    const row = await leftoverRow(native);
    const told = await answering([{ press: undefined }], () =>
      untrusted(async () => commands.executeCommand('segmentLens.removeLeftover', row)),
    );
    assert.match(told.messages[0] ?? '', /not trusted/);
    assert.ok(existsSync(native.slice('systemv:'.length)));
    await answering([{ press: 'Remove' }], () => commands.executeCommand('segmentLens.removeLeftover', row));
  });

  /** Debugs a program that makes a System V segment and kills itself; what the user is told then. */
  async function debugged(name: string, key: number, answer: string | undefined): Promise<readonly string[]> {
    const addon = JSON.stringify(join(root, 'out/segment_lens.node'));
    const program = join(folder, `${unique('program')}.js`);
    writeFileSync(
      program,
      `const native = require(${addon});
      native.create({ mechanism: 'systemv', key: ${String(key)} }, { size: 4096 })
        .then(() => process.kill(process.pid, 'SIGKILL'));`,
    );
    const messages: string[] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>((done) => {
      end = done;
    });
    const subscription = debug.onDidTerminateDebugSession((session) => {
      if (session.name === name) end();
    });
    const undo = replaced(window, {
      showInformationMessage: (text: string) => {
        messages.push(text);
        return Promise.resolve(messages.length === 1 ? answer : undefined);
      },
      showWarningMessage: () => Promise.resolve('Remove'),
    });
    try {
      const type = 'node';
      assert.ok(
        await debug.startDebugging(undefined, {
          type,
          request: 'launch',
          name,
          program,
          console: 'internalConsole',
        }),
      );
      await ended;
      const { leftovers } = await api();
      const id = `systemv-key:0x${key.toString(16)}`;
      if (answer === undefined) {
        await leftoverRow(id);
        return messages;
      }
      const row = answer === 'Remove…' ? null : await leftoverRow(id);
      if (row !== null)
        await until('its attribution', () => String(leftovers.getTreeItem(row).description).includes(name));
      else await until('the removal', () => messages.some((text) => text.startsWith('Removed')) && messages);
      return messages;
    } finally {
      undo();
      subscription.dispose();
    }
  }

  test('are told of after the debug session that left them, once, and removed from there', async () => {
    const name = unique('session');
    const messages = await debugged(name, 0x4d000000 | (process.pid & 0xffffff), 'Remove…');
    assert.equal(
      messages[0],
      `1 leftover of shared memory since your debug session “${name}” ended: 4,096 B.`,
    );
    assert.equal(messages[1], 'Removed 1 of 1 object, 4,096 B.');
  });

  test('are told of no more once the user turned it off', async () => {
    const { loaded, sessions } = await api();
    const settings = workspace.getConfiguration('segmentLens');
    const keys = [0x4c000000, 0x4b000000].map((top) => top | (process.pid & 0xffffff));
    const followed: string[] = [];
    const begin = sessions.begin.bind(sessions);
    const undo = replaced(sessions, {
      begin: (session: DebugSession) => {
        followed.push(session.name);
        begin(session);
      },
    });
    try {
      const first = unique('session');
      const messages = await debugged(first, keys[0] ?? 0, "Don't Show Again");
      assert.equal(messages.length, 1);
      await until(
        'the setting',
        () => workspace.getConfiguration('segmentLens').get('leftoverNotice') === false,
      );
      await debugged(unique('session'), keys[1] ?? 0, undefined);
      assert.deepEqual(followed, [first]);
    } finally {
      undo();
      await settings.update('leftoverNotice', undefined, true);
      for (const key of keys) {
        const address = { mechanism: 'systemv', key } as const;
        loaded.native.remove(address, String(loaded.native.info(address).shmid));
      }
    }
  });
});
