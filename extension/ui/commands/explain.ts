import { l10n } from 'vscode';
import type { Question } from '../../core/doctor/finding';
import { legacyNameOf, type NativeKey } from '../../core/key';
import { askChoice } from '../ask';
import type { LoadedContext } from '../context';
import { pickKey } from '../keyPick';
import { fromArgument } from '../target';

/**
 * Shows why something is as it is with the segment of the argument, of which the keys of package.json say where it is
 * selected; asks for a key without one.
 */
export async function explain(context: LoadedContext, argument: unknown, option: unknown): Promise<void> {
  const error = (option ?? null) as Question['error'];
  const given = selectedKey(context, argument) ?? keyOf(argument);
  if (given !== null) {
    await context.explanations.show({ key: given, text: textOf(given), error });
    return;
  }
  const title = l10n.t('Explain');
  const about = await askChoice(title, [
    { label: l10n.t('A Segment or a Key'), value: 'key' as const },
    { label: l10n.t('Space and Limits of This Machine'), value: 'space' as const },
  ]);
  if (about === 'space') {
    await context.explanations.show({
      key: null,
      text: null,
      error: { code: 'out-of-resources', facts: {} },
    });
  }
  if (about !== 'key') return;
  const picked = await pickKey(context, { title, listed: true });
  if (picked === null) return;
  const { key } = picked.interpretation;
  await context.explanations.show({ key, text: picked.text === '' ? textOf(key) : picked.text, error });
}

/** What is selected where the keyboard is: in the list of leftovers, or in a live view or the list of segments. */
function selectedKey({ leftovers, viewers, tree }: LoadedContext, place: unknown): NativeKey | null {
  if (place === 'leftover') return leftovers.view.selection[0]?.item.key ?? null;
  return place === 'segment' ? (viewers.active?.key ?? tree.selected?.key ?? null) : null;
}

/** A row of either tree, a live view, an address or an identity string. */
function keyOf(argument: unknown): NativeKey | null {
  const { type, item } = (typeof argument === 'object' ? (argument ?? {}) : {}) as {
    readonly type?: unknown;
    readonly item?: { readonly key: NativeKey | null };
  };
  if (argument === 'leftover' || argument === 'segment') return null;
  return type === 'leftover' ? (item?.key ?? null) : (fromArgument(argument)?.key ?? null);
}

/** What programs may have typed for it. */
function textOf(key: NativeKey): string | null {
  if ('legacyKey' in key) return key.legacyKey;
  return key.type === 'posix' && legacyNameOf(key) === null ? key.name.slice(1) : null;
}
