import { join } from 'node:path';
import { l10n, window, workspace, type ExtensionContext } from 'vscode';
import { Bookmarks } from './core/bookmarks';
import { Moments } from './core/moments';
import { act, registerCommands } from './ui/commands';
import type { Context } from './ui/context';
import { registerEditor } from './ui/editorTab';
import { KeyMemory } from './ui/keyMemory';
import { LivePanel } from './ui/panel';
import { Status } from './ui/status';
import { SystemDoor, type System } from './ui/system';
import { SegmentTree } from './ui/tree';
import type { ViewerContext } from './ui/viewer';
import { Viewers } from './ui/viewers';

/** What activate() hands to tests; no promise is made to anyone else. */
export interface Api {
  /** The loaded system; null where the addon is missing. */
  readonly system: () => System | null;
  readonly viewers: Viewers;
  readonly tree: SegmentTree;
}

let opened: SystemDoor | null = null;

/** Builds the graph, nothing else. The addon is loaded at first use. */
export function activate(extension: ExtensionContext): Api {
  const log = window.createOutputChannel(l10n.t('Shared Memory'), { log: true });
  const memory = new KeyMemory(extension.workspaceState);
  const door = new SystemDoor(extension.extensionPath, memory, log);
  opened = door;
  const viewers = new Viewers();
  const bookmarks = new Bookmarks(extension.workspaceState);
  const viewing: ViewerContext = {
    log,
    system: () => door.tryOpen(),
    regexWorker: join(extension.extensionPath, 'out', 'regexWorker.js'),
    act: (action, viewer) => act(context, action, viewer),
    bookmarks,
  };
  const tree = new SegmentTree(door);
  const panel = new LivePanel(extension.extensionUri, door, viewers, viewing);
  const context: Context = {
    extensionUri: extension.extensionUri,
    log,
    door,
    memory,
    bookmarks,
    moments: new Moments(),
    tree,
    panel,
    viewers,
  };
  extension.subscriptions.push(
    log,
    viewers,
    tree,
    panel,
    new Status(viewers),
    registerEditor(extension.extensionUri, door, viewers, viewing),
    ...registerCommands(context),
    tree.view.onDidChangeSelection(() => {
      if (tree.selected !== null) panel.follow(tree.selected.key);
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      for (const viewer of viewers.all) viewer.refresh();
    }),
  );
  return { system: () => door.tryOpen(), viewers, tree };
}

/** Releases locks, detaches, closes. */
export async function deactivate(): Promise<void> {
  await opened?.dispose();
  opened = null;
}
