import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, MarkdownString, Uri, window, type TreeItem } from 'vscode';
import { suite, teardown, test } from 'mocha';
import { formatKey } from '../../../extension/core/key';
import type { LeftoverNode } from '../../../extension/ui/leftoverTree';
import { linkPlainPeer, plainPeer } from '../../peers/peer';
import {
  answering,
  api,
  lockSegment,
  openView,
  plainSegment,
  qtSegment,
  row,
  tidy,
  unique,
  until,
} from './support';

const run = (name: string, argument?: unknown): PromiseLike<unknown> =>
  commands.executeCommand(`segmentLens.${name}`, argument);

/** What a program would call its segment to mislead: marks of direction and control, a link, an icon, and no end. */
const wicked = `gpj.\u202eexe\u0007[Open](command:workbench.action.newWindow)$(trash)${'x'.repeat(120)}`;

/** Whatever could mislead is gone, and what is told of it is short; icons of our own at the start are left aside. */
function assertPlain(text: string, what: string, most = 200): void {
  assert.match(text, /gpj\.\\u\{202e\}exe\\x07/, what);
  assertVisible(text, what);
  const rest = text.replace(/^\$\([a-z-]+\) /, '');
  assert.ok(!rest.includes('](') && !rest.includes('$('), `${what}: ${rest}`);
  for (const line of text.split('\n')) assert.ok(line.length <= most, `${what}: ${line}`);
}

/** No mark of control or direction is left in any line. */
function assertVisible(text: string, what: string): void {
  for (const line of text.split('\n')) assert.doesNotMatch(line, /[\p{Cc}\p{Bidi_Control}]/u, what);
}

function labelOf({ label }: TreeItem): string {
  return typeof label === 'string' ? label : '';
}

suite('What other programs and workspaces choose', () => {
  teardown(tidy);

  test('a wicked name is shown as it is written, and short, in tree, tab, lists, questions and notices', async () => {
    const { tree } = await api();
    await run('segments.focus');
    const { name } = await plainSegment(64, wicked);
    const id = formatKey({ type: 'posix', name });
    const leaf = await row(id);
    const item = tree.getTreeItem(leaf);
    assertPlain(labelOf(item), 'row');
    assertPlain(item.accessibilityInformation?.label ?? '', 'row read out', 300);
    const { tooltip } = await tree.resolveTreeItem(item, leaf);
    assert.ok(
      tooltip instanceof MarkdownString && tooltip.isTrusted !== true && tooltip.supportThemeIcons !== true,
    );
    assertVisible(tooltip.value, 'the whole text');
    const other = await plainSegment(64);
    await openView(`posix:${other.name}`);
    const compared = await answering([{ key: '', sense: /gpj/ }], () => run('compareWith'));
    assertPlain(compared.senses.find((sense) => sense.includes('gpj')) ?? '', 'list to compare with');
    await openView(id);
    assertPlain(window.tabGroups.activeTabGroup.activeTab?.label.replaceAll('\u2216', '\\') ?? '', 'tab');
    const removal = await answering([{ press: undefined }], () => run('remove', leaf));
    assertPlain(removal.messages[0] ?? '', 'question', 300);
    const refusal = await answering([], () => run('unlock', leaf));
    assertPlain(refusal.messages[0] ?? '', 'notice');
    const creation = await answering([{ key: id, sense: /^\$\(\S+\) Native key/ }], () =>
      run('createSegment'),
    );
    assert.ok(name.length > 150);
    assertPlain(creation.messages[0] ?? '', 'what exists', 300);
    await run('explain', leaf);
    const text = await until('the explanation', () => {
      const document = window.activeTextEditor?.document;
      return document?.uri.scheme === 'shm-explanation' && document.getText();
    });
    assertVisible(text, 'the whole text');
    assertPlain(window.tabGroups.activeTabGroup.activeTab?.label ?? '', 'tab of the explanation');
  });

  test('a wicked semaphore is shown so where it is paired, listed and taken off', async () => {
    const { name } = await lockSegment();
    const { peer } = await plainSegment(64);
    const semaphore = `/${unique(wicked)}`;
    await peer.ask('sem_open', semaphore, 1);
    try {
      await openView(`posix:${name}`);
      await answering([{ type: [semaphore] }, { pick: /^A lock$/ }], () => run('pairSemaphore'));
      let label = '';
      const pick = { test: (text: string): boolean => ((label = text), true) } as unknown as RegExp;
      await answering([{ pick }], () => run('removeLock'));
      assertPlain(label, 'list of locks');
    } finally {
      await peer.ask('sem_unlink', semaphore);
    }
  });

  test('a wicked leftover is shown so in its row, the list, the question and the report', async () => {
    const { leftovers } = await api();
    await run('segments.focus');
    const { name, peer } = await plainSegment(64, wicked);
    await peer.crash();
    const node = await until('the leftover', () =>
      leftovers
        .getChildren()
        .find(
          (one): one is Extract<LeftoverNode, { readonly type: 'leftover' }> =>
            one.type === 'leftover' && one.item.id === formatKey({ type: 'posix', name }),
        ),
    );
    const item = leftovers.getTreeItem(node);
    assertPlain(labelOf(item), 'row');
    const [object] = leftovers.getChildren(node);
    assert.ok(object);
    assertPlain(labelOf(leftovers.getTreeItem(object)), 'object', 300);
    const listed = await answering([{ check: /no such/ }], () => run('removeAllLeftovers'));
    const told = await answering([{ press: 'Remove' }], () => run('removeLeftover', node));
    for (const sense of listed.senses.filter((one) => one.includes('gpj'))) {
      assertPlain(sense.replace(/^☐ /, ''), 'list', 600);
    }
    assertVisible(told.messages.join(''), 'the whole text');
    assert.match(told.messages[1] ?? '', /^Removed 1 of 1 object/);
  });

  test('a process that is called by a link makes none in its row, in lists and in what is told of it', async () => {
    const { tree } = await api();
    await run('segments.focus');
    const folder = mkdtempSync(join(tmpdir(), 'segment-lens-names-'));
    const peer = plainPeer(linkPlainPeer(folder, '[o](command:x)'));
    const name = `/${unique('called')}`;
    try {
      await peer.ask('shm_open', name, 64);
      const found = await until('the process', async () =>
        tree
          .getChildren(await row(`posix:${name}`))
          .find((node) => node.type === 'process' && node.process.pid === peer.pid),
      );
      const plain = /^\[o\]\\x28command:x\)/;
      assert.match(labelOf(tree.getTreeItem(found)), plain);
      const told = await answering([], () => run('showProcess', found));
      assert.match(told.messages[0] ?? '', plain);
      assert.ok(!told.messages.join('').includes(']('), told.messages[0]);
      await answering([{ pick: plain }, { pick: new RegExp(name.slice(1)) }], () => run('openSharedMapping'));
    } finally {
      await peer.ask('shm_unlink', name);
      await peer.quit();
      rmSync(folder, { recursive: true });
    }
  });

  test('a link opens what it names for looking only: nobody is attached, nothing is locked or made', async () => {
    const { viewers, loaded } = await api();
    const { native, peer } = await qtSegment(64);
    const lock = (): unknown =>
      loaded.native.peekLock({ mechanism: 'systemv', path: semaphore, projectId: 0x51 });
    const semaphore = native.slice('systemv:'.length).replace('sharedmemory', 'systemsem');
    const before = JSON.stringify(lock());
    await commands.executeCommand('vscode.open', Uri.parse(`shm:/free%20gift?${native}`));
    const segment = await until('the view', () => {
      const found = viewers.active?.document?.segment;
      return found?.id.startsWith(native) === true && viewers.active?.picture !== null && found;
    });
    assert.deepEqual([segment.access, segment.holdsLock], ['observe', false]);
    assert.equal(segment.info?.attachCount, 1);
    assert.equal(JSON.stringify(lock()), before);
    await commands.executeCommand('vscode.open', Uri.parse(`shm:/none?posix:/${unique('never')}`));
    await until('a view that waits', () => viewers.active?.document?.segment.presence === 'waiting');
    await peer.quit();
  });
});
