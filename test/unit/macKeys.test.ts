import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { interpretations } from '../../extension/core/interpretations';
import { countsPages, formatKey, lockAddress, parseKey, type NativeKey } from '../../extension/core/key';
import { KeyFiles } from '../../extension/core/keyFiles';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { findLeftovers } from '../../extension/core/leftovers/find';
import { Listing } from '../../extension/core/listing';
import { FakeMachine } from './fake';
import data from './data/qt-keys.json';
import { onPlatform } from './platform';
import { refusal } from './refusal';

const mac = <T>(run: () => T): T => onPlatform('darwin', run);

test('a POSIX name has at most 31 bytes on macOS, with its slash', () => {
  const longest = `posix:/${'x'.repeat(30)}`;
  equal(
    mac(() => formatKey(parseKey(longest))),
    longest,
  );
  const { code, rule, maximum } = mac(() => refusal(() => parseKey(`${longest}x`)));
  deepEqual([code, rule, maximum], ['invalid-key', 'key-too-long', '30']);
  equal(
    mac(() => refusal(() => parseKey(`posix:/${'é'.repeat(16)}`)).rule),
    'key-too-long',
  );
});

test('the lock of a native key has its name, for which there is a byte less', () => {
  const lockOf = (length: number) =>
    mac(() => lockAddress({ type: 'posix', name: `/${'x'.repeat(length)}` }));
  deepEqual(lockOf(29), { mechanism: 'posix', name: `/${'x'.repeat(29)}` });
  equal(lockOf(30), null);
});

for (const { id, key, legacy, createResult } of data.vectors) {
  if (!Object.values(createResult).every(({ ok }) => ok)) continue;
  test(`the Qt key "${id}" is 29 digits of its hash in a POSIX name, and a key file as on Linux`, () => {
    const hash = /[0-9a-f]{40}$/.exec(legacy.shmKeyFile)?.[0] ?? '';
    const posix = mac(() => qtLegacyKey(key, 'posix', ''));
    const name = `/${hash.slice(0, 29)}`;
    deepEqual(posix, { type: 'posix', name, legacyKey: key });
    deepEqual(
      mac(() => lockAddress(posix)),
      { mechanism: 'posix', name },
    );
    deepEqual(
      mac(() => parseKey(formatKey(posix))),
      posix,
    );
    const file = mac(() => qtLegacyKey(key, 'systemv', '/tmp'));
    equal(file.type === 'systemv' && file.path, legacy.shmKeyFile);
  });
}

test('Qt 6.6 cuts a key to 30 characters with the slash', () => {
  const found = mac(() => interpretations('k'.repeat(40), ['/tmp'], 'qt-platform-safe')).accepted;
  deepEqual(found, [{ meaning: 'qt-platform-safe', key: { type: 'posix', name: `/${'k'.repeat(29)}` } }]);
});

test('sizes of POSIX segments are whole pages there, those of System V are not', () => {
  const counted = () => [countsPages('posix'), countsPages('systemv'), countsPages('windows')];
  deepEqual(mac(counted), [true, false, true]);
  deepEqual(onPlatform('linux', counted), [false, false, true]);
});

test('what the system does not list is found by the keys that the user has given', () => {
  const machine = new FakeMachine();
  const qtKey = qtOnMac('shared');
  for (const { name } of [qtKey, { name: '/mine' }]) machine.add('posix', name, new Uint8Array(8));
  const listed = { ...machine.native, list: () => [] };
  const keys: NativeKey[] = [
    qtKey,
    { type: 'posix', name: '/mine' },
    { type: 'posix', name: '/mine' },
    { type: 'posix', name: '/gone' },
  ];
  const listing = new Listing(listed, new KeyFiles(listed, () => []), {
    qtKeys: () => ['shared'],
    keys: () => keys,
  });
  deepEqual(
    mac(() => listing.take(null)).map(({ label }) => label),
    ['shared', 'mine'],
  );
  deepEqual(
    onPlatform('linux', () => listing.take(null)),
    [],
  );
});

test('nothing is called left behind where half of it could not be seen', async () => {
  const never = () => Promise.reject(new Error('It was looked at.'));
  const { native } = new FakeMachine();
  const look = { native, entries: never, folders: () => [], attachedHere: () => new Set<string>() };
  deepEqual(await mac(() => findLeftovers(look)), []);
});

function qtOnMac(key: string): NativeKey & { readonly type: 'posix' } {
  const made = mac(() => qtLegacyKey(key, 'posix', ''));
  if (made.type !== 'posix') throw new Error(made.type);
  return made;
}
