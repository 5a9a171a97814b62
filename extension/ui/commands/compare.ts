import { basename } from 'node:path';
import { env, l10n, QuickPickItemKind, ThemeIcon, window, type QuickPickItem } from 'vscode';
import { ComparedFile } from '../../core/comparedFile';
import { momentSide } from '../../core/comparison';
import { formatKey, keyLabel, type NativeKey } from '../../core/key';
import { hiddenKinds } from '../../core/kinds/index';
import type { Moment } from '../../core/moment';
import type { Compared } from '../../shared/compare';
import { plainName, shortName } from '../../shared/visibleName';
import type { Context } from '../context';
import { kindText } from '../description';
import { phrase } from '../phrases';
import { bytesText, copyText, sizeText, timeText } from '../text';
import { withProgress } from '../progress';
import type { Viewer } from '../viewer';

interface Row extends QuickPickItem {
  readonly compare?: () => void | Promise<void>;
  readonly moment?: Moment;
}

/** Copies the segment of the view as it is now into this process. Reads, nothing more. */
export async function rememberMoment(context: Context, viewer: Viewer): Promise<void> {
  const moment = await remember(context, viewer);
  const compare = l10n.t('Compare');
  void window
    .showInformationMessage(l10n.t('Remembered at {0}, {1}.', timeText(moment.at), copyText(moment)), compare)
    .then((chosen) => {
      if (chosen === compare && viewer.document?.segment.id === moment.segment) withMoment(viewer, moment);
    });
}

async function remember({ moments, log }: Context, viewer: Viewer): Promise<Moment> {
  const { document, description } = viewer;
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  const title = l10n.t('Remembering {0}', shortName(description?.label ?? ''));
  const moment = await withProgress(title, (report, signal) =>
    moments.remember(document.segment, report, signal),
  );
  log.info(`remembered ${String(moment.held)} bytes of ${moment.segment}`);
  return moment;
}

/** Asks with what to compare the segment of the view, and shows both. Observes, nothing more. */
export async function compareWith(context: Context, viewer: Viewer): Promise<void> {
  const { document, description } = viewer;
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  const { id } = document.segment;
  const pick = window.createQuickPick<Row>();
  pick.title = l10n.t('Compare {0} With', shortName(description?.label ?? ''));
  pick.placeholder = l10n.t('A moment of this segment, another segment, or a file');
  // The palette that this came from gives the focus back to the view, perhaps late.
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let others: readonly Row[] = [];
  const fill = () => {
    pick.items = [...momentRows(context, viewer, id), ...fileRows(viewer), ...others];
  };
  fill();
  pick.busy = true;
  void context.door
    .open()
    .catalog.refresh()
    .then((entries) => {
      const listed = entries
        .filter(({ kind, key }) => !hiddenKinds.includes(kind) && formatKey(key) !== id)
        .map((entry): Row => ({
          label: `$(file-binary) ${shortName(keyLabel(entry.key))}`,
          description: `${kindText(entry.kind, entry.key)} · ${bytesText(entry.info.size)} · ${entry.info.owner}`,
          detail: plainName(formatKey(entry.key)),
          compare: () => withSegment(context, viewer, entry.key),
        }));
      if (listed.length > 0) others = [separator(l10n.t('Other segments')), ...listed];
      fill();
    })
    .catch((error: unknown) => {
      context.log.warn(`compare: ${phrase(error)}`);
    })
    .finally(() => (pick.busy = false));
  const chosen = await new Promise<Row | undefined>((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.moment) context.moments.forget(item.moment.id);
      fill();
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
  await chosen?.compare?.();
}

function momentRows(context: Context, viewer: Viewer, segment: string): readonly Row[] {
  const known = context.moments.of(segment).map((moment): Row => ({
    label: `$(history) ${timeText(moment.at)}`,
    description: `${copyText(moment)} · ${bytesText(moment.size)}`,
    buttons: [{ iconPath: new ThemeIcon('trash'), tooltip: l10n.t('Forget This Moment') }],
    moment,
    compare: () => {
      withMoment(viewer, moment);
    },
  }));
  return [
    separator(l10n.t('Moments of this segment')),
    ...known,
    {
      label: `$(device-camera) ${l10n.t('Remember This Moment')}`,
      description: l10n.t('and compare with it from now on'),
      compare: async () => {
        withMoment(viewer, await remember(context, viewer));
      },
    },
  ];
}

function fileRows(viewer: Viewer): readonly Row[] {
  return [
    separator(l10n.t('File')),
    { label: `$(folder-opened) ${l10n.t('A File…')}`, alwaysShow: true, compare: () => withFile(viewer) },
  ];
}

function withMoment(viewer: Viewer, moment: Moment): void {
  const compared: Compared = {
    kind: 'moment',
    title: l10n.t('Moment {0}, {1}', timeText(moment.at), copyText(moment)),
    detail: l10n.t('What this segment held at {0}.', new Date(moment.at).toLocaleString(env.language)),
    size: moment.size,
    stop: null,
    notice: null,
  };
  viewer.compare(
    { kind: 'moment', ...momentSide(moment) },
    () => compared,
    () => undefined,
  );
}

async function withSegment(context: Context, viewer: Viewer, key: NativeKey): Promise<void> {
  const segment = context.door.open().segments.checkout(key);
  await segment.settled();
  const described = (): Compared => ({
    kind: 'segment',
    title: keyLabel(key),
    detail: segment.id,
    size: segment.info?.size ?? 0,
    stop: null,
    notice: segment.presence === 'live' ? null : noticeOf(segment.presence, segment.fault),
  });
  viewer.compare({ kind: 'segment', side: segment }, described, () => {
    segment.dispose();
  });
}

async function withFile(viewer: Viewer): Promise<void> {
  const [uri] =
    (await window.showOpenDialog({
      title: l10n.t('Compare With a File'),
      canSelectMany: false,
      openLabel: l10n.t('Compare'),
    })) ?? [];
  if (uri === undefined) return;
  const file = await ComparedFile.open(uri.fsPath);
  const described = (): Compared => ({
    kind: 'file',
    title: basename(uri.fsPath),
    detail: `${uri.fsPath} · ${sizeText(file.size)}`,
    size: file.size,
    stop: null,
    notice: file.isThere ? null : l10n.t('The file is no longer there; its last bytes stay.'),
  });
  viewer.compare({ kind: 'file', side: file, copy: 'unlocked' }, described, () => {
    file.dispose();
  });
}

function noticeOf(presence: string, fault: unknown): string {
  if (fault !== null) return phrase(fault);
  return presence === 'waiting'
    ? l10n.t('There is no segment with this key now.')
    : l10n.t('The segment was removed or replaced; its last bytes stay.');
}

function separator(label: string): Row {
  return { label, kind: QuickPickItemKind.Separator };
}
