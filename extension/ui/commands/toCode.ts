import { commands, env, extensions, l10n, window } from 'vscode';
import { attachedTo } from '../../core/attached';
import { addressOf } from '../../core/debug/dataRequest';
import type { NativeKey } from '../../core/key';
import { shortName } from '../../shared/visibleName';
import { askChoice } from '../ask';
import type { Context } from '../context';
import type { Debuggee } from '../debug/debuggees';
import { processLabel } from '../processText';
import type { Viewer } from '../viewer';

/** VS Code's own: opens memory of a debug session in the Hex Editor, and offers to install that. */
const viewMemory = 'workbench.debug.viewlet.action.viewMemory';
const hexEditor = 'ms-vscode.hexeditor';

/** The bytes of the selection in a process that has them mapped. */
interface Place {
  readonly pid: number;
  readonly label: string;
  readonly address: string;
}

/** Puts the address that an attached process has for the first selected byte on the clipboard. Asks which, of several. */
export async function copyAddress(context: Context, viewer: Viewer): Promise<void> {
  const places = await placesOf(context, viewer);
  const chosen = await choose(
    l10n.t('Copy Address in Process'),
    places.map((value) => ({ value })),
  );
  if (chosen === undefined) return;
  await env.clipboard.writeText(chosen.value.address);
  window.setStatusBarMessage(l10n.t('$(check) Copied {0}', chosen.value.address), 3000);
}

/** Opens the memory view of VS Code at the selected bytes, of a debug session that stands and has them mapped. */
export async function showInMemoryView(context: Context, viewer: Viewer): Promise<void> {
  const places = await placesOf(context, viewer);
  const { debuggees } = await context.debugging();
  const known = debuggees.byPid;
  const standing = places.flatMap((value) => {
    const debuggee = known.get(value.pid);
    return debuggee?.state.standing === 'stopped' ? [{ value, debuggee }] : [];
  });
  if (standing.length === 0)
    throw new Error(
      l10n.t(
        'No debug session that has these bytes mapped is stopped: debug one of the attached processes, such as {0} ({1}), pause it, and ask again.',
        places[0]?.label ?? '',
        places[0]?.pid ?? 0,
      ),
    );
  const chosen = await choose(l10n.t("Show in VS Code's Memory View"), standing);
  if (chosen === undefined) return;
  const { debuggee, value } = chosen;
  await checkReads(debuggee, value.address);
  if (extensions.getExtension(hexEditor) === undefined) {
    const install = l10n.t('Install and Show');
    const text = l10n.t(
      "VS Code's memory view is the Hex Editor of Microsoft ({0}), which this window does not have. The live view shows the same bytes.",
      hexEditor,
    );
    if ((await window.showWarningMessage(text, install)) !== install) return;
  }
  await commands.executeCommand(viewMemory, {
    sessionId: debuggee.session.id,
    variable: { memoryReference: value.address },
  });
}

/** Adapters for languages without addresses read memory by names of their own, or none. */
async function checkReads({ session, state }: Debuggee, memoryReference: string): Promise<void> {
  const reads =
    state.canReadMemory &&
    (await session.customRequest('readMemory', { memoryReference, count: 1 }).then(
      (answer: unknown) => typeof (answer as { readonly data?: unknown } | undefined)?.data === 'string',
      () => false,
    ));
  if (!reads)
    throw new Error(
      l10n.t(
        'The debugger of “{0}” does not read memory by address, as gdb and lldb 20 do. The live view shows the same bytes.',
        shortName(session.name),
      ),
    );
}

/** Every other process that has the bytes, those with a stopped debug session first. Throws where nobody has. */
async function placesOf({ door, debugging }: Context, viewer: Viewer): Promise<readonly Place[]> {
  const { key, cursor } = viewer;
  if (key === null) throw new Error(l10n.t('Open a live view first.'));
  const { byPid } = (await debugging()).debuggees;
  const places = await mapped(
    door.open().native,
    key,
    cursor.length === 0 ? cursor.offset : cursor.start,
    Math.max(1, cursor.length),
  );
  if (places.length === 0)
    throw new Error(
      l10n.t(
        'No process that we may look into has these bytes mapped: start a program that maps them, or select fewer.',
      ),
    );
  return [...places].sort((a, b) => Number(byPid.has(b.pid)) - Number(byPid.has(a.pid)));
}

async function mapped(
  native: Parameters<typeof attachedTo>[0],
  key: NativeKey,
  offset: number,
  length: number,
): Promise<readonly Place[]> {
  const attached = await attachedTo(native, key);
  return attached.flatMap((one) => {
    const address = one.us ? null : addressOf(one.mappings, offset, length);
    return address === null
      ? []
      : [{ pid: one.pid, label: processLabel(one), address: `0x${address.toString(16)}` }];
  });
}

async function choose<T extends { readonly value: Place }>(
  title: string,
  all: readonly T[],
): Promise<T | undefined> {
  if (all.length === 1) return all[0];
  return askChoice(
    title,
    all.map((value) => ({
      label: value.value.label,
      description: `${String(value.value.pid)} · ${value.value.address}`,
      value,
    })),
  );
}
