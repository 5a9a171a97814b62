import { shownUtf8, utf8Bytes } from './utf8';
import { fitting, refuse, type Value } from './value';

const example = '"Hello"';

/** All bytes up to the NUL that ends them, read as UTF-8, the others as `\xNN`. Typed text gets its NUL. */
export const cString: Value = {
  id: 'cString',
  size: 1,
  varies: true,
  ordered: false,
  decode(bytes) {
    if (bytes.length === 0) return null;
    const end = bytes.indexOf(0);
    if (end < 0) {
      return {
        text: shownUtf8(bytes),
        length: bytes.length,
        note: ['value.note.unterminated', bytes.length],
      };
    }
    return { text: shownUtf8(bytes.subarray(0, end)), length: end + 1, note: ['value.note.length', end] };
  },
  encode(text, _endian, room = Infinity) {
    const bytes = utf8Bytes(text, example);
    if (bytes.includes(0)) refuse('nul-in-text', example);
    return fitting(Uint8Array.of(...bytes, 0), room, example);
  },
};
