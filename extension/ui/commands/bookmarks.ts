import { l10n, Uri, window, workspace } from 'vscode';
import { readBookmarks, writeBookmarks } from '../../core/bookmarkFile';
import type { Context } from '../context';
import { fill } from '../../shared/fill';
import { problemText } from '../strings';
import type { Viewer } from '../viewer';

/** A file of bookmarks is read whole; larger ones are something else. */
const mostBytes = 1024 * 1024;

/** Writes the bookmarks of the segment on show to a JSON file. */
export async function exportBookmarks({ bookmarks }: Context, viewer: Viewer): Promise<void> {
  const list = bookmarks.of(segmentOf(viewer));
  if (list.length === 0) throw new Error(l10n.t('This segment has no bookmarks to export.'));
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const name = 'bookmarks.json';
  const file = await window.showSaveDialog({
    title: l10n.t('Export Bookmarks'),
    defaultUri: folder === undefined ? Uri.file(name) : Uri.joinPath(folder, name),
    filters: { JSON: ['json'] },
  });
  if (file === undefined) return;
  await workspace.fs.writeFile(file, new TextEncoder().encode(writeBookmarks(list)));
  window.setStatusBarMessage(
    fill(l10n.t('$(check) {0} {0:bookmark|bookmarks} exported'), [list.length]),
    3000,
  );
}

/** Adds the bookmarks of a JSON file, all or none; one of the same name is replaced. */
export async function importBookmarks({ bookmarks }: Context, viewer: Viewer): Promise<void> {
  const segment = segmentOf(viewer);
  const [file] =
    (await window.showOpenDialog({
      title: l10n.t('Import Bookmarks'),
      canSelectMany: false,
      openLabel: l10n.t('Import'),
      filters: { JSON: ['json'] },
    })) ?? [];
  if (file === undefined) return;
  const { size } = await workspace.fs.stat(file);
  if (size > mostBytes)
    throw new Error(l10n.t('This file is too large to be one of bookmarks: at most 1 MiB.'));
  const found = readBookmarks(textOf(await workspace.fs.readFile(file)));
  if ('problem' in found) throw new Error(problemText(found.problem));
  await bookmarks.merge(segment, found.bookmarks);
  const { length } = found.bookmarks;
  const shown = viewer.document?.segment.info?.size ?? 0;
  const outside = found.bookmarks.filter((bookmark) => bookmark.offset + bookmark.length > shown).length;
  window.setStatusBarMessage(
    outside === 0
      ? fill(l10n.t('$(check) {0} {0:bookmark|bookmarks} imported'), [length])
      : fill(
          l10n.t('$(check) {0} {0:bookmark|bookmarks} imported; {1} of them {1:reaches|reach} past the end'),
          [length, outside],
        ),
    3000,
  );
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(l10n.t('This file is not text in UTF-8.'));
  }
}

function segmentOf(viewer: Viewer): string {
  const { document } = viewer;
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  return document.segment.id;
}
