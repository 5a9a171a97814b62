import { tokensOf, type Token } from './expressionTokens';
import { caught, refuse, type Problem } from './problem';

/** What an expression may refer to. */
export interface Surroundings {
  /** Bytes of the segment. */
  readonly size: number;
  /** Where `+16` counts from. */
  readonly cursor: number;
  /** Offset of the bookmark with this name. */
  readonly bookmark?: (name: string) => number | undefined;
}

/** What `page 3` counts in, in bytes. */
export const pageBytes = 4096;

/**
 * The offset that a person means: `64`, `0x40`, `40h`, `0x40 + 8*12`, `+16` and `-0x10` from the cursor, `50%` of the
 * segment, `end` (the last byte), `end - 16`, `page 3` or `p3`, `#name` or `"name"` of a bookmark. Operators as in C:
 * + - * / % << >> & | and parentheses; exact, whole numbers only. What lies outside the segment is refused with its
 * size.
 */
export function offsetOf(
  text: string,
  surroundings: Surroundings,
): { readonly offset: number } | { readonly problem: Problem } {
  const { size } = surroundings;
  return caught(() => {
    if (size === 0) refuse('expression.noBytes');
    const value = evaluate(text, surroundings, BigInt(size - 1), true);
    if (value >= 0n && value < BigInt(size)) return { offset: Number(value) };
    return refuse('expression.range', { offset: value }, { bytes: size }, { offset: size - 1 });
  });
}

/**
 * How many bytes from `start` on a person means: the same expressions, where `end` is all that is left. At least 1;
 * what passes the end of the segment is refused with what is left.
 */
export function lengthOf(
  text: string,
  start: number,
  surroundings: Surroundings,
): { readonly length: number } | { readonly problem: Problem } {
  const left = Math.max(0, surroundings.size - start);
  return caught(() => {
    if (left === 0) refuse('expression.noBytes');
    const value = evaluate(text, surroundings, BigInt(left), false);
    if (value >= 1n && value <= BigInt(left)) return { length: Number(value) };
    if (value < 1n) return refuse('expression.noLength', value);
    return refuse('expression.length', value, { offset: start }, { bytes: left });
  });
}

function evaluate(text: string, surroundings: Surroundings, end: bigint, relative: boolean): bigint {
  if (text.trim() === '') refuse('expression.empty');
  const parser = new Parser(tokensOf(text), surroundings, end);
  const base = relative && /^\s*[+-]/.test(text) ? BigInt(surroundings.cursor) : 0n;
  return base + parser.whole();
}

/** From the loosest binding to the tightest. */
const levels: readonly (readonly string[])[] = [['|'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];

/** A parser by recursive descent that computes as it goes. */
class Parser {
  #index = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly surroundings: Surroundings,
    private readonly end: bigint,
  ) {}

  whole(): bigint {
    const value = this.#level(0);
    const { kind, at, text } = this.#token;
    if (kind === 'end') return value;
    return text === ')' ? refuse('expression.close', at) : refuse('expression.operator', at, text);
  }

  get #token(): Token {
    const token = this.tokens[this.#index] ?? this.tokens.at(-1);
    if (token === undefined) throw new Error('An expression ends with a token of its own.');
    return token;
  }

  #next(): Token {
    const token = this.#token;
    this.#index++;
    return token;
  }

  #level(level: number): bigint {
    const operators = levels[level];
    if (operators === undefined) return this.#signed();
    let left = this.#level(level + 1);
    while (this.#token.kind === 'sign' && operators.includes(this.#token.text)) {
      const { text } = this.#next();
      const { at } = this.#token;
      left = combine(text, left, this.#level(level + 1), at);
    }
    return left;
  }

  #signed(): bigint {
    const { kind, text } = this.#token;
    if (kind !== 'sign' || (text !== '-' && text !== '+')) return this.#percentage();
    this.#index++;
    return text === '-' ? -this.#signed() : this.#signed();
  }

  /** `50%`; a % before another operand is the remainder and is left to its level. */
  #percentage(): bigint {
    const first = this.#token;
    const value = this.#operand();
    const isPercent = this.#token.text === '%' && !startsOperand(this.tokens[this.#index + 1]);
    const scale = first.kind === 'fraction' ? 10n ** BigInt(first.decimals) : 1n;
    if (!isPercent) return first.kind === 'fraction' ? refuse('expression.fraction', first.at) : value;
    this.#index++;
    if (value < 0n || value > 100n * scale) refuse('expression.percent', first.at);
    const part = (BigInt(this.surroundings.size) * value) / (100n * scale);
    return part < this.end ? part : this.end;
  }

  #operand(): bigint {
    const token = this.#next();
    switch (token.kind) {
      case 'number':
      case 'fraction':
        return token.value;
      case 'bookmark': {
        const offset = this.surroundings.bookmark?.(token.name);
        return offset === undefined ? refuse('expression.bookmark', token.at, token.name) : BigInt(offset);
      }
      case 'word':
        if (token.word === 'page') return this.#operand() * BigInt(pageBytes);
        if (token.word === 'end') return this.end;
        if (token.word === 'start') return 0n;
        return BigInt(token.word === 'size' ? this.surroundings.size : this.surroundings.cursor);
      case 'sign':
        if (token.text === '(') return this.#group(token.at);
        return refuse('expression.operand', token.at);
      case 'end':
        return refuse('expression.operand', token.at);
    }
  }

  #group(at: number): bigint {
    const value = this.#level(0);
    const { kind, text, at: place } = this.#token;
    if (kind === 'end') refuse('expression.open', at);
    if (text !== ')') refuse('expression.operator', place, text);
    this.#index++;
    return value;
  }
}

function startsOperand(token: Token | undefined): boolean {
  if (token === undefined || token.kind === 'end') return false;
  return token.kind !== 'sign' || token.text === '(';
}

function combine(operator: string, left: bigint, right: bigint, at: number): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '/':
      return right === 0n ? refuse('expression.zero', at) : left / right;
    case '%':
      return right === 0n ? refuse('expression.zero', at) : left % right;
    default:
      // Without a bound one character more would ask for a number that fills the memory.
      if (right < 0n || right > 63n) return refuse('expression.shift', at);
      return operator === '<<' ? left << right : left >> right;
  }
}
