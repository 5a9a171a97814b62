import { env, l10n, window } from 'vscode';
import { attachedTo } from '../../core/attached';
import { addressOf } from '../../core/debug/dataRequest';
import { askChoice } from '../ask';
import type { Context } from '../context';
import { processLabel } from '../processText';
import type { Viewer } from '../viewer';

/**
 * Puts the address that another process has for the first selected byte on the clipboard. Asks which, where several have
 * the selection mapped: those that are debugged are first.
 */
export async function copyAddress({ door, debugging }: Context, { key, cursor }: Viewer): Promise<void> {
  if (key === null) throw new Error(l10n.t('Open a live view first.'));
  const { offset, start, length } = cursor;
  const { byPid } = (await debugging()).debuggees;
  const choices = (await attachedTo(door.open().native, key))
    .flatMap((one) => {
      const first = length === 0 ? offset : start;
      const address = one.us ? null : addressOf(one.mappings, first, Math.max(1, length));
      if (address === null) return [];
      const value = `0x${address.toString(16)}`;
      return [
        { pid: one.pid, label: processLabel(one), description: `${String(one.pid)} · ${value}`, value },
      ];
    })
    .sort((a, b) => Number(byPid.has(b.pid)) - Number(byPid.has(a.pid)));
  if (choices.length === 0)
    throw new Error(
      l10n.t(
        'No process that we may look into has these bytes mapped: start a program that maps them, or select fewer.',
      ),
    );
  const address =
    choices.length === 1 ? choices[0]?.value : await askChoice(l10n.t('Copy Address in Process'), choices);
  if (address === undefined) return;
  await env.clipboard.writeText(address);
  window.setStatusBarMessage(l10n.t('$(check) Copied {0}', address), 3000);
}
