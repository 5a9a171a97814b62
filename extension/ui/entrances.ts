import {
  commands,
  EventEmitter,
  window,
  type CustomReadonlyEditorProvider,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
  type WebviewViewProvider,
} from 'vscode';
import type { Node } from './tree';

/** The tree of segments as VS Code knows it from the start. */
export interface TreeEntrance {
  readonly view: TreeView<Node>;
  /** Has VS Code ask for the rows again. */
  readonly changed: EventEmitter<undefined>;
}

/** What stands behind the entrances; loaded by whoever comes first through one of them. */
export interface Behind {
  readonly tree: Required<Omit<TreeDataProvider<Node>, 'onDidChangeTreeData'>>;
  /** The live views in the panel and in tabs. */
  viewing(): Promise<{
    readonly panel: WebviewViewProvider;
    readonly editor: CustomReadonlyEditorProvider;
  }>;
  /** Runs a command by its id without the prefix. */
  run(command: string, argument: unknown, option: unknown): Promise<unknown>;
}

/** Opens the tree; VS Code asks for rows when it shows. The id is that of package.json, as are those below. */
export function openTree(behind: () => Promise<Behind>): TreeEntrance {
  const changed = new EventEmitter<undefined>();
  const treeDataProvider: TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => (await behind()).tree.getChildren(node),
    getTreeItem: async (node) => (await behind()).tree.getTreeItem(node),
    getParent: async (node) => (await behind()).tree.getParent(node),
    resolveTreeItem: async (item, node, token) => (await behind()).tree.resolveTreeItem(item, node, token),
  };
  const view = window.createTreeView('segmentLens.segments', { treeDataProvider, showCollapseAll: false });
  return { view, changed };
}

/** Registers the panel and the editor of `shm:` addresses: tabs, splits, pins and restored windows come through it. */
export function openViews(behind: () => Promise<Behind>): readonly Disposable[] {
  const viewing = async () => (await behind()).viewing();
  return [
    window.registerWebviewViewProvider('segmentLens.live', {
      resolveWebviewView: async (view, context, token) =>
        (await viewing()).panel.resolveWebviewView(view, context, token),
    }),
    window.registerCustomEditorProvider(
      'segmentLens.liveView',
      {
        openCustomDocument: async (uri, context, token) =>
          (await viewing()).editor.openCustomDocument(uri, context, token),
        resolveCustomEditor: async (document, panel, token) =>
          (await viewing()).editor.resolveCustomEditor(document, panel, token),
      },
      {
        supportsMultipleEditorsPerDocument: true,
        webviewOptions: { retainContextWhenHidden: false, enableFindWidget: false },
      },
    ),
  ];
}

/** Registers every command that the manifest announces. */
export function openCommands(
  { contributes }: { readonly contributes: { readonly commands: readonly { readonly command: string }[] } },
  behind: () => Promise<Behind>,
): readonly Disposable[] {
  return contributes.commands.map(({ command }) => {
    const name = command.slice('segmentLens.'.length);
    return commands.registerCommand(command, async (argument?: unknown, option?: unknown) =>
      (await behind()).run(name, argument, option),
    );
  });
}
