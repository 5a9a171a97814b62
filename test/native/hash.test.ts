import assert from 'node:assert/strict';
import { test } from 'node:test';
import { native } from './ground';
import vectors from './data/hashes.json';

/** The bytes that the vectors were made of, with the xxHash library 0.8.1 and zlib: see `next`. */
function sample(length: number): Uint8Array {
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  return Uint8Array.from({ length }, next);
}

const longest = sample(Math.max(...vectors.map(({ length }) => length)));

/** The hash of bytes that come in pieces of these lengths, over and over. */
function hashed(algorithm: 'crc32' | 'xxh3', bytes: Uint8Array, ...pieces: readonly number[]): string {
  const hash = new native.Hash(algorithm);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const piece = pieces[turn % pieces.length] ?? bytes.length;
    hash.update(bytes.subarray(at, at + piece));
    at += piece;
  }
  return hash.digest();
}

for (const algorithm of ['crc32', 'xxh3'] as const) {
  test(`${algorithm} of every length is what the reference says`, () => {
    for (const vector of vectors) {
      assert.equal(
        hashed(algorithm, longest.subarray(0, vector.length)),
        vector[algorithm],
        String(vector.length),
      );
    }
  });

  test(`${algorithm} does not depend on how the bytes are cut`, () => {
    for (const vector of vectors.filter(({ length }) => length < 70_000)) {
      const bytes = longest.subarray(0, vector.length);
      for (const pieces of [[1], [7, 64], [1024], [1023, 1, 1025], [64], [240, 1], [2048, 3]]) {
        assert.equal(
          hashed(algorithm, bytes, ...pieces),
          vector[algorithm],
          `${String(bytes.length)} by ${pieces.join()}`,
        );
      }
    }
  });

  test(`${algorithm} can be asked in the middle and goes on`, () => {
    const hash = new native.Hash(algorithm);
    let length = 0;
    for (const vector of vectors) {
      hash.update(longest.subarray(length, vector.length));
      length = vector.length;
      assert.equal(hash.digest(), vector[algorithm], String(length));
    }
  });
}

test('the check values of the standards come out', () => {
  const digits = new TextEncoder().encode('123456789');
  assert.equal(hashed('crc32', digits), 'cbf43926');
  assert.equal(hashed('xxh3', new Uint8Array(0)), '2d06800538d394c2');
});

test('a hash refuses what is no bytes and an algorithm that it lacks', () => {
  assert.throws(() => new native.Hash('md5' as 'crc32'), TypeError);
  assert.throws(() => new (native.Hash as unknown as new () => unknown)(), TypeError);
  const hash = new native.Hash('crc32');
  for (const wrong of [undefined, 'text', new Uint16Array(2), new ArrayBuffer(2), [1]]) {
    assert.throws(() => {
      hash.update(wrong as unknown as Uint8Array);
    }, TypeError);
  }
  assert.equal(hash.digest(), '00000000');
});
