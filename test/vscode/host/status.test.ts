import assert from 'node:assert/strict';
import { commands, window } from 'vscode';
import { suite, teardown, test } from 'mocha';
import { Status } from '../../../extension/ui/status';
import {
  api,
  closeAll,
  lockPlace,
  openView,
  placedMutex,
  plainSegment,
  qtSegment,
  replaced,
  select,
  tidy,
  until,
} from './support';

/** As much of an item of the status bar as is used. */
interface Item {
  text: string;
  tooltip: string;
  command: string;
  shown: boolean;
}

/** A status bar of the test's own, with the items in the order of their creation: offset, rate, lock. */
async function statusBar(): Promise<{
  readonly items: readonly Item[];
  /** Waits until an item is shown and says this. */
  readonly says: (index: number, words: RegExp) => Promise<unknown>;
  readonly end: () => void;
}> {
  const { viewers } = await api();
  const items: Item[] = [];
  const undo = replaced(window, {
    createStatusBarItem: () => {
      const item = {
        text: '',
        tooltip: '',
        command: '',
        shown: false,
        show: () => (item.shown = true),
        hide: () => (item.shown = false),
        dispose: () => undefined,
      };
      items.push(item);
      return item;
    },
  });
  const status = new Status(viewers);
  undo();
  return {
    items,
    says: (index, words) =>
      until(`${String(words)} in the status bar`, () => {
        const { shown = false, text = '' } = items[index] ?? {};
        return shown && words.test(text);
      }),
    end: () => {
      status.dispose();
    },
  };
}

suite('The status bar', () => {
  teardown(tidy);

  test('says offset, selection, rate and lock of the active live view, and nothing without one', async () => {
    const { native, peer } = await qtSegment(1024);
    const { items, says, end } = await statusBar();
    try {
      const viewer = await openView(native);
      await says(0, /^0x0 \(0\)$/);
      await says(2, /^\$\(unlock\) Lock free$/);
      await select(viewer, 0x1f0, 4);
      await says(0, /^0x1F\d \(49\d\), 4 selected$/);
      viewer.setPace({ ...viewer.pace, hertz: 7 });
      await says(1, /^\$\(pulse\) 7 Hz$/);
      viewer.setPace({ ...viewer.pace, paused: true });
      await says(1, /Paused/);
      viewer.setPace({ ...viewer.pace, paused: false });
      await peer.ask('lock');
      await says(2, new RegExp(`^\\$\\(lock\\) Held by qt5-peer \\(${String(peer.pid)}\\)$`));
      await peer.ask('unlock');
      await commands.executeCommand('segmentLens.lock', native);
      await says(2, /^\$\(key\) Held by this window$/);
      assert.deepEqual([items[2]?.tooltip, items[2]?.command], ['Unlock', 'segmentLens.unlock']);
      await commands.executeCommand('segmentLens.unlock', native);
      await says(2, /Lock free/);
      assert.deepEqual([items[2]?.tooltip, items[2]?.command], ['Lock', 'segmentLens.lock']);
      await closeAll();
      await until('an empty status bar', () => items.every(({ shown }) => !shown));
    } finally {
      end();
      await peer.quit();
    }
  });

  test('says nothing of rate and lock once the segment went, and again when it is back', async () => {
    const { name, peer, end: endSegment } = await plainSegment(256);
    const { items, says, end } = await statusBar();
    try {
      const viewer = await openView(`posix:${name}`);
      await says(2, /lock/i);
      await peer.ask('shm_unlink', name);
      await until('only the offset', () => items.map(({ shown }) => shown).join() === 'true,false,false');
      await peer.ask('munmap');
      await peer.ask('shm_open', name, 256);
      await until('it is live again', async () => {
        if (viewer.document?.segment.presence !== 'live') await commands.executeCommand('segmentLens.reopen');
        return viewer.document?.segment.presence === 'live';
      });
      await says(1, /Hz/);
      await says(2, /lock/i);
    } finally {
      end();
      await endSegment();
    }
  });

  test('says of a lock in the bytes what the badge of the view says, where the segment has none of its own', async () => {
    const { viewer, peer } = await placedMutex();
    const { says, end } = await statusBar();
    try {
      await until('a look', () => viewer.picture !== null);
      await says(2, /^\$\(unlock\) Lock free$/);
      await peer.ask('lock', lockPlace);
      await says(2, new RegExp(`^\\$\\(lock\\) Held · lock-peer \\(${String(peer.pid)}\\)`));
      await peer.ask('unlock', lockPlace);
      await says(2, /^\$\(unlock\) Lock free$/);
    } finally {
      end();
    }
  });
});
