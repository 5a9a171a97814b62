import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { SegmentError } from '../core/errors';
import { interpretations, type Interpretation, type KeyMeaning } from '../core/interpretations';
import { formatKey, keyLabel, segmentAddress, type NativeKey } from '../core/key';
import { checkText } from '../core/keyRules';
import { hiddenKinds } from '../core/kinds/index';
import type { Native } from '../core/native';
import type { SegmentInfo } from '../core/native';
import { plainName, shortName } from '../shared/visibleName';
import { complaint } from './ask';
import { kindText } from './description';
import type { LoadedContext } from './context';
import { phrase } from './phrases';
import { temporaryDirectories } from './settings';
import { bytesText, ownerText } from './text';

/** What the user typed and what it is to mean; `text` is empty where an existing segment was picked. */
export interface PickedKey {
  readonly text: string;
  readonly interpretation: Interpretation;
  /** The segment that has the key; null: none. */
  readonly existing: SegmentInfo | null;
}

interface Row extends QuickPickItem {
  readonly choice?: PickedKey;
}

/** Asks for a segment among those that exist, by any key. Throws `not-found` with every name that was tried. */
export async function pickExisting(context: LoadedContext, title: string): Promise<NativeKey | null> {
  const picked = await pickKey(context, { title, listed: true });
  if (picked === null) return null;
  const { text, interpretation, existing } = picked;
  if (existing === null && text !== '') {
    const { accepted } = interpretations(text, temporaryDirectories());
    const tried = accepted.map(({ key }) => formatKey(key));
    throw new SegmentError('not-found', `no segment for ${text}`, { tried });
  }
  await context.memory.remember(interpretation.key);
  return interpretation.key;
}

/**
 * Asks for a key. As the user types, every sense of the text is shown with whether a segment has that key; senses
 * that break a rule are shown with the rule and cannot be chosen. With `listed` something is to be opened: senses that a
 * segment has come first, each key once, and existing segments come below.
 */
export async function pickKey(
  context: LoadedContext,
  options: { readonly title: string; readonly listed: boolean; readonly value?: string },
): Promise<PickedKey | null> {
  const { native, catalog } = context.system;
  const pick = window.createQuickPick<Row>();
  pick.title = options.title;
  pick.placeholder = l10n.t('A Qt key, posix:/name, systemv:/path, /name, /path,81, 0x51000001, a shmid …');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.value = options.value ?? '';
  let existing: readonly Row[] = [];
  const fill = () => {
    pick.items = [...meaningRows(pick.value, native, options.listed), ...existing];
  };
  fill();
  if (options.listed) {
    pick.busy = true;
    void catalog
      .refresh()
      .then((entries) => {
        existing = entries
          .filter(({ kind }) => !hiddenKinds.includes(kind))
          .map((entry) => listedRow(entry.key, kindText(entry.kind, entry.key), entry.info));
        if (existing.length > 0) existing = [separator(l10n.t('Segments of this machine')), ...existing];
        fill();
      })
      .finally(() => (pick.busy = false));
  }
  return new Promise((resolve) => {
    pick.onDidChangeValue(fill);
    pick.onDidAccept(() => {
      const picked = pick.selectedItems[0]?.choice;
      if (picked === undefined) return;
      resolve(picked);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}

/** A meaning of a key as a person chooses it. */
export function meaningText(meaning: KeyMeaning): string {
  switch (meaning) {
    case 'qt-systemv':
      return l10n.t('Qt key (System V, every version)');
    case 'qt-posix':
      return l10n.t('Qt key (Qt built for POSIX)');
    case 'qt-platform-safe':
      return l10n.t('Qt key, platform safe (Qt 6.6 and later)');
    case 'qt-windows':
      return l10n.t('Qt key (every version)');
    case 'qt-windows-safe':
      return l10n.t('Qt key, platform safe (Qt 6.6 and later)');
    case 'windows-name':
      return l10n.t('Name on Windows');
    case 'native-key':
      return l10n.t('Native key');
    case 'posix-name':
      return l10n.t('POSIX name');
    case 'key-file':
      return l10n.t('System V key file');
    case 'key-number':
      return l10n.t('System V key number');
    case 'shmid':
      return l10n.t('System V id (shmid)');
  }
}

/** The segment that has the key now; null where none has it or we may not ask. */
export function existingSegment(native: Native, key: NativeKey): SegmentInfo | null {
  try {
    return native.info(segmentAddress(key));
  } catch {
    return null;
  }
}

function meaningRows(text: string, native: Native, listed: boolean): readonly Row[] {
  if (text === '') return listed ? [] : [nothingTyped()];
  const { accepted: senses, refused } = interpretations(text, temporaryDirectories());
  // The system chooses a shmid: no segment can be created with one.
  const accepted = listed ? senses : senses.filter(({ meaning }) => meaning !== 'shmid');
  const rows = accepted.map((interpretation): Row & { readonly choice: PickedKey } => {
    const existing = existingSegment(native, interpretation.key);
    return {
      label: `$(${existing === null ? 'circle-large-outline' : 'pass-filled'}) ${meaningText(interpretation.meaning)}`,
      description:
        existing === null
          ? l10n.t('does not exist')
          : l10n.t('exists: {0}, owned by {1}', bytesText(existing.size), ownerText(existing.owner)),
      detail: plainName(formatKey(interpretation.key)),
      alwaysShow: true,
      choice: { text, interpretation, existing },
    };
  });
  const refusals = refused.map(({ meaning, reason }): Row => ({
    label: `$(circle-slash) ${meaningText(meaning)}`,
    description: phrase(reason),
    alwaysShow: true,
  }));
  // What the text looks like most is refused: Enter must not take the next best sense instead.
  const obvious = refused.some(({ meaning }) => meaning === 'native-key' || meaning === 'qt-systemv');
  const title = separator(l10n.t('What “{0}” can mean', shortName(text)));
  if (!listed) return obvious ? [title, ...refusals, ...rows] : [title, ...rows, ...refusals];
  // To open what exists is what was meant most likely, whatever else is refused.
  const distinct = rows.filter(({ detail }, at) => rows.findIndex((row) => row.detail === detail) === at);
  const present = distinct.filter(({ choice }) => choice.existing !== null);
  const missing = distinct.filter(({ choice }) => choice.existing === null);
  const rest = obvious ? [...refusals, ...missing] : [...missing, ...refusals];
  const between =
    present.length > 0 && rest.length > 0 ? [separator(l10n.t('No segment has these keys'))] : [];
  return [title, ...present, ...between, ...rest];
}

/** Why Enter does nothing yet. */
function nothingTyped(): Row {
  const description = complaint(() => {
    checkText('');
  });
  return {
    label: `$(circle-slash) ${l10n.t('No key yet')}`,
    ...(description === undefined ? {} : { description }),
    alwaysShow: true,
  };
}

function listedRow(key: NativeKey, kind: string, info: SegmentInfo): Row {
  return {
    label: `$(file-binary) ${shortName(keyLabel(key))}`,
    description: `${kind} · ${bytesText(info.size)} · ${info.owner}`,
    detail: plainName(formatKey(key)),
    choice: { text: '', interpretation: { meaning: 'native-key', key }, existing: info },
  };
}

function separator(label: string): Row {
  return { label, kind: QuickPickItemKind.Separator };
}
