import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber, numberWidth, parseNumber, type NumberShape } from '../../extension/shared/numbers';
import { formats, groupsOf } from '../../extension/shared/reading';

const shapes: readonly NumberShape[] = formats.flatMap((format) =>
  groupsOf(format).flatMap((group) =>
    (['little', 'big'] as const).map((endian) => ({ format, group, endian })),
  ),
);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const show = (hex: string, format: NumberShape['format'], endian: 'little' | 'big' = 'big'): string =>
  formatNumber(bytesOf(hex), 0, { format, group: (hex.length / 2) as NumberShape['group'], endian });

test('numbers are read in both byte orders', () => {
  assert.equal(show('0102', 'unsigned'), '258');
  assert.equal(show('0102', 'unsigned', 'little'), '513');
  assert.equal(show('fffffffffffffffe', 'signed'), '-2');
  assert.equal(show('ffffffffffffffff', 'unsigned'), '18446744073709551615');
  assert.equal(show('80000000', 'signed'), '-2147483648');
  assert.equal(show('ff', 'octal'), '377');
  assert.equal(show('05', 'binary'), '00000101');
  assert.equal(show('0102030405060708090a0b0c0d0e0f10', 'hex', 'little'), '100F0E0D0C0B0A090807060504030201');
  assert.equal(show('3c00', 'float'), '1');
  assert.equal(show('7bff', 'float'), '65504');
  assert.equal(show('0001', 'float'), '6e-8');
  assert.equal(show('3dcccccd', 'float'), '0.1');
  assert.equal(show('8000000000000000', 'float'), '-0');
  assert.equal(show('fff0000000000000', 'float'), '-Inf');
  assert.equal(show('7e00', 'float'), 'NaN');
});

test('every text of 10,000 random groups fits its cell and reads back as the same bytes', () => {
  let state = 5;
  const byte = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  for (let round = 0; round < 10_000; round++) {
    const shape = shapes[round % shapes.length];
    assert(shape);
    const bytes = Uint8Array.from({ length: shape.group }, byte);
    const text = formatNumber(bytes, 0, shape);
    assert(text.length <= numberWidth(shape), `${text} is longer than ${String(numberWidth(shape))}`);
    if (text === 'NaN') continue;
    const parsed = parseNumber(text, shape);
    assert('bytes' in parsed, text);
    assert.deepEqual(parsed.bytes, bytes, `${text} as ${JSON.stringify(shape)}`);
  }
});

test('every half-precision number reads back as itself', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const bytes = Uint8Array.of(bits >> 8, bits & 255);
    const shape = { format: 'float', group: 2, endian: 'big' } as const;
    const text = formatNumber(bytes, 0, shape);
    if (text === 'NaN') continue;
    const parsed = parseNumber(text, shape);
    assert('bytes' in parsed);
    assert.deepEqual(parsed.bytes, bytes, text);
  }
});

test('what is no number, or too large, is refused with the rule', () => {
  const read = (text: string, format: NumberShape['format'], group: NumberShape['group']) =>
    parseNumber(text, { format, group, endian: 'little' });
  for (const text of ['', 'x', '12x', '0x', '1.5', '8e3', '--1', '0b2']) {
    assert.deepEqual(read(text, 'unsigned', 4), { problem: 'not-a-number' }, text);
  }
  assert.deepEqual(read('9', 'octal', 1), { problem: 'not-a-number' });
  assert.deepEqual(read('0x1', 'float', 4), { problem: 'not-a-number' });
  assert.deepEqual(read('256', 'unsigned', 1), { problem: 'out-of-range', minimum: '0', maximum: '255' });
  assert.deepEqual(read('-129', 'signed', 1), { problem: 'out-of-range', minimum: '-128', maximum: '127' });
  assert.deepEqual(read('400', 'octal', 1), { problem: 'out-of-range', minimum: '0o0', maximum: '0o377' });
  assert.deepEqual(read('65520', 'float', 2), {
    problem: 'out-of-range',
    minimum: '-65504',
    maximum: '65504',
  });
  assert.deepEqual(read('1e39', 'float', 4), {
    problem: 'out-of-range',
    minimum: '-3.4028235e+38',
    maximum: '3.4028235e+38',
  });
  assert.deepEqual(read('0xFF', 'signed', 2), { bytes: Uint8Array.of(255, 0) });
  assert.deepEqual(read('1_000', 'unsigned', 2), { bytes: Uint8Array.of(232, 3) });
  assert.deepEqual(read('-inf', 'float', 2), { bytes: Uint8Array.of(0, 0xfc) });
});
