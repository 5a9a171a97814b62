import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri } from 'vscode';
import { suite, teardown, test } from 'mocha';
import type { Viewer } from '../../../extension/ui/viewer';
import { answering, api, plainSegment, tidy, unique, until } from './support';

async function open(name: string): Promise<Viewer> {
  const { viewers } = await api();
  await commands.executeCommand('segmentLens.openLiveView', `posix:${name}`);
  return until('a live view', () => {
    const viewer = viewers.active;
    return viewer?.document?.segment.id === `posix:${name}` && viewer.picture !== null && viewer;
  });
}

suite('Comparing', () => {
  teardown(tidy);

  test('goes to what changed since a moment that was remembered', async () => {
    const { name, peer } = await plainSegment(1024);
    await peer.write(0, Buffer.from('before'));
    const viewer = await open(name);
    await answering([{ key: '', sense: /Remember This Moment/ }], () =>
      commands.executeCommand('segmentLens.compareWith'),
    );
    assert.equal(viewer.compared?.kind, 'moment');
    await peer.write(0x200, Buffer.from('after'));
    await until('the difference', async () => {
      await commands.executeCommand('segmentLens.nextDifference');
      return viewer.cursor.start === 0x200 && viewer.cursor.length === 5;
    });
    assert.equal(viewer.document?.segment.access, 'observe');
    await commands.executeCommand('segmentLens.stopComparing');
    await until('the end of comparing', () => viewer.compared === null);
  });

  test('compares with another segment, which is let go of at the end', async () => {
    const [one, two] = [await plainSegment(256), await plainSegment(300)];
    await two.peer.write(0x40, Buffer.from('other'));
    const viewer = await open(one.name);
    const { loaded } = await api();
    await until('the other segment', async () => {
      await loaded.catalog.refresh();
      return loaded.catalog.find(`posix:${two.name}`) !== undefined;
    });
    // The fake pick chooses at once; the listing comes a moment later.
    const key = loaded.catalog.find(`posix:${two.name}`)?.key;
    assert.ok(key);
    const other = loaded.segments.checkout(key);
    await other.settled();
    const compared = { kind: 'segment', title: two.name, detail: '', size: 300, notice: null } as const;
    viewer.compare(
      { kind: 'segment', side: other },
      () => compared,
      () => {
        other.dispose();
      },
    );
    await until('the difference', async () => {
      await commands.executeCommand('segmentLens.nextDifference');
      return viewer.cursor.start === 0x40 && viewer.cursor.length === 5;
    });
    await commands.executeCommand('segmentLens.stopComparing');
    await until('it to be let go of', () => loaded.segments.find(key) === undefined);
  });

  test('compares with a file, and says which is longer', async () => {
    const { name } = await plainSegment(100);
    const path = join(tmpdir(), `${unique('file')}.bin`);
    await writeFile(path, new Uint8Array(120));
    try {
      const viewer = await open(name);
      await answering([{ key: '', sense: /A File/ }, { file: Uri.file(path) }], () =>
        commands.executeCommand('segmentLens.compareWith'),
      );
      assert.equal(viewer.compared?.kind, 'file');
      await until('the difference', async () => {
        await commands.executeCommand('segmentLens.nextDifference');
        return viewer.cursor.start === 100 && viewer.cursor.length === 20;
      });
      await commands.executeCommand('segmentLens.stopComparing');
    } finally {
      await rm(path);
    }
  });
});
