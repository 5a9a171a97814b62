import assert from 'node:assert/strict';
import { commands, ThemeIcon, workspace, MarkdownString } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { spaceNow } from '../../../extension/core/space';
import { warningText } from '../../../extension/ui/spaceLine';
import { plainPeer } from '../../peers/peer';
import { api, closeAll, tidy, plainSegment, qtSegment, replaced, row, unique, until } from './support';

suite('The tree of segments', () => {
  suiteSetup(async () => {
    await api();
    await commands.executeCommand('segmentLens.segments.focus');
  });

  teardown(tidy);

  test('lists what a Qt program made under Qt, with size, attach count, owner and lock', async () => {
    const { tree } = await api();
    const { native, peer } = await qtSegment(1024);
    try {
      const leaf = await row(native);
      assert.equal(leaf.group, 'qt');
      const item = tree.getTreeItem(leaf);
      assert.match(String(item.description), /^1,024 B · 1 attached · \w+ · lock free$/);
      assert.ok(item.iconPath instanceof ThemeIcon);
      assert.equal(item.iconPath.id, 'unlock');
      assert.match(item.accessibilityInformation?.label ?? '', /Qt · System V, 1,024 B, 1 attached/);
    } finally {
      await peer.quit();
    }
  });

  test('names the process that holds the lock, in words and with another icon', async () => {
    const { tree } = await api();
    const { native, peer } = await qtSegment(64);
    try {
      await peer.ask('lock');
      const held = `held by qt5-peer (${String(peer.pid)})`;
      const item = await until('the lock in the tree', () => {
        const leaf = tree.leaves.find(({ id }) => id === native);
        const shown = leaf && tree.getTreeItem(leaf);
        return String(shown?.description).includes(held) && shown;
      });
      assert.ok(item.iconPath instanceof ThemeIcon);
      assert.equal(item.iconPath.id, 'lock');
    } finally {
      await peer.quit();
    }
  });

  test('follows segments that appear and go, by itself', async () => {
    const { tree } = await api();
    const { name, end } = await plainSegment(100);
    const leaf = await row(`posix:${name}`);
    assert.equal(leaf.group, 'posix');
    await end();
    await until('the row to go', () => tree.leaves.every(({ id }) => id !== leaf.id));
  });

  test('tells everything on resting on a row, without trusting what programs named', async () => {
    const { tree } = await api();
    const { name, peer, end } = await plainSegment(4096);
    try {
      const leaf = await row(`posix:${name}`);
      const { tooltip } = await tree.resolveTreeItem(tree.getTreeItem(leaf), leaf);
      assert.ok(tooltip instanceof MarkdownString);
      assert.notEqual(tooltip.isTrusted, true);
      const text = tooltip.value.replaceAll('&nbsp;', ' ').replaceAll('\\', '');
      for (const fact of [
        `posix:${name}`,
        'Size: 4,096 B',
        'Mode: 0600',
        `plain-peer (${String(peer.pid)})`,
      ]) {
        assert.ok(text.includes(fact), `${fact} is missing in ${text}`);
      }
    } finally {
      await end();
    }
  });

  test('puts what is on screen first', async () => {
    const { tree } = await api();
    const { name, end } = await plainSegment(100);
    try {
      const leaf = await row(`posix:${name}`);
      await commands.executeCommand('segmentLens.openLiveView', leaf);
      await until('the segment under Opened', () => {
        const [first] = tree.getChildren();
        return (
          first?.type === 'group' && first.id === 'opened' && first.leaves.some(({ id }) => id === leaf.id)
        );
      });
      await closeAll();
      await until('it to go back', () => tree.leaves.find(({ id }) => id === leaf.id)?.group === 'posix');
    } finally {
      await end();
    }
  });

  test("hides Chromium's segments until they are asked for", async () => {
    const { tree } = await api();
    const name = `/.org.chromium.Chromium.${unique('x')}`;
    const peer = plainPeer();
    await peer.ask('shm_open', name, 64);
    const settings = workspace.getConfiguration('segmentLens');
    try {
      await tree.refresh();
      assert.ok(!tree.leaves.some(({ id }) => id === `posix:${name}`));
      await commands.executeCommand('segmentLens.toggleHidden');
      assert.equal((await row(`posix:${name}`)).group, 'hidden');
      await commands.executeCommand('segmentLens.toggleHidden');
      await until('it to be hidden', () => tree.leaves.every(({ id }) => id !== `posix:${name}`));
    } finally {
      await settings.update('showHidden', undefined, true);
      await peer.ask('shm_unlink', name);
      await peer.quit();
    }
  });

  test('says that nothing is there only while that is so', async () => {
    const { tree, loaded } = await api();
    const { name, end } = await plainSegment(100);
    await row(`posix:${name}`);
    const told: unknown[] = [];
    const { executeCommand } = commands;
    const undone = [
      replaced(commands, {
        executeCommand: (command: string, ...rest: unknown[]) => {
          if (command === 'setContext' && rest[0] === 'segmentLens.empty') told.push(rest[1]);
          return executeCommand(command, ...rest);
        },
      }),
      replaced(loaded.native, { list: () => [] }),
    ];
    try {
      await tree.refresh();
      assert.deepEqual(
        loaded.segments.opened.map(({ id }) => id),
        [],
      );
      await until('that there is nothing', () => told.at(-1) === true);
      undone.pop()?.();
      await tree.refresh();
      await until('that there is something', () => told.at(-1) === false);
      assert.deepEqual(told, [true, false]);
    } finally {
      for (const undo of undone) undo();
      await end();
    }
  });

  test('says why where the system does not let itself be listed', async () => {
    const { tree, loaded } = await api();
    const undo = replaced(loaded.native, {
      list: () => {
        throw Object.assign(new Error('open'), { code: 'permission-denied', call: 'open', errno: 13 });
      },
    });
    try {
      await until('the reason', () =>
        (tree.view.message ?? '').includes('cannot be listed: Permission denied'),
      );
    } finally {
      undo();
    }
    await until('no message', () => (tree.view.message ?? '') === '');
  });

  test('tells in its title how much room there is in /dev/shm', async () => {
    const { tree } = await api();
    const text = await until('the room', () => tree.view.description);
    assert.match(text, /^[\d.,]+ (B|[KMGT]iB) free of [\d.,]+ (B|[KMGT]iB) in \/dev\/shm$/);
    const space = await spaceNow();
    assert.equal(warningText(space), '');
    const full = { ...space, posix: { used: 60 * 1024 * 1024, most: 64 * 1024 * 1024 } };
    assert.equal(warningText(full), 'Nearly full: /dev/shm: 62,914,560 B (60 MiB) of 67,108,864 B (64 MiB).');
  });

  test('does not look at the system while it is hidden', async () => {
    const { tree, loaded, viewers } = await api();
    await commands.executeCommand('workbench.view.explorer');
    await until('the tree to be hidden', () => !tree.view.visible);
    const { name, peer, end } = await plainSegment(100);
    const listings: string[] = [];
    const { list } = loaded.native;
    const undo = replaced(loaded.native, {
      list: (mechanism: 'posix' | 'systemv') => {
        listings.push(mechanism);
        return list(mechanism);
      },
    });
    try {
      await commands.executeCommand('segmentLens.openLiveView', `posix:${name}`);
      const viewer = await until('the live view', () => viewers.active);
      listings.length = 0;
      // A live view shows forty writes, each in a look of its own: more than a second.
      for (let text = 10; text < 50; text++) {
        await peer.write(0, String(text));
        await until('the bytes', () => Buffer.from(viewer.picture?.bytes ?? []).includes(String(text)));
      }
      assert.deepEqual(listings, []);
      assert.ok(!tree.leaves.some(({ id }) => id === `posix:${name}`));
      await commands.executeCommand('segmentLens.segments.focus');
      await row(`posix:${name}`);
      assert.notDeepEqual(listings, []);
    } finally {
      undo();
      await end();
    }
  });
});
