import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, debug, env, TreeItemCollapsibleState, window } from 'vscode';
import { suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import type { ProcessRow } from '../../../extension/ui/groups';
import { rootOf } from '../../../extension/ui/processFocus';
import { plainPeer, plainPeerElsewhere } from '../../peers/peer';
import { root } from '../../root';
import { answering, api, openView, plainSegment, replaced, row, tidy, unique, until } from './support';

/** The row of a process below the segment, as soon as it is there and as wanted. */
async function processRow(id: string, pid: number, alive = true): Promise<ProcessRow> {
  const { tree } = await api();
  return until(`process ${String(pid)} of ${id}`, async () =>
    tree
      .getChildren(await row(id))
      .find(
        (node): node is ProcessRow =>
          node.type === 'process' && node.process.pid === pid && node.process.alive === alive,
      ),
  );
}

suite('The attached processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-processes-'));

  suiteSetup(async () => {
    await api();
    await commands.executeCommand('segmentLens.segments.focus');
  });
  teardown(tidy);
  suiteTeardown(() => {
    rmSync(folder, { recursive: true });
  });

  test('are below their segment with number, user, rights and address; one that ends is marked in words', async () => {
    const { tree } = await api();
    const { name, peer, end } = await plainSegment(4096);
    try {
      const found = await processRow(`posix:${name}`, peer.pid);
      assert.equal(tree.getTreeItem(found.segment).collapsibleState, TreeItemCollapsibleState.Collapsed);
      const item = tree.getTreeItem(found);
      assert.equal(item.label, 'plain-peer');
      assert.match(String(item.description), /^\d+ · \w+ · read and write · 0x7f[0-9a-f]+$/);
      assert.equal(tree.getParent(found), found.segment);
      await peer.crash();
      const ended = tree.getTreeItem(await processRow(`posix:${name}`, peer.pid, false));
      assert.match(String(ended.description), /^\d+ · \w+ · has ended$/);
      assert.notDeepEqual(ended.iconPath, item.iconPath);
    } finally {
      const last = plainPeer();
      await last.ask('shm_unlink', name);
      await last.quit();
      await end();
    }
  });

  test('are in the header of the live view too, the ended marked there', async () => {
    const { name, peer, end } = await plainSegment(4096);
    try {
      const viewer = await openView(`posix:${name}`);
      const of = (alive: boolean) =>
        viewer.description?.attached.find((one) => one.pid === peer.pid && one.alive === alive);
      const found = await until('the process', () => of(true));
      assert.deepEqual([found.name, found.writable, found.mappings.length], ['plain-peer', true, 1]);
      await peer.crash();
      await until('its end', () => of(false));
      assert.equal(viewer.description?.attachCount, null);
    } finally {
      const last = plainPeer();
      await last.ask('shm_unlink', name);
      await last.quit();
      await end();
    }
  });

  test('that a terminal runs bring it forward', async () => {
    const name = `/${unique('terminal')}`;
    const shellPath = join(root, 'out/programs/plain-peer');
    const terminal = window.createTerminal({ name: 'runs it', shellPath });
    const other = window.createTerminal('another');
    try {
      const pid = await until('its process', async () => terminal.processId);
      terminal.sendText(`shm_open ${name} 4096`);
      const found = await processRow(`posix:${name}`, pid);
      other.show();
      await until('the other terminal', () => window.activeTerminal === other);
      await commands.executeCommand('segmentLens.showProcess', found);
      await until('the terminal', () => window.activeTerminal === terminal);
    } finally {
      const last = plainPeer();
      await last.ask('shm_unlink', name);
      await last.quit();
      terminal.dispose();
      other.dispose();
    }
  });

  test('that a debug session runs bring it forward', async () => {
    const { debugged } = await api();
    const program = join(folder, 'program.js');
    writeFileSync(program, 'setInterval(() => {}, 1000);');
    const launch = { type: 'node', request: 'launch', program, console: 'internalConsole' };
    try {
      for (const session of ['first', 'second'])
        assert.ok(await debug.startDebugging(undefined, { ...launch, name: session }));
      const pids = await until('their processes', () => debugged.size >= 2 && [...debugged.keys()]);
      const shown: string[] = [];
      const { executeCommand } = commands;
      const undo = replaced(commands, {
        executeCommand: (command: string, ...rest: unknown[]) => {
          shown.push(command);
          return executeCommand(command, ...rest);
        },
      });
      try {
        assert.equal(new Set(pids.map((pid) => rootOf(debugged.get(pid)))).size, 2);
        for (const pid of [...pids, ...pids]) {
          const process = { pid, name: 'node', alive: true };
          await executeCommand('segmentLens.showProcess', { type: 'process', process });
          assert.equal(rootOf(debug.activeDebugSession), rootOf(debugged.get(pid)));
          assert.equal(shown.at(-1), 'workbench.debug.action.focusCallStackView');
        }
      } finally {
        undo();
      }
    } finally {
      await debug.stopDebugging();
      await until('the sessions to end', () => debugged.size === 0);
      await commands.executeCommand('segmentLens.segments.focus');
    }
  });

  test('that nothing here runs are told of calmly, with a number to copy', async () => {
    const { name, peer, end } = await plainSegment(4096);
    try {
      const found = await processRow(`posix:${name}`, peer.pid);
      const told = await answering([{ press: 'Copy PID' }], () =>
        commands.executeCommand('segmentLens.showProcess', found),
      );
      assert.match(
        told.messages.join(),
        /^plain-peer · \d+ · \w+ · read and write · .*No debug session and no terminal of this window runs it\.$/,
      );
      assert.equal(await env.clipboard.readText(), String(peer.pid));
      await env.clipboard.writeText('');
      await commands.executeCommand('segmentLens.copyPid', found);
      assert.equal(await env.clipboard.readText(), String(peer.pid));
    } finally {
      await end();
    }
  });

  test('have their nameless memory opened, observing; it says so when the process has ended', async () => {
    const { viewers } = await api();
    const peer = plainPeer();
    try {
      await peer.ask('memfd', 'ring\u202e', 4096);
      await peer.write(0, 'nameless');
      const told = await answering([{ pick: /^plain-peer$/ }, { pick: /memfd:ring\\u\{202e\}$/ }], () =>
        commands.executeCommand('segmentLens.openSharedMapping'),
      );
      assert.deepEqual(told.messages, []);
      const viewer = await until('the live view', () => {
        const { active } = viewers;
        return active?.key?.type === 'process' && active.picture !== null && active;
      });
      assert.equal(Buffer.from(viewer.picture?.bytes ?? []).toString('latin1', 0, 8), 'nameless');
      assert.equal(viewer.description?.access, 'observe');
      await until('who has it', () => viewer.description?.attached.some(({ pid }) => pid === peer.pid));
      await peer.write(0, 'changing');
      await until('the change', () => Buffer.from(viewer.picture?.bytes ?? []).includes('changing'));
      await peer.crash();
      await until('its end', () => viewer.description?.presence === 'removed');
      assert.match(viewer.description.notice ?? '', /has ended or let go of this memory/);
      assert.ok(Buffer.from(viewer.picture?.bytes ?? []).includes('changing'));
    } finally {
      await peer.quit();
    }
  });

  test('of a container have its segments opened; one of this machine is opened as itself', async () => {
    const { viewers } = await api();
    const { name, peer, end } = await plainSegment(4096);
    const elsewhere = plainPeerElsewhere();
    try {
      await elsewhere.ask('shm_open', '/far', 4096);
      await elsewhere.write(0, 'far away');
      const open = (pid: number, label: RegExp) =>
        answering([{ pick: label }], () =>
          commands.executeCommand('segmentLens.openSharedMapping', { type: 'process', process: { pid } }),
        );
      await open(elsewhere.pid, /far$/);
      await until('its bytes', () => Buffer.from(viewers.active?.picture?.bytes ?? []).includes('far away'));
      await open(peer.pid, /plain-/);
      await until('the segment itself', () => viewers.active?.document?.segment.id === `posix:${name}`);
    } finally {
      await elsewhere.quit();
      await end();
    }
  });
});
