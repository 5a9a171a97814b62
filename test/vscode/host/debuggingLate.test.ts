import assert from 'node:assert/strict';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { board, breakOnFirstWord, debugging, endDebugging, session, warned } from './debuggees';
import { api, until } from './support';

suite('A program that runs on after its pause was granted', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('is said to run, not to stand, and the one beside it to stand', async () => {
    const segment = await board();
    const slow = await session({ runsOn: true });
    const quick = await session({});
    await breakOnFirstWord(segment);
    await warned(async (messages) => {
      segment.set(0, 7);
      const text = await until('the message', () => messages[0]);
      assert.ok(text.includes(`Seen by looking; paused: ${quick.session.name}.`), text);
      const late = `Seen by looking; asked to pause, and still running: ${slow.session.name}.`;
      assert.ok(text.includes(late), text);
      assert.ok(!text.includes('smartStep'), text);
    });
    const { debuggees } = await debugging();
    const waiting = debuggees.stands(slow, 60_000);
    await slow.session.customRequest('stand');
    assert.equal(await waiting, true);
  });
});
