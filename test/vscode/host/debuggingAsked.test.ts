import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commands, debug, type Disposable } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { parentOf } from '../../../extension/core/ancestors';
import type { Debuggee } from '../../../extension/ui/debug/debuggees';
import { root } from '../../root';
import {
  board,
  breakOnFirstWord,
  counting,
  debugging,
  endDebugging,
  log,
  logged,
  session,
  warned,
  watched,
} from './debuggees';
import { answering, api, openView, until } from './support';

const stands = ({ state }: Debuggee): boolean => state.standing === 'stopped';

/** What no editor sends of its own accord while nobody touches it. */
const ours = ['evaluate', 'pause', 'readMemory', 'writeMemory', 'dataBreakpointInfo', 'setDataBreakpoints'];

/** Hears from now on what sessions that begin are asked and no editor asks of its own accord. */
function listened(): { readonly asked: readonly string[]; readonly tracking: Disposable } {
  const asked: string[] = [];
  const tracking = debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: () => ({
      onWillReceiveMessage: ({ command }: { readonly command?: string }) => {
        if (command !== undefined && ours.includes(command)) asked.push(command);
      },
    }),
  });
  return { asked, tracking };
}

suite('What is asked of debuggers', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('over two stops with a segment in view: its process, once, and nothing else', async () => {
    const { asked, tracking } = listened();
    try {
      const segment = await board();
      await openView(segment.id);
      const one = await session({});
      const { stops } = await debugging();
      for (let stop = 1; stop <= 2; stop++) {
        await one.session.customRequest('stand');
        await until('the stop', () => stands(one));
        await until('the question', () => asked.length > 0);
        await stops.settled;
        await one.session.customRequest('continue', { threadId: 1 });
        await until('the program to run', () => !stands(one));
      }
      assert.deepEqual(asked, ['evaluate']);
    } finally {
      tracking.dispose();
    }
  });

  for (const kinds of [['gdb', 'lldb'] as const, ['node', 'node'] as const])
    test(`two programs, under ${kinds.join(' and ')}: a change by neither of them pauses both`, async () => {
      const segment = await board();
      const pair: Debuggee[] = [];
      for (const kind of kinds) pair.push(await counting(kind, segment));
      await breakOnFirstWord(segment);
      await warned(async (messages) => {
        segment.set(0, 7);
        await until('both to stand', () => pair.every(stands));
        const text = await until('the message', () => messages[0]);
        for (const { session } of pair) assert.ok(text.includes(session.name), text);
      });
    });

  test('what a program that is debugged has started counts as debugged: its segment is on top, with its address there', async () => {
    const segment = await board();
    segment.set(4, 0xffffffff);
    await session({
      type: 'pwa-node',
      program: join(root, 'test/vscode/debuggees/parent.js'),
      args: [join(root, 'out/programs/writer'), segment.name],
      console: 'internalConsole',
    });
    const pid = await until('the child', () => segment.get(4) !== 0xffffffff && segment.get(4));
    const { tree } = await api();
    await commands.executeCommand('segmentLens.segments.focus');
    const leaf = await until('the segment on top', () =>
      tree.leaves.find(({ id, group }) => id === segment.id && group === 'debugged'),
    );
    assert.match(
      String(tree.getTreeItem(leaf).description),
      new RegExp(`^0x[0-9a-f]+ in writer \\(${String(pid)}\\)`),
    );
    // It ends by itself.
    segment.set(4, 0);
    await until('its end', () => parentOf(pid) === null);
  });

  test('a log point pauses nothing and writes a line for each change, also when nothing is debugged any more', async () => {
    const segment = await board();
    const { asked, tracking } = listened();
    const running = await counting('node', segment);
    const { book, debuggees } = await debugging();
    const bytes = { segment: segment.id, offset: 0, length: 4, condition: 'any change' };
    await book.put({ id: 'log', ...bytes, enabled: true, logs: true, sessions: null });
    await watched();
    const told = (change: string): Promise<void> => logged(`${segment.name.slice(1)} 0x0: ${change}`);
    segment.set(0, 7);
    await told('00 00 00 00 → 07 00 00 00');
    segment.set(0, 9);
    await told('07 00 00 00 → 09 00 00 00');
    tracking.dispose();
    assert.ok(!asked.includes('pause') && !stands(running));
    await debuggees.pause(running);
    await until('the stop', () => stands(running));
    await debug.stopDebugging(running.root.session);
    await until('the end', () => debuggees.all.length === 0);
    segment.set(0, 11);
    await told('09 00 00 00 → 0B 00 00 00');
    // That its process is gone does not make it one of another machine.
    assert.ok(!(await log()).includes(`${running.session.name}”: its process`));
  });

  test('since the last step and since the start: what changed on the way, and the way back to the one before', async () => {
    const segment = await board();
    await commands.executeCommand('segmentLens.openInPanel', segment.id);
    const { viewers } = await api();
    const viewer = await until('the panel', () =>
      viewers.all.find(({ place, picture }) => place === 'panel' && picture !== null),
    );
    const one = await session({
      type: 'gdb',
      program: join(root, 'out/programs/writer'),
      arguments: segment.name,
    });
    const { debuggees, stops } = await debugging();
    await until('the program', () => segment.get(4) > 1);
    await debuggees.pause(one);
    await until('the stop', () => stands(one));
    await stops.settled;
    const step = async (value: number): Promise<void> => {
      segment.set(0x40, value);
      await one.session.customRequest('next', { threadId: one.state.thread });
      await until('the step', () => one.state.stop?.isStep === true && stands(one));
      await stops.settled;
    };
    const told = await answering([], () => commands.executeCommand('segmentLens.changesSinceStep', viewer));
    assert.match(told.messages[0] ?? '', /step once while it is open/);
    for (let value = 1; value <= 10; value++) await step(value);
    await commands.executeCommand('segmentLens.changesSinceStep', viewer);
    await until('the last step', () => viewer.compared?.title.startsWith('Since the last step: ') === true);
    const byteThen = async (): Promise<number | undefined> => {
      const bytes = new Uint8Array(1);
      await stops.shown(viewer)?.moment.read(0x40, bytes);
      return bytes[0];
    };
    assert.equal(await byteThen(), 9);
    await commands.executeCommand('segmentLens.changesSinceStart', viewer);
    await until('the start', () => viewer.compared?.title.startsWith('Since the start: ') === true);
    assert.equal(await byteThen(), 0);
    await until('the difference before', async () => {
      await commands.executeCommand('segmentLens.previousDifference');
      return viewer.cursor.start === 0x40;
    });
  });
});
