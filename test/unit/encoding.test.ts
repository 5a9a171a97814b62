import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellKinds, readCells, sequenceAt } from '../../extension/shared/cells';
import {
  decode,
  encode,
  encodings,
  lacking,
  unitLength,
  type Encoding,
} from '../../extension/shared/encoding';
import { Fault } from '../../extension/shared/fault';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Name of the platform's decoder; none for UTF-32, and its latin1 is another one. */
const platform: Partial<Record<Encoding, string>> = {
  utf8: 'utf-8',
  utf16le: 'utf-16le',
  utf16be: 'utf-16be',
  gb18030: 'gb18030',
  shift_jis: 'shift_jis',
  big5: 'big5',
};

/** Where a table has no character some platforms give one of private use or a control, or swap controls. */
const strange = /[\p{Cc}\p{Co}]/u;

/** The same numbers in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('text becomes the bytes of each encoding', () => {
  assert.equal(hex(encode('aé😀', 'utf8')), '61c3a9f09f9880');
  assert.equal(hex(encode('aé😀', 'utf16le')), '6100e9003dd800de');
  assert.equal(hex(encode('aé😀', 'utf16be')), '006100e9d83dde00');
  assert.equal(hex(encode('a😀', 'utf32le')), '6100000000f60100');
  assert.equal(hex(encode('a😀', 'utf32be')), '000000610001f600');
  assert.equal(hex(encode('aé\u{85}', 'latin1')), '61e985');
  assert.equal(hex(encode('az', 'ascii')), '617a');
  assert.equal(hex(encode('a内存é😀', 'gb18030')), '61c4dab4e6a8a69439fc36');
  assert.equal(hex(encode('a日本ｱ', 'shift_jis')), '6193fa967bb1');
  assert.equal(hex(encode('a記憶十', 'big5')), '61b04fbed0a451');
});

test('a character that an encoding lacks is named', () => {
  const cases: readonly (readonly [string, Encoding, string])[] = [
    ['aé', 'ascii', 'é'],
    ['a内', 'latin1', '内'],
    ['a\ud800b', 'utf8', '\ud800'],
    ['\udc00', 'utf16le', '\udc00'],
    ['日é', 'shift_jis', 'é'],
    ['記😀', 'big5', '😀'],
  ];
  for (const [text, encoding, character] of cases) {
    assert.equal(lacking(text, encoding), character);
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    assert.throws(
      () => encode(text, encoding),
      (error) => {
        assert(error instanceof Fault);
        assert.match(error.message, new RegExp(`U\\+${point}`));
        return true;
      },
    );
  }
  assert.equal(lacking('aé内😀', 'gb18030'), null);
});

test('what is encoded reads back as it was', () => {
  const text = 'Az09~ ÀÿЖ中文字漢あアｱ한😀𠀀十兀═①€';
  for (const encoding of encodings) {
    const possible = Array.from(text).filter((character) => lacking(character, encoding) === null);
    const bytes = encode(possible.join(''), encoding);
    let back = '';
    for (let at = 0; at < bytes.length;) {
      const { length, text: read } = sequenceAt(bytes, at, encoding);
      back += read;
      at += length;
    }
    assert.equal(back, possible.join(''), encoding);
  }
});

test('the platform reads what is encoded as the same text', () => {
  const next = random(7);
  for (const [encoding, label] of Object.entries(platform) as [Encoding, string][]) {
    for (let round = 0; round < 300; round++) {
      const points = Array.from({ length: 8 }, () => Math.floor(next() * (round % 2 ? 0x10000 : 0x2ffff)));
      const text = points
        .filter((point) => (point < 0xd800 || point > 0xf8ff) && point !== 0xfeff)
        .map((point) => String.fromCodePoint(point))
        .filter((character) => lacking(character, encoding) === null)
        .join('');
      assert.equal(new TextDecoder(label).decode(encode(text, encoding)), text, encoding);
    }
  }
});

test('10,000 random byte strings keep their alignment in every encoding', () => {
  const next = random(1);
  for (let round = 0; round < 10_000; round++) {
    const encoding = encodings[round % encodings.length] ?? 'utf8';
    const before = Math.floor(next() * 5) * 4;
    const length = 8 * (1 + Math.floor(next() * 4));
    const after = Math.floor(next() * 5);
    const high = next() < 0.5;
    const bytes = Uint8Array.from({ length: before + length + after }, () =>
      Math.floor(high ? 128 + next() * 128 : next() * 256),
    );
    const cells = readCells(bytes, before, before + length, encoding);
    let covered = 0;
    while (covered < length && cells.kinds[covered] === cellKinds.rest) covered++;
    assert(covered <= 3, 'only the end of one character may come from the row before');
    while (covered < length) {
      const kind = cells.kinds[covered];
      const span = cells.lengths[covered] ?? 0;
      const width = cells.widths[covered] ?? 0;
      assert.notEqual(kind, cellKinds.rest, 'no byte is left without a cell');
      assert(span >= 1 && span <= 4 && width <= span);
      assert.equal(kind === cellKinds.glyph, width > 0);
      assert.equal(kind === cellKinds.glyph, (cells.texts[covered] ?? '') !== '');
      for (let rest = 1; rest < span && covered + rest < length; rest++) {
        assert.equal(cells.kinds[covered + rest], cellKinds.rest);
        assert.equal(cells.texts[covered + rest], '');
      }
      covered += span;
    }
  }
});

test('a row reads the same as the whole text that it is cut from', () => {
  const next = random(3);
  const signs = Array.from('Az 0\n中文記憶日本éЖ😀ｱ');
  for (const encoding of encodings) {
    const possible = signs.filter((sign) => lacking(sign, encoding) === null);
    const text = Array.from({ length: 200 }, () => possible[Math.floor(next() * possible.length)]).join('');
    const bytes = encode(text, encoding);
    const whole = readCells(bytes, 0, bytes.length, encoding);
    for (let from = 0; from + 16 <= bytes.length; from += 16) {
      const row = readCells(bytes, from, from + 16, encoding);
      assert.deepEqual([...row.kinds], [...whole.kinds.subarray(from, from + 16)], encoding);
      assert.deepEqual(row.texts, whole.texts.slice(from, from + 16), encoding);
    }
  }
});

test('bytes that are valid are shown as the platform decodes them', () => {
  const next = random(11);
  for (const [encoding, label] of Object.entries(platform) as [Encoding, string][]) {
    let valid = 0;
    for (let round = 0; round < 3000; round++) {
      const unit = unitLength(encoding);
      const length = Math.max(unit, Math.floor(next() * 5));
      const bytes = Uint8Array.from({ length: length - (length % unit) }, () => Math.floor(next() * 256));
      let decoded: string;
      try {
        decoded = new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        continue;
      }
      let read = '';
      for (let at = 0; at < bytes.length;) {
        const sequence = sequenceAt(bytes, at, encoding);
        read += sequence.text;
        at += sequence.length;
      }
      if (unit === 1 && strange.test(decoded)) continue;
      valid++;
      assert.equal(read, decoded, `${encoding} ${hex(bytes)}`);
    }
    assert(valid > 100, encoding);
  }
});

test('wrong sequences are marked and the text after them stays in its cells', () => {
  const row = (encoding: Encoding, ...bytes: number[]) => {
    const cells = readCells(Uint8Array.from(bytes), 0, bytes.length, encoding);
    return cells.texts.map((text, index) => {
      const kind = cells.kinds[index];
      return kind === cellKinds.glyph
        ? text
        : kind === cellKinds.rest
          ? '-'
          : kind === cellKinds.dot
            ? '.'
            : '!';
    });
  };
  assert.deepEqual(row('utf8', 0xe4, 0xb8, 0x41, 0xc0, 0x80, 0x42), ['!', '!', 'A', '!', '!', 'B']);
  assert.deepEqual(row('utf8', 0xe4, 0xb8, 0xad, 0x41), ['中', '-', '-', 'A']);
  assert.deepEqual(row('utf8', 0xed, 0xa0, 0x80, 0xe4, 0xb8), ['!', '!', '!', '!', '!']);
  assert.deepEqual(row('utf16le', 0x00, 0xd8, 0x41, 0x00), ['!', '-', 'A', '-']);
  assert.deepEqual(row('utf16be', 0x00, 0x41, 0xd8), ['A', '-', '!']);
  assert.deepEqual(row('utf32le', 0x41, 0, 0, 0, 0, 0, 0x11, 0), ['A', '-', '-', '-', '!', '-', '-', '-']);
  assert.deepEqual(row('shift_jis', 0x81, 0x20, 0x93, 0xfa), ['!', ' ', '日', '-']);
  assert.deepEqual(row('gb18030', 0x81, 0x30, 0xc4, 0xda), ['!', '0', '内', '-']);
  assert.deepEqual(row('ascii', 0x41, 0x80, 0x00), ['A', '.', '.']);
  assert.deepEqual(row('latin1', 0xe9, 0x80, 0xad), ['é', '.', '.']);
});

test('what cannot stand alone is a dot: controls, marks, directions, private use, nothing assigned', () => {
  for (const character of [
    '\0',
    '\u{7f}',
    '\u{301}',
    '\u{202e}',
    '\u{200d}',
    '\u{e000}',
    '\u{378}',
    '\u{3164}',
  ]) {
    const cells = readCells(encode(character, 'utf32le'), 0, 4, 'utf32le');
    assert.equal(cells.kinds[0], cellKinds.dot, character.codePointAt(0)?.toString(16));
  }
});

test('East Asian wide characters take two cells, others one', () => {
  const width = (character: string) => readCells(encode(character, 'utf32be'), 0, 4, 'utf32be').widths[0];
  for (const character of ['中', 'あ', '한', '　', 'Ａ', '😀', '𠀀', '。', '﹏'])
    assert.equal(width(character), 2, character);
  for (const character of ['A', 'é', 'Ж', 'ｱ', '─', '€', '‐', '\u{1f1e6}'])
    assert.equal(width(character), 1, character);
});

test('text comes back from its bytes in every encoding, and what is no character is a replacement mark', () => {
  for (const encoding of encodings) {
    const written = encoding === 'ascii' ? 'Hello' : encoding === 'latin1' ? 'Hé\u0080' : 'H中文';
    assert.equal(decode(encode(written, encoding), encoding), written, encoding);
  }
  assert.equal(decode(Uint8Array.of(0x41, 0x80), 'ascii'), 'A\ufffd');
  assert.equal(decode(Uint8Array.of(0x41, 0xff), 'utf8'), 'A\ufffd');
  assert.equal(decode(Uint8Array.of(0x41, 0, 0, 0, 0, 0xd8, 0, 0, 0x42), 'utf32le'), 'A\ufffd\ufffd');
  assert.equal(decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41), 'utf8'), '\ufeffA');
});
