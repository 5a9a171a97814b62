import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkScope, queryProblem, soughtOf, type What } from '../../extension/shared/query';
import { QueryFault } from '../../extension/shared/queryFault';
import { strings } from '../../extension/shared/strings';

const hex = (pattern: string): What => ({ kind: 'hex', pattern });
const text = (
  text: string,
  encoding: 'utf8' | 'utf16le' | 'utf16be' | 'latin1' | 'ascii' = 'utf8',
  matchCase = true,
) => ({ kind: 'text', text, encoding, matchCase }) as const;
const number = (text: string, type: string, endian = 'little') =>
  ({ kind: 'number', text, type, endian }) as What;

/** Patterns as text: digits of the bytes, slash, digits of the mask where it does not count all bits. */
function patterns(what: What): readonly string[] {
  const sought = soughtOf(what);
  assert.ok(sought.kind === 'patterns');
  return sought.patterns.map(({ bytes, mask }) => {
    const digits = Buffer.from(bytes).toString('hex');
    return mask.every((byte) => byte === 0xff) ? digits : `${digits}/${Buffer.from(mask).toString('hex')}`;
  });
}

test('hex is read with blanks, commas, 0x and wildcards', () => {
  assert.deepEqual(patterns(hex(' de AD be,ef ')), ['deadbeef']);
  assert.deepEqual(patterns(hex('0xDEADBEEF 0x01')), ['deadbeef01']);
  assert.deepEqual(patterns(hex('00 ?? ?5 6?')), ['00000560/ff000ff0']);
});

test('text is read in its encoding', () => {
  assert.deepEqual(patterns(text('aé')), ['61c3a9']);
  assert.deepEqual(patterns(text('aé', 'latin1')), ['61e9']);
  assert.deepEqual(patterns(text('aé', 'utf16le')), ['6100e900']);
  assert.deepEqual(patterns(text('a😀', 'utf16be')), ['0061d83dde00']);
});

test('text without case is every way to write it, one pattern where the cases differ by a bit', () => {
  assert.deepEqual(patterns(text('aB1', 'utf8', false)), ['414231/dfdfff']);
  assert.deepEqual(patterns(text('É', 'utf8', false)), ['c389/ffdf']);
  assert.deepEqual(patterns(text('aр', 'utf8', false)), ['41d180/dfffff', '41d0a0/dfffff']);
  assert.deepEqual(patterns(text('ß', 'utf8', false)), ['c39f']);
  assert.deepEqual(patterns(text('ÿ', 'latin1', false)), ['ff'], 'Ÿ is not in Latin-1');
});

test('a number is its bytes, once where both orders are the same', () => {
  assert.deepEqual(patterns(number('42', 'uint16')), ['2a00']);
  assert.deepEqual(patterns(number('0x2A', 'uint16', 'big')), ['002a']);
  assert.deepEqual(patterns(number('-2', 'int32', 'both')), ['feffffff', 'fffffffe']);
  assert.deepEqual(patterns(number('0x0101', 'uint16', 'both')), ['0101']);
  assert.deepEqual(patterns(number('255', 'uint8', 'both')), ['ff']);
  assert.deepEqual(patterns(number('18446744073709551615', 'uint64')), ['ffffffffffffffff']);
  assert.deepEqual(patterns(number('-9223372036854775808', 'int64', 'big')), ['8000000000000000']);
  assert.deepEqual(patterns(number('1.5', 'float32')), ['0000c03f']);
  assert.deepEqual(patterns(number('-inf', 'float64', 'big')), ['fff0000000000000']);
});

test('a range has borders, which may be left open; zero as a fraction has two forms', () => {
  const range = (what: What) => {
    const sought = soughtOf(what);
    assert.ok(sought.kind === 'numbers');
    return [sought.numbers.minimum, sought.numbers.maximum];
  };
  assert.deepEqual(range(number('1..5', 'uint8')), [1n, 5n]);
  assert.deepEqual(range(number(' -5 .. 0x10 ', 'int32')), [-5n, 16n]);
  assert.deepEqual(range(number('250..', 'uint8')), [250n, 255n]);
  assert.deepEqual(range(number('..-100', 'int8')), [-128n, -100n]);
  assert.deepEqual(range(number('0.1..0.3', 'float32')), [Math.fround(0.1), Math.fround(0.3)]);
  assert.deepEqual(range(number('..1e3', 'float64')), [-Infinity, 1000]);
  assert.deepEqual(range(number('0', 'float64')), [0, 0]);
});

test('an expression is checked, and its point is any byte', () => {
  assert.deepEqual(soughtOf({ kind: 'regex', source: 'a.b', ignoreCase: true }), {
    kind: 'regex',
    source: 'a.b',
    flags: 'gis',
  });
});

test('what cannot be looked for names its rule and values, and each rule has a sentence', () => {
  const many = 'р'.repeat(9);
  const cases: readonly (readonly [What, string, ...string[]])[] = [
    [hex(''), 'empty'],
    [hex('0g'), 'hex-digit', 'g'],
    [hex('0😀'), 'hex-digit', '😀'],
    [hex('123'), 'hex-odd'],
    [hex('0 1'), 'hex-odd'],
    [hex('?? ??'), 'hex-wild'],
    [hex('00'.repeat(4097)), 'too-long', '4096'],
    [text(''), 'empty'],
    [text('aé', 'ascii'), 'text-lacking', 'é', 'ASCII'],
    [text('€', 'latin1'), 'text-lacking', '€', 'Latin-1'],
    [text('\ud800'), 'text-lacking', '\ud800', 'UTF-8'],
    [text(many, 'utf8', false), 'text-case', '256'],
    [number('', 'uint8'), 'empty'],
    [number('..', 'uint8'), 'number-form', '..'],
    [number('1..2..3', 'uint8'), 'number-form', '1..2..3'],
    [number('abc', 'uint8'), 'number-form', 'abc'],
    [number('1.5', 'uint8'), 'number-whole', '1.5'],
    [number('256', 'uint8'), 'number-range', '256', '0', '255'],
    [number('-129', 'int8'), 'number-range', '-129', '-128', '127'],
    [number('5..1', 'uint8'), 'number-order', '5', '1'],
    [number('0x', 'float32'), 'number-form', '0x'],
    [number('1e39', 'float32'), 'number-range', '1e39', '-3.4028234663852886e+38', '3.4028234663852886e+38'],
    [{ kind: 'regex', source: '', ignoreCase: false }, 'empty'],
    [{ kind: 'regex', source: '(', ignoreCase: false }, 'regex', 'Unterminated group'],
  ];
  for (const [what, rule, ...values] of cases) {
    const problem = queryProblem(what);
    assert.deepEqual([problem?.rule, problem?.values], [rule, values], JSON.stringify(what));
    assert.ok(`find.rule.${rule}` in strings);
  }
  assert.equal(queryProblem(hex('00')), null);
});

test('a range past the end is refused with the size', () => {
  const scope = { start: 90, length: 11, alignment: 1 } as const;
  assert.equal(checkScope({ ...scope, length: 10 }, 100), null);
  assert.equal(checkScope({ ...scope, length: null }, 100), null);
  const fault = checkScope(scope, 100);
  assert.ok(fault instanceof QueryFault);
  assert.deepEqual([fault.rule, fault.values], ['past-end', ['100']]);
  assert.ok(checkScope({ ...scope, start: 101, length: null }, 100));
});
