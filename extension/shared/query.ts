import type { Fault } from './fault';
import { hexPattern, type BytePattern } from './hexPattern';
import { numbersOf, type NumberRange } from './numberQuery';
import type { NumberType } from './numberType';
import { QueryFault } from './queryFault';
import type { Encoding } from './encoding';
import { textPatterns } from './textQuery';

/** Most hits of one search; it ends there and says so. */
export const mostHits = 10_000;
/** Most bytes of what is looked for. */
export const longestSought = 4096;

export const alignments = [1, 2, 4, 8, 16] as const;
export type Alignment = (typeof alignments)[number];

/** Where hits may be. */
export interface QueryScope {
  /** A hit lies within these bytes; `length` null: to the end. */
  readonly start: number;
  readonly length: number | null;
  /** What the offset of a hit is a multiple of. */
  readonly alignment: Alignment;
}

/** What is looked for, as it was typed. */
export type What =
  /** Two digits a byte, ? for any digit; blanks and commas between bytes, 0x before them. */
  | { readonly kind: 'hex'; readonly pattern: string }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly encoding: Encoding;
      readonly matchCase: boolean;
    }
  /** A number, or a range as in 1..5; 1.. and ..5 are open. */
  | {
      readonly kind: 'number';
      readonly text: string;
      readonly type: NumberType;
      readonly endian: 'little' | 'big' | 'both';
    }
  /** An expression of JavaScript over bytes: a character is a byte, as in Latin-1; . is any byte. */
  | { readonly kind: 'regex'; readonly source: string; readonly ignoreCase: boolean }
  /** What was found changed after a mark that the host gave. */
  | { readonly kind: 'changed'; readonly since: number };

export type Query = QueryScope & What;

/** What is looked for, ready to be run. */
export type Sought =
  | { readonly kind: 'patterns'; readonly patterns: readonly BytePattern[] }
  | { readonly kind: 'numbers'; readonly numbers: NumberRange }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'changed'; readonly since: number };

/** Reads what was typed. Throws a QueryFault with the rule that it breaks. Cheap enough for every key. */
export function soughtOf(what: What): Sought {
  switch (what.kind) {
    case 'hex':
      return { kind: 'patterns', patterns: checked([hexPattern(what.pattern)]) };
    case 'text':
      return { kind: 'patterns', patterns: checked(textPatterns(what.text, what.encoding, what.matchCase)) };
    case 'number': {
      const numbers = numbersOf(what.text, what.type, what.endian);
      return 'patterns' in numbers
        ? { kind: 'patterns', patterns: numbers.patterns }
        : { kind: 'numbers', numbers };
    }
    case 'regex':
      return { kind: 'regex', source: what.source, flags: checkedFlags(what.source, what.ignoreCase) };
    case 'changed':
      return what;
  }
}

/** What is wrong with a query, or null: for the field where it is typed. */
export function queryProblem(what: What): QueryFault | null {
  try {
    soughtOf(what);
    return null;
  } catch (error) {
    if (error instanceof QueryFault) return error;
    throw error;
  }
}

function checked(patterns: readonly BytePattern[]): readonly BytePattern[] {
  if (patterns.some(({ bytes }) => bytes.length > longestSought)) {
    throw new QueryFault('too-long', [String(longestSought)]);
  }
  return patterns;
}

function checkedFlags(source: string, ignoreCase: boolean): string {
  if (source === '') throw new QueryFault('empty');
  if (source.length > longestSought) throw new QueryFault('too-long', [String(longestSought)]);
  const flags = ignoreCase ? 'gis' : 'gs';
  try {
    RegExp(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryFault('regex', [reason.replace(/^Invalid regular expression: (\/.*\/[a-z]*: )?/s, '')]);
  }
  return flags;
}

/** As a Fault for a query whose scope lies outside of a segment of `size` bytes. */
export function checkScope({ start, length }: QueryScope, size: number): Fault | null {
  const isPast = start > size || (length !== null && start + length > size);
  return isPast ? new QueryFault('past-end', [String(size)]) : null;
}
