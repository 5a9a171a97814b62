import { commands, l10n, TreeItemCollapsibleState, workspace, type TreeItem, type TreeView } from 'vscode';
import type { Disposable } from '../shared/disposable';
import { Beginnings } from '../core/formerProcesses';
import { sameKey } from '../core/key';
import type { AttachedProcess } from '../shared/protocol';
import { restrictedText } from './description';
import type { TreeEntrance } from './entrances';
import { groups, type Group, type Leaf, type ProcessRow } from './groups';
import { phrase } from './phrases';
import { showHidden } from './settings';
import { SpaceLine } from './spaceLine';
import type { System, SystemDoor } from './system';
import { groupItem, leafItem, processesOf, processItem, signature, tooltip } from './treeItem';

/** True while there is nothing to list; not before the system has been looked at, and not while rows are drawn. */
const emptyKey = 'segmentLens.empty';

/** VS Code's trees cannot be redrawn often; what happens within this time is drawn once. */
const coalesceMs = 250;

/** What the tree consists of: groups, the segments in them, and who has those. */
export type Node = Group | Leaf | ProcessRow;

/** The list of segments. Looks at the system only while it shows. */
export class SegmentTree implements Disposable {
  readonly view: TreeView<Node>;
  readonly #changed: TreeEntrance<Node>['changed'];
  readonly #disposables: Disposable[] = [];
  readonly #space: SpaceLine;
  #watching: Disposable | null = null;
  #groups: readonly Group[] = [];
  #drawn = '';
  #listing = false;
  #listed = false;
  #empty = false;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #beginnings: Beginnings | null = null;
  #beganAt = 0;

  constructor(
    { view, changed }: TreeEntrance<Node>,
    private readonly door: SystemDoor,
    private readonly isDebugged: (pid: number) => boolean,
  ) {
    this.view = view;
    this.#changed = changed;
    this.#space = new SpaceLine(view, () => {
      this.#update();
    });
    this.#disposables.push(
      this.#space,
      this.view.onDidChangeVisibility(() => {
        this.#follow();
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        this.#update();
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('segmentLens.showHidden')) this.#update();
      }),
    );
    this.#follow();
  }

  /** The segment that is selected here. */
  get selected(): Leaf | null {
    const node = this.view.selection[0];
    return node?.type === 'segment' ? node : null;
  }

  /** The process that is selected here. */
  get selectedProcess(): AttachedProcess | null {
    const node = this.view.selection[0];
    return node?.type === 'process' ? node.process : null;
  }

  /** Every segment that the tree shows. */
  get leaves(): readonly Leaf[] {
    return this.#groups.flatMap((group) => group.leaves);
  }

  getChildren(node?: Node): readonly Node[] & Node[] {
    if (node === undefined) {
      this.#groups = this.#compute();
      this.#drawn = signature(this.#groups);
      this.#tellEmpty(this.#groups);
      this.view.message = this.#message();
      return [...this.#groups];
    }
    if (node.type === 'group') return [...node.leaves];
    if (node.type === 'process') return [];
    return node.processes.map((process): ProcessRow => ({ type: 'process', segment: node, process }));
  }

  getParent(node: Node): Node | undefined {
    if (node.type === 'process') return node.segment;
    return node.type === 'group' ? undefined : this.#groups.find(({ id }) => id === node.group);
  }

  getTreeItem(node: Node): TreeItem {
    if (node.type === 'process') return processItem(node);
    return node.type === 'group' ? groupItem(node, TreeItemCollapsibleState.Expanded) : leafItem(node);
  }

  async resolveTreeItem(item: TreeItem, node: Node): Promise<TreeItem> {
    const system = this.door.tryOpen();
    if (node.type === 'segment' && system !== null) item.tooltip = await tooltip(node, system.native);
    return item;
  }

  /** Draws anew where it would look another way, soon. */
  update(): void {
    this.#update();
  }

  /** Looks again now. */
  async refresh(): Promise<void> {
    await this.door.open().catalog.refresh();
    this.#update();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watching?.dispose();
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #follow(): void {
    const system = this.view.visible ? this.door.tryOpen() : null;
    if (this.view.visible) void this.#list(system);
    if (system === null) {
      this.#watching?.dispose();
      this.#watching = null;
      if (this.view.visible) this.#update();
      return;
    }
    if (this.#watching !== null) return;
    const parts = [
      system.catalog.watch(),
      system.catalog.onDidChange(() => {
        this.#update();
      }),
      system.segments.onDidChange(() => {
        this.#update();
      }),
    ];
    this.#watching = {
      dispose: () => {
        parts.forEach((part) => {
          part.dispose();
        });
      },
    };
    this.#update();
  }

  async #list(system: System | null): Promise<void> {
    if (this.#listing) return;
    this.#listing = true;
    // What ails the listing is said where it is asked for.
    await system?.catalog.refresh().catch(() => undefined);
    this.#listed = true;
    this.#tellEmpty(this.#compute());
  }

  #tellEmpty(groups: readonly Group[]): void {
    const isEmpty = this.#listed && groups.length === 0 && this.door.missing === null;
    if (isEmpty === this.#empty) return;
    this.#empty = isEmpty;
    void commands.executeCommand('setContext', emptyKey, isEmpty);
  }

  #update(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + coalesceMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#last = Date.now();
      const message = this.#message();
      if (signature(this.#compute()) !== this.#drawn || message !== (this.view.message ?? ''))
        this.#changed.fire(undefined);
    }, wait);
  }

  #compute(): readonly Group[] {
    const system = this.door.tryOpen();
    if (system === null) return [];
    // What is compared and then drawn asks once.
    const now = performance.now();
    if (this.#beginnings === null || now - this.#beganAt >= coalesceMs) {
      this.#beginnings = new Beginnings(system.native);
      this.#beganAt = now;
    }
    const beginnings = this.#beginnings;
    return groups(
      system.catalog.entries,
      system.segments.opened,
      sameKey,
      showHidden(),
      (leaf) => processesOf(leaf, beginnings),
      this.isDebugged,
    );
  }

  #message(): string {
    const { missing } = this.door;
    if (missing !== null) return missing;
    const fault = this.door.tryOpen()?.catalog.fault ?? null;
    if (fault !== null) return l10n.t('The segments cannot be listed: {0}', phrase(fault));
    return workspace.isTrusted || this.#groups.length === 0 ? this.#space.warning : restrictedText();
  }
}
