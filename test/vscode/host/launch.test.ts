import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  commands,
  debug,
  languages,
  Position,
  TabInputCustom,
  Uri,
  window,
  workspace,
  type CompletionList,
  type DebugConfiguration,
  type DebugSession,
  type ExtensionContext,
} from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { root } from '../../root';
import { board, debugging, endDebugging, endSessions, type Board } from './debuggees';
import { api, openView, replaced, unique, until } from './support';

const writer = join(root, 'test/vscode/debuggees/writer.js');

/** Notices that the extension showed, while `work` runs; of those with that button, it is pressed. */
async function hearing(work: (messages: readonly string[]) => Promise<void>, press?: string): Promise<void> {
  const messages: string[] = [];
  const message = (text: string, ...buttons: readonly unknown[]): Promise<unknown> => {
    messages.push(text);
    return Promise.resolve(buttons.find((button) => button === press));
  };
  const undo = replaced(window, { showWarningMessage: message, showInformationMessage: message });
  try {
    await work(messages);
  } finally {
    undo();
  }
}

/** Debugs the program that counts until it has begun. */
async function start(
  segment: Board,
  segmentLens: Readonly<Record<string, unknown>>,
  more: Partial<DebugConfiguration> = {},
): Promise<string> {
  const name = unique('launch');
  const configuration: DebugConfiguration = {
    type: 'node',
    request: 'launch',
    name,
    program: writer,
    args: [segment.name],
    console: 'internalConsole',
    internalConsoleOptions: 'neverOpen',
    // What the next test leaves is none of this session's.
    segmentLens: { cleanUp: 'never', ...segmentLens },
    ...more,
  };
  segment.set(4, 0xffffffff);
  assert.ok(await debug.startDebugging(undefined, configuration));
  await until('the program to run', () => segment.get(4) !== 0xffffffff);
  return name;
}

function tabs(): readonly string[] {
  return window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) => (input instanceof TabInputCustom ? [input.uri.query] : [])),
  );
}

suite('A debug configuration', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('of any type is completed and checked in launch.json', async () => {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const uri = Uri.joinPath(folder, '.vscode/launch.json');
    const configuration = (type: string, segmentLens: unknown) => ({
      type,
      request: 'launch',
      name: type,
      segmentLens,
    });
    const text = (...configurations: readonly unknown[]) =>
      new TextEncoder().encode(JSON.stringify({ version: '0.2.0', configurations }, null, 1));
    try {
      await workspace.fs.writeFile(
        uri,
        text(
          configuration('node', { cleanUp: 'sometimes', opne: [] }),
          configuration('gdb', {
            breakOnChange: [{ key: 'posix:/a', offset: 0, length: 4, condition: 'becoms 3' }],
          }),
          configuration('debugpy', { open: ['posix:/a'], snapshotOnStop: true, cleanUp: 'ask' }),
        ),
      );
      const document = await workspace.openTextDocument(uri);
      await window.showTextDocument(document);
      const found = await until('the diagnostics', () => {
        const all = languages
          .getDiagnostics(uri)
          .map(({ message, range }) => `${String(range.start.line)}: ${message}`);
        return all.length >= 3 && all;
      });
      const lineOf = (word: string) =>
        document.getText().slice(0, document.getText().indexOf(word)).split('\n').length - 1;
      assert.equal(found.length, 3, found.join('\n'));
      assert.ok(
        found.some((one) => one.startsWith(`${String(lineOf('sometimes'))}: `) && one.includes('"never"')),
        found.join('\n'),
      );
      assert.ok(
        found.some((one) => one.startsWith(`${String(lineOf('opne'))}: `) && one.includes('opne')),
        found.join('\n'),
      );
      assert.ok(
        found.some((one) => one.startsWith(`${String(lineOf('becoms'))}: `) && one.includes('leaves 0..100')),
        found.join('\n'),
      );
      const complete = async (line: number, character: number): Promise<readonly string[]> => {
        const list = await commands.executeCommand<CompletionList>(
          'vscode.executeCompletionItemProvider',
          uri,
          new Position(line, character),
        );
        return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      };
      const inside = await complete(
        lineOf('sometimes'),
        document.lineAt(lineOf('sometimes')).text.indexOf('"sometimes"') + 1,
      );
      assert.ok(
        ['"ask"', '"always"', '"never"'].every((one) => inside.includes(one)),
        inside.join(),
      );
      const properties = await complete(
        lineOf('opne'),
        document.lineAt(lineOf('opne')).text.indexOf('opne') + 1,
      );
      assert.ok(
        ['open', 'breakOnChange', 'snapshotOnStop'].every((one) => properties.includes(one)),
        properties.join(),
      );
      const name = lineOf('"name": "debugpy"');
      const top = await complete(name, document.lineAt(name).text.indexOf('name') + 1);
      assert.ok(top.includes('stopOnEntry') || top.includes('preLaunchTask'), top.join());
    } finally {
      await commands.executeCommand('workbench.action.closeAllEditors');
      await workspace.fs.delete(Uri.joinPath(folder, '.vscode'), { recursive: true });
    }
  });

  test('opens live views, also of a segment that does not exist yet, and leaves the focus where it was', async () => {
    const segment = await board();
    const later = `/${unique('later')}`;
    const document = await workspace.openTextDocument(writer);
    await window.showTextDocument(document);
    await start(segment, { open: [segment.name, `posix:${later}`] });
    await until('both tabs', () => tabs().includes(segment.id) && tabs().includes(`posix:${later}`));
    assert.equal(window.activeTextEditor?.document, document);
    const { viewers } = await api();
    const viewer = await until('the view that waits', () =>
      viewers.all.find(({ document }) => document?.segment.id === `posix:${later}`),
    );
    assert.equal(viewer.document?.segment.presence, 'waiting');
    try {
      writeFileSync(`/dev/shm${later}`, 'here');
      await until('the segment', () => viewer.document?.segment.presence === 'live');
    } finally {
      rmSync(`/dev/shm${later}`);
    }
  });

  test('brings its breaks on change for as long as its session runs', async () => {
    const segment = await board();
    await hearing(async (messages) => {
      const entry = { key: segment.id, offset: 0, length: 4, condition: 'becomes 7' };
      await start(segment, { breakOnChange: [entry, { ...entry, offset: 8, log: true }] });
      const { breaks, book, debuggees } = await debugging();
      assert.equal(book.all.length, 2);
      const [first, second] = book.all;
      assert.ok(first && second);
      assert.equal(second.logs, true);
      await until('the bytes to be watched', () => breaks.standing(first) === 'watching');
      segment.set(0, 6);
      segment.set(0, 7);
      await until('the stop', () => debuggees.all.some(({ state }) => state.standing === 'stopped'));
      assert.match(await until('the message', () => messages[0]), /→ 07 00 00 00 at /);
      await endSessions();
      assert.deepEqual(book.all, []);
      assert.equal(breaks.hits(first), 1);
    });
  });

  test('that is wrong says so with an example, and its session runs all the same', async () => {
    const segment = await board();
    await hearing(async (messages) => {
      const name = await start(segment, {
        opne: [],
        open: ['posix:/a/b'],
        breakOnChange: [
          { key: segment.id, offset: 4094, length: 4 },
          { key: segment.id, offset: 0, length: 4, condition: 'becoms 3' },
        ],
      });
      // An earlier session may still be told of.
      const ours = (): readonly string[] =>
        messages.filter((text) => text.startsWith(`Debug configuration “${name}”: `));
      const all = await until('both notices', () => ours().length >= 2 && ours().join('\n'));
      assert.ok(
        all.includes(
          `Debug configuration “${name}”: segmentLens.opne: There is no property “opne”. This works: "segmentLens": {`,
        ),
        all,
      );
      assert.ok(
        all.includes('segmentLens.open[0]: A POSIX name has one slash, at its start, such as /name.'),
        all,
      );
      assert.ok(
        all.includes('segmentLens.breakOnChange[1]: Not a condition. Write any change, becomes 42,'),
        all,
      );
      assert.match(
        all,
        /0xFFE-0x1001: This would go past the end: the segment has 4,096 B, it fits at offsets from 0x0 \(0\) to 0xFFC/,
      );
      assert.equal(ours().length, 2);
      const { book } = await debugging();
      assert.equal(book.all.length, 1);
    });
  });

  test('turns the moments of its stops off', async () => {
    const segment = await board();
    const stopOnce = async (segmentLens: Readonly<Record<string, unknown>>): Promise<boolean> => {
      await start(segment, segmentLens);
      const { debuggees, stops } = await debugging();
      const { viewers } = await api();
      await commands.executeCommand('segmentLens.openInPanel', segment.id);
      const viewer = await until('the panel', () =>
        viewers.all.find(({ place, picture }) => place === 'panel' && picture !== null),
      );
      const debuggee = await until('the process', () =>
        debuggees.all.find(({ state }) => state.pid === segment.get(4)),
      );
      for (let stop = 0; stop < 2; stop++) {
        await debuggees.pause(debuggee);
        await until('the stop', () => debuggee.state.standing === 'stopped');
        await stops.settled;
        await debuggee.session.customRequest('continue', { threadId: debuggee.state.thread });
        await until('the program to run', () => debuggee.state.standing === 'running');
      }
      const isKnown = await stops.show(viewer, 'stop').then(
        () => true,
        () => false,
      );
      await endSessions();
      await commands.executeCommand('workbench.action.closePanel');
      return isKnown;
    };
    assert.equal(await stopOnce({ snapshotOnStop: false }), false);
    assert.equal(await stopOnce({ snapshotOnStop: true }), true);
  });

  for (const [cleanUp, told] of [
    ['always', /^The debug session “.*” ended\. Removed 1 of 1 object, 4,096 B\.$/],
    ['ask', /^1 leftover of shared memory since your debug session “.*” ended/],
    ['never', null],
  ] as const) {
    test(`with cleanUp "${cleanUp}" ${told === null ? 'tells nothing of' : cleanUp === 'ask' ? 'tells' : 'removes, and tells,'} what its program left`, async () => {
      const { loaded, leftovers, sessions } = await api();
      const begin = sessions.begin.bind(sessions);
      const key = 0x4e000000 | (process.pid & 0xffffff);
      const address = { mechanism: 'systemv', key } as const;
      const program = join(tmpdir(), `${unique('leaves')}.js`);
      const gate = `${program}.go`;
      // Until the debugger has told the process.
      writeFileSync(
        program,
        `const native = require(${JSON.stringify(join(root, 'out/segment_lens.node'))});
        const { existsSync } = require('node:fs');
        native.create(${JSON.stringify(address)}, { size: 4096 }).then(() => setInterval(() => {
          if (existsSync(${JSON.stringify(gate)})) process.kill(process.pid, 'SIGKILL');
        }, 10));`,
      );
      const followed: string[] = [];
      const undo = replaced(sessions, {
        begin: (session: DebugSession) => {
          followed.push(session.name);
          begin(session);
        },
      });
      const ended: string[] = [];
      const following = debug.onDidTerminateDebugSession(({ name }) => ended.push(name));
      try {
        await hearing(async (messages) => {
          const name = unique('cleanUp');
          const launch = { type: 'node', request: 'launch', name, program, console: 'internalConsole' };
          assert.ok(await debug.startDebugging(undefined, { ...launch, segmentLens: { cleanUp } }));
          const made = await until('the segment', () => {
            const { creatorPid } = leftoverInfo() ?? {};
            return creatorPid;
          });
          const { debuggees } = await debugging();
          await until('the process', () => debuggees.all.some(({ state }) => state.pid === made));
          writeFileSync(gate, '');
          await until('the end', () => ended.includes(name));
          if (told === null) {
            // Looked at as at the end of a session that is told of.
            await until('the leftover', async () =>
              (await leftovers.refresh()).some(({ id }) => id === `systemv-key:0x${key.toString(16)}`),
            );
            assert.deepEqual(followed, []);
            assert.deepEqual(messages, []);
          } else
            assert.match(
              await until('the notice', () => messages.find((text) => text.includes(`“${name}”`))),
              told,
            );
          assert.equal(leftoverInfo() === null, cleanUp === 'always');
        });
      } finally {
        following.dispose();
        undo();
        const left = leftoverInfo();
        if (left !== null) loaded.native.remove(address, String(left.shmid));
        rmSync(program);
        rmSync(gate, { force: true });
      }

      function leftoverInfo() {
        try {
          return loaded.native.info(address);
        } catch {
          return null;
        }
      }
    });
  }
});

/** Has the segment mapped, where the one for Node only has it open. */
const python: Partial<DebugConfiguration> = {
  type: 'debugpy',
  program: join(root, 'test/vscode/debuggees/writer.py'),
  python: ['/usr/bin/python3'],
};

suite('A debug session', () => {
  suiteSetup(async () => {
    await api();
    await commands.executeCommand('segmentLens.segments.focus');
  });
  teardown(async () => {
    await workspace.getConfiguration('segmentLens').update('openPanelOnStop', undefined, true);
    await endDebugging();
  });

  /** Pauses the program that has the segment. */
  async function stop(segment: Board): Promise<void> {
    const { debuggees } = await debugging();
    const debuggee = await until('the process', () =>
      debuggees.all.find(({ state }) => state.pid === segment.get(4)),
    );
    await debuggees.pause(debuggee);
    await until('the stop', () => debuggee.state.standing === 'stopped');
  }

  test('puts the segments that its processes have mapped on top of the list, with the address', async () => {
    const { tree } = await api();
    const segment = await board();
    const other = await board();
    await start(segment, {}, python);
    const leaf = await until('the segment on top', () =>
      tree.leaves.find(({ id, group }) => id === segment.id && group === 'debugged'),
    );
    const [first] = tree.getChildren();
    assert.ok(first?.type === 'group' && first.id === 'debugged');
    assert.match(
      String(tree.getTreeItem(leaf).description),
      new RegExp(`^0x[0-9a-f]+ in python3.* \\(${String(segment.get(4))}\\) · 4,096 B · `),
    );
    assert.notEqual(tree.leaves.find(({ id }) => id === other.id)?.group, 'debugged');
    await endSessions();
    await until('the segment among the others', () =>
      tree.leaves.some(({ id, group }) => id === segment.id && group === 'posix'),
    );
  });

  test('opens the panel with its segment at its first stop, where the user wants that', async () => {
    const { viewers } = await api();
    await workspace.getConfiguration('segmentLens').update('openPanelOnStop', 'always', true);
    const segment = await board();
    await start(segment, {}, python);
    await stop(segment);
    await until('the panel', () =>
      viewers.all.some(
        ({ place, document, visible }) => place === 'panel' && visible && document?.segment.id === segment.id,
      ),
    );
  });

  test('offers the panel once', async () => {
    const { house, viewers } = await api();
    const { extension } = house as unknown as { readonly extension: ExtensionContext };
    await extension.workspaceState.update('panelOffered', undefined);
    const segment = await board();
    await hearing(async (messages) => {
      await start(segment, {}, python);
      await stop(segment);
      const text = await until('the offer', () => messages[0]);
      assert.match(text, /^“.*” has the shared memory .*\. Show its bytes in the panel\?$/);
      await until('the panel', () => viewers.all.some(({ place, visible }) => place === 'panel' && visible));
      assert.equal(extension.workspaceState.get('panelOffered'), true);
    }, 'Show');
  });

  test('has views go on when its program makes its segment again', async () => {
    const segment = await board();
    const path = `/dev/shm${segment.name}`;
    const { document } = await openView(segment.id);
    assert.ok(document);
    const shown = (): number => {
      const byte = new Uint8Array(1);
      return document.segment.read(16, byte) === 1 ? (byte[0] ?? 0) : 0;
    };
    await start(segment, {});
    rmSync(path);
    writeFileSync(path, Buffer.alloc(64, 7));
    await until('the second segment', () => document.segment.presence === 'live' && shown() === 7);
    await endSessions();
    rmSync(path);
    await until('the end of it', () => document.segment.presence === 'removed');
    await start(await board(), {});
    await until('the view to wait', () => document.segment.presence === 'waiting');
    writeFileSync(path, Buffer.alloc(64, 9));
    await until('the third segment', () => document.segment.presence === 'live' && shown() === 9);
  });

  test('never attaches to a segment again by itself', async () => {
    const segment = await board();
    const path = `/dev/shm${segment.name}`;
    const viewer = await openView(segment.id);
    await commands.executeCommand('segmentLens.attach', viewer);
    const open = viewer.document?.segment;
    assert.equal(open?.access, 'attach');
    await hearing(async (messages) => {
      await start(segment, {});
      rmSync(path);
      writeFileSync(path, Buffer.alloc(64, 7));
      assert.match(
        await until('the notice', () => messages[0]),
        / is back\. It was attached before, and is only observed now\.$/,
      );
      assert.equal(open.presence, 'live');
      assert.equal(open.access, 'observe');
    });
  });
});
