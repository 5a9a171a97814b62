import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { amountText } from '../../extension/shared/amounts';
import { lengthOf, offsetOf, type Surroundings } from '../../extension/shared/expression';
import type { Problem } from '../../extension/shared/problem';

const small: Surroundings = {
  size: 1024,
  cursor: 0x40,
  bookmark: (name) => ({ header: 0x10, 'my place': 0x20, größe: 0x30 })[name],
};
const huge: Surroundings = { size: Number.MAX_SAFE_INTEGER, cursor: 2 ** 40 };

function at(text: string, surroundings: Surroundings = small): number | string {
  const found = offsetOf(text, surroundings);
  return 'offset' in found ? found.offset : said(found.problem);
}

/** A problem by its key and its values. */
function said({ key, values }: Problem): string {
  return [key, ...values.map((value) => amountText(value, 'en'))].join(' ');
}

test('numbers are read as people write them', () => {
  const same = [
    '64',
    '0x40',
    '0X40',
    '40h',
    '40H',
    '0b1000000',
    '0o100',
    ' 64 ',
    '0x4_0',
    '(64)',
    '+0',
    'cursor',
  ];
  for (const text of same) equal(at(text), 64, text);
  equal(at('4k', huge), 4096);
  equal(at('2 * 4KiB', huge), 8192);
  equal(at('1T + 1', huge), 2 ** 40 + 1);
  equal(at('0FFh'), 255);
});

test('operators bind as in C', () => {
  equal(at('0x40 + 8*12'), 0xa0);
  equal(at('(2 + 3) * 8'), 40);
  equal(at('1 << 2 + 1'), 8);
  equal(at('1 | 6 & 3'), 3);
  equal(at('100 - 10 - 1'), 89);
  equal(at('17 % 5'), 2);
  equal(at('2 * -3 + 16'), 10);
  equal(at('7 / 2 * 2'), 6);
  equal(at('0x80 >> 4'), 8);
});

test('a sign in front counts from the cursor', () => {
  equal(at('+16'), 0x50);
  equal(at('-0x10'), 0x30);
  equal(at(' + 2*8 '), 0x50);
  equal(at('+#header'), 0x50);
});

test('percentages, the end and pages are places in the segment', () => {
  equal(at('50%'), 512);
  equal(at('0%'), 0);
  equal(at('12.5%'), 128);
  equal(at('100%'), 1023);
  equal(at('50% + 8'), 520);
  equal(at('end'), 1023);
  equal(at('end-16'), 1007);
  equal(at('size / 2'), 512);
  equal(at('p3', huge), 3 * 4096);
  equal(at('page 3', huge), 3 * 4096);
  equal(at('P0x10 + 4', huge), 16 * 4096 + 4);
});

test('bookmarks are named after a hash or in quotes', () => {
  equal(at('#header'), 0x10);
  equal(at('#header + 4'), 0x14);
  equal(at('"my place"'), 0x20);
  equal(at("'my place' + 1"), 0x21);
  equal(at('#größe'), 0x30);
});

test('offsets are exact up to 2^53', () => {
  equal(at('9007199254740990', huge), 9007199254740990);
  equal(at('0x1FFFFFFFFFFFFE', huge), 9007199254740990);
  equal(at('(1 << 53) - 3', huge), 9007199254740989);
  equal(at('1 << 40', huge), 2 ** 40);
  equal(at('+1', huge), 2 ** 40 + 1);
});

test('what is wrong is named with its place', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['', 'expression.empty'],
    ['   ', 'expression.empty'],
    ['0x40 +', 'expression.operand 7'],
    ['0x40 + * 2', 'expression.operand 8'],
    ['2 3', 'expression.operator 3 3'],
    ['(2', 'expression.open 1'],
    ['2)', 'expression.close 2'],
    ['()', 'expression.operand 2'],
    ['7F', 'expression.bareHex 1 7F'],
    ['beef + 1', 'expression.bareHex 1 beef'],
    ['hello', 'expression.word 1 hello'],
    ['0xZZ', 'expression.word 1 0xZZ'],
    ['constructor', 'expression.word 1 constructor'],
    ['2 $ 3', 'expression.character 3 $'],
    ['😀', 'expression.character 1 😀'],
    ['"header', 'expression.quote 1'],
    ['#nobody', 'expression.bookmark 1 nobody'],
    ['1/0', 'expression.zero 3'],
    ['1 % (2-2)', 'expression.zero 5'],
    ['1 << 64', 'expression.shift 6'],
    ['1.5', 'expression.fraction 1'],
    ['101%', 'expression.percent 1'],
    ['1024', 'expression.range 0x400 (1,024) 1,024 B 0x3FF (1,023)'],
    ['end + 1', 'expression.range 0x400 (1,024) 1,024 B 0x3FF (1,023)'],
    ['-0x41', 'expression.range -0x1 (-1) 1,024 B 0x3FF (1,023)'],
    ['9'.repeat(257), 'expression.tooLong 256'],
  ];
  for (const [text, message] of wrong) equal(at(text), message, text);
  equal(at('0', { size: 0, cursor: 0 }), 'expression.noBytes');
});

test('a length is counted from where it starts', () => {
  const length = (text: string, start = 0x10): unknown => {
    const found = lengthOf(text, start, small);
    return 'length' in found ? found.length : said(found.problem);
  };
  equal(length('2*8'), 16);
  equal(length('end'), 1008);
  equal(length('+4'), 4);
  equal(length('1008'), 1008);
  equal(length('1009'), 'expression.length 1,009 0x10 (16) 1,008 B');
  equal(length('0'), 'expression.noLength 0');
  equal(length('4 - 8'), 'expression.noLength -4');
});

/** Numbers that come again for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Case {
  readonly text: string;
  readonly value: bigint | null;
}

/** An expression with every operator in parentheses, and its value by the meaning of each operator alone. */
function generate(next: (below: number) => number, depth: number): Case {
  if (depth === 0 || next(4) === 0) {
    const value = BigInt(next(2 ** 16));
    const texts = [
      value.toString(),
      `0x${value.toString(16)}`,
      `0${value.toString(16)}h`,
      `0b${value.toString(2)}`,
    ];
    return { text: texts[next(texts.length)] ?? '', value };
  }
  const left = generate(next, depth - 1);
  const operator = ['+', '-', '*', '/', '%', '&', '|', '<<', '>>'][next(9)] ?? '+';
  const right = operator.length === 2 ? shiftCount(next) : generate(next, depth - 1);
  const space = ' '.repeat(next(2));
  // A % with nothing but an operand behind it is the remainder, and a group is an operand.
  return {
    text: `(${left.text}${space}${operator}${space}${right.text})`,
    value: apply(operator, left.value, right.value),
  };
}

function shiftCount(next: (below: number) => number): Case {
  const value = BigInt(next(8));
  return { text: String(value), value };
}

function apply(operator: string, left: bigint | null, right: bigint | null): bigint | null {
  if (left === null || right === null) return null;
  if (operator === '/' || operator === '%') {
    if (right === 0n) return null;
    return operator === '/' ? left / right : left % right;
  }
  if (operator === '<<') return left * 2n ** right;
  if (operator === '>>') return floorDivide(left, 2n ** right);
  if (operator === '&') return left & right;
  if (operator === '|') return left | right;
  return operator === '+' ? left + right : operator === '-' ? left - right : left * right;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return value < 0n && whole * by !== value ? whole - 1n : whole;
}

test('random expressions give what each operator means', () => {
  const next = random(7);
  let inside = 0;
  for (let count = 0; count < 5000; count++) {
    const { text, value } = generate(next, 4);
    if (text.length > 256) continue;
    const found = offsetOf(text, huge);
    if (value === null) {
      deepEqual('problem' in found && found.problem.key, 'expression.zero', text);
    } else if (value < 0n || value >= BigInt(huge.size)) {
      deepEqual('problem' in found && found.problem.key, 'expression.range', text);
    } else {
      deepEqual(found, { offset: Number(value) }, text);
      inside++;
    }
  }
  ok(inside > 1000, 'most of them have a place');
});

test('precedence without parentheses is that of JavaScript', () => {
  const next = random(11);
  for (let count = 0; count < 3000; count++) {
    const parts = [String(next(1000) + 1)];
    for (let more = next(6); more >= 0; more--) {
      const operator = ['+', '-', '*', '/', '&', '|', '%'][next(7)] ?? '+';
      parts.push(operator, String(next(1000) + 1));
    }
    const text = parts.join(' ');
    const bigints = parts.map((part) => (/^\d/.test(part) ? `${part}n` : part)).join(' ');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    const value = new Function(`return ${bigints}`)() as bigint;
    const found = offsetOf(text, { size: 2 ** 50, cursor: 0 });
    if (value < 0n) deepEqual('problem' in found && found.problem.key, 'expression.range', text);
    else deepEqual(found, { offset: Number(value) }, text);
  }
});

test('nothing that can be typed throws', () => {
  const next = random(3);
  const alphabet = '0123456789abcdefhpx+-*/%<>&|()"\'# .end_kKé😀';
  for (let count = 0; count < 20_000; count++) {
    let text = '';
    for (let length = next(12); length >= 0; length--) text += alphabet[next(alphabet.length)] ?? '';
    const found = offsetOf(text, small);
    ok(
      'offset' in found
        ? Number.isSafeInteger(found.offset) && found.offset < 1024
        : found.problem.key.length > 0,
      text,
    );
  }
});
