import assert from 'node:assert/strict';
import { commands, debug } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { parentOf } from '../../../extension/core/ancestors';
import type { Debuggee } from '../../../extension/ui/debug/debuggees';
import {
  board,
  breakOnFirstWord,
  counting,
  debugging,
  endDebugging,
  endings,
  logged,
  session,
  warned,
} from './debuggees';
import { answering, api, until } from './support';

const stands = ({ state }: Debuggee): boolean => state.standing === 'stopped';

suite('What a debugger cannot do', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('pause: it is told with what it answers, and the others are paused', async () => {
    const segment = await board();
    const real = await counting('python', segment);
    const stubborn = await session({ refusal: 'This target cannot be stopped.' });
    await breakOnFirstWord(segment);
    await warned(async (messages) => {
      segment.set(0, 7);
      await until('the one that can pause to stand', () => stands(real));
      const text = await until('the message', () => messages[0]);
      assert.ok(text.includes(`; paused: ${real.session.name}.`), text);
      const refusal = `“${stubborn.session.name}” could not be paused: This target cannot be stopped.`;
      assert.ok(text.includes(refusal), text);
      assert.equal(stubborn.state.standing, 'running');
      // The one that ran on is asked again.
      segment.set(0, 8);
      const again = await until('the second message', () => messages[1]);
      assert.ok(again.includes(refusal) && !again.includes('; paused: '), again);
    });
  });

  test('tell the process: it is noted, its stops are remembered, and a change pauses it', async () => {
    const segment = await board();
    const one = await session({});
    const { name } = one.session;
    await breakOnFirstWord(segment);
    await warned(async (messages) => {
      segment.set(0, 1);
      await until('the stop', () => stands(one));
      assert.ok((await until('the message', () => messages[0])).includes(`; paused: ${name}.`));
    });
    await logged(
      `“${name}”: its debugger does not tell the process. Its stops are remembered and it is paused like any other, but its segments are not marked.`,
    );
    const { stops, debuggees } = await debugging();
    await one.session.customRequest('continue', { threadId: 1 });
    await until('the program to run', () => !stands(one));
    await debuggees.pause(one);
    await until('the second stop', () => stands(one));
    const { viewers } = await api();
    const viewer = viewers.all.find(({ document }) => document?.segment.id === segment.id);
    assert.ok(viewer);
    await stops.show(viewer, 'stop');
    assert.equal(viewer.compared?.title, `Since the last stop: ${name}, pause`);
    const { messages } = await answering([], () =>
      commands.executeCommand('segmentLens.openFromVariable', {
        sessionId: one.session.id,
        variable: { name: 'data', value: '0x7f00', evaluateName: 'data' },
      }),
    );
    assert.match(
      messages[0] ?? '',
      new RegExp(`^The debugger of “${name}” has not told which process .* such as posix:/name\\.$`),
    );
  });

  test('run its program here: a number of another machine marks no segment of this one, and it is noted', async () => {
    const { tree, house } = await api();
    await commands.executeCommand('segmentLens.segments.focus');
    const segment = await board();
    const systemProcessId = segment.peer.pid;
    const group = () => tree.leaves.find(({ id }) => id === segment.id)?.group;
    const here = await session({ process: { name: 'here', systemProcessId, isLocalProcess: true } });
    await until('the segment on top', () => group() === 'debugged');
    await debug.stopDebugging(here.session);
    await until('the segment among the others', () => group() === 'posix');
    const far = await session({ process: { name: 'far', systemProcessId, isLocalProcess: false } });
    await logged(
      `“${far.session.name}”: its process is not one of this machine. Its stops are remembered and it is paused like any other, but its segments are not marked.`,
    );
    assert.equal(far.state.pid, null);
    assert.equal(house.debugged.size, 0);
    await tree.refresh();
    assert.equal(group(), 'posix');
    await breakOnFirstWord(segment);
    await warned(async (messages) => {
      segment.set(0, 1);
      await until('the stop', () => stands(far));
      assert.ok((await until('the message', () => messages[0])).includes(`; paused: ${far.session.name}.`));
    });
  });

  /** What each of them is killed by, and what is noted then. */
  const deaths: readonly (readonly [
    'gdb' | 'node',
    string,
    (pid: number) => number | null,
    string | null,
  ])[] = [
    [
      'gdb',
      'the adapter',
      (pid) => parentOf(parentOf(pid) ?? 0),
      'its debugger ended all at once. What was watched for other sessions is watched on.',
    ],
    [
      'gdb',
      'the program under gdb',
      (pid) => pid,
      'its program has ended, although its debugger keeps the session. It is not paused any more.',
    ],
    ['node', 'the program under js-debug', (pid) => pid, null],
  ];
  for (const [kind, who, victimOf, note] of deaths)
    test(`go on when ${who} is killed: the other sessions are watched and paused as before`, async () => {
      const segment = await board();
      const ended = endings();
      const dying = await counting(kind, segment);
      const other = await counting('python', segment);
      await breakOnFirstWord(segment);
      const { debuggees, breaks, book } = await debugging();
      // gdb's adapter tells the process at a stop.
      await debuggees.pause(dying);
      await until('the process to be known', () => stands(dying) && dying.state.pid === dying.pid);
      await dying.session.customRequest('continue', { threadId: dying.state.thread });
      await until('the program to run', () => !stands(dying));
      const victim = victimOf(dying.pid);
      assert.ok(victim !== null && victim > 1 && victim !== process.pid);
      process.kill(victim, 'SIGKILL');
      await until('it to be gone', () => !debuggees.all.some(({ session }) => session === dying.session));
      if (note !== null) await logged(`“${dying.session.name}”: ${note}`);
      await warned(async (messages) => {
        segment.set(0, 7);
        await until('the other to stand', () => stands(other));
        const text = await until('the message', () => messages[0]);
        assert.ok(text.includes(`; paused: ${other.session.name}.`), text);
        assert.ok(!text.includes(dying.session.name), text);
        assert.equal(breaks.hits(book.all[0] ?? assert.fail()), 1);
      });
      await ended(dying.session);
    });
});
