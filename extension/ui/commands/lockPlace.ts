import { l10n } from 'vscode';
import { decodeLock } from '../../core/locks/decode';
import type { LockLayout } from '../../core/locks/layout';
import type { OpenSegment } from '../../core/openSegment';
import type { LockSort } from '../../shared/lockWords';
import { sortText } from '../lockTexts';
import { bytesText, hexText } from '../text';

/** Throws, naming the rule, where no lock of that sort can begin at an offset by what is there now. Reads only. */
export function checkLock(
  segment: Pick<OpenSegment, 'read'>,
  sort: LockSort,
  offset: number,
  layout: LockLayout,
): void {
  const unit = layout.semaphore.shift === 0 ? 8 : 4;
  const kind = sortText[sort]();
  if (offset % unit !== 0) {
    throw new Error(
      l10n.t('{0}: it begins at a multiple of {1}, and {2} is none.', kind, unit, hexText(offset)),
    );
  }
  const { size } = layout[sort];
  const bytes = new Uint8Array(size);
  const decoded = decodeLock(sort, bytes.subarray(0, segment.read(offset, bytes)), layout);
  if (decoded === null) {
    throw new Error(l10n.t('{0}: it has {1}, and the segment ends before that.', kind, bytesText(size)));
  }
  if (decoded.state !== 'nonsense') return;
  throw new Error(l10n.t('{0}: not at {1}. {2}', kind, hexText(offset), rules[sort](offset, layout)));
}

const rules: Readonly<Record<LockSort, (offset: number, layout: LockLayout) => string>> = {
  mutex: (offset, { mutex }) =>
    l10n.t(
      'The word at {0} has to say a kind of mutex, and those at {1} and {2} whether a thread has it.',
      hexText(offset + mutex.kind),
      hexText(offset),
      hexText(offset + 8),
    ),
  rwlock: (offset, { rwlock }) =>
    l10n.t(
      'The words from {0} on have to count readers and writers, and 0 or 1 has to be at {1}.',
      hexText(offset),
      hexText(offset + rwlock.shared),
    ),
  semaphore: (offset, { semaphore }) =>
    l10n.t('The word at {0} has to be 0 or 128.', hexText(offset + semaphore.scope)),
};
