import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { commands, ConfigurationTarget, Uri, workspace } from 'vscode';
import { suite, teardown, test } from 'mocha';
import type { Peer } from '../../peers/peer';
import type { Viewer } from '../../../extension/ui/viewer';
import { api, openView, plainSegment, qtSegment, select, tidy, until } from './support';

const run = (name: string, argument?: unknown): PromiseLike<unknown> =>
  commands.executeCommand(`segmentLens.${name}`, argument);

/** Freezes four bytes at 0x10 that the program has written, by the command. */
async function freeze(id: string, peer: Peer): Promise<Viewer> {
  await peer.write(0x10, 'kept');
  const viewer = await openView(id);
  await run('attach', id);
  await until('attached', () => viewer.document?.segment.writable);
  await select(viewer, 0x10, 4);
  await until('bytes to freeze', () => Buffer.from(viewer.picture?.bytes ?? []).includes('kept'));
  await run('freeze');
  await until('the freeze', () => viewer.frozen !== null);
  return viewer;
}

const held = async (peer: Peer): Promise<string> => (await peer.read(0x10, 4)).toString();

/** What the program writes now is kept. */
async function isLetGo(peer: Peer): Promise<void> {
  await peer.write(0x10, 'mine');
  // Three turns of a freeze that went on.
  await delay(150);
  assert.equal(await held(peer), 'mine');
}

suite('Freezing', () => {
  teardown(tidy);

  test('puts back what a program changes, until the command ends it', async () => {
    const { name, peer } = await plainSegment(256);
    const viewer = await freeze(`posix:${name}`, peer);
    await peer.write(0x10, 'mine');
    await until('the bytes to be back', async () => (await held(peer)) === 'kept');
    await until('it to be counted', () => (viewer.frozen?.writes ?? 0) > 0);
    await run('freeze');
    await until('the end', () => viewer.frozen === null);
    await isLetGo(peer);
  });

  test('leaves the bytes alone while a program holds the lock, and puts them back after', async () => {
    const { native, peer } = await qtSegment(256);
    const viewer = await freeze(native, peer);
    await peer.ask('lock');
    await peer.write(0x10, 'mine');
    await until('turns that were skipped', () => (viewer.frozen?.skips ?? 0) > 1);
    assert.equal(await held(peer), 'mine');
    await peer.ask('unlock');
    await until('the bytes to be back', async () => (await held(peer)) === 'kept');
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await run('detach', native);
  });

  test('ends when the view is hidden, and does not begin again with it', async () => {
    const { name, peer } = await plainSegment(256);
    const viewer = await freeze(`posix:${name}`, peer);
    await commands.executeCommand('vscode.open', Uri.parse('untitled:other'));
    await until('the end', () => !viewer.visible && viewer.frozen === null);
    await isLetGo(peer);
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await until('the view', () => viewer.visible);
    await isLetGo(peer);
  });

  test('ends when the view is closed', async () => {
    const { name, peer } = await plainSegment(256);
    const viewer = await freeze(`posix:${name}`, peer);
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await until('the end', () => viewer.frozen === null);
    await isLetGo(peer);
  });

  test('ends after its limit', async () => {
    const settings = workspace.getConfiguration('segmentLens');
    await settings.update('freezeLimit', 1, ConfigurationTarget.Global);
    try {
      const { name, peer } = await plainSegment(256);
      const viewer = await freeze(`posix:${name}`, peer);
      assert.equal(viewer.frozen?.limit, 1);
      await until('the end', () => viewer.frozen === null);
      await isLetGo(peer);
    } finally {
      await settings.update('freezeLimit', undefined, ConfigurationTarget.Global);
    }
  });

  test('ends when the segment goes, and when we detach', async () => {
    const going = await plainSegment(256);
    const viewer = await freeze(`posix:${going.name}`, going.peer);
    await going.end();
    await until('the end', () => viewer.frozen === null);
    const staying = await plainSegment(256);
    const other = await freeze(`posix:${staying.name}`, staying.peer);
    await run('detach', `posix:${staying.name}`);
    await until('the end', () => other.frozen === null);
    await isLetGo(staying.peer);
  });

  test('does not begin where we only observe', async () => {
    const { name } = await plainSegment(256);
    const viewer = await openView(`posix:${name}`);
    await select(viewer, 0, 4);
    await run('freeze');
    const { loaded } = await api();
    assert.equal(viewer.frozen, null);
    assert.equal(loaded.catalog.find(`posix:${name}`)?.info.attachCount ?? 1, 1);
  });
});
