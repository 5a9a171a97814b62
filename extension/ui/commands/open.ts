import { commands, env, l10n, TabInputCustom, ViewColumn, window } from 'vscode';
import type { LoadedContext } from '../context';
import { pickKey } from '../keyPick';
import { fromArgument, type Target } from '../target';
import { segmentUri } from '../uri';
import { viewType } from '../editorTab';
import { formatKey, type NativeKey } from '../../core/key';
import type { Viewer } from '../viewer';

/** A tab that has not shown by then was closed by the user. */
const mostPatienceMs = 30_000;

/** Called with this, a click on a row shows the segment where the user looks: in the panel while that is open. */
export const followPanel = 'followPanel';

/** Opens a live view of what the argument names; asks for a key without one. Observes, nothing more. */
export async function openLiveView(
  context: LoadedContext,
  argument: unknown,
  option: unknown,
): Promise<void> {
  const given = fromArgument(argument);
  if (given !== null) {
    if (option === followPanel && context.panel.visible) context.panel.follow(given.key);
    else await show(given.key, option === followPanel);
    return;
  }
  const picked = await pickKey(context, { title: l10n.t('Open Live View'), listed: true });
  if (picked === null) return;
  await context.memory.remember(picked.interpretation.key);
  await show(picked.interpretation.key, false);
}

/** Opens the live view as an editor tab that stays. */
export async function openInEditor(_context: LoadedContext, target: Target): Promise<void> {
  await show(target.key, false);
}

/** Shows the segment in the bottom panel. */
export async function openInPanel(context: LoadedContext, target: Target): Promise<void> {
  await context.panel.reveal(target.key);
}

/** Puts the native key, the form of QNativeIpcKey::toString(), on the clipboard. */
export async function copyNativeKey(_context: LoadedContext, target: Target): Promise<void> {
  await env.clipboard.writeText(target.id);
  window.setStatusBarMessage(l10n.t('$(check) Copied {0}', target.id), 3000);
}

/** Opens a tab; a preview is replaced by the next one. */
export async function show(key: NativeKey, preview: boolean): Promise<void> {
  await commands.executeCommand('vscode.openWith', segmentUri(key), viewType, { preview });
}

/** Opens a tab beside the source, which keeps the focus; nothing where there is such a tab. */
export async function showBeside(key: NativeKey): Promise<void> {
  const uri = segmentUri(key);
  const isShown = window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input }) => input instanceof TabInputCustom && input.uri.toString() === uri.toString()),
  );
  if (isShown) return;
  const viewColumn = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
  await commands.executeCommand('vscode.openWith', uri, viewType, {
    viewColumn,
    preserveFocus: true,
    preview: false,
  });
}

/** Opens a tab and selects these bytes in it, once it shows them. */
export async function showAt(
  context: LoadedContext,
  key: NativeKey,
  offset: number,
  length: number,
): Promise<void> {
  await show(key, false);
  const id = formatKey(key);
  const found = (): Viewer | null => {
    const { active } = context.viewers;
    return active?.place === 'editor' && active.isPlaced && active.document?.segment.id === id
      ? active
      : null;
  };
  const viewer =
    found() ??
    (await new Promise<Viewer | null>((resolve) => {
      const given = setTimeout(finish, mostPatienceMs, null);
      const following = context.viewers.onDidChange(() => {
        if (found() !== null) finish(found());
      });
      function finish(one: Viewer | null): void {
        clearTimeout(given);
        following.dispose();
        resolve(one);
      }
    }));
  viewer?.reveal(offset, length);
}
