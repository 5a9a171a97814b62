import { basename } from 'node:path';
import { l10n, ProgressLocation, Uri, window, workspace } from 'vscode';
import { SegmentError } from '../../core/errors';
import { segmentAddress } from '../../core/key';
import { saveSegment, writeFileInto } from '../../core/lifecycle';
import type { LoadedContext } from '../context';
import { lockTimeout } from '../settings';
import type { Target } from '../target';
import { bytesText, hexText } from '../text';
import { askOffset } from './write';

/** Saves the bytes of the segment to a file. Observes, nothing more. */
export async function saveToFile(context: LoadedContext, target: Target): Promise<void> {
  context.system.native.info(segmentAddress(target.key));
  const name = `${target.label.replace(/[^\p{L}\p{N}._-]+/gu, '_') || 'segment'}.bin`;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const file = await window.showSaveDialog({
    title: l10n.t('Save Segment to File'),
    defaultUri: folder === undefined ? Uri.file(name) : Uri.joinPath(folder, name),
  });
  if (file === undefined) return;
  const document = context.system.documents.checkout(target.key);
  try {
    const abort = new AbortController();
    const count = await window.withProgress(
      {
        location: ProgressLocation.Notification,
        cancellable: true,
        title: l10n.t('Saving {0}', target.label),
      },
      (progress, token) => {
        token.onCancellationRequested(() => abort.abort());
        let said = 0;
        const report = (fraction: number) => {
          const increment = Math.floor(fraction * 100) - said;
          if (increment < 1) return;
          said += increment;
          progress.report({ increment });
        };
        return saveSegment(document.segment, file.fsPath, report, abort.signal);
      },
    );
    context.log.info(`saved ${count} bytes of ${target.id}`);
    void window.showInformationMessage(l10n.t('Saved {0} to {1}.', bytesText(count), basename(file.fsPath)));
  } finally {
    document.dispose();
  }
}

/** Writes a file over the bytes from an offset on, under the lock; refuses what does not fit. */
export async function writeFile(context: LoadedContext, target: Target): Promise<void> {
  const title = l10n.t('Write File into Segment');
  const { size } = context.system.native.info(segmentAddress(target.key));
  const [file] =
    (await window.showOpenDialog({ title, canSelectMany: false, openLabel: l10n.t('Write') })) ?? [];
  if (file === undefined) return;
  const offset = await askOffset(`${title}: ${target.label}`, size, target.viewer?.cursor.start ?? 0);
  if (offset === undefined) return;
  const length = (await workspace.fs.stat(file)).size;
  if (length > size - offset) {
    throw new SegmentError('invalid-size', `${length} bytes at ${offset} of ${size}`, {
      rule: 'past-the-end',
      maximum: (size - offset).toLocaleString(),
    });
  }
  const document = context.system.documents.checkout(target.key);
  try {
    const count = await writeFileInto(document.segment, file.fsPath, offset, lockTimeout());
    context.log.info(`wrote ${count} bytes of a file at ${offset} of ${target.id}`);
    window.setStatusBarMessage(
      l10n.t('$(check) {0} written at {1}', bytesText(count), hexText(offset)),
      3000,
    );
  } finally {
    document.dispose();
  }
}
