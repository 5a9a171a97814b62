import { l10n, MarkdownString, type Command } from 'vscode';
import type { SegmentError } from '../../core/errors';
import { formatKey, sameKey, type NativeKey } from '../../core/key';
import type { SourceCall } from '../../core/source/call';
import { visibleName } from '../../shared/visibleName';
import { kindText } from '../description';
import type { Leaf } from '../groups';
import { phrase } from '../phrases';
import type { System } from '../system';
import { leafDescription, leafIcon, tooltip } from '../treeItem';

/** A call in a source text and every key that it can mean; none where it is `refused`, or of another system. */
export interface Called {
  readonly call: SourceCall;
  readonly keys: readonly NativeKey[];
  readonly refused: SegmentError | null;
}

/** Which segments have a call's keys now, as the catalog listed them last. */
export function leavesOf({ catalog, segments }: System, { keys }: Called): readonly Leaf[] {
  return keys.flatMap((key): Leaf[] => {
    const id = formatKey(key);
    const entry = catalog.find(id);
    if (entry === undefined) return [];
    const open = segments.opened.find((one) => sameKey(one.key, key)) ?? null;
    // Memory of a process is in no list.
    const group = entry.info.mechanism === 'process' ? 'opened' : entry.info.mechanism;
    return [{ type: 'segment', id, group, key, entry, open, processes: [], debugged: [] }];
  });
}

/** What stands above a call: a way to each segment that it leads to; calm where there is none yet. */
export function lensCommands(system: System, called: Called): readonly Command[] {
  const [key] = called.keys;
  if (key === undefined) return [{ title: noKeyText(called), command: '' }];
  const leaves = leavesOf(system, called);
  if (leaves.length === 0) {
    return [
      openCommand(formatKey(key), `$(watch) ${l10n.t('does not exist yet: wait for it')}`),
      explainCommand(formatKey(key)),
    ];
  }
  return leaves.map((leaf) => {
    const kind = leaves.length > 1 ? `${kindText(leaf.entry?.kind ?? null, leaf.key)} · ` : '';
    return openCommand(leaf.id, `$(${leafIcon(leaf).id}) ${kind}${leafDescription(leaf)}`);
  });
}

/** Everything that is known, as the tree tells it, with links. Looks up who is attached. */
export async function hoverTexts(system: System, called: Called): Promise<MarkdownString[]> {
  const [key] = called.keys;
  if (key === undefined) return [new MarkdownString().appendText(noKeyText(called))];
  const leaves = leavesOf(system, called);
  if (leaves.length === 0) {
    const name = visibleName(called.call.text);
    const text = new MarkdownString().appendText(l10n.t('No segment has the key “{0}” yet.', name));
    const id = formatKey(key);
    return [withLinks(text, openCommand(id, l10n.t('Wait for It')), explainCommand(id))];
  }
  return Promise.all(
    leaves.map(async (leaf) =>
      withLinks(
        await tooltip(leaf, system.native),
        openCommand(leaf.id, l10n.t('Open Live View')),
        explainCommand(leaf.id),
      ),
    ),
  );
}

function noKeyText({ refused }: Called): string {
  return refused === null ? l10n.t('a named section of Windows: this system has none') : phrase(refused);
}

function openCommand(id: string, title: string): Command {
  return { title, command: 'segmentLens.openLiveView', arguments: [id] };
}

function explainCommand(id: string): Command {
  return { title: l10n.t('Explain…'), command: 'segmentLens.explain', arguments: [id] };
}

function withLinks(text: MarkdownString, ...links: readonly Command[]): MarkdownString {
  text.isTrusted = { enabledCommands: links.map(({ command }) => command) };
  const written = links.map(
    ({ title, command, arguments: given }) =>
      `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(given))})`,
  );
  return text.appendMarkdown(`\n\n${written.join(' · ')}`);
}
