import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commands, debug, FunctionBreakpoint, workspace } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { root } from '../../root';
import { endDebugging, session } from './debuggees';
import { answering, api, openView, qtSegment, select, until } from './support';

suite('A program that stands at a stop and holds the lock', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('is shown as exactly that, also to who waits for it, until it goes on', async () => {
    const { key, native } = await qtSegment(4096);
    debug.addBreakpoints([new FunctionBreakpoint('shares')]);
    const program = join(root, 'out/programs/qt5-debuggee');
    const debuggee = await session({ type: 'gdb', program, arguments: `${key} lock` });
    const { state } = debuggee;
    await until('the stop', () => state.standing === 'stopped' && state.pid !== null);
    const pid = state.pid ?? assert.fail();
    const viewer = await openView(native);
    await until('who stands', () => viewer.description?.standing.join() === String(pid));
    const facts = [`qt5-debuggee (${String(pid)})`, 'stands at a stop'].join();
    await until('the list of locks', () => viewer.locks?.rows[0]?.facts.slice(0, 2).join() === facts);
    const settings = workspace.getConfiguration('segmentLens');
    await settings.update('lockTimeout', 200, true);
    try {
      await select(viewer, 0, 1);
      const told = await answering([], () => commands.executeCommand('segmentLens.lock', viewer));
      assert.match(told.messages.join('\n'), /is held by qt5-debuggee .*: gave up after 200 ms/);
      assert.match(told.messages.join('\n'), /It stands at a stop of the debugger: let it go on/);
    } finally {
      await settings.update('lockTimeout', undefined, true);
    }
    await debuggee.session.customRequest('continue', { threadId: state.thread });
    await until('nobody to stand', () => viewer.description?.standing.length === 0);
  });
});
