import { quoted, unquoted } from './escapes';
import { fitting, refuse, viewOf, type Value } from './value';

const example = '"Hello"';

/** UTF-16 up to a NUL or half of a surrogate pair, in the byte order of the switch; no NUL is added. */
export const utf16String: Value = {
  id: 'utf16String',
  size: 2,
  varies: true,
  ordered: true,
  decode(bytes, endian) {
    if (bytes.length < 2) return null;
    const view = viewOf(bytes);
    const unit = (at: number): number =>
      at + 2 <= bytes.length ? view.getUint16(at, endian === 'little') : 0;
    let text = '';
    for (let at = 0; unit(at) !== 0; at += 2) {
      const high = unit(at);
      const isHigh = high >= 0xd800 && high < 0xdc00;
      const low = isHigh ? unit(at + 2) : 0;
      if (isHigh && low >= 0xdc00 && low < 0xe000) {
        text += String.fromCharCode(high, low);
        at += 2;
      } else if (high < 0xd800 || high >= 0xe000) text += String.fromCharCode(high);
      else break;
    }
    if (text === '' && unit(0) !== 0) return { text: '', length: 0, note: ['value.note.noUtf16'] };
    return { text: quoted(text, '"'), length: 2 * text.length };
  },
  encode(text, endian, room = Infinity) {
    const characters = unquoted(text, '"', example)
      .map((part) => {
        if ('characters' in part) return part.characters;
        return part.byte < 0x80 ? String.fromCharCode(part.byte) : refuse('byte-in-text', example);
      })
      .join('');
    if (characters === '') refuse('empty-text', example);
    const bytes = new Uint8Array(2 * characters.length);
    const view = viewOf(bytes);
    for (let index = 0; index < characters.length; index++) {
      view.setUint16(2 * index, characters.charCodeAt(index), endian === 'little');
    }
    return fitting(bytes, room, example);
  },
};
