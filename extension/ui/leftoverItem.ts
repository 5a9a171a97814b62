import { l10n, MarkdownString, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Leftover, LeftoverObject } from '../core/leftovers/leftover';
import { plainName, shortName, visibleName } from '../shared/visibleName';
import { doubtText, leftoverDescription, objectText } from './leftoverText';

/** The row of a leftover; `session` is the debug session that it was left since. */
export function leftoverItem(item: Leftover, session: string | null): TreeItem {
  const label = shortName(item.label);
  const row = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  row.id = item.id;
  row.description = leftoverDescription(item, session);
  row.iconPath = new ThemeIcon(
    item.doubts.length > 0 ? 'question' : icons[item.objects[0]?.type ?? 'segment'],
  );
  row.contextValue = item.key === null ? 'leftover' : 'leftover keyed';
  row.accessibilityInformation = { label: `${label}, ${row.description.replaceAll(' · ', ', ')}` };
  return row;
}

const icons: Readonly<Record<LeftoverObject['type'], string>> = {
  segment: 'file-binary',
  semaphore: 'lock',
  'key-file': 'key',
};

/** The row of an object below its leftover. */
export function objectItem(object: LeftoverObject, { id }: Leftover): TreeItem {
  const label = plainName(object.name);
  const row = new TreeItem(label);
  row.id = `${id} ${object.identity}`;
  row.description = objectText(object);
  row.iconPath = new ThemeIcon(icons[object.type]);
  row.contextValue = 'leftoverObject';
  row.accessibilityInformation = { label: `${label}, ${row.description}` };
  return row;
}

/** Everything that is known, for the pointer that rests on a row. */
export function leftoverTooltip(item: Leftover, description: TreeItem['description']): MarkdownString {
  const lines = [
    String(description ?? ''),
    l10n.t('Last used: {0}', new Date(item.usedMs).toLocaleString()),
    ...item.objects.map((object) => `${visibleName(object.name)}: ${objectText(object)}`),
    ...item.doubts.map((doubt) => doubtText(doubt, item.unseen)),
  ];
  const text = new MarkdownString()
    .appendMarkdown('**')
    .appendText(visibleName(item.label))
    .appendMarkdown('**\n\n');
  for (const line of lines) text.appendText(line).appendMarkdown('  \n');
  return text;
}
