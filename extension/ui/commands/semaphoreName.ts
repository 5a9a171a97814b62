import { l10n } from 'vscode';
import { SegmentError } from '../../core/errors';
import { parseKey, type NativeKey } from '../../core/key';
import type { Native } from '../../core/native';
import { mostSemaphores, type NamedSemaphore } from '../../shared/placedLock';
import { grouped } from '../text';

/**
 * A semaphore as a person writes it: "/name", "/path/of/key/file", "0x51000001", or a native key; of a System V set with
 * "[2]" after it another than the first. Throws `invalid-key`.
 */
export function parseSemaphore(text: string): NamedSemaphore {
  const typed = text.trim();
  const [, set = '', which = ''] = /^(.*)\[(\d+)\]$/.exec(typed) ?? [];
  const member = set === '' ? null : semaphoreOf(parseKey(prefix(set) + set));
  // A POSIX name may end so.
  if (member?.mechanism !== 'systemv') return semaphoreOf(parseKey(prefix(typed) + typed));
  const semnum = Number(which);
  if (semnum < mostSemaphores) return semnum === 0 ? member : { ...member, semnum };
  const range = { rule: 'number-range', minimum: '0', maximum: grouped(mostSemaphores - 1) } as const;
  throw new SegmentError('invalid-key', `No set has a semaphore ${which}.`, range);
}

/** What is there now. */
export function semaphoreNote(native: Native, semaphore: NamedSemaphore): string {
  const { exists, readable, value } = native.peekLock(semaphore);
  if (!exists) return l10n.t('There is no such semaphore now.');
  return readable && value !== null
    ? l10n.t('It is there, with the value {0}.', value)
    : l10n.t('It is there, but this user may not read it.');
}

function prefix(typed: string): string {
  if (/^\/[^/]*$/.test(typed)) return 'posix:';
  if (typed.startsWith('/')) return 'systemv:';
  return /^(?:0x[0-9a-f]+|\d+)$/i.test(typed) ? 'systemv-key:' : '';
}

function semaphoreOf(key: NativeKey): NamedSemaphore {
  switch (key.type) {
    case 'posix':
    case 'windows':
      return { mechanism: key.type, name: key.name };
    case 'systemv':
      return { mechanism: 'systemv', path: key.path, projectId: key.projectId };
    case 'systemv-key':
      return { mechanism: 'systemv', key: key.key };
    case 'systemv-id':
      return { mechanism: 'systemv', semid: key.shmid };
    case 'process':
      throw new SegmentError('invalid-key', 'No semaphore is called so.', { rule: 'not-a-native-key' });
  }
}
