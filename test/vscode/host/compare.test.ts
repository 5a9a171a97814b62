import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, Uri } from 'vscode';
import { suite, teardown, test } from 'mocha';
import { keyLabel, parseKey } from '../../../extension/core/key';
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
    const told = await answering([{ key: '', sense: new RegExp(two.name.slice(1)) }], () =>
      commands.executeCommand('segmentLens.compareWith'),
    );
    const { loaded } = await api();
    const key = parseKey(`posix:${two.name}`);
    assert.equal(
      told.senses.some((row) => row.includes(one.name.slice(1))),
      false,
      'itself is not offered',
    );
    assert.deepEqual(
      [viewer.compared?.kind, viewer.compared?.title, viewer.compared?.size],
      ['segment', keyLabel(key), 300],
    );
    await until('the difference', async () => {
      await commands.executeCommand('segmentLens.nextDifference');
      return viewer.cursor.start === 0x40 && viewer.cursor.length === 5;
    });
    await commands.executeCommand('segmentLens.stopComparing');
    await until('it to be let go of', () => loaded.segments.find(key) === undefined);
  });

  test('says so when the other segment goes, and goes on with the bytes that it had', async () => {
    const [one, two] = [await plainSegment(64), await plainSegment(64)];
    const viewer = await open(one.name);
    await answering([{ key: '', sense: new RegExp(two.name.slice(1)) }], () =>
      commands.executeCommand('segmentLens.compareWith'),
    );
    assert.equal(viewer.compared?.notice, null);
    await two.end();
    await until('its going to be said', () => (viewer.compared?.notice ?? '').includes('removed'));
    await commands.executeCommand('segmentLens.stopComparing');
  });

  test('compares segments of 1 TiB, whose holes are not read, with each other and with a moment', async () => {
    const size = 2 ** 40;
    const [one, two] = [await plainSegment(size), await plainSegment(size)];
    const viewer = await open(one.name);
    const findAfterWriting = async (far: number): Promise<void> => {
      await one.peer.write(far, Buffer.from('far'));
      await until('the difference', async () => {
        await commands.executeCommand('segmentLens.nextDifference');
        return viewer.cursor.start === far && viewer.cursor.length === 3;
      });
    };
    await answering([{ key: '', sense: new RegExp(two.name.slice(1)) }], () =>
      commands.executeCommand('segmentLens.compareWith'),
    );
    await findAfterWriting(2 ** 39 + 5);
    await answering([{ key: '', sense: /Remember This Moment/ }], () =>
      commands.executeCommand('segmentLens.compareWith'),
    );
    assert.equal(viewer.compared?.kind, 'moment');
    await findAfterWriting(2 ** 38 + 7);
    await commands.executeCommand('segmentLens.stopComparing');
    const { loaded } = await api();
    const { allocated } = loaded.native.info({ mechanism: 'posix', name: two.name });
    assert.equal(allocated, 0, 'looking allocates nothing');
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
      await writeFile(path, new Uint8Array(130));
      await until('its new size', () => viewer.compared?.size === 130);
      await rm(path);
      await until('its going to be said', () => (viewer.compared?.notice ?? '').includes('no longer there'));
      await commands.executeCommand('segmentLens.stopComparing');
    } finally {
      await rm(path, { force: true });
    }
  });
});
