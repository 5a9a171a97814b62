import { join } from 'node:path';
import { l10n, window, workspace, type DebugSession, type ExtensionContext } from 'vscode';
import { ancestorAmong } from './core/ancestors';
import { Bookmarks } from './core/bookmarks';
import { BreakBook } from './core/debug/changeBreak';
import { LockBook } from './core/locks/lockBook';
import { Moments } from './core/moments';
import type { Action } from './shared/protocol';
import type { Context } from './ui/context';
import { BreakTree, type BreakNode } from './ui/debug/breakTree';
import type { Debugging } from './ui/debug/debugging';
import { DebugSessions } from './ui/debugSessions';
import type { Behind, SourceEntrance, TreeEntrance } from './ui/entrances';
import { Explanations } from './ui/explanations';
import { KeyMemory } from './ui/keyMemory';
import { LeftoverTree, type LeftoverNode } from './ui/leftoverTree';
import type { Sources } from './ui/source/sources';
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
  readonly breaks: BreakBook;
  readonly moments = new Moments();
  readonly viewers = new Viewers();
  readonly tree: SegmentTree;
  readonly leftovers: LeftoverTree;
  readonly sessions: DebugSessions;
  readonly explanations: Explanations;
  readonly breakRows: BreakTree;
  /** Which debug session runs which process. */
  readonly debugged = new Map<number, DebugSession>();
  #viewing: Promise<Viewing> | undefined;
  #debugging: Promise<Debugging> | undefined;
  #debuggingNow: Debugging | null = null;
  #sources: Promise<Sources> | undefined;

  constructor(
    private readonly extension: ExtensionContext,
    entrance: TreeEntrance<Node>,
    leftovers: TreeEntrance<LeftoverNode>,
    breaks: TreeEntrance<BreakNode>,
    private readonly source: SourceEntrance,
  ) {
    this.memory = new KeyMemory(extension.workspaceState);
    this.bookmarks = new Bookmarks(extension.workspaceState);
    this.locks = new LockBook(extension.workspaceState);
    this.breaks = new BreakBook(extension.workspaceState);
    this.door = new SystemDoor(extension.extensionPath, this.memory, this.log);
    this.tree = new SegmentTree(entrance, this.door, (pid) => ancestorAmong(pid, this.debugged) !== null);
    this.leftovers = new LeftoverTree(leftovers, this.door, entrance.view);
    this.sessions = new DebugSessions(
      this.leftovers,
      this.door,
      this.log,
      (session) => this.#debuggingNow?.debuggees.pidsOf(session) ?? new Set(),
    );
    this.explanations = new Explanations(() => this.door.open());
    this.breakRows = new BreakTree(breaks, this.breaks, () => this.#debuggingNow?.breaks ?? null);
    // Those that log need no session.
    if (this.breaks.all.some(({ enabled, logs }) => enabled && logs)) void this.debugging();
    extension.subscriptions.push(
      this.log,
      this.viewers,
      this.tree,
      this.leftovers,
      this.sessions,
      this.explanations,
      this.breakRows,
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

  /** What the extension does while programs are debugged; with the first session, or the first break that logs. */
  debugging(): Promise<Debugging> {
    return (this.#debugging ??= this.#openDebugging());
  }

  sources(): Promise<Sources> {
    return (this.#sources ??= this.#openSources());
  }

  async run(command: string, argument: unknown, option: unknown): Promise<unknown> {
    const { runCommand } = await import('./ui/later');
    return runCommand(await this.#context(), command, argument, option);
  }

  async #act(action: Action, viewer: Viewer, option?: string): Promise<void> {
    const { act } = await import('./ui/later');
    await act(await this.#context(), action, viewer, option);
  }

  async #context(): Promise<Context> {
    const { panel } = await this.viewing();
    return {
      extensionUri: this.extension.extensionUri,
      log: this.log,
      memory: this.memory,
      door: this.door,
      bookmarks: this.bookmarks,
      locks: this.locks,
      breaks: this.breaks,
      debugging: () => this.debugging(),
      moments: this.moments,
      viewers: this.viewers,
      tree: this.tree,
      leftovers: this.leftovers,
      explanations: this.explanations,
      debugged: this.debugged,
      panel,
    };
  }

  async #openDebugging(): Promise<Debugging> {
    const { Debugging } = await import('./ui/later');
    const debugging = new Debugging(
      this.breaks,
      this.door,
      this.viewers,
      this.log,
      this.breakRows,
      this.debugged,
      this.memory,
      this.extension.workspaceState,
      async (key) => (await this.viewing()).panel.reveal(key, true),
    );
    this.#debuggingNow = debugging;
    this.extension.subscriptions.push(
      debugging,
      debugging.debuggees.onDidChange(() => {
        this.tree.update();
      }),
    );
    return debugging;
  }

  async #openSources(): Promise<Sources> {
    const { Sources } = await import('./ui/later');
    const sources = new Sources(this.source, this.door, this.memory);
    this.extension.subscriptions.push(sources);
    return sources;
  }

  async #openViewing(): Promise<Viewing> {
    const { Viewing } = await import('./ui/later');
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
