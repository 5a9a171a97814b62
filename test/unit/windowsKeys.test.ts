import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpretations, type KeyMeaning } from '../../extension/core/interpretations';
import { windows } from '../../extension/core/ipcKey';
import { formatKey, keyLabel, lockAddress, parseKey, segmentAddress } from '../../extension/core/key';
import { kindOf } from '../../extension/core/kinds/index';
import { qtLegacyKey, qtPlatformSafeKey } from '../../extension/core/kinds/qt';
import { keysOf } from '../../extension/core/source/keysOf';
import data from './data/qt-keys.json';
import { onPlatform } from './platform';
import { refusal } from './refusal';

const parse = (text: string) => onPlatform('win32', () => parseKey(text));
const rule = (text: string) => refusal(() => parse(text)).rule;

test('a key of Windows comes back as it was, and what only its session sees has one form', () => {
  for (const text of [
    'windows:x',
    'windows:Global\\x',
    'windows:a b/c:d',
    'windows:50%25%3F',
    'windows:共享',
  ]) {
    assert.equal(formatKey(parse(text)), text);
  }
  assert.equal(formatKey(parse('windows:Local\\x')), 'windows:x');
  assert.deepEqual(segmentAddress(parse('windows:Global\\x')), { mechanism: 'windows', name: 'Global\\x' });
  assert.equal(keyLabel(parse('windows:x')), 'x');
});

test('a name that Windows could never open is refused with its rule', () => {
  assert.equal(rule('windows:'), 'empty-key');
  assert.equal(rule('windows:Global\\'), 'empty-key');
  assert.equal(rule('windows:a\\b'), 'backslash-in-windows-name');
  assert.equal(rule('windows:Global\\Local\\x'), 'backslash-in-windows-name');
  assert.equal(rule('windows:Local\\Global\\x'), 'backslash-in-windows-name');
  assert.equal(rule('windows:a%00'), 'nul-in-key');
  assert.equal(rule(`windows:${'x'.repeat(32_001)}`), 'key-too-long');
  assert.equal(refusal(() => onPlatform('linux', () => parseKey('windows:x'))).code, 'unsupported');
});

for (const { id, key, legacy, createResult } of data.vectors) {
  if (!Object.values(createResult).every(({ ok }) => ok)) continue;
  test(`the Qt key "${id}" has the bare names on Windows that System V has as files`, () => {
    const native = qtLegacyKey(key, 'windows', '');
    assert.equal(native.type === 'windows' && native.name, fileName(legacy.shmKeyFile));
    assert.deepEqual(lockAddress(native), { mechanism: 'windows', name: fileName(legacy.semKeyFile) });
    assert.deepEqual(parse(formatKey(native)), native);
    assert.equal(kindOf({ key: native, number: null, removed: false }), 'qt');
  });
}

test('the lock of a native key of Qt has its name with _sem behind, within MAX_PATH', () => {
  assert.deepEqual(lockAddress(parse('windows:shm_x')), { mechanism: 'windows', name: 'shm_x_sem' });
  const long = { mechanism: 'windows', name: `${'x'.repeat(255)}_sem` };
  assert.deepEqual(lockAddress(parse(`windows:${'x'.repeat(300)}`)), long);
});

test('the platform-safe key of Qt has its prefix behind the namespace, and at most MAX_PATH characters', () => {
  assert.equal(qtPlatformSafeKey('x', windows, ''), 'shm_x');
  assert.equal(qtPlatformSafeKey('Global\\x', windows, ''), 'Global\\shm_x');
  assert.equal(qtPlatformSafeKey('Local\\x', windows, ''), 'Local\\shm_x');
  assert.equal(qtPlatformSafeKey('x'.repeat(300), windows, ''), `shm_${'x'.repeat(256)}`);
});

test('on Windows a text means what a program there could mean by it', () => {
  const meanings = (text: string): readonly KeyMeaning[] =>
    onPlatform('win32', () => interpretations(text, []).accepted.map(({ meaning }) => meaning));
  assert.deepEqual(meanings('x'), ['qt-windows', 'windows-name', 'qt-windows-safe']);
  assert.deepEqual(meanings('Global\\x'), ['windows-name', 'qt-windows-safe', 'qt-windows']);
});

test('calls in source text lead to sections on Windows, and to none elsewhere', () => {
  const places = { temporaryDirectories: ['/tmp'], folders: [] };
  const ids = (sense: 'windows-name' | 'qt-key' | 'posix-name') =>
    onPlatform('win32', () => keysOf({ sense, text: 'x' }, places).keys.map(formatKey));
  assert.deepEqual(ids('windows-name'), ['windows:x']);
  assert.equal(ids('qt-key').length, 1);
  assert.deepEqual(ids('posix-name'), []);
});

test('a segment of Python on Windows is recognised', () => {
  assert.equal(kindOf({ key: parse('windows:wnsm_0123abcd'), number: null, removed: false }), 'python');
});

function fileName(path: string | null): string {
  return (path ?? '').replace(/^.*\//s, '');
}
