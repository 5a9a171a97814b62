import { join } from 'node:path';
import { l10n, window, workspace, type ExtensionContext } from 'vscode';
import { Bookmarks } from './core/bookmarks';
import { LockBook } from './core/locks/lockBook';
import { Moments } from './core/moments';
import type { Action } from './shared/protocol';
import type { Context } from './ui/context';
import { DebugSessions } from './ui/debugSessions';
import type { Behind, DebugProcesses, TreeEntrance } from './ui/entrances';
import { Explanations } from './ui/explanations';
import { KeyMemory } from './ui/keyMemory';
import { LeftoverTree, type LeftoverNode } from './ui/leftoverTree';
import { SystemDoor } from './ui/system';
import { SegmentTree, type Node } from './ui/tree';
import type { Viewer } from './ui/viewer';
import { Viewers } from './ui/viewers';
import type { Viewing } from './ui/viewing';

/**
 * The graph of what the extension works with: here what the tree needs; the views and the commands are loaded when
 * one is asked for, the addon at its first use.
 */
export class House implements Behind {
  readonly log = window.createOutputChannel(l10n.t('Shared Memory'), { log: true });
  readonly memory: KeyMemory;
  readonly door: SystemDoor;
  readonly bookmarks: Bookmarks;
  readonly locks: LockBook;
  readonly moments = new Moments();
  readonly viewers = new Viewers();
  readonly tree: SegmentTree;
  readonly leftovers: LeftoverTree;
  readonly sessions: DebugSessions;
  readonly explanations: Explanations;
  #viewing: Promise<Viewing> | undefined;

  constructor(
    private readonly extension: ExtensionContext,
    entrance: TreeEntrance<Node>,
    leftovers: TreeEntrance<LeftoverNode>,
    readonly debugged: DebugProcesses,
  ) {
    this.memory = new KeyMemory(extension.workspaceState);
    this.bookmarks = new Bookmarks(extension.workspaceState);
    this.locks = new LockBook(extension.workspaceState);
    this.door = new SystemDoor(extension.extensionPath, this.memory, this.log);
    this.tree = new SegmentTree(entrance, this.door);
    this.leftovers = new LeftoverTree(leftovers, this.door, entrance.view);
    this.sessions = new DebugSessions(this.leftovers);
    this.explanations = new Explanations(() => this.door.open());
    extension.subscriptions.push(
      this.log,
      this.viewers,
      this.tree,
      this.leftovers,
      this.sessions,
      this.explanations,
      this.tree.view.onDidChangeSelection(() => {
        const { selected } = this.tree;
        if (selected !== null)
          void this.viewing().then(({ panel }) => {
            panel.follow(selected.key);
          });
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        for (const viewer of this.viewers.all) viewer.refresh();
      }),
    );
  }

  viewing(): Promise<Viewing> {
    return (this.#viewing ??= this.#openViewing());
  }

  async run(command: string, argument: unknown, option: unknown): Promise<unknown> {
    const { runCommand } = await import('./ui/commands');
    return runCommand(await this.#context(), command, argument, option);
  }

  async #act(action: Action, viewer: Viewer, option?: string): Promise<void> {
    const { act } = await import('./ui/commands');
    await act(await this.#context(), action, viewer, option);
  }

  async #context(): Promise<Context> {
    const { log, memory, door, bookmarks, locks, moments, viewers, tree, leftovers, explanations, debugged } =
      this;
    const { extensionUri } = this.extension;
    const { panel } = await this.viewing();
    return {
      extensionUri,
      log,
      memory,
      door,
      bookmarks,
      locks,
      moments,
      viewers,
      tree,
      leftovers,
      explanations,
      debugged,
      panel,
    };
  }

  async #openViewing(): Promise<Viewing> {
    const { Viewing } = await import('./ui/viewing');
    const { extensionUri, extensionPath, subscriptions } = this.extension;
    const viewing = new Viewing(extensionUri, this.door, this.viewers, {
      log: this.log,
      system: () => this.door.tryOpen(),
      regexWorker: join(extensionPath, 'out', 'regexWorker.js'),
      act: (action, viewer, option) => this.#act(action, viewer, option),
      bookmarks: this.bookmarks,
      locks: this.locks,
    });
    subscriptions.push(viewing);
    return viewing;
  }
}
