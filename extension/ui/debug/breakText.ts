import { l10n } from 'vscode';
import type { ChangeBreak } from '../../core/debug/changeBreak';
import { parseCondition, type ChangeCondition } from '../../core/debug/changeCondition';
import { keyLabel, parseKey } from '../../core/key';
import { hexPairs, hexText, timeText } from '../text';

/** Most bytes in a message. */
const mostShown = 16;

/** "7F 45 4C 46", with an ellipsis where there are more than a person reads. */
export function bytesHex(bytes: Uint8Array): string {
  const shown = hexPairs(bytes.subarray(0, mostShown));
  return bytes.length > mostShown ? `${shown} …` : shown;
}

/** "frames 0x40-0x47". */
export function breakLabel({ segment, offset, length }: ChangeBreak): string {
  const last = offset + length - 1;
  const place = length === 1 ? hexText(offset) : `${hexText(offset)}-${hexText(last)}`;
  return `${keyLabel(parseKey(segment))} ${place}`;
}

/** The condition in words. */
export function conditionText(text: string, length: number): string {
  const condition: ChangeCondition = parseCondition(text, length);
  switch (condition.when) {
    case 'change':
      return l10n.t('any change');
    case 'becomes':
      return l10n.t('becomes {0}', String(condition.value));
    case 'leaves':
      return l10n.t('leaves {0} to {1}', String(condition.low), String(condition.high));
    case 'bit':
      return l10n.t('bit {0} is set', condition.bit);
  }
}

/** "14:03:12.345". */
export function preciseTimeText(atMs: number): string {
  return `${timeText(atMs)}.${String(new Date(atMs).getMilliseconds()).padStart(3, '0')}`;
}
