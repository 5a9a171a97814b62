import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfBase64, bytesOfHex, pasted, type Pasted } from '../../extension/shared/pasted';

const hello = [0x48, 0x65, 0x6c];
const plain = (found: Pasted): unknown =>
  'bytes' in found ? [...found.bytes] : [found.problem.key, ...found.problem.values.map(String)].join(' ');
const hex = (text: string): unknown => plain(bytesOfHex(text));

test('hex is read in every form that people paste', () => {
  const forms = [
    '48 65 6C',
    '48656c',
    '48,65,6C',
    '0x48, 0x65, 0x6C',
    '0x48656C',
    '\\x48\\x65\\x6c',
    '"\\x48\\x65" "\\x6c"',
    '48h 65h 6Ch',
    '48:65:6c',
    '48\n65\r\n6C\n',
    '{ 0x48, 0x65, 0x6C }',
    '{0x48,0x65,0x6c,};',
    'unsigned char data[3] = { 0x48, 0x65, 0x6c };',
    'constexpr std::array<std::uint8_t, 3> a{{0x48, 0x65, 0x6C}};',
    'const DATA: [u8; 3] = [0x48, 0x65, 0x6C];',
    'let a = [0x48u8, 0x65, 0x6C];',
    'byte[] a = { 0x48, (byte) 0x65, 0x6C };',
    '{ 0x48, /* e */ 0x65, // l\n 0x6C }',
    '[72, 101, 108]',
    '{72, 101, 108}',
    '00000040  48 65 6c                                          |Hel|\n00000043\n',
  ];
  for (const form of forms) deepEqual(hex(form), hello, form);
  deepEqual(hex('{0x5, 0xA}'), [5, 10]);
  deepEqual(hex('{ -1, 127 }'), [255, 127]);
});

test('what is no hex is named', () => {
  equal(hex(''), 'paste.empty');
  equal(hex(' \n'), 'paste.empty');
  equal(hex('48 6'), 'paste.oddHex 6');
  equal(hex('0x'), 'paste.oddHex 0x');
  equal(hex('48 6G'), 'paste.notHex G 6G');
  equal(hex('Hello'), 'paste.notHex H Hello');
  equal(hex('[1, 256]'), 'paste.notByte 256');
});

test('base64 is read with and without padding, in both alphabets', () => {
  for (const text of ['SGVs', ' SG\nVs ']) deepEqual(plain(bytesOfBase64(text)), hello, text);
  for (const text of ['SGU=', 'SGU']) deepEqual(plain(bytesOfBase64(text)), [0x48, 0x65], text);
  deepEqual(plain(bytesOfBase64('-_8=')), [0xfb, 0xff]);
  equal(plain(bytesOfBase64('')), 'paste.empty');
  equal(plain(bytesOfBase64('SGV$')), 'paste.notBase64 $');
  equal(plain(bytesOfBase64('SGVsb')), 'paste.cutBase64');
  equal(plain(bytesOfBase64('SGVs=')), 'paste.cutBase64');
});

test('text is written in the encoding of the view, or not at all', () => {
  const encode = (text: string): Uint8Array | null => (/[^\0-\x7f]/.test(text) ? null : Buffer.from(text));
  deepEqual(plain(pasted('Hel', 'text', encode)), hello);
  equal(plain(pasted('é', 'text', encode)), 'paste.encoding');
  equal(plain(pasted('', 'text', encode)), 'paste.empty');
});
