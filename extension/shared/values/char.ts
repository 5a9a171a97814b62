import { escaped, byteEscape, unquoted } from './escapes';
import { fitting, refuse, type Value } from './value';

const example = "'A'";

/** One byte as a character of ASCII, as C writes it: `'A'`, `'\n'`, `'\xE9'`. */
export const char: Value = {
  id: 'char',
  size: 1,
  ordered: false,
  decode([byte]) {
    if (byte === undefined) return null;
    const inside = byte < 0x80 ? escaped(String.fromCharCode(byte), "'") : byteEscape(byte);
    return { text: `'${inside}'`, length: 1, detail: String(byte) };
  },
  encode(text, _endian, room = Infinity) {
    const [part, ...more] = unquoted(text, "'", example);
    const byte =
      part === undefined || more.length > 0
        ? undefined
        : 'byte' in part
          ? part.byte
          : part.characters.length === 1
            ? part.characters.charCodeAt(0)
            : undefined;
    if (byte === undefined || (byte > 0x7f && part !== undefined && 'characters' in part)) {
      refuse('not-a-character', example);
    }
    return fitting(Uint8Array.of(byte), room, example);
  },
};
