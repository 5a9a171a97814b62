import { env, l10n } from 'vscode';
import type { Doubt, Leftover, LeftoverObject } from '../core/leftovers/leftover';
import type { KeptReason } from '../core/leftovers/remove';
import { visibleName } from '../shared/visibleName';
import { fill } from '../shared/fill';
import { bytesText, grouped } from './text';

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago that was, with its unit, in the language of VS Code: "3 hours ago". */
export function ageText(sinceMs: number, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000));
  const [unit, length] = steps.find((step) => seconds >= step[1]) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(env.language).format(-Math.floor(seconds / length), unit);
}

/** "4,096 B · last used 3 hours ago · root · perhaps still wanted". */
export function leftoverDescription(
  { size, usedMs, owner, doubts }: Leftover,
  session: string | null,
): string {
  return [
    ...(size > 0 ? [bytesText(size)] : []),
    l10n.t('last used {0}', ageText(usedMs)),
    visibleName(owner),
    ...(session === null ? [] : [l10n.t('left since your debug session “{0}” ended', visibleName(session))]),
    ...(doubts.length > 0 ? [l10n.t('perhaps still wanted')] : []),
  ].join(' · ');
}

/** "segment, 4,096 B". */
export function objectText({ type, size }: LeftoverObject): string {
  switch (type) {
    case 'segment':
      return l10n.t('segment, {0}', bytesText(size));
    case 'semaphore':
      return l10n.t('semaphore');
    case 'key-file':
      return l10n.t('key file');
  }
}

/** Why it is not certain that nobody uses it, as a sentence. */
export function doubtText(doubt: Doubt, unseen: number): string {
  switch (doubt) {
    case 'unseen-processes':
      return fill(l10n.t('{0} {0:process|processes} that this user may not look into could have it open.'), [
        grouped(unseen),
      ]);
    case 'unseen-namespace':
      return l10n.t('Processes outside of this container share its /dev/shm and cannot be seen from here.');
    case 'maker-unknown':
      return l10n.t('The system does not tell which process made it: one of another container, perhaps.');
    case 'unrecorded':
      return l10n.t(
        'The system does not tell who made it: it could be a file that somebody keeps in /dev/shm.',
      );
    case 'last-user-lives':
      return l10n.t('Nobody is attached, but the process that was last still runs.');
    case 'uncounted':
      return l10n.t(
        'The system does not count who may still use a System V semaphore; its last user has ended.',
      );
  }
}

/** Why an object was kept. */
export function keptText(reason: KeptReason): string {
  switch (reason) {
    case 'in-use':
      return l10n.t('in use by now');
    case 'replaced':
      return l10n.t('changed since it was shown');
    case 'gone':
      return l10n.t('gone already');
    case 'permission-denied':
      return l10n.t('only its owner may remove it');
    case 'cancelled':
      return l10n.t('given up before its turn');
    case 'failed':
      return l10n.t('the system refused');
  }
}
