import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatKey,
  keyLabel,
  lockAddress,
  parseKey,
  sameKey,
  segmentAddress,
} from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { kindOf } from '../../extension/core/kinds/index';
import { refusal } from './refusal';

const rule = (text: string): string | undefined => refusal(() => parseKey(text)).rule;

test('every identity string comes back as it was', () => {
  for (const text of [
    'posix:/name',
    'posix:/with space',
    'posix:/50%25',
    'systemv:/tmp/file',
    'systemv-84:/tmp/file',
    'systemv-key:0x51000001',
    'systemv-key:0xffffffff',
    'systemv-id:7',
    'posix:/x?legacyKey=a key',
    'process:4712@98765/1:1055',
    'process:4712@98765/shmid-7?name=SYSV0000004d',
    'process:4712@98765/1:1055?name=memfd%3Aa%20%3F%25%23',
  ]) {
    assert.equal(formatKey(parseKey(text)), text);
  }
});

test('the name of memory of a process is no part of what it is, and is shown escaped', () => {
  const place = { device: 1, inode: 1055 };
  const key = { type: 'process', pid: 4712, start: 98765, place, name: 'memfd:\u202ea\n' } as const;
  assert.deepEqual(parseKey(formatKey(key)), key);
  assert.ok(sameKey(key, { ...key, name: 'another' }));
  assert.ok(!sameKey(key, { ...key, start: 98766 }));
  assert.equal(keyLabel(key), 'memfd:\\u{202e}a\\x0a @ 4712');
  assert.equal(keyLabel(parseKey('process:4712@98765/1:1055')), '1:1055 @ 4712');
  assert.deepEqual(segmentAddress(key), { mechanism: 'process', pid: 4712, start: 98765, ...place });
  assert.equal(lockAddress(key), null);
});

test('a key_t is taken as the signed number that it is', () => {
  assert.deepEqual(parseKey('systemv-key:0xffffffff'), { type: 'systemv-key', key: -1 });
  assert.deepEqual(parseKey('systemv-key:-1'), { type: 'systemv-key', key: -1 });
});

test('a POSIX name without its slash, or with several, is the same name', () => {
  assert.equal(formatKey(parseKey('posix:x')), 'posix:/x');
  assert.equal(formatKey(parseKey('posix:///x')), 'posix:/x');
});

test('what the system could never open is refused with its rule', () => {
  assert.equal(rule(''), 'empty-key');
  assert.equal(rule('posix:'), 'empty-key');
  assert.equal(rule('posix:/'), 'empty-key');
  assert.equal(rule('name'), 'not-a-native-key');
  assert.equal(rule('process:1@2'), 'not-a-native-key');
  assert.equal(rule('process:1@2/3:99999999999999999999'), 'not-a-native-key');
  assert.equal(rule('process:1@2/3:4?other=1'), 'not-a-native-key');
  assert.equal(rule('posix:/x?other=1'), 'not-a-native-key');
  assert.equal(rule('systemv-0:/x'), 'not-a-native-key');
  assert.equal(rule('systemv-256:/x'), 'not-a-native-key');
  assert.equal(rule('posix:/a/b'), 'slash-in-posix-name');
  assert.equal(rule('posix:/..'), 'dot-dot-in-posix-name');
  assert.equal(rule('posix:/../b'), 'dot-dot-in-posix-name');
  assert.equal(rule('posix:/a%00b'), 'nul-in-key');
  assert.equal(rule('posix:/a\ud800'), 'lone-surrogate');
  assert.equal(rule(`posix:/${'x'.repeat(256)}`), 'key-too-long');
  assert.equal(rule('systemv:file'), 'relative-path');
  assert.equal(rule(`systemv:/tmp/${'x'.repeat(256)}`), 'key-too-long');
  assert.equal(rule('systemv-key:0'), 'key-number-range');
  assert.equal(rule('systemv-key:0x100000000'), 'key-number-range');
  assert.equal(rule('systemv-key:1.5'), 'key-number-range');
  assert.equal(rule('systemv-id:-1'), 'shmid-range');
  assert.equal(rule('systemv-id:seven'), 'shmid-range');
  assert.equal(refusal(() => parseKey('windows:x')).code, 'unsupported');
});

test('a name with two dots inside a part is an ordinary name', () => {
  assert.equal(formatKey(parseKey('posix:/a..b')), 'posix:/a..b');
});

test('the longest POSIX name has 255 bytes, the longest with a lock 251', () => {
  const key = (length: number) => parseKey(`posix:/${'x'.repeat(length)}`);
  assert.equal(segmentAddress(key(255)).mechanism, 'posix');
  assert.equal(lockAddress(key(252)), null);
  assert.deepEqual(lockAddress(key(251)), { mechanism: 'posix', name: `/${'x'.repeat(251)}` });
});

test('a native key of Qt 6.6 is the name of its lock too, and a bare number has none', () => {
  assert.deepEqual(lockAddress(parseKey('posix:/x')), { mechanism: 'posix', name: '/x' });
  const file = { mechanism: 'systemv', path: '/tmp/file', projectId: 84 };
  assert.deepEqual(lockAddress(parseKey('systemv-84:/tmp/file')), file);
  assert.equal(lockAddress(parseKey('systemv-key:0x51000001')), null);
  assert.equal(lockAddress(parseKey('systemv-id:7')), null);
});

test('a key file of Qt found without its key has the lock that the key would give', () => {
  const known = qtLegacyKey('mySharedMemoryKey', 'systemv', '/tmp');
  const found = parseKey(formatKey(known).replace(/\?.*/, ''));
  const lock = lockAddress(found);
  assert.deepEqual(lock, lockAddress(known));
  assert.ok(lock && 'path' in lock && lock.path.startsWith('/tmp/qipc_systemsem_mySharedMemoryKey'));
  assert.ok(sameKey(found, known));
});

test('a label is the Qt key, else its letters with an ellipsis, else the name, the path, the number', () => {
  assert.equal(keyLabel(qtLegacyKey('My App-2024', 'systemv', '/tmp')), 'My App-2024');
  const unknown = parseKey(formatKey(qtLegacyKey('My App-2024', 'posix', '')).replace(/\?.*/, ''));
  assert.equal(keyLabel(unknown), 'MyApp…');
  assert.equal(keyLabel(parseKey('posix:/frames')), 'frames');
  assert.equal(keyLabel(parseKey('systemv-84:/tmp/file')), '/tmp/file');
  assert.equal(keyLabel(parseKey('systemv-key:0x51000001')), '0x51000001');
});

test('kinds are told by names and numbers alone', () => {
  const kind = (text: string, number: number | null = null, removed = false) =>
    kindOf({ key: parseKey(text), number, removed });
  assert.equal(kind(formatKey(qtLegacyKey('a', 'posix', ''))), 'qt');
  assert.equal(kind('systemv-key:0x51000001', 0x51000001), 'qt');
  assert.equal(kind('systemv-key:0x52000001', 0x52000001), 'raw');
  assert.equal(kind('posix:/psm_0123abcd'), 'python');
  assert.equal(kind('posix:/psm_longer_name'), 'raw');
  assert.equal(kind('posix:/.org.chromium.Chromium.XXXXXX'), 'chromium');
  assert.equal(kind('posix:/fastrtps_1'), 'boost');
  assert.equal(kind('systemv-id:7', 0, true), 'x11');
  assert.equal(kind('systemv-id:7', 0, false), 'raw');
  assert.equal(kind('posix:/frames'), 'raw');
});
