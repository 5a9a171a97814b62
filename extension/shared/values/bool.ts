import { fitting, pair, refuse, type Value } from './value';

/** One byte: 0 is false, 1 is true, any other is true as C sees it and said to be neither. */
export const bool: Value = {
  id: 'bool',
  size: 1,
  ordered: false,
  decode([byte]) {
    if (byte === undefined) return null;
    const decoded = { text: String(byte !== 0), length: 1 };
    return byte > 1 ? { ...decoded, note: ['value.note.oddBool', pair(byte)] } : decoded;
  },
  encode(text, _endian, room = Infinity) {
    const typed = text.trim().toLowerCase();
    if (!['true', 'false', '1', '0'].includes(typed)) refuse('not-a-bool', 'true', 'false', 'true');
    return fitting(Uint8Array.of(typed === 'true' || typed === '1' ? 1 : 0), room, 'true');
  },
};
