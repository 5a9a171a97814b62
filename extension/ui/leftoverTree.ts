import { commands, type TreeItem, type TreeView } from 'vscode';
import { findLeftovers, type Look } from '../core/leftovers/find';
import type { Leftover, LeftoverObject } from '../core/leftovers/leftover';
import type { Disposable } from '../shared/disposable';
import type { TreeEntrance } from './entrances';
import { leftoverItem, leftoverTooltip, objectItem } from './leftoverItem';
import { ageText } from './leftoverText';
import { temporaryDirectories } from './settings';
import type { System, SystemDoor } from './system';
import { grouped, sizeText } from './text';

/** True while there is a leftover: the view shows then. */
const someKey = 'segmentLens.someLeftovers';

/** Between two looks while watched: at least this, and at least `share` times the length of the last. */
const pauseMs = 4000;
const share = 50;

/** A leftover, and the objects that belong to it. */
export type LeftoverNode =
  | { readonly type: 'leftover'; readonly item: Leftover }
  | { readonly type: 'object'; readonly object: LeftoverObject; readonly item: Leftover };

/** How the extension looks for leftovers. */
export function lookOf({ native, catalog, segments }: System): Look {
  return {
    native,
    entries: () => catalog.refresh(),
    folders: temporaryDirectories,
    attachedHere: () =>
      new Set(
        segments.opened
          .filter(({ access }) => access === 'attach')
          .map(({ info }) => `${String(info?.device)}:${String(info?.inode)}`),
      ),
  };
}

/** The list of leftovers. Looks only while it or the list of segments shows, and when asked to. */
export class LeftoverTree implements Disposable {
  readonly view: TreeView<LeftoverNode>;
  readonly #changed: TreeEntrance<LeftoverNode>['changed'];
  readonly #disposables: readonly Disposable[];
  readonly #sessions = new Map<string, string>();
  #items: readonly Leftover[] = [];
  #drawn = '';
  #looking: Promise<readonly Leftover[]> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { view, changed }: TreeEntrance<LeftoverNode>,
    private readonly door: SystemDoor,
    private readonly segments: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  ) {
    this.view = view;
    this.#changed = changed;
    this.#disposables = [view, segments].map(({ onDidChangeVisibility }) =>
      onDidChangeVisibility(() => {
        this.#soon(0);
      }),
    );
    this.#soon(0);
  }

  /** As of the last look. */
  get items(): readonly Leftover[] {
    return this.#items;
  }

  /** Looks now. Throws where the system cannot be looked at. */
  refresh(): Promise<readonly Leftover[]> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** Says of these from now on that they were left since the debug session of this name ended. */
  attribute(items: readonly Leftover[], session: string): void {
    for (const { objects } of items)
      for (const { identity } of objects) this.#sessions.set(identity, session);
    this.#draw();
  }

  getChildren(node?: LeftoverNode): LeftoverNode[] {
    if (node === undefined) return this.#items.map((item) => ({ type: 'leftover', item }));
    const { item } = node;
    return node.type === 'object' ? [] : item.objects.map((object) => ({ type: 'object', object, item }));
  }

  getParent(node: LeftoverNode): LeftoverNode | undefined {
    return node.type === 'object' ? { type: 'leftover', item: node.item } : undefined;
  }

  getTreeItem(node: LeftoverNode): TreeItem {
    return node.type === 'leftover'
      ? leftoverItem(node.item, this.#sessionOf(node.item))
      : objectItem(node.object, node.item);
  }

  resolveTreeItem(item: TreeItem, node: LeftoverNode): TreeItem {
    if (node.type === 'leftover') item.tooltip = leftoverTooltip(node.item, item.description);
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #soon(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.view.visible && !this.segments.visible) return;
    this.#timer = setTimeout(() => {
      const start = performance.now();
      // What ails the listing is said in the list of segments.
      void this.refresh()
        .catch(() => undefined)
        .then(() => {
          this.#soon(Math.max(pauseMs, share * (performance.now() - start)));
        });
    }, delayMs).unref();
  }

  async #look(): Promise<readonly Leftover[]> {
    const found = await findLeftovers(lookOf(this.door.open()));
    this.#items = [...found].sort((a, b) => b.size - a.size || a.label.localeCompare(b.label));
    this.#draw();
    return this.#items;
  }

  #draw(): void {
    const drawn = JSON.stringify(
      this.#items.map((item) => [
        item.id,
        item.objects,
        item.doubts,
        this.#sessionOf(item),
        ageText(item.usedMs),
      ]),
    );
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const size = this.#items.reduce((sum, item) => sum + item.size, 0);
    this.view.description =
      this.#items.length === 0 ? '' : `${grouped(this.#items.length)} · ${sizeText(size)}`;
    void commands.executeCommand('setContext', someKey, this.#items.length > 0);
    this.#changed.fire(undefined);
  }

  #sessionOf({ objects }: Leftover): string | null {
    return (
      objects.map(({ identity }) => this.#sessions.get(identity)).find((name) => name !== undefined) ?? null
    );
  }
}
