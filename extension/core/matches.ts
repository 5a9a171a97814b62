import type { NumberRange } from '../shared/numberQuery';
import type { Sought } from '../shared/query';

/** Whether these bytes, all of them, are what is looked for. */
export function matchesAt(
  sought: Exclude<Sought, { kind: 'regex' | 'changed' }>,
  bytes: Uint8Array,
): boolean {
  if (sought.kind === 'numbers') return isIn(sought.numbers, bytes);
  return sought.patterns.some(
    ({ bytes: wanted, mask }) =>
      wanted.length === bytes.length &&
      wanted.every((byte, at) => ((byte ^ (bytes[at] ?? 0)) & (mask[at] ?? 0)) === 0),
  );
}

function isIn(range: NumberRange, bytes: Uint8Array): boolean {
  if (bytes.length !== range.width) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const orders = range.endian === 'both' ? [true, false] : [range.endian === 'little'];
  return orders.some((little) => {
    if (!range.fraction) {
      const word = wordOf(view, little);
      const value = range.signed ? BigInt.asIntN(range.width * 8, word) : word;
      return value >= range.minimum && value <= range.maximum;
    }
    const value = range.width === 4 ? view.getFloat32(0, little) : view.getFloat64(0, little);
    return value >= range.minimum && value <= range.maximum;
  });
}

function wordOf(view: DataView, little: boolean): bigint {
  let word = 0n;
  for (let at = 0; at < view.byteLength; at++) {
    word = (word << 8n) | BigInt(view.getUint8(little ? view.byteLength - 1 - at : at));
  }
  return word;
}
