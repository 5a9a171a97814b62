import { fitting, pair, refuse, type Value } from './value';

function colour(id: 'rgb' | 'rgba'): Value {
  const size = id.length;
  const example = size === 3 ? '#FF8800' : '#FF8800FF';
  return {
    id,
    size,
    ordered: false,
    decode(bytes) {
      if (bytes.length < size) return null;
      const text = `#${[...bytes.subarray(0, size)].map(pair).join('')}`;
      return { text, length: size, swatch: text };
    },
    encode(text, _endian, room = Infinity) {
      const typed = text.trim().replace(/^#/, '');
      const digits = typed.length === size ? typed.replace(/./g, '$&$&') : typed;
      if (digits.length !== 2 * size || /[^0-9a-f]/i.test(digits)) refuse('not-a-colour', example);
      const bytes = Uint8Array.from({ length: size }, (_, at) =>
        parseInt(digits.slice(2 * at, 2 * at + 2), 16),
      );
      return fitting(bytes, room, example);
    },
  };
}

/** Red, green, blue and alpha, a byte each, in the order of memory. */
export const colours: readonly Value[] = [colour('rgb'), colour('rgba')];
