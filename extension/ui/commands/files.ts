import { basename } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { attachedOthers } from '../../core/attached';
import { SegmentError } from '../../core/errors';
import { saveSegment, writeFileInto, type Part } from '../../core/lifecycle';
import type { OpenSegment } from '../../core/segments';
import { shortName } from '../../shared/visibleName';
import { confirm } from '../ask';
import type { Context, LoadedContext } from '../context';
import { lockTimeout } from '../settings';
import { infoOf } from '../system';
import type { Target } from '../target';
import { bytesText, hexText, othersText } from '../text';
import { withProgress } from '../progress';
import type { Viewer } from '../viewer';
import { askOffset } from './write';

/** Saves the bytes of the segment to a file. Observes, nothing more. */
export async function saveToFile(context: LoadedContext, target: Target): Promise<void> {
  infoOf(context.system, target.key);
  const file = await askFile(l10n.t('Save Segment to File'), target.label, '');
  if (file === undefined) return;
  const count = await context.system.documents.use(target.key, (segment) =>
    saveBytes(segment, file, target.label),
  );
  context.log.info(`saved ${String(count)} bytes of ${target.id}`);
}

/** Saves the selected bytes to a file, however many there are. */
export async function saveSelection(context: Context, viewer: Viewer): Promise<void> {
  const { document, description, cursor } = viewer;
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  const part = { offset: cursor.start, length: Math.max(1, cursor.length) };
  const label = description?.label ?? '';
  const file = await askFile(l10n.t('Save Selection to File'), label, `_${hexText(part.offset)}`);
  if (file === undefined) return;
  const count = await saveBytes(document.segment, file, label, part);
  context.log.info(`saved ${String(count)} bytes at ${String(part.offset)} of ${document.segment.id}`);
}

/** Where to save; named after the segment. */
async function askFile(title: string, label: string, suffix: string): Promise<Uri | undefined> {
  const name = `${label.replace(/[^\p{L}\p{N}._-]+/gu, '_') || 'segment'}${suffix}.bin`;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder === undefined ? Uri.file(name) : Uri.joinPath(folder, name);
  return window.showSaveDialog({ title, defaultUri });
}

/** Saves with a progress that can be cancelled, and says how many bytes there are. */
async function saveBytes(segment: OpenSegment, file: Uri, label: string, part?: Part): Promise<number> {
  const title = l10n.t('Saving {0}', shortName(label));
  const count = await withProgress(title, (report, signal) =>
    saveSegment(segment, file.fsPath, report, signal, part),
  );
  void window.showInformationMessage(
    l10n.t('Saved {0} to {1}.', bytesText(count), shortName(basename(file.fsPath))),
  );
  return count;
}

/** Writes a file over the bytes from an offset on, under the lock; refuses what does not fit. */
export async function writeFile(context: LoadedContext, target: Target): Promise<void> {
  const title = l10n.t('Write File into Segment');
  const { size } = infoOf(context.system, target.key);
  const [file] =
    (await window.showOpenDialog({ title, canSelectMany: false, openLabel: l10n.t('Write') })) ?? [];
  if (file === undefined) return;
  const offset = await askOffset(`${title}: ${target.label}`, size, target.viewer?.cursor.start ?? 0);
  if (offset === undefined) return;
  const length = (await workspace.fs.stat(file)).size;
  if (length > size - offset) {
    throw new SegmentError(
      'invalid-size',
      `${String(length)} bytes at ${String(offset)} of ${String(size)}`,
      {
        rule: 'past-the-end',
        maximum: String(size - offset),
      },
    );
  }
  if (length === 0)
    throw new Error(l10n.t('{0} is empty: there is nothing to write.', basename(file.fsPath)));
  if (!(await acceptWriting(context, target, file, offset, length))) return;
  const count = await context.system.documents.write(target.key, (segment) =>
    writeFileInto(segment, file.fsPath, offset, lockTimeout()),
  );
  context.log.info(`wrote ${String(count)} bytes of a file at ${String(offset)} of ${target.id}`);
  window.setStatusBarMessage(l10n.t('$(check) {0} written at {1}', bytesText(count), hexText(offset)), 3000);
}

/** Asks once, naming who is attached: what the bytes were before is not kept. */
async function acceptWriting(
  { system }: LoadedContext,
  target: Target,
  file: Uri,
  offset: number,
  length: number,
): Promise<boolean> {
  const attached = othersText(await attachedOthers(system.native, target.key));
  const detail = [
    attached === '' ? l10n.t('Nobody else is attached.') : l10n.t('Attached: {0}.', attached),
    l10n.t(
      'The bytes from {0} to {1} are replaced, under the lock where there is one. This cannot be undone.',
      hexText(offset),
      hexText(offset + length - 1),
    ),
  ];
  const question = l10n.t(
    'Write {0}, {1}, into {2}?',
    basename(file.fsPath),
    bytesText(length),
    target.label,
  );
  return confirm(question, detail.join('\n'), l10n.t('Write'));
}
