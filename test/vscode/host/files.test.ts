import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri, window } from 'vscode';
import { suite, suiteTeardown, teardown, test } from 'mocha';
import { answering, openView, plainSegment, replaced, select, tidy, until, type Told } from './support';

const run = (name: string): PromiseLike<unknown> => commands.executeCommand(`segmentLens.${name}`);

suite('Files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-files-'));
  teardown(tidy);
  suiteTeardown(() => {
    rmSync(folder, { recursive: true });
  });

  /** Imports a file with this text; what the user is told. */
  const importing = async (text: string): Promise<Told> => {
    const path = join(folder, 'import.json');
    writeFileSync(path, text);
    return answering([{ file: Uri.file(path) }], () => run('importBookmarks'));
  };

  /** The bookmarks of the segment on show, as an export has them: name, offset, length, colour and type. */
  const kept = async (): Promise<readonly string[]> => {
    const path = join(folder, 'kept.json');
    rmSync(path, { force: true });
    const undo = replaced(window, {
      showSaveDialog: () => Promise.resolve(Uri.file(path)),
      showErrorMessage: () => Promise.resolve(undefined),
    });
    try {
      await run('exportBookmarks');
    } finally {
      undo();
    }
    if (!existsSync(path)) return [];
    const { bookmarks } = JSON.parse(readFileSync(path, 'utf8')) as { bookmarks: object[] };
    return bookmarks.map((bookmark) => Object.values(bookmark).join(' '));
  };

  test('save the selection: its bytes and no others, one byte where nothing is selected', async () => {
    const { name, peer } = await plainSegment(256);
    await peer.write(0x20, 'these bytes');
    const viewer = await openView(`posix:${name}`);
    await select(viewer, 0x20, 5);
    const file = Uri.file(join(folder, 'selection.bin'));
    await answering([{ file }], () => run('saveSelection'));
    assert.equal(readFileSync(file.fsPath, 'utf8'), 'these');
    viewer.reveal(0x26, 0);
    await until('the cursor', () => viewer.cursor.offset === 0x26 && viewer.cursor.length === 0);
    await answering([{ file }], () => run('saveSelection'));
    assert.equal(readFileSync(file.fsPath, 'utf8'), 'b');
    assert.equal(viewer.document?.segment.access, 'observe');
  });

  test('save the selection: nothing is written where the user turns away or the segment went', async () => {
    const { name, end } = await plainSegment(256);
    const viewer = await openView(`posix:${name}`);
    await select(viewer, 0x20, 5);
    await answering([{ file: undefined }], () => run('saveSelection'));
    await end();
    await until('its going', () => viewer.document?.segment.presence === 'removed');
    const file = Uri.file(join(folder, 'gone.bin'));
    const told = await answering([{ file }], () => run('saveSelection'));
    assert.match(told.messages[0] ?? '', /removed or replaced/);
    assert.ok(!readdirSync(folder).some((entry) => entry.includes('gone')));
  });

  test('export bookmarks and import them into another segment', async () => {
    const [one, two] = [await plainSegment(256), await plainSegment(64)];
    await openView(`posix:${one.name}`);
    const none = await answering([], () => run('exportBookmarks'));
    assert.match(none.messages[0] ?? '', /no bookmarks/);
    const told = await importing(
      `[{"name": "head", "offset": 2, "length": 2, "colour": "blue", "type": "uint16"},
        {"name": "tail", "offset": "0xFA", "length": 2}]`,
    );
    assert.deepEqual(told.messages, []);
    const file = Uri.file(join(folder, 'bookmarks.json'));
    await answering([{ file }], () => run('exportBookmarks'));
    await openView(`posix:${two.name}`);
    assert.deepEqual(await kept(), []);
    await answering([{ file }], () => run('importBookmarks'));
    // One that lies past the end here is kept: the list says that it is outside.
    assert.deepEqual(await kept(), ['head blue 0x2 2 uint16', 'tail purple 0xfa 2 bytes']);
    await importing('[{"name": "head", "offset": "0x8"}]');
    assert.deepEqual(await kept(), ['head purple 0x8 1 bytes', 'tail purple 0xfa 2 bytes']);
  });

  test('import nothing of a file in which anything is wrong, and say where', async () => {
    const { name } = await plainSegment(64);
    await openView(`posix:${name}`);
    const wrong: readonly (readonly [text: string, message: RegExp])[] = [
      ['{"bookmarks": [\n{"name": "a" "offset": 1}]}', /line 2/i],
      ['{"marks": []}', /bookmarks/],
      ['[{"name": "a", "offset": 1}, {"name": "", "offset": 2}]', /2.*name/],
      ['[{"name": "a", "offset": -1}]', /1.*offset/],
      ['[{"name": "a", "offset": 1, "length": 0}]', /length/],
      ['[{"name": "a", "offset": 9007199254740991, "length": 2}]', /length/],
      ['[{"name": "a", "offset": 1, "type": "int128"}]', /type/],
      ['[{"name": "a", "offset": 1, "colour": "pink"}]', /colour/],
      ['[{"name": "a", "offset": 1}, {"name": "a", "offset": 2}]', /2.*a/],
      [' '.repeat(1024 * 1024 + 1), /1 MiB/],
    ];
    for (const [text, message] of wrong) {
      const told = await importing(text);
      assert.match(told.messages[0] ?? '', message, text.slice(0, 80));
      assert.deepEqual(await kept(), [], text.slice(0, 80));
    }
    writeFileSync(join(folder, 'latin1.json'), Buffer.from('[{"name": "\xe4", "offset": 1}]', 'latin1'));
    const latin = await answering([{ file: Uri.file(join(folder, 'latin1.json')) }], () =>
      run('importBookmarks'),
    );
    assert.match(latin.messages[0] ?? '', /UTF-8/);
    const folderTold = await answering([{ file: Uri.file(folder) }], () => run('importBookmarks'));
    assert.notEqual(folderTold.messages[0] ?? '', '');
  });
});
