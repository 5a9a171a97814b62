import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  debug,
  env,
  FunctionBreakpoint,
  Location,
  Position,
  SourceBreakpoint,
  Uri,
  type Breakpoint,
  type DebugConfiguration,
} from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import type { Viewer } from '../../../extension/ui/viewer';
import { root } from '../../root';
import { debugging, endDebugging, refusals } from './debuggees';
import { answering, api, closeAll, openView, plainSegment, replaced, select, until } from './support';

const program = join(root, 'out/programs/writer');
const source = (name: string): string => join(root, 'test/vscode/debuggees', name);

interface Launch {
  readonly file: string;
  /** The line that counts; null: the function `step` does. */
  readonly line: RegExp | null;
  readonly with: DebugConfiguration;
}

/** How each debugger runs the program that counts. */
const launches: Readonly<Record<string, Launch>> = {
  gdb: {
    file: source('writer.c'),
    line: null,
    with: { type: 'gdb', request: 'launch', name: 'with gdb', program },
  },
  lldb: {
    file: source('writer.c'),
    line: null,
    with: { type: 'lldb-dap', request: 'launch', name: 'with lldb', program },
  },
  python: {
    file: source('writer.py'),
    line: /"<I", shared, 0, /,
    with: {
      type: 'debugpy',
      request: 'launch',
      name: 'with debugpy',
      program: source('writer.py'),
      python: ['/usr/bin/python3'],
      console: 'internalConsole',
    },
  },
  node: {
    file: source('writer.js'),
    line: /set\(0, get/,
    with: {
      type: 'pwa-node',
      request: 'launch',
      name: 'with js-debug',
      program: source('writer.js'),
      console: 'internalConsole',
    },
  },
};

/** The editor takes breakpoints by line only in languages that it knows a debugger for. */
function breakpoint({ file, line }: Launch): Breakpoint {
  if (line === null) return new FunctionBreakpoint('step');
  const index = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => line.test(text));
  return new SourceBreakpoint(new Location(Uri.file(file), new Position(index, 0)));
}

/** Runs the program under the debugger until it stands where it counts, and answers with the segment's id. */
async function stopped(kind: string, name: string): Promise<string> {
  const launch = launches[kind];
  assert.ok(launch);
  debug.addBreakpoints([breakpoint(launch)]);
  const { all } = (await debugging()).debuggees;
  assert.deepEqual(all, []);
  const given = kind === 'gdb' ? { arguments: name } : { args: [name] };
  const configuration = { ...launch.with, ...given, internalConsoleOptions: 'neverOpen' };
  assert.ok(await debug.startDebugging(undefined, configuration), `${kind} does not start`);
  await until(`the program under ${kind} to run`, () => order(name) > 1);
  await tell(name);
  await until('the stop', async () =>
    (await debugging()).debuggees.all.some(({ state }) => state.standing === 'stopped' && state.pid !== null),
  );
  return `posix:${name}`;
}

const order = (name: string): number => readFileSync(`/dev/shm${name}`).readUInt32LE(4);

/** Has the programs that look at the segment count. */
async function tell(name: string): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(`/dev/shm${name}`, 'r+');
  await file.write(Uint8Array.of(1, 0, 0, 0), 0, 4, 4);
  await file.close();
}

/** Opens what the row leads to; each begins without any view. */
async function openedBy(row: unknown): Promise<Viewer> {
  await closeAll();
  const told = await answering([], () => commands.executeCommand('segmentLens.openFromVariable', row));
  assert.deepEqual(refusals(told), []);
  return shownView();
}

async function shownView(): Promise<Viewer> {
  const { viewers } = await api();
  return until('the view', () => viewers.active?.isPlaced === true && viewers.active);
}

/** What VS Code's own command for its memory view is called with: the editor that it shows it in is not installed here. */
async function memoryViews(work: () => Promise<void>): Promise<readonly unknown[]> {
  const asked: unknown[] = [];
  const execute = commands.executeCommand.bind(commands);
  const undo = replaced(commands, {
    executeCommand: (id: string, ...given: unknown[]) => {
      if (id !== 'workbench.debug.viewlet.action.viewMemory') return execute(id, ...given);
      asked.push(...given);
      return Promise.resolve();
    },
  });
  try {
    await work();
  } finally {
    undo();
  }
  return asked;
}

const row = (evaluateName: string) => ({ variable: { name: evaluateName, evaluateName } });
const segmentOf = (viewer: Viewer): string | undefined => viewer.document?.segment.id;

suite('From code to segment', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  for (const kind of ['gdb', 'lldb']) {
    test(`${kind}: a pointer opens the segment at its offset, and the address of a byte is the pointer`, async () => {
      const { name } = await plainSegment(4096);
      const id = await stopped(kind, name);
      const viewer = await openedBy(row('&shared->order'));
      assert.equal(segmentOf(viewer), id);
      await until('the byte', () => viewer.cursor.offset === 4);
      const [debuggee] = (await debugging()).debuggees.all;
      const { frameId } = debug.activeStackItem as unknown as { readonly frameId: number };
      const answer = (await debuggee?.session.customRequest('evaluate', {
        expression: '&shared->order',
        context: 'watch',
        frameId,
      })) as { readonly result: string };
      await select(viewer, 4, 4);
      // Two have it mapped: the one that is debugged is the first to choose.
      await answering([{ pick: /./ }], () => commands.executeCommand('segmentLens.copyAddress', viewer));
      const copied = await env.clipboard.readText();
      assert.equal(BigInt(copied), BigInt(/0x[0-9a-f]+/.exec(answer.result)?.[0] ?? 0));
      // lldb reads memory for an editor from version 20 on.
      const reads = debuggee?.state.canReadMemory === true;
      assert.ok(reads || kind === 'lldb');
      const asked = await memoryViews(async () => {
        const told = await answering(reads ? [{ press: 'Install and Show' }] : [], () =>
          commands.executeCommand('segmentLens.showInMemoryView', viewer),
        );
        const words = reads ? 'is the Hex Editor of Microsoft (ms-vscode.hexeditor)' : 'does not read memory';
        assert.ok(told.messages.join().includes(words), told.messages.join());
      });
      const wanted = { sessionId: debuggee?.session.id, variable: { memoryReference: copied } };
      assert.deepEqual(asked, reads ? [wanted] : []);
      // And what was copied leads back.
      const again = await openedBy(row(`(char*)${copied}`));
      assert.equal(segmentOf(again), id);
      await until('the byte again', () => again.cursor.offset === 4);
    });
  }

  for (const [kind, [name, file]] of Object.entries({
    python: ['sys.argv[1]', 'file'],
    node: ['process.argv[2]', 'file'],
  } as const)) {
    test(`${kind}: a name opens its segment, and a file descriptor what it has open`, async () => {
      const segment = await plainSegment(4096);
      const id = await stopped(kind, segment.name);
      for (const expression of [name, file]) {
        const viewer = await openedBy(row(expression));
        assert.equal(segmentOf(viewer), id, expression);
        assert.equal(viewer.cursor.offset, 0);
      }
      // A row that cannot be evaluated once more.
      const shown = await openedBy({ variable: { name: 'x', value: `'${segment.name}'` } });
      assert.equal(segmentOf(shown), id);
    });
  }

  test('an expression that leads nowhere is told below its box, with one that works, until one does', async () => {
    const { name } = await plainSegment(4096);
    const id = await stopped('gdb', name);
    await closeAll();
    const told = await answering([{ enter: ['nowhere + 1', '&main', '12345', 'shared'] }], () =>
      commands.executeCommand('segmentLens.openFromVariable'),
    );
    assert.deepEqual(refusals(told), []);
    const { complaints } = told;
    assert.match(
      complaints[0] ?? '',
      /^The debugger cannot evaluate this: Error: could not evaluate expression\. .*, such as data or &board->count\.$/,
    );
    assert.match(
      complaints[1] ?? '',
      /^&main = .*0x.* points to no shared memory of process \d+\. .*data \+ 16\.$/,
    );
    assert.match(
      complaints[2] ?? '',
      /^12345 = 12345 leads to no segment\. .*"\/name", or a QSharedMemory\.$/,
    );
    assert.equal(complaints.length, 3);
    assert.equal(segmentOf(await shownView()), id);
  });

  test('without a session that stands nothing is evaluated, and it is told what to do', async () => {
    const none = await answering([], () => commands.executeCommand('segmentLens.openFromVariable'));
    assert.match(none.messages[0] ?? '', /^No debug session runs: start one/);
    const { name } = await plainSegment(4096);
    await stopped('gdb', name);
    debug.removeBreakpoints(debug.breakpoints);
    const [debuggee] = (await debugging()).debuggees.all;
    assert.ok(debuggee);
    await debuggee.session.customRequest('continue', { threadId: debuggee.state.thread });
    await until('the program to run', () => debuggee.state.standing === 'running');
    const running = await answering([], () =>
      commands.executeCommand('segmentLens.openFromVariable', row('shared')),
    );
    assert.match(refusals(running)[0] ?? '', /^“with gdb” is running: pause it/);
  });

  test('the address of bytes that nobody has mapped is not made up, nor shown where no debugger reads it', async () => {
    const { name, peer } = await plainSegment(4096);
    const viewer = await openView(`posix:${name}`);
    const undebugged = await answering([], () =>
      commands.executeCommand('segmentLens.showInMemoryView', viewer),
    );
    assert.match(
      undebugged.messages[0] ?? '',
      /^No debug session that has these bytes mapped is stopped: .* such as plain-peer/,
    );
    await peer.quit();
    const told = await answering([], () => commands.executeCommand('segmentLens.copyAddress', viewer));
    assert.match(told.messages[0] ?? '', /^No process that we may look into has these bytes mapped: start/);
  });
});
