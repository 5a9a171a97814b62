import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SegmentError } from '../../extension/core/errors';
import { formatIpcKey, parseIpcKey, posixRealtime, systemV } from '../../extension/core/ipcKey';
import { formatKey, lockAddress, parseKey } from '../../extension/core/key';
import { qtLegacyKey, qtPlatformSafeKey } from '../../extension/core/kinds/qt';
import data from './data/qt-keys.json';

type Vector = (typeof data.vectors)[number];

/** The rule that a refusal names. */
function ruleOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    assert(error instanceof SegmentError);
    assert.equal(error.code, 'invalid-key');
    return error.facts.rule;
  }
  return undefined;
}

const qtCreates = ({ createResult }: Vector): boolean => Object.values(createResult).every(({ ok }) => ok);

/** The places of the machine that printed the vectors. */
const temporaryDirectory = '/tmp';
const runtimeDirectory = '/run/user/1000';

for (const vector of data.vectors.filter(qtCreates)) {
  const { id, key } = vector;

  test(`the Qt key "${id}" has the key files that every Qt gives it`, () => {
    const native = qtLegacyKey(key, 'systemv', temporaryDirectory);
    assert.equal(native.type === 'systemv' && native.path, vector.legacy.shmKeyFile);
    const lock = { mechanism: 'systemv', path: vector.legacy.semKeyFile, projectId: data.projectId };
    assert.deepEqual(lockAddress(native), lock);
    assert.equal(formatKey(native), vector.qt6_6plus.sysv.legacyShmString);
    assert.deepEqual(parseKey(formatKey(native)), native);
  });

  if (Buffer.byteLength(vector.qt6_6plus.posix.legacySem) <= '/'.length + 251) {
    test(`the Qt key "${id}" has the names that a Qt built for POSIX gives it`, () => {
      const native = qtLegacyKey(key, 'posix', temporaryDirectory);
      assert.equal(native.type === 'posix' && native.name, vector.qt6_6plus.posix.legacyShm);
      assert.deepEqual(lockAddress(native), { mechanism: 'posix', name: vector.qt6_6plus.posix.legacySem });
      assert.equal(formatKey(native), vector.qt6_6plus.posix.legacyShmString);
      assert.deepEqual(parseKey(formatKey(native)), native);
    });
  } else {
    test(`the Qt key "${id}" is refused for POSIX: its lock has no room for the sem. of glibc`, () => {
      assert.equal(
        ruleOf(() => qtLegacyKey(key, 'posix', temporaryDirectory)),
        'too-many-letters',
      );
    });
  }
}

for (const { id, key } of data.vectors.filter((vector) => !qtCreates(vector))) {
  test(`the Qt key "${id}", which no Qt can create, is refused with its rule`, () => {
    const rule = key === '' ? 'empty-key' : 'too-many-letters';
    for (const type of ['systemv', 'posix'] as const) {
      assert.equal(
        ruleOf(() => qtLegacyKey(key, type, temporaryDirectory)),
        rule,
      );
    }
  });
}

for (const { id, key, qt6_6plus: printed } of data.vectors) {
  test(`platformSafeKey of "${id}" and its string are what Qt 6.6 and later print`, () => {
    const expected: readonly (readonly [number, string, string])[] = [
      [systemV, printed.sysv.platformSafeShm, printed.sysv.platformSafeShmString],
      [posixRealtime, printed.posix.platformSafeShm, printed.posix.platformSafeShmString],
      [65, printed.sysv.platformSafeShm, printed['systemv-65 platformSafeShmString']],
    ];
    for (const [type, native, string] of expected) {
      const nativeKey = qtPlatformSafeKey(key, type, runtimeDirectory);
      assert.equal(nativeKey, native);
      assert.equal(formatIpcKey({ type, nativeKey, legacyKey: '' }), string);
      assert.deepEqual(parseIpcKey(string), { type, nativeKey, legacyKey: '' });
    }
  });
}

for (const row of data.qNativeIpcKeyStrings.rows) {
  if (row.op === 'toString') {
    test(`QNativeIpcKey(${JSON.stringify(row.nativeKey)}, ${String(row.type)}) is written as Qt writes it`, () => {
      const key = { type: row.type, nativeKey: row.nativeKey, legacyKey: '' };
      assert.equal(formatIpcKey(key), row.string);
      assert.deepEqual(parseIpcKey(row.string), row.roundtrip ? key : null);
    });
  } else {
    test(`the native key string ${JSON.stringify(row.string)} is ${row.valid ? 'read' : 'refused'} as Qt does`, () => {
      const key = parseIpcKey(row.string);
      assert.equal(key !== null, row.valid);
      assert.equal(key?.type ?? 0, row.type);
      assert.equal(key?.nativeKey ?? '', row.nativeKey);
      assert.equal(key ? formatIpcKey(key) : '', row.toStringAgain);
    });
  }
}

test('a native key string is read without regard to the case of its scheme and zeros before its project id', () => {
  assert.equal(parseIpcKey('POSIX:/x')?.type, posixRealtime);
  assert.equal(parseIpcKey('SystemV-0084:/x')?.type, 84);
});

test('of several Qt keys in a native key string the last one counts, and any other item makes it invalid', () => {
  assert.equal(parseIpcKey('posix:/x?legacyKey=a&legacyKey=b')?.legacyKey, 'b');
  assert.equal(parseIpcKey('posix:/x?legacyKey=a&other=b'), null);
});

test('197 letters are the most for memory of System V, 196 for a Qt built for POSIX', () => {
  const letters = (count: number): string => 'x'.repeat(count);
  const rule = (count: number, type: 'systemv' | 'posix'): string | undefined =>
    ruleOf(() => qtLegacyKey(letters(count), type, temporaryDirectory));
  assert.equal(rule(197, 'systemv'), undefined);
  assert.equal(rule(198, 'systemv'), 'too-many-letters');
  assert.equal(rule(196, 'posix'), undefined);
  assert.equal(rule(197, 'posix'), 'too-many-letters');
});

test('characters that are no letters cost a Qt key nothing', () => {
  assert.equal(
    ruleOf(() => qtLegacyKey('内'.repeat(800), 'posix', temporaryDirectory)),
    undefined,
  );
});

test('a Qt key with NUL or with half a surrogate pair is refused with its rule', () => {
  const rule = (key: string): string | undefined =>
    ruleOf(() => qtLegacyKey(key, 'systemv', temporaryDirectory));
  assert.equal(rule('a\0b'), 'nul-in-key');
  assert.equal(rule('a\ud83d'), 'lone-surrogate');
  assert.equal(rule('\ude00a'), 'lone-surrogate');
  assert.equal(rule('😀'), undefined);
});
