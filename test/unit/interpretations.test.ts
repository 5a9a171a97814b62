import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { interpretations } from '../../extension/core/interpretations';
import { formatKey } from '../../extension/core/key';

const directories = ['/tmp', '/var/tmp'];

const keys = (text: string, only?: Parameters<typeof interpretations>[2]): readonly string[] =>
  interpretations(text, directories, only).accepted.map(({ meaning, key }) => `${meaning} ${formatKey(key)}`);

const rules = (text: string, only?: Parameters<typeof interpretations>[2]) =>
  interpretations(text, directories, only).refused.map(
    ({ meaning, reason }) => `${meaning} ${reason.facts.rule ?? ''}`,
  );

test('a word may be a Qt key in every temporary directory, a POSIX name, and a native key of Qt 6.6', () => {
  const hash = '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8';
  assert.deepEqual(keys('a'), [
    `qt-systemv systemv:/tmp/qipc_sharedmemory_a${hash}?legacyKey=a`,
    `qt-systemv systemv:/var/tmp/qipc_sharedmemory_a${hash}?legacyKey=a`,
    `qt-posix posix:/qipc_sharedmemory_a${hash}?legacyKey=a`,
    'posix-name posix:/a',
    'qt-platform-safe posix:/a',
  ]);
});

test('a native key is nothing else; what only looks like one may be a Qt key', () => {
  assert.deepEqual(keys('posix:/x'), ['native-key posix:/x']);
  assert.deepEqual(keys('systemv-84:/tmp/x'), ['native-key systemv-84:/tmp/x']);
  assert.deepEqual(keys('systemv-id:7'), ['native-key systemv-id:7']);
  assert.deepEqual(rules('posix:/x'), []);
  assert.deepEqual(rules('posix:/a/b'), ['native-key slash-in-posix-name']);
  assert.ok(keys('posix:/a/b').every((sense) => sense.startsWith('qt-')));
});

test('numbers may be keys and shmids, hex first of all a key', () => {
  assert.equal(keys('0x51000001')[0], 'key-number systemv-key:0x51000001');
  assert.deepEqual(keys('7').slice(-2), ['key-number systemv-key:0x00000007', 'shmid systemv-id:7']);
});

test('a path is a key file first, with Q as its project id unless it names another', () => {
  assert.equal(keys('/opt/app/key')[0], 'key-file systemv:/opt/app/key');
  assert.equal(keys('/opt/app/key,84')[0], 'key-file systemv-84:/opt/app/key');
  assert.equal(keys("/opt/app/key, 'T'")[0], 'key-file systemv-84:/opt/app/key');
  assert.equal(keys('/opt/app/key,0x54')[0], 'key-file systemv-84:/opt/app/key');
  assert.deepEqual(rules('/opt/app/key,256')[0], 'key-file project-id-range');
});

test('a name with one slash is a POSIX name first', () => {
  assert.equal(keys('/frames')[0], 'posix-name posix:/frames');
});

test('the sense that the user chose is the only one', () => {
  assert.deepEqual(keys('7', 'shmid'), ['shmid systemv-id:7']);
  assert.deepEqual(rules('seven', 'shmid'), ['shmid shmid-range']);
  assert.deepEqual(rules('file', 'key-file'), ['key-file relative-path']);
  assert.deepEqual(rules('a/b', 'posix-name'), ['posix-name slash-in-posix-name']);
  assert.deepEqual(rules('..', 'posix-name'), ['posix-name dot-dot-in-posix-name']);
  assert.deepEqual(rules('99999999999', 'key-number'), ['key-number key-number-range']);
});

test('nothing at all is refused in every sense', () => {
  const { accepted, refused } = interpretations('', directories);
  assert.deepEqual(accepted, []);
  assert.ok(refused.every(({ reason }) => reason.facts.rule === 'empty-key'));
});

test('a key that is too long for one sense may be right in another', () => {
  const text = 'x'.repeat(252);
  assert.deepEqual(rules(text), [
    'qt-systemv too-many-letters',
    'qt-posix too-many-letters',
    'qt-platform-safe key-too-long',
  ]);
  assert.deepEqual(keys(text), [`posix-name posix:/${text}`]);
});

test('spaces belong to a Qt key', () => {
  assert.notDeepEqual(keys(' a', 'qt-systemv'), keys('a', 'qt-systemv'));
});

test('every form of a key that the README names has the sense that it names', () => {
  const readme = readFileSync(join(resolve(__dirname, '../../..'), 'README.md'), 'utf8');
  const [, table = ''] = /\| You type \|.*\n\| --- .*\n((?:\|.*\n)+)/.exec(readme) ?? [];
  const senses: readonly (readonly [words: RegExp, sense: RegExp])[] = [
    [/QSharedMemory/, /^qt-systemv /],
    [/native key/, /^native-key /],
    [/POSIX name, as/, /^posix-name /],
    [/key file/, /^key-file systemv:\/path\/to\/file$/],
    [/System V key/, /^key-number /],
    [/System V identifier/, /^native-key systemv-id:7/],
  ];
  const rows = table.trim().split('\n');
  assert.equal(rows.length, senses.length);
  for (const row of rows) {
    const [, forms = '', meaning = ''] = row.split('|');
    const sense = senses.find(([words]) => words.test(meaning))?.[1];
    assert.ok(sense, meaning);
    for (const [, form = ''] of forms.matchAll(/`([^`]+)`/g)) {
      assert.ok(
        keys(form).some((key) => sense.test(key)),
        form,
      );
    }
  }
});
