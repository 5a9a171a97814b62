import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commands, debug, type DebugConfiguration, type DebugSession } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import type { Debuggee } from '../../../extension/ui/debug/debuggees';
import { root } from '../../root';
import { board, debugging, endDebugging, warned, type Board } from './debuggees';
import { answering, api, openView, select, until } from './support';

const program = join(root, 'out/programs/writer');
const source = (name: string): string => join(root, 'test/vscode/debuggees', name);

/** How each debugger runs the program that counts in a segment. */
const launches: Readonly<Record<string, (segment: string) => DebugConfiguration>> = {
  gdb: (segment) => ({
    type: 'gdb',
    request: 'launch',
    name: 'with gdb',
    program,
    arguments: segment,
    // Virtual machines may have no debug registers: gdb then watches by single steps.
    initCommands: ['set can-use-hw-watchpoints 0'],
  }),
  lldb: (segment) => ({ type: 'lldb-dap', request: 'launch', name: 'with lldb', program, args: [segment] }),
  python: (segment) => ({
    type: 'debugpy',
    request: 'launch',
    name: 'with debugpy',
    program: source('writer.py'),
    args: [segment],
    python: ['/usr/bin/python3'],
    console: 'internalConsole',
    justMyCode: true,
  }),
  node: (segment) => ({
    type: 'pwa-node',
    request: 'launch',
    name: 'with js-debug',
    program: source('writer.js'),
    args: [segment],
    console: 'internalConsole',
    // A pause in Node's own code would be stepped out of, and a program that waits for timers is always there.
    smartStep: false,
  }),
};

/** Runs the program under a debugger until it has the segment mapped. */
async function debugged(
  kind: keyof typeof launches,
  segment: Board,
): Promise<{ readonly session: DebugSession; readonly debuggee: Debuggee; readonly pid: number }> {
  const { debuggees } = await debugging();
  const launch = launches[kind];
  assert.ok(launch);
  const before = segment.get(4);
  const configuration = { ...launch(segment.name), internalConsoleOptions: 'neverOpen' };
  assert.ok(await debug.startDebugging(undefined, configuration), `${kind} does not start`);
  const pid = await until(`the program under ${kind} to run`, () => {
    const order = segment.get(4);
    return order !== before && order > 1 ? order : null;
  });
  const debuggee = await until(`the session of ${kind}`, () =>
    debuggees.all.findLast(({ state }) => kind !== 'node' || state.pid === pid),
  );
  return { session: debuggee.session, debuggee, pid };
}

suite('While debugging', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  for (const kind of Object.keys(launches)) {
    test(`a change by another process pauses a program under ${kind}, and it is said who could have written`, async () => {
      const segment = await board();
      const { debuggee, pid } = await debugged(kind, segment);
      await warned(async (messages) => {
        const viewer = await openView(segment.id);
        await select(viewer, 0, 4);
        await answering([{ type: ['any change'] }, { pick: /^Pause Every Debug Session$/ }], () =>
          commands.executeCommand('segmentLens.breakOnChange', viewer),
        );
        const { breaks, book } = await debugging();
        const [made] = book.all;
        assert.ok(made);
        await until('the bytes to be watched', () => breaks.standing(made) === 'watching');
        assert.equal(debuggee.state.standing, 'running');
        // Nobody debugs this process.
        segment.set(0, 7);
        await until('the program to stand', () => debuggee.state.standing === 'stopped');
        const text = await until('the message', () => messages[0]);
        assert.match(text, /0x0-0x3: 00 00 00 00 → 07 00 00 00 at /);
        // A slow one stands only after it is told.
        assert.match(text, /; (?:paused|asked to pause, and still running): /);
        if (kind !== 'node' && kind !== 'python') assert.match(text, new RegExp(`\\(${String(pid)}\\)`));
        assert.equal(breaks.hits(made), 1);
        await until(`the process of ${kind} to be known`, () => debuggee.state.pid === pid);
      });
    });
  }

  test('of a program that its debugger runs in a session of its own, one pause is asked for; the name that was started stands for it', async () => {
    const segment = await board();
    const pauses: string[] = [];
    const tracking = debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: ({ id }) => ({
        onWillReceiveMessage: ({ command }: { readonly command?: string }) => {
          if (command === 'pause') pauses.push(id);
        },
      }),
    });
    try {
      const { debuggee } = await debugged('node', segment);
      await warned(async (messages) => {
        const viewer = await openView(segment.id);
        await select(viewer, 0, 4);
        await answering([{ type: ['any change'] }, { pick: /^Pause “with js-debug” Only$/ }], () =>
          commands.executeCommand('segmentLens.breakOnChange', viewer),
        );
        const { breaks, book } = await debugging();
        const [made] = book.all;
        assert.ok(made);
        assert.deepEqual(made.sessions, ['with js-debug']);
        await until('the bytes to be watched', () => breaks.standing(made) === 'watching');
        segment.set(0, 7);
        await until('the message', () => messages[0]);
        assert.deepEqual(pauses, [debuggee.session.id]);
      });
    } finally {
      tracking.dispose();
    }
  });

  /** Makes a break on the first word for the one session, which is then paused. */
  async function watched(kind: 'gdb' | 'lldb') {
    const segment = await board();
    const { debuggee } = await debugged(kind, segment);
    const { book, debuggees, watchpoints } = await debugging();
    const viewer = await openView(segment.id);
    await select(viewer, 0, 4);
    await answering([{ type: ['any change'] }, { pick: /^Pause “.*” Only$/ }], () =>
      commands.executeCommand('segmentLens.breakOnChange', viewer),
    );
    await debuggees.pause(debuggee);
    await until('the watchpoint', () => watchpoints.of(debuggee).length === 1);
    const [made] = book.all;
    assert.ok(made);
    return { segment, debuggee, made };
  }

  test('a watchpoint stops the program that is debugged on the instruction that writes', async () => {
    await warned(async (messages) => {
      const { segment, debuggee, made } = await watched('gdb');
      const { breaks, book, watchpoints } = await debugging();
      const before = breaks.hits(made);
      segment.set(4, 1);
      await debuggee.session.customRequest('continue', { threadId: debuggee.state.thread });
      const text = await until('the message of the watchpoint', () =>
        messages.find((message) => message.includes('watchpoint')),
      );
      assert.match(text, /0x0-0x3 was written by “with gdb”: the watchpoint of the processor stopped it/);
      assert.ok(breaks.hits(made) > before);
      assert.equal(debuggee.state.standing, 'stopped');
      assert.equal(segment.get(0), 1);
      await book.remove(made.id);
      await until('the watchpoint to go', () => watchpoints.of(debuggee).length === 0);
    });
  });

  test('lldb takes a watchpoint at the address that the program has for the bytes', async () => {
    const { debuggee, made } = await watched('lldb');
    const { book, watchpoints } = await debugging();
    await book.put({ ...made, enabled: false });
    await until('the watchpoint to go', () => watchpoints.of(debuggee).length === 0);
  });

  test('each stop is a moment: a view shows what changed since the last, and goes on with the next', async () => {
    const segment = await board();
    const { debuggee } = await debugged('gdb', segment);
    const { debuggees, stops } = await debugging();
    // Where the source of a stop does not cover it.
    await commands.executeCommand('segmentLens.openInPanel', segment.id);
    const { viewers } = await api();
    const viewer = await until('the panel', () =>
      viewers.all.find(({ place, picture }) => place === 'panel' && picture !== null),
    );
    const stop = async (): Promise<void> => {
      await debuggees.pause(debuggee);
      await until('the stop', () => debuggee.state.standing === 'stopped');
      await stops.settled;
    };
    const go = async (): Promise<void> => {
      await debuggee.session.customRequest('continue', { threadId: debuggee.state.thread });
      await until('the program to run', () => debuggee.state.standing === 'running');
    };
    for (let value = 1; value <= 10; value++) {
      segment.set(0, value);
      await stop();
      if (value === 1) {
        const told = await answering([], () =>
          commands.executeCommand('segmentLens.changesSinceStop', viewer),
        );
        assert.match(told.messages[0] ?? '', /stop once more while it is open/);
      }
      if (value === 2) await commands.executeCommand('segmentLens.changesSinceStop', viewer);
      if (value >= 2) {
        await until(`the comparison with stop ${String(value - 1)}`, () => {
          const found = new Uint8Array(1);
          void stops.shown(viewer)?.moment.read(0, found);
          return found[0] === value - 1;
        });
        await until('the difference', async () => {
          await commands.executeCommand('segmentLens.nextDifference');
          return viewer.cursor.start === 0 && viewer.cursor.length === 1;
        });
      }
      await go();
    }
    assert.match(viewer.compared?.title ?? '', /^Since the last stop: with gdb, /);
  });
});
