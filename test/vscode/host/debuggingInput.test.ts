import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { commands } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { mostBreaks } from '../../../extension/core/debug/changeBreak';
import { parseKey, segmentAddress } from '../../../extension/core/key';
import { board, counting, debugging, endDebugging } from './debuggees';
import { answering, api, openView, select, until, type Answer, type Told } from './support';

/** Asks for a break on the selection of a view. */
async function asked(id: string, length: number, answers: readonly Answer[]): Promise<Told> {
  const viewer = await openView(id);
  await select(viewer, 0, length);
  return answering(answers, () => commands.executeCommand('segmentLens.breakOnChange', viewer));
}

suite('What is typed while debugging', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  test('a condition that cannot be read is told below its box by its rule, with an example that works', async () => {
    const { id } = await board();
    const general = 'Not a condition. Write any change, becomes 42, leaves 0..100 or bit 3.';
    const wrong: readonly (readonly [string, string])[] = [
      ['becoms 3', general],
      ['becomes', general],
      ['leaves 5..4', general],
      ['bit 99', 'The bits of this range are 0 to 15, such as bit 3.'],
      ['becomes 65536', 'A number of this range is from 0 to 65535, such as becomes 42.'],
      ['leaves 0..65536', 'A number of this range is from 0 to 65535, such as leaves 0..100.'],
    ];
    const right = ['any change', 'becomes 42', 'leaves 0..100', 'bit 3'];
    const told = await asked(id, 2, [
      { type: [...wrong.map(([text]) => text), ...right] },
      { pick: /^Write a Line to the Log$/ },
    ]);
    assert.deepEqual(told.complaints, [...wrong.map(([, complaint]) => complaint), ...right.map(() => '')]);
    const { book } = await debugging();
    assert.deepEqual(
      book.all.map(({ condition, logs }) => [condition, logs]),
      [['bit 3', true]],
    );
  });

  test('a number of more bytes than one has is refused below the box, and any change of them is not', async () => {
    const { id } = await board();
    const told = await asked(id, 9, [
      { type: ['becomes 42', 'any change'] },
      { pick: /^Write a Line to the Log$/ },
    ]);
    assert.deepEqual(told.complaints, [
      'A number has at most 8 bytes: select fewer, or break on any change.',
      '',
    ]);
  });

  test('more bytes than can be watched, bytes past the end and the same once more are refused with what works', async () => {
    const segment = await board(131_072);
    const long = await asked(segment.id, 65_537, []);
    assert.match(long.messages[0] ?? '', /^A size must be from 1 to 65,536 bytes\.$/);
    const answers: readonly Answer[] = [{ type: ['any change'] }, { pick: /^Write a Line to the Log$/ }];
    await asked(segment.id, 4, answers);
    const twice = await asked(segment.id, 4, answers);
    assert.match(
      twice.messages[0] ?? '',
      /^The list of breaks has one on these bytes with this condition: change or enable that one\.$/,
    );
    const { book } = await debugging();
    const [made] = book.all;
    assert.ok(made);
    for (let offset = 1; offset < mostBreaks; offset++)
      await book.put({ ...made, id: String(offset), offset, enabled: false });
    const viewer = await openView(segment.id);
    await select(viewer, 100, 4);
    const more = await answering([{ type: ['any change'] }, { pick: /^Write a Line to the Log$/ }], () =>
      commands.executeCommand('segmentLens.breakOnChange', viewer),
    );
    assert.equal(more.messages[0], 'A workspace has at most 32 breaks on change: remove one first.');
    await select(viewer, 4094, 4);
    truncateSync(`/dev/shm${segment.name}`, 4096);
    await until('the segment to be shorter', () => viewer.document?.segment.size === 4096);
    const past = await answering([], () => commands.executeCommand('segmentLens.breakOnChange', viewer));
    assert.match(
      past.messages[0] ?? '',
      /This would go past the end: the segment has 4,096 B, it fits at offsets from 0x0 \(0\) to 0xFFC/,
    );
    assert.equal(book.all.length, mostBreaks);
  });

  test('a pointer behind the end of its segment is told with the size, and what the box takes works', async () => {
    // The program maps a whole page.
    const segment = await board(64);
    const { session } = await counting('gdb', segment);
    const { debuggees } = await debugging();
    const [debuggee] = debuggees.all;
    assert.ok(debuggee?.session === session);
    await debuggees.pause(debuggee);
    await until('the stop', () => debuggee.state.standing === 'stopped' && debuggee.state.pid !== null);
    const { loaded, viewers } = await api();
    const scan = await loaded.native.scanProcesses(true);
    const { inode } = loaded.native.info(segmentAddress(parseKey(segment.id)));
    const base = scan.mappings.find((one) => one.pid === debuggee.state.pid && one.inode === inode);
    assert.ok(base);
    await answering([{ enter: [`(char*)0x${base.address} + 100`, `(char*)0x${base.address} + 16`] }], () =>
      commands.executeCommand('segmentLens.openFromVariable'),
    ).then(({ complaints }) => {
      assert.match(complaints[0] ?? '', /^This would go past the end: the segment has 64 B/);
      assert.equal(complaints.length, 1);
    });
    await until('the byte', () => viewers.active?.cursor.offset === 16);
  });

  test('the tip of a break says its segment, its condition, what it pauses, its hits and what it waits for', async () => {
    const { house } = await api();
    const { book, breaks } = await debugging();
    const tip = (id: string): unknown => {
      const node = { type: 'break', id } as const;
      return house.breakRows.resolveTreeItem(house.breakRows.getTreeItem(node), node).tooltip;
    };
    const segment = await board();
    const made = { segment: segment.id, offset: 0, length: 2, enabled: true, logs: false, sessions: null };
    await book.put({ ...made, id: 'a', condition: 'leaves 0..100' });
    await book.put({ ...made, id: 'b', condition: 'bit 3', sessions: ['one', 'two'], enabled: false });
    await book.put({ ...made, id: 'c', condition: 'becomes 42', logs: true, segment: 'posix:/nobody' });
    assert.equal(tip('a'), `${segment.id}\nleaves 0 to 100 · pauses every session`);
    assert.equal(tip('b'), `${segment.id}\nbit 3 is set · pauses one, two`);
    assert.equal(tip('c'), 'posix:/nobody\nbecomes 42 · logs · waiting for the segment');
    await book.put({ ...made, id: 'd', condition: '', logs: true });
    const logging = book.find('d');
    assert.ok(logging);
    await until('the bytes to be watched', () => breaks.standing(logging) === 'watching');
    segment.set(0, 7);
    await until('the hit', () => breaks.hits(logging) === 1);
    assert.equal(tip('d'), `${segment.id}\nany change · logs · 1 hit`);
  });
});
