import {
  commands,
  debug,
  EventEmitter,
  languages,
  window,
  type CodeLensProvider,
  type CustomReadonlyEditorProvider,
  type DebugAdapterTracker,
  type DebugSession,
  type Disposable,
  type DocumentFilter,
  type HoverProvider,
  type TextDocument,
  type TreeDataProvider,
  type TreeView,
  type WebviewViewProvider,
} from 'vscode';
import type { BreakNode } from './debug/breakTree';
import { mentions } from '../core/source/mentions';
import { sourceLanguages } from '../core/source/token';
import type { LeftoverNode } from './leftoverTree';
import type { Node } from './tree';

/** A tree as VS Code knows it from the start. */
export interface TreeEntrance<N> {
  readonly view: TreeView<N>;
  /** Has VS Code ask for the rows again. */
  readonly changed: EventEmitter<undefined>;
}

/** The source texts as VS Code knows them from the start. */
export interface SourceEntrance {
  /** Has VS Code ask for the lenses again. */
  readonly changed: EventEmitter<undefined>;
  /** Whether a document is a source text that may have a call which is recognised. */
  readonly wants: (document: TextDocument) => boolean;
  readonly disposables: readonly Disposable[];
}

/** The source texts that are looked at: not what a comparison or a log shows. */
const selector: readonly DocumentFilter[] = sourceLanguages.flatMap((language) =>
  ['file', 'untitled'].map((scheme) => ({ language, scheme })),
);

/** What stands behind the entrances; loaded by whoever comes first through one of them. */
export interface Behind {
  readonly tree: Rows<Node>;
  readonly leftovers: Rows<LeftoverNode>;
  readonly breakRows: Rows<BreakNode>;
  /** What debug sessions leave behind. */
  readonly sessions: {
    readonly wants: (session: DebugSession) => boolean;
    readonly begin: (session: DebugSession) => void;
    readonly end: (session: DebugSession) => Promise<void>;
  };
  /** What the extension does while programs are debugged. */
  debugging(): Promise<{
    readonly track: (session: DebugSession) => DebugAdapterTracker;
    readonly debuggees: { readonly end: (session: DebugSession) => void };
  }>;
  /** The live views in the panel and in tabs. */
  viewing(): Promise<{
    readonly panel: WebviewViewProvider;
    readonly editor: CustomReadonlyEditorProvider;
  }>;
  /** What is said beside source text. */
  sources(): Promise<CodeLensProvider & HoverProvider>;
  /** Runs a command by its id without the prefix. */
  run(command: string, argument: unknown, option: unknown): Promise<unknown>;
}

type Rows<N> = Required<Omit<TreeDataProvider<N>, 'onDidChangeTreeData'>>;

/** Opens the tree of segments. The id is that of package.json, as are those below. */
export function openTree(behind: () => Promise<Behind>): TreeEntrance<Node> {
  return openRows('segmentLens.segments', async () => (await behind()).tree);
}

/** Opens the tree of leftovers, of which several can be chosen. */
export function openLeftovers(behind: () => Promise<Behind>): TreeEntrance<LeftoverNode> {
  return openRows('segmentLens.leftovers', async () => (await behind()).leftovers, true);
}

/** Opens the list of breaks on change; what their boxes mean is ours to say. */
export function openBreaks(behind: () => Promise<Behind>): TreeEntrance<BreakNode> {
  return openRows('segmentLens.breaks', async () => (await behind()).breakRows, false, true);
}

/** VS Code asks for rows when the tree shows. */
function openRows<N>(
  id: string,
  rows: () => Promise<Rows<N>>,
  canSelectMany = false,
  manageCheckboxStateManually = false,
): TreeEntrance<N> {
  const changed = new EventEmitter<undefined>();
  const treeDataProvider: TreeDataProvider<N> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (node) => (await rows()).getChildren(node),
    getTreeItem: async (node) => (await rows()).getTreeItem(node),
    getParent: async (node) => (await rows()).getParent(node),
    resolveTreeItem: async (item, node, token) => (await rows()).resolveTreeItem(item, node, token),
  };
  const view = window.createTreeView(id, {
    treeDataProvider,
    showCollapseAll: false,
    canSelectMany,
    manageCheckboxStateManually,
  });
  return { view, changed };
}

/**
 * Follows debug sessions, of which one that another one started is a part. A tracker is asked for before the program
 * runs, which onDidStartDebugSession does not promise; it only listens.
 */
export function openDebugging(behind: () => Promise<Behind>): readonly Disposable[] {
  return [
    debug.registerDebugAdapterTrackerFactory('*', {
      createDebugAdapterTracker: async (session) => {
        const house = await behind();
        if (house.sessions.wants(session)) house.sessions.begin(session);
        return (await house.debugging()).track(session);
      },
    }),
    debug.onDidTerminateDebugSession(async (session) => {
      const house = await behind();
      (await house.debugging()).debuggees.end(session);
      await house.sessions.end(session);
    }),
  ];
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

/** Opens the source texts; nothing is loaded before one has a call that may be recognised. */
export function openSources(behind: () => Promise<Behind>): SourceEntrance {
  const changed = new EventEmitter<undefined>();
  const wants = (document: TextDocument): boolean =>
    languages.match(selector, document) > 0 && mentions(document.getText());
  const sources = async (document: TextDocument) => (wants(document) ? (await behind()).sources() : null);
  const look = (): void => {
    for (const { document } of window.visibleTextEditors) void sources(document);
  };
  look();
  const disposables = [
    window.onDidChangeVisibleTextEditors(look),
    languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document, token) =>
        (await sources(document))?.provideCodeLenses(document, token),
    }),
    languages.registerHoverProvider(selector, {
      provideHover: async (document, position, token) =>
        (await sources(document))?.provideHover(document, position, token),
    }),
  ];
  return { changed, wants, disposables };
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
