import type { NumberType } from '../shared/numberType';
import { ValueFault, valueOf } from '../shared/values/index';
import { invalidValue } from './typed';

/**
 * The bytes of a number as the type holds it. Integers in decimal, 0x, 0o or 0b; floats also with exponent, nan and
 * inf. Throws naming the allowed range. A float32 is rounded to the nearest.
 */
export function encodeNumber(text: string, type: NumberType, littleEndian: boolean): Uint8Array {
  try {
    return valueOf(type).encode(text, littleEndian ? 'little' : 'big');
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    const { rule, minimum, maximum, message } = error;
    const named = rule === 'number-range' || rule === 'not-an-integer' ? rule : 'not-a-number';
    throw invalidValue(named, message, { minimum, maximum });
  }
}
