import { encode as bytesOf, encodingNames, lacking, type Encoding } from './encoding';
import { exactly, type BytePattern } from './hexPattern';
import { QueryFault } from './queryFault';

/** Ways to write a text without case that are looked for at once. */
const mostWays = 256;

/**
 * The bytes of a text; without `matchCase` every way to write it in capitals and small letters. Throws a QueryFault
 * that names the first character which the encoding lacks.
 */
export function textPatterns(text: string, encoding: Encoding, matchCase: boolean): readonly BytePattern[] {
  if (text === '') throw new QueryFault('empty');
  if (matchCase) return [exactly(encode(text, encoding))];
  let ways: readonly BytePattern[] = [{ bytes: new Uint8Array(0), mask: new Uint8Array(0) }];
  for (const character of text) {
    const next = casesOf(character, encoding);
    ways = ways.flatMap((before) => next.map((after) => joined(before, after)));
    if (ways.length > mostWays) throw new QueryFault('text-case', [String(mostWays)]);
  }
  return ways;
}

/** One character in both cases: one pattern where they differ by a bit, which then does not count. */
function casesOf(character: string, encoding: Encoding): readonly BytePattern[] {
  const own = encode(character, encoding);
  const others = [character.toLowerCase(), character.toUpperCase()]
    .filter((other) => /^.$/su.test(other))
    .map((other) => encodable(other, encoding))
    .filter((other) => other !== null && !equal(other, own));
  const [other] = others;
  if (other === undefined || other === null) return [exactly(own)];
  const difference = own.map((byte, at) => byte ^ (other[at] ?? 0));
  const bits = difference.reduce((sum, byte) => sum + (byte.toString(2).split('1').length - 1), 0);
  if (others.length === 1 && other.length === own.length && bits === 1) {
    const mask = difference.map((byte) => byte ^ 0xff);
    return [{ bytes: own.map((byte, at) => byte & (mask[at] ?? 0)), mask }];
  }
  return [own, ...others.filter((one) => one !== null)].map(exactly);
}

function joined(one: BytePattern, two: BytePattern): BytePattern {
  return {
    bytes: Uint8Array.of(...one.bytes, ...two.bytes),
    mask: Uint8Array.of(...one.mask, ...two.mask),
  };
}

function equal(one: Uint8Array, two: Uint8Array): boolean {
  return one.length === two.length && one.every((byte, at) => byte === two[at]);
}

function encodable(text: string, encoding: Encoding): Uint8Array | null {
  try {
    return encode(text, encoding);
  } catch {
    return null;
  }
}

function encode(text: string, encoding: Encoding): Uint8Array {
  const wrong = lacking(text, encoding);
  if (wrong !== null) throw new QueryFault('text-lacking', [wrong, encodingNames[encoding]]);
  return bytesOf(text, encoding);
}
