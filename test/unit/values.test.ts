import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ValueFault,
  valueOf,
  values,
  type Endian,
  type Place,
  type Value,
  type ValueId,
} from '../../extension/shared/values/index';
import { strings } from '../../extension/shared/strings';

const endians: readonly Endian[] = ['little', 'big'];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const shown = (id: ValueId, text: string, endian: Endian = 'little'): string | undefined =>
  valueOf(id).decode(bytesOf(text), endian)?.text;
const typed = (id: ValueId, text: string, endian: Endian = 'little'): string =>
  hex(valueOf(id).encode(text, endian));

function refused(id: ValueId, text: string, room?: number): ValueFault {
  try {
    valueOf(id).encode(text, 'little', room);
  } catch (error) {
    assert.ok(error instanceof ValueFault, `${id} ${text}: ${String(error)}`);
    assert.ok(`value.rule.${error.rule}` in strings, error.rule);
    return error;
  }
  return assert.fail(`${id} took ${text}`);
}

/** Bytes that look like all sorts of things: noise, small numbers, text, the ends of ranges. */
function sample(random: () => number, length: number): Uint8Array {
  const kind = Math.floor(random() * 5);
  const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
  if (kind === 0) bytes.fill(0, 1);
  if (kind === 1) bytes.fill(0xff);
  if (kind === 2) bytes.fill(0, 0, length - 1);
  if (kind === 3) return bytes.map((byte) => 0x20 + (byte % 0x60));
  return bytes;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Types where several patterns mean one value: then what is read again must be equal, not the bytes. */
const loose: readonly ValueId[] = ['bool', 'uleb128', 'sleb128', 'float16', 'bfloat16', 'float32', 'float64'];

for (const value of values) {
  test(`${value.id}: what it shows of thousands of random bytes, typed again, gives the same bytes`, () => {
    const random = seeded(value.id.length * 7919 + value.size);
    let round = 0;
    for (let run = 0; run < 5000; run++) {
      const bytes = sample(random, 24);
      const endian = endians[run % 2] ?? 'little';
      const decoded = value.decode(bytes, endian);
      if (decoded === null || decoded.length === 0 || decoded.text === '""') continue;
      if (decoded.note?.[0] === 'value.note.unterminated') continue;
      round++;
      const again = value.encode(decoded.text, endian, 24);
      const what = `${hex(bytes)} ${endian} ${decoded.text}`;
      if (!loose.includes(value.id)) assert.equal(hex(again), hex(bytes.slice(0, decoded.length)), what);
      else assert.equal(value.decode(again, endian)?.text, decoded.text, what);
    }
    assert.ok(round > 800, `only ${String(round)} were values`);
  });

  test(`${value.id}: too few bytes are no value, and a value that does not fit is refused with the room`, () => {
    for (let length = 0; length < value.size; length++) {
      assert.equal(value.decode(new Uint8Array(length), 'little'), null);
    }
    const text = value.encode(example(value), 'little');
    assert.ok(text.length >= value.size);
    const { rule, maximum } = refused(value.id, example(value), text.length - 1);
    assert.deepEqual([rule, maximum], ['past-the-end', String(text.length - 1)]);
  });

  test(`${value.id}: the example of a refusal is itself taken, and nonsense is refused`, () => {
    const bad = value.id === 'cString' || value.id.startsWith('utf') ? '\\q' : 'no such value';
    const fault = refused(value.id, bad);
    assert.equal(fault.example, example(value));
    assert.ok(value.encode(fault.example, 'big').length > 0);
  });

  test(`${value.id}: the byte order matters where it says so, and nowhere else`, () => {
    const bytes = Uint8Array.of(0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0, 1, 2, 3, 4, 5, 6, 7);
    const [little, big] = endians.map((endian) => value.decode(bytes, endian)?.text);
    assert.equal(little !== big, value.ordered);
  });
}

function example(value: Value): string {
  return refused(value.id, value.id === 'cString' || value.id.startsWith('utf') ? '\\q' : '\\').example;
}

test('integers keep to their range, and a refusal names it', () => {
  for (const bits of [8, 16, 32, 64]) {
    for (const signed of [true, false]) {
      const id = `${signed ? 'int' : 'uint'}${String(bits)}` as ValueId;
      const most = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
      const least = signed ? -most - 1n : 0n;
      for (const limit of [least, most]) assert.equal(shown(id, typed(id, String(limit))), String(limit));
      for (const beyond of [least - 1n, most + 1n]) {
        const { rule, minimum, maximum } = refused(id, String(beyond));
        assert.deepEqual([rule, minimum, maximum], ['number-range', String(least), String(most)]);
      }
      assert.equal(refused(id, '1.5').rule, 'not-an-integer');
      assert.equal(refused(id, '').rule, 'not-an-integer');
    }
  }
  assert.equal(typed('uint16', '0x1234'), '3412');
  assert.equal(typed('uint16', '0x1234', 'big'), '1234');
  assert.equal(typed('int32', '-0b10', 'big'), 'fffffffe');
  assert.equal(valueOf('int16').decode(bytesOf('feff'), 'little')?.detail, '0xFFFE');
});

test('an integer is read from any place of a larger buffer', () => {
  const large = bytesOf('00 11 22 33 44');
  assert.equal(valueOf('uint16').decode(large.subarray(1), 'big')?.text, String(0x1122));
  assert.equal(valueOf('float16').decode(bytesOf('ff 3c00').subarray(1), 'big')?.text, '1');
});

test('every float16 reads as IEEE 754 says and rounds to the nearest, ties to even', () => {
  const half = valueOf('float16');
  for (let pattern = 0; pattern < 65536; pattern++) {
    const bytes = Uint8Array.of(pattern >> 8, pattern & 255);
    const text = half.decode(bytes, 'big')?.text ?? '';
    const isNan = (pattern & 0x7c00) === 0x7c00 && (pattern & 0x3ff) !== 0;
    assert.equal(hex(half.encode(text, 'big')), isNan ? '7e00' : hex(bytes));
  }
  assert.equal(shown('float16', '3555', 'big'), '0.3333');
  assert.equal(shown('float16', '0001', 'big'), '6e-8');
  assert.equal(shown('float16', '7bff', 'big'), '65500');
  assert.equal(typed('float16', '65504', 'big'), '7bff');
  // 2049 lies between 2048 and 2050, 2051 between 2050 and 2052.
  assert.equal(typed('float16', '2049', 'big'), typed('float16', '2048', 'big'));
  assert.equal(typed('float16', '2051', 'big'), typed('float16', '2052', 'big'));
  assert.equal(typed('float16', '2.9e-8', 'big'), '0000');
  assert.equal(typed('float16', '3.1e-8', 'big'), '0001');
  assert.equal(refused('float16', '65520').maximum, '65504');
});

test('bfloat16 is the upper half of a float32, rounded', () => {
  assert.equal(typed('bfloat16', '3.140625', 'big'), '4049');
  assert.equal(typed('bfloat16', '1', 'big'), '3f80');
  assert.equal(shown('bfloat16', '4049', 'big'), '3.14');
  assert.equal(typed('bfloat16', '-inf', 'big'), 'ff80');
  assert.equal(refused('bfloat16', '3.4e38').rule, 'number-range');
  const random = seeded(5);
  for (let run = 0; run < 5000; run++) {
    const number = (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30);
    const whole = new DataView(new ArrayBuffer(4));
    whole.setFloat32(0, number);
    const wanted = whole.getUint16(0) + (whole.getUint16(2) > 0x8000 ? 1 : 0);
    // Rounding twice differs from rounding once exactly at a tie of the first.
    if (whole.getUint16(2) !== 0x8000)
      assert.equal(typed('bfloat16', String(number), 'big'), wanted.toString(16).padStart(4, '0'));
  }
});

test('floats show the fewest digits, and say nan and the infinities', () => {
  assert.equal(shown('float32', '3dcccccd', 'big'), '0.1');
  assert.equal(shown('float32', '48656c6c'), '1.1431391e+27');
  assert.equal(shown('float64', '3fb999999999999a', 'big'), '0.1');
  assert.equal(shown('float64', '8000000000000000', 'big'), '-0');
  assert.equal(typed('float32', '-0', 'big'), '80000000');
  assert.equal(shown('float32', '7fc00000', 'big'), 'NaN');
  assert.equal(typed('float64', 'Infinity', 'big'), '7ff0000000000000');
  assert.equal(typed('float32', 'nan', 'big'), '7fc00000');
  for (const text of ['', '.', 'e5', '1e', '0x10', '1,5'])
    assert.equal(refused('float64', text).rule, 'not-a-number');
  assert.equal(refused('float32', '1e39').maximum, '3.4028234663852886e+38');
  assert.equal(refused('float64', '1e999').rule, 'number-range');
});

test('LEB128 is read and written as DWARF says, up to 64 bits', () => {
  assert.equal(typed('uleb128', '624485'), 'e58e26');
  assert.equal(typed('sleb128', '-123456'), 'c0bb78');
  assert.equal(shown('uleb128', 'e58e26ff'), '624485');
  assert.equal(shown('sleb128', 'c0bb78'), '-123456');
  assert.equal(typed('sleb128', '64'), 'c000');
  assert.equal(shown('uleb128', typed('uleb128', '18446744073709551615')), '18446744073709551615');
  assert.equal(shown('sleb128', typed('sleb128', '-9223372036854775808')), '-9223372036854775808');
  assert.equal(valueOf('uleb128').decode(bytesOf('e58e'), 'little'), null);
  assert.equal(valueOf('uleb128').decode(bytesOf('ffffffffffffffffff7f'), 'little')?.length, 0);
  assert.equal(valueOf('uleb128').decode(new Uint8Array(12).fill(0x80), 'little')?.length, 0);
  assert.equal(refused('uleb128', '-1').minimum, '0');
  assert.equal(refused('sleb128', '9223372036854775808').maximum, '9223372036854775807');
  const random = seeded(9);
  for (let run = 0; run < 5000; run++) {
    const number = BigInt(Math.floor(random() * 2 ** 53)) << BigInt(Math.floor(random() * 11));
    assert.equal(shown('uleb128', typed('uleb128', String(number))), String(number));
    assert.equal(shown('sleb128', typed('sleb128', String(-number / 2n))), String(-number / 2n));
  }
});

test('a bool is false, true or an odd byte that is said to be one', () => {
  assert.deepEqual(valueOf('bool').decode(Uint8Array.of(1), 'little'), { text: 'true', length: 1 });
  assert.deepEqual(valueOf('bool').decode(Uint8Array.of(0), 'little'), { text: 'false', length: 1 });
  assert.deepEqual(valueOf('bool').decode(Uint8Array.of(0x48), 'little')?.note, ['value.note.oddBool', '48']);
  assert.equal(typed('bool', ' TRUE '), '01');
  assert.equal(typed('bool', '0'), '00');
  assert.equal(refused('bool', '2').rule, 'not-a-bool');
});

test('a char is written as C writes it', () => {
  const cases = {
    "'A'": '41',
    "'\\n'": '0a',
    "'\\0'": '00',
    "'\\''": '27',
    "'\\\\'": '5c',
    "'\\xE9'": 'e9',
    "'\\x7F'": '7f',
  };
  for (const [text, bytes] of Object.entries(cases)) {
    assert.equal(shown('char', bytes), text);
    assert.equal(typed('char', text), bytes);
  }
  assert.equal(typed('char', 'A'), '41');
  assert.equal(typed('char', "'"), '27');
  for (const text of ['', "''", 'AB', 'é', "'AB'"])
    assert.equal(refused('char', text).rule, 'not-a-character', text);
});

test('UTF-8 is read strictly and shown so that it cannot disguise itself', () => {
  assert.deepEqual(valueOf('utf8Character').decode(bytesOf('f09f9880ff'), 'little'), {
    text: "'😀'",
    length: 4,
    detail: 'U+1F600',
  });
  assert.equal(shown('utf8String', '48c3a9f09f988000'), '"Hé😀"');
  assert.equal(shown('utf8String', '410a22e280ae42'), '"A\\n\\"\\u{202E}B"');
  assert.equal(shown('utf8String', '48ff'), '"H"');
  assert.equal(shown('utf8String', '00'), '""');
  // Overlong, a surrogate, beyond U+10FFFF, a stray continuation.
  for (const wrong of ['c080', 'e08080', 'eda080', 'f4908080', '80', 'f8808080', 'c3c3']) {
    assert.equal(
      valueOf('utf8Character').decode(bytesOf(wrong), 'little')?.note?.[0],
      'value.note.noUtf8',
      wrong,
    );
  }
  assert.equal(valueOf('utf8Character').decode(bytesOf('e282'), 'little'), null);
  assert.equal(typed('utf8String', 'Hé'), '48c3a9');
  assert.equal(typed('utf8String', '"Hé"'), '48c3a9');
  assert.equal(typed('utf8String', '"'), '22');
  assert.equal(typed('utf8String', '"\\"a\\""'), '226122');
  assert.equal(typed('utf8Character', '\\u{1F600}'), 'f09f9880');
  assert.equal(refused('utf8String', '').rule, 'empty-text');
  assert.equal(refused('utf8String', '""').rule, 'empty-text');
  assert.equal(refused('utf8String', '\ud800').rule, 'lone-surrogate');
  assert.equal(refused('utf8String', '\\xff').rule, 'byte-in-text');
  assert.equal(refused('utf8String', '\\u{110000}').rule, 'bad-escape');
  assert.equal(refused('utf8String', 'a\\').rule, 'bad-escape');
  assert.equal(refused('utf8Character', 'ab').rule, 'not-a-character');
});

test('every character of Unicode is read from UTF-8 and written back', () => {
  const character = valueOf('utf8Character');
  for (let point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 251) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const bytes = new TextEncoder().encode(String.fromCodePoint(point));
    const decoded = character.decode(bytes, 'little');
    assert.ok(decoded);
    assert.equal(decoded.length, bytes.length, point.toString(16));
    assert.equal(hex(character.encode(decoded.text, 'little')), hex(bytes), decoded.text);
  }
});

test('UTF-16 follows the byte order and stops at half a character', () => {
  assert.equal(shown('utf16String', '4800 e900 3dd8 00de 0000'), '"Hé😀"');
  assert.equal(shown('utf16String', '0048 00e9 d83d de00 0000', 'big'), '"Hé😀"');
  assert.equal(shown('utf16String', '4800 00dc 4800'), '"H"');
  assert.equal(valueOf('utf16String').decode(bytesOf('00dc'), 'little')?.length, 0);
  assert.equal(typed('utf16String', '"Hé"', 'big'), '004800e9');
  assert.equal(refused('utf16String', '\\xe9').rule, 'byte-in-text');
});

test('a C string says its length, keeps its odd bytes and gets its NUL', () => {
  assert.deepEqual(valueOf('cString').decode(bytesOf('48c3a9ff0041'), 'little'), {
    text: '"Hé\\xFF"',
    length: 5,
    note: ['value.note.length', 4],
  });
  assert.deepEqual(valueOf('cString').decode(bytesOf('4869'), 'little')?.note, [
    'value.note.unterminated',
    2,
  ]);
  assert.equal(typed('cString', 'Hé\\xFF'), '48c3a9ff00');
  assert.equal(typed('cString', '""'), '00');
  assert.equal(refused('cString', 'a\\0b').rule, 'nul-in-text');
  assert.deepEqual(
    [refused('cString', 'Hello', 5).rule, refused('cString', 'Hello', 5).maximum],
    ['past-the-end', '5'],
  );
});

test('a pointer says where in the segment it leads: by a mapping, from the start, or from itself', () => {
  const place: Place = {
    offset: 0x100,
    size: 0x1000,
    mappings: [
      { name: 'producer', pid: 4711, address: 0x7f0000000000n, offset: 0n, length: 0x1000n },
      { name: 'consumer', pid: 4712, address: 0x7e0000000000n, offset: 0x800n, length: 0x1000n },
    ],
  };
  const note = (id: ValueId, text: string) => {
    const decoded = valueOf(id).decode(bytesOf(text), 'big', place);
    assert.ok(decoded?.note);
    return [decoded.text, decoded.target, ...decoded.note];
  };
  assert.deepEqual(note('pointer64', '00007f0000000048'), [
    '0x00007F0000000048',
    0x48,
    'value.note.inMapping',
    '48',
    'producer',
    4711,
  ]);
  assert.deepEqual(note('pointer64', '00007e0000000048'), [
    '0x00007E0000000048',
    0x848,
    'value.note.inMapping',
    '848',
    'consumer',
    4712,
  ]);
  // The mapping goes on, the segment does not.
  assert.equal(note('pointer64', '00007e0000000800')[1], undefined);
  assert.deepEqual(note('pointer64', '0000000000000048'), [
    '0x0000000000000048',
    0x48,
    'value.note.asOffset',
    '48',
  ]);
  assert.deepEqual(note('pointer64', 'ffffffffffffff80'), [
    '0xFFFFFFFFFFFFFF80',
    0x80,
    'value.note.asRelative',
    '80',
  ]);
  assert.deepEqual(note('pointer32', 'ffffff80'), ['0xFFFFFF80', 0x80, 'value.note.asRelative', '80']);
  assert.deepEqual(note('pointer64', '00007f0000001000'), [
    '0x00007F0000001000',
    undefined,
    'value.note.outside',
  ]);
  assert.deepEqual(note('pointer64', '0000000000001000').slice(1, 3), [undefined, 'value.note.outside']);
  assert.deepEqual(note('pointer32', '00000000').slice(1, 3), [undefined, 'value.note.null']);
  assert.equal(refused('pointer32', '0x100000000').maximum, '4294967295');
});

test('times are local with their offset, UTC is the detail, and either can be typed', () => {
  const time = valueOf('time64');
  const decoded = time.decode(time.encode('2027-08-23T04:25:00Z', 'big'), 'big');
  assert.ok(decoded);
  assert.equal(decoded.detail, '2027-08-23T04:25:00Z');
  assert.equal(new Date(decoded.text.replace(' ', 'T')).toISOString(), '2027-08-23T04:25:00.000Z');
  const local = new Date(2027, 7, 23, 4, 25).getTime() / 1000;
  for (const text of ['2027-08-23 04:25', '2027-08-23T04:25:00', String(local)]) {
    assert.equal(typed('time32', text, 'big'), local.toString(16).padStart(8, '0'), text);
  }
  assert.equal(typed('time64', '1970-01-01 02:00+02:00'), '0000000000000000');
  assert.equal(typed('milliseconds', '1970-01-01T00:00:01.5Z', 'big'), '00000000000005dc');
  assert.equal(typed('milliseconds', '1969-12-31T23:59:59.999Z', 'big'), 'ffffffffffffffff');
  assert.equal(typed('fileTime', '1601-01-01T00:00:00.0000001Z', 'big'), '0000000000000001');
  assert.equal(
    typed('fileTime', '1970-01-01T00:00:00Z', 'big'),
    116444736000000000n.toString(16).padStart(16, '0'),
  );
  assert.equal(
    valueOf('fileTime').decode(bytesOf('0000000000000001'), 'big')?.detail,
    '1601-01-01T00:00:00.0000001Z',
  );
});

test('a time that is no date is shown as its number, and one that does not exist is refused', () => {
  assert.deepEqual(valueOf('time64').decode(bytesOf('7fffffffffffffff'), 'big'), {
    text: '9223372036854775807',
    length: 8,
    note: ['value.note.noDate'],
  });
  for (const text of [
    '2027-13-01',
    '2027-02-30',
    '2027-02-28 24:00',
    '2027-02-28 10:60',
    'yesterday',
    '27-01-01',
    '',
  ]) {
    assert.equal(refused('time64', text).rule, 'not-a-time', text);
  }
  const { rule, minimum, maximum } = refused('time32', '2038-01-19T03:14:08Z');
  assert.deepEqual([rule, minimum, maximum], ['time-range', '1901-12-13 20:45:52Z', '2038-01-19 03:14:07Z']);
  assert.equal(refused('fileTime', '1600-12-31T23:59:59Z').rule, 'time-range');
  assert.equal(refused('time32', '2147483648').rule, 'number-range');
});

test('a GUID is in the order of Windows, a UUID in big endian', () => {
  const bytes = '00112233445566778899aabbccddeeff';
  assert.equal(shown('guid', bytes), '33221100-5544-7766-8899-AABBCCDDEEFF');
  assert.equal(shown('guid', bytes, 'big'), '00112233-4455-6677-8899-AABBCCDDEEFF');
  for (const text of [
    '{33221100-5544-7766-8899-aabbccddeeff}',
    '33221100-5544-7766-8899-AABBCCDDEEFF',
    '33221100554477668899aabbccddeeff',
  ])
    assert.equal(typed('guid', text), bytes);
  for (const text of [
    '',
    '{33221100-5544-7766-8899-aabbccddeeff',
    '33221100-5544-7766-8899-aabbccddeef',
    '33221100-55-447766-8899-aabbccddeeff',
  ]) {
    assert.equal(refused('guid', text).rule, 'not-a-guid', text);
  }
});

test('IP addresses are in network order and as RFC 5952 writes them', () => {
  assert.equal(shown('ipv4', 'c0a80001'), '192.168.0.1');
  assert.equal(typed('ipv4', '192.168.0.1', 'big'), 'c0a80001');
  for (const text of ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.-4']) {
    assert.equal(refused('ipv4', text).maximum, '255.255.255.255', text);
  }
  const six = {
    '::': '00000000000000000000000000000000',
    '::1': '00000000000000000000000000000001',
    'fe80::1': 'fe800000000000000000000000000001',
    '2001:db8::1:0:0:1': '20010db8000000000001000000000001',
    '2001:db8:0:1:1:1:1:1': '20010db8000000010001000100010001',
    '1::': '00010000000000000000000000000000',
  };
  for (const [text, bytes] of Object.entries(six)) {
    assert.equal(shown('ipv6', bytes), text);
    assert.equal(typed('ipv6', text.toUpperCase()), bytes);
  }
  assert.equal(typed('ipv6', '::ffff:192.168.0.1'), '00000000000000000000ffffc0a80001');
  for (const text of [
    '',
    ':',
    '1:::2',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    'g::',
    '::1.2.3',
  ]) {
    assert.equal(refused('ipv6', text).rule, 'not-an-ipv6', text);
  }
});

test('a colour has a swatch and can be typed short', () => {
  assert.deepEqual(valueOf('rgb').decode(bytesOf('ff880000'), 'little'), {
    text: '#FF8800',
    length: 3,
    swatch: '#FF8800',
  });
  assert.equal(typed('rgb', '#f80'), 'ff8800');
  assert.equal(typed('rgba', 'f80c'), 'ff8800cc');
  for (const text of ['', '#ff', '#ff88000', 'red!!!'])
    assert.equal(refused('rgb', text).rule, 'not-a-colour', text);
  assert.equal(refused('rgba', '#ff8800').example, '#FF8800FF');
});
