import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { attachedTo, countAlive } from '../core/attached';
import { formerProcesses, type Beginnings } from '../core/formerProcesses';
import { countsPages, keyLabel } from '../core/key';
import type { Native } from '../core/native';
import type { LockState, LockStatus } from '../shared/lock';
import type { AttachedProcess } from '../shared/protocol';
import { shortName, visibleName } from '../shared/visibleName';
import { kindText, withUs } from './description';
import type { Group, GroupId, Leaf, ProcessRow } from './groups';
import { processDescription, processLabel } from './processText';
import { bytesText, lockText, modeText, processesText, sizeText } from './text';

/** The row of a group. */
export function groupItem(group: Group, state: TreeItemCollapsibleState): TreeItem {
  const item = new TreeItem(groupTitle(group.id), state);
  item.id = `group:${group.id}`;
  item.contextValue = 'group';
  item.description = String(group.leaves.length);
  return item;
}

/** The row of a segment: its state in words and by an icon, never by colour alone. */
export function leafItem(leaf: Leaf): TreeItem {
  const label = shortName(keyLabel(leaf.key));
  const { None, Collapsed } = TreeItemCollapsibleState;
  const item = new TreeItem(label, leaf.processes.length > 0 ? Collapsed : None);
  item.id = leaf.id;
  item.description = leafDescription(leaf);
  item.iconPath = leafIcon(leaf);
  item.contextValue = contextValue(leaf);
  item.accessibilityInformation = {
    label: `${label}, ${kindText(leaf.entry?.kind ?? null, leaf.key)}, ${item.description.replaceAll(' · ', ', ')}`,
  };
  item.command = {
    command: 'segmentLens.openLiveView',
    title: l10n.t('Open Live View'),
    arguments: [leaf, 'followPanel'],
  };
  return item;
}

/** The row of a process: what it is, in words and by an icon; whether it has ended too. */
export function processItem({ segment, process }: ProcessRow): TreeItem {
  const label = processLabel(process);
  const item = new TreeItem(label);
  item.id = `${segment.id} ${process.part} ${String(process.pid)}`;
  item.description = processDescription(process);
  item.iconPath = new ThemeIcon(process.alive ? 'server-process' : 'circle-slash');
  item.tooltip = [label, item.description, visibleName(process.commandLine)].join('\n').trimEnd();
  item.contextValue = process.alive ? 'process running' : 'process';
  item.accessibilityInformation = { label: `${label}, ${item.description.replaceAll(' · ', ', ')}` };
  item.command = {
    command: 'segmentLens.showProcess',
    title: l10n.t('Show Process'),
    arguments: [{ type: 'process', process }],
  };
  return item;
}

/** Who is attached to a segment of the tree, and of System V those who made or used it and have ended. */
export function processesOf(
  { entry, open }: Pick<Leaf, 'entry' | 'open'>,
  beginnings: Beginnings,
): readonly AttachedProcess[] {
  const known = entry?.attached ?? [];
  const attached = open === null ? known : withUs(known, open);
  return entry === null ? attached : [...attached, ...formerProcesses(entry.info, attached, beginnings)];
}

/** Equal for two states of the tree that look the same. */
export function signature(groups: readonly Group[]): string {
  return JSON.stringify(
    groups.map((group) => [
      group.id,
      group.leaves.map((leaf) => [
        leaf.id,
        leafDescription(leaf),
        contextValue(leaf),
        lockOf(leaf)?.state,
        leaf.processes.map((one) => [one.part, one.alive, processDescription(one)]),
      ]),
    ]),
  );
}

/** "1,024 B · 2 attached · root · held by consumer (4712)". */
export function leafDescription(leaf: Leaf): string {
  const info = leaf.open?.info ?? leaf.entry?.info ?? null;
  const lock = lockOf(leaf);
  const count = countOf(leaf);
  return [
    ...presence(leaf),
    ...leaf.debugged.slice(0, 1).map(mappedText),
    ...(info === null ? [] : [bytesText(info.size)]),
    ...(count === null ? [] : [l10n.t('{0} attached', count)]),
    ...(info === null || info.owner === '' ? [] : [info.owner]),
    ...(lock === null || lock.state === 'none' ? [] : [lockText(lock)]),
  ].join(' · ');
}

/** "0x7F0012340000 in writer (4712)". */
function mappedText(process: AttachedProcess): string {
  const [first] = process.mappings;
  return first === undefined
    ? processesText([process])
    : l10n.t('0x{0} in {1}', first.address, processesText([process]));
}

/** Everything that is known, for the pointer that rests on a row. Looks up who is attached. */
export async function tooltip(leaf: Leaf, native: Native): Promise<MarkdownString> {
  const info = leaf.open?.info ?? leaf.entry?.info ?? null;
  const lock = lockOf(leaf);
  const mapped = await attachedTo(native, leaf.key).catch(() => leaf.entry?.attached ?? []);
  const attached = leaf.open === null ? mapped : withUs(mapped, leaf.open);
  const rows: [string, string][] = [
    [l10n.t('Kind'), kindText(leaf.entry?.kind ?? null, leaf.key)],
    [l10n.t('Native key'), visibleName(leaf.id)],
  ];
  if (info !== null) {
    rows.push(
      [
        l10n.t('Size'),
        countsPages(info.mechanism)
          ? l10n.t('{0}, counted in whole pages', sizeText(info.size))
          : sizeText(info.size),
      ],
      [l10n.t('Memory in use'), sizeText(info.allocated)],
    );
    if (info.owner !== '') rows.push([l10n.t('Owner'), info.owner], [l10n.t('Mode'), modeText(info.mode)]);
    rows.push([l10n.t('Attach count'), String(info.attachCount ?? attached.length)]);
    if (info.key !== null && info.key !== 0) {
      rows.push([l10n.t('System V key'), `0x${(info.key >>> 0).toString(16).padStart(8, '0')}`]);
    }
    if (info.shmid !== null) rows.push([l10n.t('System V id'), String(info.shmid)]);
  }
  rows.push([
    l10n.t('Attached'),
    attached.length === 0 ? l10n.t('nobody that we can see') : processesText(attached, 8),
  ]);
  if (leaf.debugged.length > 0) rows.push([l10n.t('Debugged'), leaf.debugged.map(mappedText).join(', ')]);
  if (lock !== null) rows.push([l10n.t('Lock'), lockText(lock)]);
  for (const [title, time] of [
    [l10n.t('Modified'), info?.modifiedMs],
    [l10n.t('Last attach or access'), info?.accessedMs],
    [l10n.t('Last detach'), info?.detachedMs],
    [l10n.t('Changed'), info?.changedMs],
  ] as const) {
    if (time !== null && time !== undefined && time > 0) rows.push([title, new Date(time).toLocaleString()]);
  }
  const text = new MarkdownString()
    .appendMarkdown('**')
    .appendText(visibleName(keyLabel(leaf.key)))
    .appendMarkdown('**\n\n');
  for (const [title, value] of rows) text.appendText(`${title}: ${value}`).appendMarkdown('  \n');
  return text;
}

/** How many are attached, ourselves included; null where nobody has counted yet. */
function countOf({ entry, open }: Leaf): number | null {
  if (entry?.info.mechanism === 'posix' && entry.attached !== null && open !== null) {
    return countAlive(withUs(entry.attached, open));
  }
  return entry?.attachCount ?? open?.info?.attachCount ?? null;
}

/** The lock as we know it latest; null where nothing is known. */
export function lockOf(leaf: Leaf): LockStatus | null {
  if (leaf.open?.holdsLock === true) return leaf.open.lock;
  return leaf.entry?.lock ?? leaf.open?.lock ?? null;
}

/** Words that the menus of package.json ask for. */
function contextValue(leaf: Leaf): string {
  return [
    'segment',
    leaf.open?.access === 'attach' ? 'attached' : 'observed',
    leaf.open?.holdsLock === true ? 'locked' : 'unlocked',
    ...(leaf.entry === null && leaf.open?.presence !== 'live' ? ['absent'] : ['present']),
    ...(leaf.key.type === 'process' ? [] : ['named']),
  ].join(' ');
}

function presence({ entry, open }: Leaf): readonly string[] {
  const attached = open?.access === 'attach' ? [l10n.t('attached here')] : [];
  if (entry !== null || (open?.presence === 'live' && open.key.type === 'process')) return attached;
  return [...attached, open?.presence === 'waiting' ? l10n.t('waiting for it to appear') : l10n.t('removed')];
}

function groupTitle(id: GroupId): string {
  switch (id) {
    case 'debugged':
      return l10n.t('Debugged');
    case 'opened':
      return l10n.t('Opened');
    case 'qt':
      return 'Qt';
    case 'posix':
      return 'POSIX';
    case 'systemv':
      return 'System V';
    case 'windows':
      return 'Windows';
    case 'hidden':
      return l10n.t('Chromium and X11');
  }
}

const icons: Readonly<Record<LockState, readonly [icon: string, colour?: string]>> = {
  none: ['file-binary'],
  free: ['unlock', 'charts.green'],
  held: ['lock', 'charts.yellow'],
  ours: ['key', 'charts.blue'],
  stale: ['warning', 'list.warningForeground'],
  damaged: ['error', 'list.errorForeground'],
  unreadable: ['eye-closed'],
};

/** Says how its lock is, or that it is waited for. */
export function leafIcon(leaf: Leaf): ThemeIcon {
  const isWaiting = leaf.entry === null && leaf.open?.presence === 'waiting';
  const [name, colour] = isWaiting ? ['watch'] : icons[lockOf(leaf)?.state ?? 'none'];
  return colour === undefined ? new ThemeIcon(name) : new ThemeIcon(name, new ThemeColor(colour));
}
