import { env, l10n } from 'vscode';
import { amountText } from '../shared/amounts';
import { standsAtStop } from './debug/standing';
import type { LockStatus, ProcessName } from '../shared/lock';
import { pair } from '../shared/values/value';
import { shortName } from '../shared/visibleName';

/** A whole number with the grouping of the user's language. */
export function grouped(value: number): string {
  return value.toLocaleString(env.language);
}

/** A size in bytes, exact: "1,024 B". */
export function bytesText(bytes: number): string {
  return `${grouped(bytes)} B`;
}

/** A size with its round form where that helps: "16,777,216 B (16 MiB)". */
export function sizeText(bytes: number): string {
  return amountText({ bytes }, env.language);
}

/** Who owns something, within a sentence; Windows tells no owner. */
export function ownerText(owner: string): string {
  return owner === '' ? l10n.t('an unknown user') : owner;
}

/** An offset in hexadecimal and decimal: "0x400 (1,024)". */
export function placeText(offset: number | bigint): string {
  return amountText({ offset }, env.language);
}

/** An offset as the grid writes it: "0x48". */
export function hexText(offset: number): string {
  return `0x${offset.toString(16).toUpperCase()}`;
}

/** "7F 45 4C 46". */
export function hexPairs(bytes: Uint8Array): string {
  return Array.from(bytes, pair).join(' ');
}

/** The time of day of the user's language and place: "14:03:12". `atMs`: ms since the epoch. */
export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(env.language, { hour12: false });
}

/** How the bytes of a moment were copied. */
export function copyText({ locked }: { readonly locked: boolean }): string {
  return locked ? l10n.t('copied under the lock') : l10n.t('copied unlocked');
}

/** Permission bits as octal: "0600". */
export function modeText(mode: number): string {
  return `0${(mode & 0o777).toString(8).padStart(3, '0')}`;
}

/** "consumer (4712)", or the number alone where the name is not known. Safe to show: processes choose their names. */
export function processText(process: ProcessName): string {
  return process.name === ''
    ? l10n.t('process {0}', process.pid)
    : `${shortName(process.name)} (${String(process.pid)})`;
}

/** Up to `most` processes, then how many more. */
export function processesText(processes: readonly ProcessName[], most = 6): string {
  const named = processes.slice(0, most).map(processText);
  const rest = processes.length - named.length;
  return [...named, ...(rest > 0 ? [l10n.t('{0} more', rest)] : [])].join(', ');
}

/** Everybody of whom we know that they are attached, also those that we may not look into; '' for nobody. */
export function othersText({
  attached,
  unseen,
}: {
  readonly attached: readonly ProcessName[];
  readonly unseen: number;
}): string {
  if (unseen === 0) return processesText(attached);
  const hidden =
    unseen === 1
      ? l10n.t('a process that this user may not look into')
      : l10n.t('processes that this user may not look into ({0} attaches)', unseen);
  return attached.length === 0 ? hidden : `${processesText(attached)}, ${hidden}`;
}

/** The state of a lock in words, with holder and waiters as far as they are known. Never empty. */
export function lockText(lock: LockStatus): string {
  const waiting = lock.waiters !== null && lock.waiters > 0 ? l10n.t('{0} waiting', lock.waiters) : '';
  return waiting === '' ? stateText(lock) : `${stateText(lock)}, ${waiting}`;
}

function stateText({ state, holder, value }: LockStatus): string {
  switch (state) {
    case 'none':
      return l10n.t('no lock');
    case 'free':
      return l10n.t('lock free');
    case 'held':
      if (holder === null) return l10n.t('held, holder unknown');
      return standsAtStop(holder.pid)
        ? l10n.t('held by {0}, which stands at a stop', processText(holder))
        : l10n.t('held by {0}', processText(holder));
    case 'ours':
      return l10n.t('held by this window');
    case 'stale':
      return holder === null
        ? l10n.t('stale lock: its holder died')
        : l10n.t('stale lock: {0} died', processText(holder));
    case 'damaged':
      return l10n.t('lock damaged: its value is {0}', value ?? '?');
    case 'unreadable':
      return l10n.t('lock not readable');
  }
}
