import type { Rule, SegmentError } from '../errors';
import { invalidValue } from '../typed';

/**
 * When a change counts. `becomes`, `leaves` and `bit` read the bytes as one unsigned number, little-endian, of at most
 * eight bytes.
 */
export type ChangeCondition =
  | { readonly when: 'change' }
  | { readonly when: 'becomes'; readonly value: bigint }
  | { readonly when: 'leaves'; readonly low: bigint; readonly high: bigint }
  | { readonly when: 'bit'; readonly bit: number };

/** Longest range that is one number. */
export const longestNumber = 8;
/** Longest range that is watched for a change. */
export const longestBreak = 65_536;

const example = {
  becomes: 'becomes 42',
  leaves: 'leaves 0..100',
  bit: 'bit 3',
};

/**
 * Reads "any change" (also nothing), "becomes 42", "leaves 0..100", "bit 3"; numbers in decimal or 0x hexadecimal, of
 * the width of the range. Throws with a rule, and an example that works as `found`.
 */
export function parseCondition(text: string, length: number): ChangeCondition {
  const said = text.trim().toLowerCase();
  if (said === '' || said === 'change' || said === 'any change') return { when: 'change' };
  const [, word = '', rest = ''] = /^(becomes|leaves|bit)\s+(.+)$/.exec(said) ?? [];
  if (word === '') throw refused('condition', example.becomes);
  if (length > longestNumber) throw refused('condition-width', 'any change', String(longestNumber));
  const most = (1n << BigInt(8 * length)) - 1n;
  if (word === 'bit') {
    const bit = numberIn(rest);
    if (bit === null) throw refused('condition', example.bit);
    if (bit >= BigInt(8 * length)) throw refused('condition-bit', example.bit, String(8 * length - 1));
    return { when: 'bit', bit: Number(bit) };
  }
  if (word === 'becomes') {
    const value = numberIn(rest);
    if (value === null) throw refused('condition', example.becomes);
    if (value > most) throw refused('condition-range', example.becomes, String(most));
    return { when: 'becomes', value };
  }
  const [low, high] = rest.split('..').map(numberIn);
  if (low === undefined || low === null || high === undefined || high === null || low > high)
    throw refused('condition', example.leaves);
  if (high > most) throw refused('condition-range', example.leaves, String(most));
  return { when: 'leaves', low, high };
}

/** As parseCondition reads it. */
export function formatCondition(condition: ChangeCondition): string {
  switch (condition.when) {
    case 'change':
      return 'any change';
    case 'becomes':
      return `becomes ${String(condition.value)}`;
    case 'leaves':
      return `leaves ${String(condition.low)}..${String(condition.high)}`;
    case 'bit':
      return `bit ${String(condition.bit)}`;
  }
}

/** Whether the step from `before` to `after`, which differ and are as long, is one that counts. */
export function holds(condition: ChangeCondition, before: Uint8Array, after: Uint8Array): boolean {
  if (condition.when === 'change') return true;
  const [was, is] = [numberOf(before), numberOf(after)];
  switch (condition.when) {
    case 'becomes':
      return is === condition.value;
    case 'leaves':
      return within(was, condition) && !within(is, condition);
    case 'bit':
      return !hasBit(was, condition.bit) && hasBit(is, condition.bit);
  }
}

function within(value: bigint, { low, high }: { readonly low: bigint; readonly high: bigint }): boolean {
  return value >= low && value <= high;
}

function hasBit(value: bigint, bit: number): boolean {
  return ((value >> BigInt(bit)) & 1n) === 1n;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function numberIn(text: string): bigint | null {
  const digits = text.trim();
  return /^(0x[0-9a-f]{1,16}|\d{1,20})$/.test(digits) ? BigInt(digits) : null;
}

function refused(rule: Rule, sample: string, maximum?: string): SegmentError {
  return invalidValue(rule, `Such a condition is written as: ${sample}`, {
    found: sample,
    ...(maximum === undefined ? {} : { maximum }),
  });
}
