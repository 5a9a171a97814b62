import assert from 'node:assert/strict';
import { commands, Uri, window, workspace } from 'vscode';
import { suite, teardown, test } from 'mocha';
import { Finder } from '../../../extension/ui/finder';
import type { Viewer } from '../../../extension/ui/viewer';
import { parseKey } from '../../../extension/core/key';
import { keyOfUri, segmentUri } from '../../../extension/ui/uri';
import type { SegmentMap } from '../../../extension/shared/protocol';
import { plainPeer } from '../../peers/peer';
import { api, tidy, plainSegment, qtSegment, row, unique, until } from './support';

/** The bytes that the view of the active tab was sent last. */
const shown = ({ picture }: Viewer): Buffer => Buffer.from(picture?.bytes ?? []);

async function open(id: string): Promise<Viewer> {
  const { viewers } = await api();
  await commands.executeCommand('segmentLens.openLiveView', id);
  return until(`a live view of ${id}`, () => {
    const viewer = viewers.active;
    return viewer?.document?.segment.id.split('?')[0] === id && viewer;
  });
}

suite('The live view', () => {
  teardown(tidy);

  test('shows the bytes that a Qt program wrote, and follows when it writes again', async () => {
    const { native, peer } = await qtSegment(1024);
    try {
      await peer.write(64, Buffer.from('Hello from another process!'));
      const viewer = await open(native);
      await until('the first bytes', () => shown(viewer).includes('Hello from another process!'));
      await peer.write(64, Buffer.from('And hello again!'));
      await until('the next bytes', () => shown(viewer).includes('And hello again!'));
      assert.equal(viewer.picture?.size, 1024);
      assert.equal(viewer.picture.lock.state, 'free');
    } finally {
      await peer.quit();
    }
  });

  test('leaves the attach count alone while it observes', async () => {
    const { loaded } = await api();
    const { native, peer } = await qtSegment(64);
    try {
      const viewer = await open(native);
      await until('bytes', () => shown(viewer).length === 64);
      assert.equal(viewer.document?.segment.access, 'observe');
      assert.equal(loaded.catalog.find(native)?.info.attachCount ?? 1, 1);
    } finally {
      await peer.quit();
    }
  });

  test('waits for a segment that does not exist yet, and shows it when it appears', async () => {
    const first = await plainSegment(10);
    await first.end();
    const viewer = await open(`posix:${first.name}`);
    await until('waiting', () => viewer.document?.segment.presence === 'waiting');
    await first.peer.quit();
    const peer = plainPeer();
    await peer.ask('shm_open', first.name, 32);
    try {
      await peer.write(0, Buffer.from('here I am'));
      await until('its bytes', () => shown(viewer).includes('here I am'));
    } finally {
      await peer.ask('shm_unlink', first.name);
      await peer.quit();
    }
  });

  test('keeps the last bytes and says so when the segment is removed', async () => {
    const { name, peer, end } = await plainSegment(16);
    await peer.write(0, Buffer.from('last words'));
    const viewer = await open(`posix:${name}`);
    await until('bytes', () => shown(viewer).includes('last words'));
    await end();
    await until('removed', () => viewer.document?.segment.presence === 'removed');
    assert.ok(shown(viewer).includes('last words'));
  });

  test('reads nothing while its tab is hidden', async () => {
    const { name, peer, end } = await plainSegment(16);
    try {
      const viewer = await open(`posix:${name}`);
      await until('bytes', () => shown(viewer).length === 16);
      await commands.executeCommand('vscode.open', Uri.parse('untitled:other'));
      await until('the tab to be hidden', () => !viewer.visible);
      const { sequence } = viewer.picture ?? { sequence: 0 };
      await peer.write(0, Buffer.from('unseen'));
      assert.equal(viewer.picture?.sequence ?? sequence, sequence);
      await commands.executeCommand('workbench.action.closeActiveEditor');
      await until('the bytes after coming back', () => shown(viewer).includes('unseen'));
    } finally {
      await end();
    }
  });

  test('sweeps with another budget as soon as the setting is another', async () => {
    const { viewers } = await api();
    const settings = workspace.getConfiguration('segmentLens');
    const log = window.createOutputChannel(unique('log'), { log: true });
    const { name, end } = await plainSegment(4096);
    await settings.update('sweepBudget', 0, true);
    await open(`posix:${name}`);
    const segment = viewers.active?.document?.segment;
    assert.ok(segment);
    const maps: SegmentMap[] = [];
    const map = (one: SegmentMap): Promise<void> => Promise.resolve(void maps.push(one));
    const finder = new Finder(segment, () => ({ map, found: () => Promise.resolve() }), '', log);
    try {
      finder.wantMap(4);
      assert.equal(finder.mark().since, null);
      await settings.update('sweepBudget', 100, true);
      await until('the first map', () => maps.length > 0);
      assert.notEqual(finder.mark().since, null);
    } finally {
      finder.dispose();
      log.dispose();
      await settings.update('sweepBudget', undefined, true);
      await end();
    }
  });

  test('is the same document in two groups, with a view for each', async () => {
    const { viewers } = await api();
    const { name, end } = await plainSegment(16);
    try {
      await open(`posix:${name}`);
      await commands.executeCommand('workbench.action.splitEditor');
      const both = await until('two views', () => {
        const editors = viewers.all.filter(({ place }) => place === 'editor');
        return editors.length === 2 && editors;
      });
      assert.equal(both[0]?.document?.segment, both[1]?.document?.segment);
      await until('bytes in both', () => both.every((viewer) => shown(viewer).length === 16));
    } finally {
      await end();
    }
  });

  test('opens an address with a bad key and says why', async () => {
    const { viewers } = await api();
    await commands.executeCommand('vscode.open', Uri.parse('shm:/nonsense?nonsense'));
    const viewer = await until('the view', () => viewers.all.find(({ place }) => place === 'editor'));
    assert.equal(viewer.document, null);
    assert.equal(viewer.description?.presence, 'failed');
    assert.match(viewer.description.notice ?? '', /Not a native key\. Write posix:\/name/);
  });

  test('has an address from which the key comes back, whatever is in it', () => {
    for (const id of [
      'posix:/a b',
      'systemv:/tmp/x%3Fy?legacyKey=a/b?c%23d',
      'systemv-84:/opt/键',
      'systemv-id:7',
    ]) {
      const key = parseKey(id);
      const uri = segmentUri(key);
      assert.deepEqual(keyOfUri(Uri.parse(uri.toString())), key);
      assert.equal(uri.path.lastIndexOf('/'), 0);
    }
  });

  test('follows in the panel what is selected in the tree', async () => {
    const { viewers, tree } = await api();
    const first = await plainSegment(16);
    const second = await plainSegment(32);
    try {
      await commands.executeCommand('segmentLens.segments.focus');
      await commands.executeCommand('segmentLens.openInPanel', `posix:${first.name}`);
      const viewer = await until('the panel', () => viewers.all.find(({ place }) => place === 'panel'));
      await until('the first', () => viewer.document?.segment.id === `posix:${first.name}`);
      await tree.view.reveal(await row(`posix:${second.name}`), { select: true });
      await until('the second', () => viewer.document?.segment.id === `posix:${second.name}`);
      await commands.executeCommand('workbench.action.closePanel');
      await until('the panel to be hidden', () => !viewer.visible);
    } finally {
      await first.end();
      await second.end();
    }
  });

  test('shows in the panel what it is asked to, and is what commands act on until it is closed', async () => {
    const { viewers } = await api();
    const { name, peer, end } = await plainSegment(16);
    try {
      await peer.write(0, Buffer.from('in the panel'));
      const tab = await open(`posix:${name}`);
      await commands.executeCommand('segmentLens.openInPanel', `posix:${name}`);
      const viewer = await until('the panel', () => viewers.all.find(({ place }) => place === 'panel'));
      await until('bytes', () => shown(viewer).includes('in the panel'));
      assert.equal(viewers.active, viewer);
      await commands.executeCommand('workbench.action.closePanel');
      await until('the panel to be hidden', () => !viewer.visible);
      assert.equal(viewer.document, null);
      assert.equal(viewers.active, tab);
    } finally {
      await end();
    }
    assert.equal(window.activeTextEditor, undefined);
  });
});
