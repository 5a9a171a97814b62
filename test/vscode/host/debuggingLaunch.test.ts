import assert from 'node:assert/strict';
import { debug } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import type { Debuggee } from '../../../extension/ui/debug/debuggees';
import { board, counting, debugging, endDebugging, warned, watched, type Board } from './debuggees';
import { api, until } from './support';

const stands = ({ state }: Debuggee): boolean => state.standing === 'stopped';
const entry = ({ id }: Board, more: object = {}) => ({
  breakOnChange: [{ key: id, offset: 0, length: 4, ...more }],
});

/** What the row of the only break says. */
async function description(): Promise<string> {
  const { house } = await api();
  const [node, ...more] = house.breakRows.getChildren();
  assert.ok(node && more.length === 0);
  return String(house.breakRows.getTreeItem(node).description);
}

suite('A break on change of a debug configuration', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('pauses the session that was started with it, parts of it too, and no other', async () => {
    const segment = await board();
    const other = await counting('python', segment);
    const own = await counting('node', segment, entry(segment));
    assert.notEqual(own.session, own.root.session, 'js-debug runs the program in a session of its own');
    await watched();
    assert.equal(await description(), `any change · pauses ${own.root.session.name}`);
    await warned(async (messages) => {
      segment.set(0, 7);
      const text = await until('the message', () => messages[0]);
      await until('the own session to stand', () => stands(own));
      assert.ok(text.includes(own.session.name), text);
      assert.ok(!text.includes(other.session.name), text);
      assert.equal(other.state.standing, 'running');
    });
  });

  test('pauses every session where it says so', async () => {
    const segment = await board();
    const other = await counting('python', segment);
    const own = await counting('node', segment, entry(segment, { sessions: 'every' }));
    await watched();
    assert.equal(await description(), 'any change · pauses every session');
    await warned(async () => {
      segment.set(0, 7);
      await until('both to stand', () => stands(own) && stands(other));
    });
  });

  test('that several configurations have is one for all of their sessions, and goes with the last of them', async () => {
    const segment = await board();
    const first = await counting('python', segment, entry(segment));
    const second = await counting('python', segment, entry(segment));
    const { book, breaks } = await debugging();
    await watched();
    const names = [first, second].map(({ session }) => session.name);
    assert.equal(await description(), `any change · pauses ${names.join(', ')}`);
    await warned(async (messages) => {
      segment.set(0, 7);
      await until('both to stand', () => stands(first) && stands(second));
      await until('the message', () => messages[0]);
      assert.equal(messages.length, 1);
    });
    await debug.stopDebugging(first.session);
    await until('the first to go', () => book.all[0]?.sessions?.length === 1);
    assert.equal(await description(), `any change · pauses ${second.session.name} · 1 hit`);
    const [kept] = book.all;
    assert.ok(kept);
    await book.put({ ...kept, enabled: false });
    assert.equal(breaks.standing(kept), null);
    await debug.stopDebugging(second.session);
    await until('the break to go', () => book.all.length === 0);
    // The next session begins as its configuration says.
    await counting('python', segment, entry(segment));
    await watched();
    assert.equal(book.all[0]?.enabled, true);
  });
});
