import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNumber, encodeText, parseHex, parseOffset, parseSize } from '../../extension/core/bytes';
import { refusal } from './refusal';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('hex is read in the ways people write it', () => {
  for (const text of [
    'deadbeef',
    'DE AD BE EF',
    '0xDE, 0xAD, 0xBE, 0xEF',
    '\\xde\\xad\\xbe\\xef',
    'de:ad:be:ef',
    '0xdeadbeef',
  ]) {
    assert.equal(hex(parseHex(text)), 'deadbeef', text);
  }
});

test('hex with an odd digit, with another character or with nothing is refused', () => {
  assert.equal(refusal(() => parseHex('abc')).rule, 'odd-hex-digits');
  assert.equal(refusal(() => parseHex('a b')).rule, 'odd-hex-digits');
  for (const [text, wrong] of [
    ['zz', 'z'],
    ['de 😀', '😀'],
  ] as const) {
    const { rule, found } = refusal(() => parseHex(text));
    assert.deepEqual([rule, found], ['not-hex', wrong]);
  }
  assert.equal(refusal(() => parseHex(' ')).rule, 'empty-bytes');
  assert.equal(refusal(() => parseHex('0x')).rule, 'empty-bytes');
});

test('text becomes the bytes of its encoding', () => {
  assert.equal(hex(encodeText('aé😀', 'utf-8')), '61c3a9f09f9880');
  assert.equal(hex(encodeText('aé😀', 'utf-16le')), '6100e9003dd800de');
  assert.equal(hex(encodeText('aé😀', 'utf-16be')), '006100e9d83dde00');
  assert.equal(hex(encodeText('aé', 'latin1')), '61e9');
  assert.equal(hex(encodeText('az', 'ascii')), '617a');
});

test('text that an encoding cannot hold is refused', () => {
  const { rule, found } = refusal(() => encodeText('a é', 'ascii'));
  assert.deepEqual([rule, found], ['not-in-encoding', 'U+00E9 (é)']);
  assert.equal(refusal(() => encodeText('内', 'latin1')).rule, 'not-in-encoding');
  assert.equal(refusal(() => encodeText('\ud800', 'utf-8')).rule, 'not-in-encoding');
  assert.equal(refusal(() => encodeText('', 'utf-8')).rule, 'empty-bytes');
});

test('numbers become bytes in either order', () => {
  assert.equal(hex(encodeNumber('-2', 'int8', true)), 'fe');
  assert.equal(hex(encodeNumber('0x1234', 'uint16', true)), '3412');
  assert.equal(hex(encodeNumber('0x1234', 'uint16', false)), '1234');
  assert.equal(hex(encodeNumber('-1', 'int32', true)), 'ffffffff');
  assert.equal(hex(encodeNumber('18446744073709551615', 'uint64', true)), 'ffffffffffffffff');
  assert.equal(hex(encodeNumber('-9223372036854775808', 'int64', false)), '8000000000000000');
  assert.equal(hex(encodeNumber('0b101', 'uint8', true)), '05');
  assert.equal(hex(encodeNumber('1.5', 'float32', false)), '3fc00000');
  assert.equal(hex(encodeNumber('-2e10', 'float64', false)), 'c212a05f20000000');
  assert.equal(hex(encodeNumber('-inf', 'float32', false)), 'ff800000');
});

test('a number out of range is refused with the range of its type', () => {
  const range = (text: string, type: Parameters<typeof encodeNumber>[1]) => {
    const { rule, minimum, maximum } = refusal(() => encodeNumber(text, type, true));
    return [rule, minimum, maximum];
  };
  assert.deepEqual(range('256', 'uint8'), ['number-range', '0', '255']);
  assert.deepEqual(range('-1', 'uint8'), ['number-range', '0', '255']);
  assert.deepEqual(range('128', 'int8'), ['number-range', '-128', '127']);
  assert.deepEqual(range('18446744073709551616', 'uint64'), ['number-range', '0', '18446744073709551615']);
  assert.deepEqual(range('1e39', 'float32').slice(0, 1), ['number-range']);
  assert.deepEqual(range('1e999', 'float64').slice(0, 1), ['number-range']);
  assert.deepEqual(range('1.5', 'int8'), ['not-an-integer', '-128', '127']);
  assert.deepEqual(range('', 'int32').slice(0, 1), ['not-an-integer']);
  assert.deepEqual(range('x', 'float64').slice(0, 1), ['not-a-number']);
});

test('an offset is decimal or hex and lies within the segment', () => {
  assert.equal(parseOffset('16', 64), 16);
  assert.equal(parseOffset(' 0x3F ', 64), 63);
  const past = refusal(() => parseOffset('64', 64));
  assert.deepEqual([past.rule, past.minimum, past.maximum], ['offset-range', '0', '63']);
  assert.equal(refusal(() => parseOffset('-1', 64)).rule, 'offset-range');
  assert.equal(refusal(() => parseOffset('1.5', 64)).rule, 'not-an-offset');
  assert.equal(refusal(() => parseOffset('here', 64)).rule, 'not-an-offset');
});

test('a size may have a unit', () => {
  assert.equal(parseSize('1024'), 1024);
  assert.equal(parseSize('0x400'), 1024);
  assert.equal(parseSize('4 KiB'), 4096);
  assert.equal(parseSize('1.5 MiB'), 1572864);
  assert.equal(parseSize('2g'), 2147483648);
  assert.equal(parseSize('8 B'), 8);
});

test('a size of zero, below it, in fractions or beyond the limit is refused with the limits in bytes', () => {
  const refused = (text: string) => {
    const { rule, minimum, maximum } = refusal(() => parseSize(text, 65536));
    return [rule, minimum, maximum];
  };
  for (const text of ['0', '-1', '-0x10', '-1.5', '0.5', '65537', '64.5 KiB', '99999999999999999999']) {
    assert.deepEqual(refused(text), ['size-range', '1', '65536'], text);
  }
  for (const text of ['', 'big', '4 XB', '1 2', '1.5', '1.0001 KiB']) {
    assert.deepEqual(refused(text), ['not-a-size', '1', '65536'], text);
  }
  assert.equal(parseSize('64 KiB', 65536), 65536);
});
