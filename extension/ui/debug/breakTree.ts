import {
  commands,
  l10n,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  type TreeView,
} from 'vscode';
import type { BreakBook, ChangeBreak } from '../../core/debug/changeBreak';
import type { BreakStanding } from '../../core/debug/breakWatch';
import type { Disposable } from '../../shared/disposable';
import { fill } from '../../shared/fill';
import type { TreeEntrance } from '../entrances';
import { grouped } from '../text';
import { breakLabel, conditionText } from './breakText';

/** True while there is a break on change: the view shows then. */
const someKey = 'segmentLens.someBreaks';
/** VS Code's trees cannot be redrawn often. */
const coalesceMs = 250;

/** A row of the list of breaks. */
export interface BreakNode {
  readonly type: 'break';
  readonly id: string;
}

/** What the rows say beside what is in the book. */
export interface BreakFacts {
  readonly hits: (one: ChangeBreak) => number;
  readonly standing: (one: ChangeBreak) => BreakStanding | null;
}

/** The list of breaks on change, with a box each that enables it. */
export class BreakTree implements Disposable {
  readonly view: TreeView<BreakNode>;
  readonly #changed: TreeEntrance<BreakNode>['changed'];
  readonly #subscriptions: readonly Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #drawn = '';

  constructor(
    { view, changed }: TreeEntrance<BreakNode>,
    private readonly book: BreakBook,
    private readonly facts: () => BreakFacts | null,
  ) {
    this.view = view;
    this.#changed = changed;
    this.#subscriptions = [
      view.onDidChangeCheckboxState(({ items }) => {
        for (const [{ id }, state] of items) void this.#enable(id, state === TreeItemCheckboxState.Checked);
      }),
      book.onDidChange(() => {
        this.update();
      }),
    ];
    this.update();
  }

  /** Draws anew where it would look another way, soon. */
  update(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { all } = this.book;
      const drawn = JSON.stringify(all.map((one) => [one, this.#description(one)]));
      if (drawn === this.#drawn) return;
      this.#drawn = drawn;
      void commands.executeCommand('setContext', someKey, all.length > 0);
      this.#changed.fire(undefined);
    }, coalesceMs);
  }

  getChildren(node?: BreakNode): BreakNode[] {
    return node === undefined ? this.book.all.map(({ id }) => ({ type: 'break', id })) : [];
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem({ id }: BreakNode): TreeItem {
    const one = this.book.find(id);
    if (one === null) return new TreeItem('');
    const label = breakLabel(one);
    const item = new TreeItem(label, TreeItemCollapsibleState.None);
    item.id = id;
    item.description = this.#description(one);
    item.iconPath = new ThemeIcon(one.logs ? 'debug-breakpoint-log' : 'debug-breakpoint-data');
    item.checkboxState = {
      state: one.enabled ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
      tooltip: one.enabled ? l10n.t('Disable') : l10n.t('Enable'),
    };
    item.contextValue = 'break';
    item.accessibilityInformation = {
      label: `${label}, ${item.description.replaceAll(' · ', ', ')}`,
    };
    item.command = {
      command: 'segmentLens.showBreak',
      title: l10n.t('Show'),
      arguments: [{ type: 'break', id }],
    };
    return item;
  }

  resolveTreeItem(item: TreeItem, { id }: BreakNode): TreeItem {
    const one = this.book.find(id);
    if (one !== null) item.tooltip = `${one.segment}\n${this.#description(one)}`;
    return item;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #enable(id: string, enabled: boolean): Promise<void> {
    const one = this.book.find(id);
    if (one !== null && one.enabled !== enabled) await this.book.put({ ...one, enabled });
  }

  #description(one: ChangeBreak): string {
    const facts = this.facts();
    const hits = facts?.hits(one) ?? 0;
    return [
      conditionText(one.condition, one.length),
      one.logs ? l10n.t('logs') : l10n.t('pauses {0}', one.sessions?.join(', ') ?? l10n.t('every session')),
      ...(hits === 0 ? [] : [fill(l10n.t('{0} {0:hit|hits}'), [grouped(hits)])]),
      ...(one.enabled && facts?.standing(one) === 'waiting' ? [l10n.t('waiting for the segment')] : []),
    ].join(' · ');
  }
}
