import { l10n } from 'vscode';
import type { AttachedProcess } from '../shared/protocol';
import { plainName, shortName } from '../shared/visibleName';

/** What a row calls a process: its name, or its number where the name is not known. */
export function processLabel({ pid, name, us }: AttachedProcess): string {
  if (us) return l10n.t('this window');
  return name === '' ? l10n.t('process {0}', pid) : shortName(name);
}

/** "4711 · dev · read and write · 0x7f00"; of one that has ended: what it was. */
export function processDescription(process: AttachedProcess): string {
  const { pid, owner, alive, writable, mappings } = process;
  const addresses = mappings.slice(0, 2).map(({ address }) => `0x${address}`);
  const rest = mappings.length - addresses.length;
  return [
    String(pid),
    ...(owner === '' ? [] : [plainName(owner)]),
    alive ? (writable ? l10n.t('read and write') : l10n.t('read-only')) : endText(process),
    ...addresses,
    ...(rest > 0 ? [l10n.t('{0} more', rest)] : []),
  ].join(' · ');
}

function endText({ part }: AttachedProcess): string {
  if (part === 'attached') return l10n.t('has ended');
  return part === 'creator' ? l10n.t('creator, has ended') : l10n.t('last to attach, has ended');
}
