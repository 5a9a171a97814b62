import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { ancestors } from '../../core/ancestors';
import { segmentError } from '../../core/errors';
import type { ProcessEntry } from '../../core/native';
import { sharedMappings, type MemoryKind, type SharedMapping } from '../../core/processMemory';
import { plainName, shortName } from '../../shared/visibleName';
import { askChoice } from '../ask';
import type { LoadedContext } from '../context';
import { phrase } from '../phrases';
import { bytesText } from '../text';
import { show } from './open';
import { givenProcess } from './process';

/** Opens a shared mapping of a process in a live view, also one without a name. Observes, nothing more. */
export async function openSharedMapping(
  context: LoadedContext,
  argument: unknown,
  option: unknown,
): Promise<void> {
  const given = givenProcess(context, argument, option);
  const pid = given?.pid ?? (await pickProcess(context));
  if (pid === null) return;
  const mappings = await mappingsOf(context, pid);
  if (mappings.length === 0) throw new Error(l10n.t('Process {0} shares no memory.', pid));
  const chosen = await askChoice(l10n.t('Open Shared Mapping of Process {0}', pid), mappings.map(mappingRow));
  if (chosen === undefined) return;
  // A segment of this machine is opened, or refused, by its own key.
  if (chosen.object.refusal !== null && chosen.key.type === 'process') throw chosen.object.refusal;
  await show(chosen.key, false);
}

async function mappingsOf({ system }: LoadedContext, pid: number): Promise<readonly SharedMapping[]> {
  const { native, catalog } = system;
  const memory = await native.processMemory(pid).catch((error: unknown) => {
    if (segmentError(error).code === 'not-found') throw new Error(l10n.t('Process {0} has ended.', pid));
    throw error;
  });
  return sharedMappings(pid, memory, await catalog.refresh());
}

/** Those of debug sessions come first. */
async function pickProcess({ system, debugged }: LoadedContext): Promise<number | null> {
  const { processes } = await system.native.scanProcesses(true);
  const isDebugged = ({ pid }: ProcessEntry): boolean => ancestors(pid).some((one) => debugged.has(one));
  const sorted = [...processes].sort((a, b) => a.name.localeCompare(b.name) || a.pid - b.pid);
  const groups = [
    [l10n.t('Debug sessions'), sorted.filter(isDebugged)],
    [l10n.t('Other processes'), sorted.filter((one) => !isDebugged(one))],
  ] as const;
  const rows = groups.flatMap(([label, members]): (QuickPickItem & { readonly pid?: number })[] =>
    members.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...members.map(processRow)],
  );
  const options = {
    title: l10n.t('Open Shared Mapping of Process'),
    placeHolder: l10n.t('A process that shares memory'),
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  };
  return (await window.showQuickPick(rows, options))?.pid ?? null;
}

function processRow({
  pid,
  name,
  owner,
  commandLine,
}: ProcessEntry): QuickPickItem & { readonly pid: number } {
  return {
    label: shortName(name),
    description: `${String(pid)} · ${plainName(owner)}`,
    detail: plainName(commandLine),
    pid,
  };
}

function mappingRow(value: SharedMapping): QuickPickItem & { readonly value: SharedMapping } {
  const { kind, name, size, object } = value;
  const { writable, address, owner, refusal } = object;
  const facts = [
    kindText(kind),
    bytesText(size),
    ...(owner === null ? [] : [plainName(owner)]),
    writable ? l10n.t('read and write') : address === null ? l10n.t('only open') : l10n.t('read-only'),
    ...(address === null ? [] : [`0x${address}`]),
  ];
  const isRefused = refusal !== null && value.key.type === 'process';
  return {
    label: `$(${isRefused ? 'circle-slash' : 'file-binary'}) ${shortName(name)}`,
    description: facts.join(' · '),
    ...(isRefused ? { detail: phrase(refusal) } : {}),
    value,
  };
}

function kindText(kind: MemoryKind): string {
  switch (kind) {
    case 'posix':
      return 'POSIX';
    case 'elsewhere':
      return l10n.t('POSIX, of another namespace');
    case 'removed':
      return l10n.t('POSIX, name removed');
    case 'memfd':
      return 'memfd';
    case 'anonymous':
      return l10n.t('without a name');
    case 'systemv':
      return 'System V';
  }
}
