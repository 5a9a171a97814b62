import { refuse } from './problem';

/** A piece of an expression; `at` counts characters from 1, as the messages do. */
export type Token =
  | { readonly kind: 'number'; readonly value: bigint; readonly at: number; readonly text: string }
  /** With decimals: only a percentage may have them. `value` / 10^`decimals`. */
  | {
      readonly kind: 'fraction';
      readonly value: bigint;
      readonly decimals: number;
      readonly at: number;
      readonly text: string;
    }
  | { readonly kind: 'word'; readonly word: Word; readonly at: number; readonly text: string }
  | { readonly kind: 'bookmark'; readonly name: string; readonly at: number; readonly text: string }
  | { readonly kind: 'sign'; readonly at: number; readonly text: string }
  | { readonly kind: 'end'; readonly at: number; readonly text: '' };

export type Word = 'start' | 'end' | 'cursor' | 'size' | 'page';

const longest = 256;
const words: Readonly<Record<string, Word>> = {
  start: 'start',
  end: 'end',
  cursor: 'cursor',
  here: 'cursor',
  size: 'size',
  page: 'page',
  p: 'page',
};
const units: Readonly<Record<string, bigint>> = { k: 1n << 10n, m: 1n << 20n, g: 1n << 30n, t: 1n << 40n };
const pattern = /(\s+)|("[^"]*"|'[^']*')|#([\p{L}\p{N}_.]+)|([\p{L}\p{N}_.]+)|(<<|>>|[-+*/%&|()])/uy;

/** The pieces of an expression, the last of kind `end`. Throws a ProblemError that names the place. */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > longest) refuse('expression.tooLong', longest);
  const tokens: Token[] = [];
  for (let index = 0; index < text.length;) {
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    const at = index + 1;
    if (match === null) {
      const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
      if (character === '"' || character === "'") refuse('expression.quote', at);
      refuse('expression.character', at, character);
    }
    const [piece, space, quoted, hash, word, sign] = match;
    if (quoted !== undefined) tokens.push(named(quoted.slice(1, -1), at, piece));
    else if (hash !== undefined) tokens.push(named(hash, at, piece));
    else if (word !== undefined) tokens.push(...wordTokens(word, at));
    else if (sign !== undefined) tokens.push({ kind: 'sign', at, text: piece });
    else if (space === undefined) refuse('expression.character', at, piece);
    index += piece.length;
  }
  return [...tokens, { kind: 'end', at: text.length + 1, text: '' }];
}

function named(name: string, at: number, text: string): Token {
  return { kind: 'bookmark', name, at, text };
}

function wordTokens(text: string, at: number): readonly Token[] {
  const word = Object.hasOwn(words, text.toLowerCase()) ? words[text.toLowerCase()] : undefined;
  if (word !== undefined) return [{ kind: 'word', word, at, text }];
  const value = wholeNumber(text);
  if (value !== null) return [{ kind: 'number', value, at, text }];
  const fraction = /^(\d+)\.(\d{1,9})$/.exec(text);
  if (fraction) {
    const [, whole = '', part = ''] = fraction;
    return [{ kind: 'fraction', value: BigInt(whole + part), decimals: part.length, at, text }];
  }
  const page = /^p(\d.*)$/i.exec(text)?.[1];
  const number = page === undefined ? null : wholeNumber(page);
  if (number !== null) {
    return [
      { kind: 'word', word: 'page', at, text: 'p' },
      { kind: 'number', value: number, at: at + 1, text: text.slice(1) },
    ];
  }
  if (/^[0-9a-f]+$/i.test(text)) refuse('expression.bareHex', at, text);
  return refuse('expression.word', at, text);
}

/** `64`, `0x40`, `40h`, `0b1000000`, `0o100`, `1_000`, `4k`, `4 KiB` without its space; null: none of these. */
function wholeNumber(text: string): bigint | null {
  const plain = text.replace(/(?<=[0-9a-f])_(?=[0-9a-f])/gi, '');
  if (/^[0-9a-f]+h$/i.test(plain)) return BigInt(`0x${plain.slice(0, -1)}`);
  if (/^(?:0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(plain)) return BigInt(plain.toLowerCase());
  const [, digits, unit] = /^(\d+)([kmgt])(?:i?b)?$/i.exec(plain) ?? [];
  if (digits === undefined || unit === undefined) return null;
  return BigInt(digits) * (units[unit.toLowerCase()] ?? 1n);
}
