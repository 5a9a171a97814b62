import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Editor } from '../../extension/core/editor';
import { Segments } from '../../extension/core/segments';
import { FakeMachine } from './fake';
import { rejection } from './refusal';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function stage(t: TestContext) {
  const machine = new FakeMachine();
  const memory = machine.add('posix', '/edit', new Uint8Array(16));
  const segments = new Segments(machine.native);
  const segment = segments.checkout({ type: 'posix', name: '/edit' });
  await segment.attach(true);
  t.after(() => segments.dispose());
  return { machine, memory, segment, editor: new Editor(segment, () => 100) };
}

test('an edit is written where the bytes are those that the user saw', async (t) => {
  const { memory, editor } = await stage(t);
  const reply = await editor.edit({ offset: 2, bytes: bytes(7, 8), expected: bytes(0, 0) });
  assert.deepEqual(reply, { outcome: 'written', offset: 2, found: null });
  assert.deepEqual([...memory.bytes.subarray(0, 5)], [0, 0, 7, 8, 0]);
});

test('an edit over other bytes writes nothing and gives the bytes that are there', async (t) => {
  const { memory, editor } = await stage(t);
  memory.bytes[2] = 9;
  const reply = await editor.edit({ offset: 2, bytes: bytes(7), expected: bytes(0) });
  assert.deepEqual(reply, { outcome: 'conflict', offset: 2, found: bytes(9) });
  assert.equal(memory.bytes[2], 9);
  assert.equal(editor.canUndo, false);
});

test('undo and redo go back and forth through the edits', async (t) => {
  const { memory, editor } = await stage(t);
  await editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) });
  await editor.edit({ offset: 0, bytes: bytes(2), expected: bytes(1) });
  await editor.undo();
  assert.equal(memory.bytes[0], 1);
  await editor.undo();
  assert.equal(memory.bytes[0], 0);
  assert.equal((await editor.undo()).outcome, 'nothing-to-do');
  await editor.redo();
  await editor.redo();
  assert.equal(memory.bytes[0], 2);
  assert.equal((await editor.redo()).outcome, 'nothing-to-do');
});

test('an undo over bytes that a peer wrote since is a conflict and can be tried again', async (t) => {
  const { memory, editor } = await stage(t);
  await editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) });
  memory.bytes[0] = 9;
  const reply = await editor.undo();
  assert.deepEqual(reply, { outcome: 'conflict', offset: 0, found: bytes(9) });
  assert.deepEqual([memory.bytes[0], editor.canUndo, editor.canRedo], [9, true, false]);
  memory.bytes[0] = 1;
  assert.equal((await editor.undo()).outcome, 'written');
  assert.deepEqual([memory.bytes[0], editor.canUndo, editor.canRedo], [0, false, true]);
});

test('a new edit forgets what could be redone', async (t) => {
  const { editor } = await stage(t);
  await editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) });
  await editor.undo();
  await editor.edit({ offset: 1, bytes: bytes(1), expected: bytes(0) });
  assert.equal(editor.canRedo, false);
});

test('an edit that changes nothing is nothing to undo', async (t) => {
  const { editor } = await stage(t);
  await editor.edit({ offset: 0, bytes: bytes(0), expected: bytes(0) });
  assert.equal(editor.canUndo, false);
});

test('edits sent at once are written one after the other', async (t) => {
  const { memory, editor } = await stage(t);
  const replies = await Promise.all([
    editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) }),
    editor.edit({ offset: 0, bytes: bytes(2), expected: bytes(1) }),
    editor.edit({ offset: 0, bytes: bytes(3), expected: bytes(1) }),
  ]);
  assert.deepEqual(
    replies.map(({ outcome }) => outcome),
    ['written', 'written', 'conflict'],
  );
  assert.equal(memory.bytes[0], 2);
});

test('a lock held for ever is busy, names its holder, and nothing is written', async (t) => {
  const { machine, memory, editor } = await stage(t);
  machine.addSemaphore({ mechanism: 'posix', name: '/edit' }, 0);
  const { code, holder, waitedMs } = await rejection(
    editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) }),
  );
  assert.deepEqual([code, holder, waitedMs], ['busy', null, 100]);
  assert.equal(memory.bytes[0], 0);
  assert.equal(editor.canUndo, false);
});

test('an edit past the end is refused with the range that is allowed', async (t) => {
  const { editor } = await stage(t);
  const facts = await rejection(editor.edit({ offset: 15, bytes: bytes(1, 1), expected: bytes(0, 0) }));
  assert.deepEqual([facts.code, facts.rule, facts.maximum], ['invalid-size', 'past-the-end', '14']);
});

test('the last thousand edits can be undone', async (t) => {
  const { editor } = await stage(t);
  for (let edit = 0; edit < 1001; edit++) {
    await editor.edit({ offset: 0, bytes: bytes((edit + 1) & 255), expected: bytes(edit & 255) });
  }
  let undone = 0;
  while ((await editor.undo()).outcome === 'written') undone += 1;
  assert.equal(undone, 1000);
});

test('another segment under the same key starts with an empty history', async (t) => {
  const { machine, memory, segment, editor } = await stage(t);
  await editor.edit({ offset: 0, bytes: bytes(1), expected: bytes(0) });
  machine.unlink(memory);
  machine.add(
    'posix',
    '/edit',
    Uint8Array.from({ length: 16 }, () => 1),
  );
  await segment.attach(true);
  await segment.reopen();
  await segment.attach(true);
  assert.equal((await editor.undo()).outcome, 'nothing-to-do');
});
