import { fitting, pair, refuse, type Endian, type Value } from './value';

const example = '00112233-4455-6677-8899-AABBCCDDEEFF';
/** Where each byte of the text stands in a Windows GUID: its first three fields are little endian (guiddef.h). */
const windows = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

function ordered(bytes: Uint8Array, endian: Endian): Uint8Array {
  return endian === 'big' ? bytes.slice(0, 16) : Uint8Array.from(windows, (at) => bytes[at] ?? 0);
}

/** A GUID as Windows stores it; with big endian a UUID as RFC 9562 stores it. */
export const guid: Value = {
  id: 'guid',
  size: 16,
  ordered: true,
  decode(bytes, endian) {
    if (bytes.length < 16) return null;
    const digits = [...ordered(bytes, endian)].map(pair).join('');
    return { text: digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), length: 16 };
  },
  encode(text, endian, room = Infinity) {
    const match =
      /^(\{)?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})(\})?$|^([0-9a-f]{32})$/i.exec(
        text.trim(),
      );
    if (!match || (match[1] === undefined) !== (match[7] === undefined)) refuse('not-a-guid', example);
    const digits = match[8] ?? match.slice(2, 7).join('');
    const bytes = Uint8Array.from({ length: 16 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
    return fitting(ordered(bytes, endian), room, example);
  },
};
