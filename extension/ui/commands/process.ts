import { env, l10n, window } from 'vscode';
import { attachedAll } from '../../core/attached';
import type { AttachedProcess } from '../../shared/protocol';
import { plainName, shortName } from '../../shared/visibleName';
import { askChoice } from '../ask';
import type { LoadedContext } from '../context';
import { focusProcess } from '../processFocus';
import { processDescription, processLabel } from '../processText';
import { resolveTarget } from '../target';
import { Viewer } from '../viewer';

/** Brings forward the debug session or the terminal that runs the process; else says what it is. */
export async function showProcess(context: LoadedContext, argument: unknown, option: unknown): Promise<void> {
  const process = await processOf(context, argument, option, l10n.t('Show Process'));
  if (process === null) return;
  if (process.alive && (await focusProcess(process.pid, context.debugged))) return;
  const copy = l10n.t('Copy PID');
  if ((await window.showInformationMessage(aboutText(process), copy)) === copy) await copied(process);
}

/** Puts the number of the process on the clipboard. */
export async function copyPid(context: LoadedContext, argument: unknown, option: unknown): Promise<void> {
  const process = await processOf(context, argument, option, l10n.t('Copy PID'));
  if (process !== null) await copied(process);
}

/**
 * The process of a row of the tree, with its number of a live view, or that is selected where the keys of package.json say
 * "tree"; null: none is named.
 */
export function givenProcess(
  { tree }: LoadedContext,
  argument: unknown,
  option: unknown,
): AttachedProcess | null {
  if (argument === 'tree') return tree.selectedProcess;
  if (argument instanceof Viewer) {
    const attached = argument.description?.attached ?? [];
    return attached.find(({ pid }) => String(pid) === option) ?? null;
  }
  const row = argument as { readonly type?: unknown; readonly process?: AttachedProcess } | null | undefined;
  return row?.type === 'process' ? (row.process ?? null) : null;
}

/** Asks for one that is attached to a segment, where the argument names none. */
async function processOf(
  context: LoadedContext,
  argument: unknown,
  option: unknown,
  title: string,
): Promise<AttachedProcess | null> {
  const given = givenProcess(context, argument, option);
  if (given !== null) return given;
  const target = await resolveTarget(context, argument === 'tree' ? undefined : argument, title);
  if (target === null) return null;
  const shown = context.viewers.active;
  const { attached } =
    shown?.key === target.key && shown.description !== null
      ? shown.description
      : await attachedAll(context.system.native, target.key);
  if (attached.length === 0) throw new Error(l10n.t('Nobody is attached to {0}.', target.label));
  const choices = attached.map((value) => ({
    label: processLabel(value),
    description: processDescription(value),
    detail: plainName(value.commandLine),
    value,
  }));
  return (await askChoice(title, choices)) ?? null;
}

function aboutText(process: AttachedProcess): string {
  const { alive, commandLine } = process;
  const who = [processLabel(process), processDescription(process), shortName(commandLine)]
    .filter((part) => part !== '')
    .join(' · ');
  return alive
    ? l10n.t('{0}. No debug session and no terminal of this window runs it.', who)
    : l10n.t('{0}.', who);
}

async function copied({ pid }: AttachedProcess): Promise<void> {
  await env.clipboard.writeText(String(pid));
  window.setStatusBarMessage(l10n.t('$(check) Copied {0}', pid), 3000);
}
