import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findCalls } from '../../extension/core/source/findCalls';
import { callRules } from '../../extension/core/source/families/index';
import { keysOf } from '../../extension/core/source/keysOf';
import { findLocalLocks } from '../../extension/core/source/localLocks';
import { mentions } from '../../extension/core/source/mentions';
import { sourceOf } from '../../extension/core/source/source';
import { sourceLanguages, type SourceLanguage } from '../../extension/core/source/token';
import { formatKey } from '../../extension/core/key';
import type { Named } from '../../extension/core/source/call';
import { root } from './machine';

const endings: Readonly<Record<SourceLanguage, string>> = {
  c: 'c',
  cpp: 'cpp',
  csharp: 'cs',
  python: 'py',
  rust: 'rs',
};

const file = (name: string): string => readFileSync(join(root, 'test/unit/data/source', name), 'utf8');

const calls = (text: string, language: SourceLanguage) => findCalls(sourceOf(text, language));

/** The line, from 1, of an offset. */
const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** What stands after a sign at the ends of lines. */
const expected = (text: string, sign: RegExp): readonly string[] =>
  text.split('\n').flatMap((line, index) => {
    const found = sign.exec(line)?.[1];
    return found === undefined ? [] : [`${String(index + 1)}: ${found}`];
  });

for (const language of sourceLanguages) {
  test(`in ${language}, the calls that name a segment by a constant are found, and nothing else`, () => {
    const text = file(`calls.${endings[language]}`);
    const found = calls(text, language).map(
      ({ start, sense, text: name, projectId }) =>
        `${String(lineOf(text, start))}: ${sense} ${name}${projectId === undefined ? '' : ` ${String(projectId)}`}`,
    );
    assert.ok(found.length > 5);
    assert.deepEqual(found, expected(text, /[/#]= (.*)$/));
  });
}

test('a call ends where its brackets do', () => {
  const text = 'int x = shm_open("/a", f(1, 2)) + 1;';
  const [call] = calls(text, 'c');
  assert.equal(text.slice(call?.start, call?.end), 'shm_open("/a", f(1, 2))');
});

test('local locks under which the data of a QSharedMemory is used are found, and only sure ones', () => {
  const text = file('locks.cpp');
  const found = findLocalLocks(sourceOf(text, 'cpp')).map(
    ({ start, lock, memory }) => `${String(lineOf(text, start))}: ${lock} ${memory}`,
  );
  assert.deepEqual(found, expected(text, /\/\/! (.*)$/));
});

test('a text that speaks of process-shared attributes has no local pthread mutex', () => {
  const text = `QSharedMemory s; pthread_mutex_t m;
    void f() { pthread_mutex_lock(&m); s.data(); }`;
  const found = (more: string): number => findLocalLocks(sourceOf(text + more, 'cpp')).length;
  assert.equal(found(''), 1);
  assert.equal(found('int x = PTHREAD_PROCESS_SHARED;'), 0);
});

test('what decides whether anything is loaded knows every word of the table', () => {
  for (const { words } of callRules) {
    // These are members of an object whose class is named too.
    for (const word of words)
      assert.ok(mentions(word) || /^set(?:Native)?Key$|^(?:platformSafe|legacyNative)Key$/.test(word), word);
  }
  assert.ok(!mentions('int main() { return 0; }'));
});

test('a call means every key by which a program of any version may reach the segment', () => {
  const places = { temporaryDirectories: ['/tmp', '/other'], folders: ['/home/a', '/home'] };
  const keys = (named: Named): readonly string[] => keysOf(named, places).keys.map(formatKey);
  const hash = 'a62f2225bf70bfaccbc7f1ef2a397836717377de';
  assert.deepEqual(keys({ sense: 'qt-key', text: 'key' }), [
    `systemv:/tmp/qipc_sharedmemory_key${hash}?legacyKey=key`,
    `systemv:/other/qipc_sharedmemory_key${hash}?legacyKey=key`,
    `posix:/qipc_sharedmemory_key${hash}?legacyKey=key`,
  ]);
  assert.deepEqual(keys({ sense: 'qt-native', text: '/n' }), ['systemv:/n', 'posix:/n']);
  assert.deepEqual(keys({ sense: 'qt-native', text: '/tmp/n' }), ['systemv:/tmp/n']);
  assert.deepEqual(keys({ sense: 'qt-safe', text: 'safe' }), ['posix:/safe']);
  assert.deepEqual(keys({ sense: 'native-key', text: 'systemv-84:/tmp/x' }), ['systemv-84:/tmp/x']);
  assert.deepEqual(keys({ sense: 'posix-name', text: 'python' }), ['posix:/python']);
  assert.deepEqual(keys({ sense: 'key-number', text: '16' }), ['systemv-key:0x00000010']);
  assert.deepEqual(keys({ sense: 'key-file', text: '/tmp/a,5', projectId: 84 }), ['systemv-84:/tmp/a,5']);
  assert.deepEqual(keys({ sense: 'key-file', text: 'shm', projectId: 65 }), [
    'systemv-65:/home/a/shm',
    'systemv-65:/home/shm',
  ]);
  assert.deepEqual(keysOf({ sense: 'windows-name', text: 'x' }, places), { keys: [], refused: null });
  const { keys: none, refused } = keysOf({ sense: 'posix-name', text: '/a/b' }, places);
  assert.deepEqual(none, []);
  assert.equal(refused?.facts.rule, 'slash-in-posix-name');
});

/** Texts for which an expression or a loop that looks twice at everything would never come to an end. */
const adversaries: Readonly<Record<string, (count: number) => string>> = {
  'unclosed strings': (count) => 'x = "shm_open(\n'.repeat(count),
  'unclosed raw strings': (count) => 'R"a( r#" $@" """ \n'.repeat(count),
  'unclosed comments': (count) => '/* shm_open( '.repeat(count),
  'nested brackets': (count) => 'shm_open(SharedMemory(os_id(QSharedMemory{'.repeat(count),
  'brackets that do not close': (count) => `${'('.repeat(count)}${'}'.repeat(count)}`,
  'backslashes and quotes': (count) => `"${'\\'.repeat(count)}'"`.repeat(2),
  'signs of templates': (count) => `QSharedMemory ${'> * & const '.repeat(count)}`,
  'words that are nearly names': (count) => `${'A'.repeat(count)} ${'A_ = '.repeat(count)}`,
  'locks in locks': (count) =>
    `QSharedMemory s; QMutex m; void f() { ${'{ QMutexLocker l(&m); s.data(); '.repeat(count)}${'}'.repeat(count)}`,
  'locks that are not let go': (count) =>
    `QSharedMemory s; QMutex m; void f() { ${'m.lock(); s.data(); '.repeat(count)} }`,
  'commas without end': (count) => `key = ftok("/a", 1); ${'shmget(key, '.repeat(count)}`,
  'digits with separators': (count) => `${"1'".repeat(count)} ${'0x1.'.repeat(count)}`,
  'comments that go on': (count) => '// \\\n'.repeat(count),
};

for (const [what, text] of Object.entries(adversaries)) {
  test(`a text of ${what} is read to its end`, { timeout: 60_000 }, () => {
    for (const language of sourceLanguages) {
      const source = sourceOf(text(20_000), language);
      const last = source.tokens.at(-1);
      assert.ok(last === undefined || last.end <= text(20_000).length);
      assert.ok(findCalls(source).every(({ start, end }) => start < end));
      findLocalLocks(source);
    }
  });
}

test('every call of a file of ten thousand lines is found', () => {
  const lines = Array.from(
    { length: 10_000 },
    (_, index) => `  f(${String(index)}); g = shm_open("/n${String(index)}", O_RDWR, 0600); // "quote`,
  );
  const found = calls(lines.join('\n'), 'cpp');
  assert.deepEqual(
    found.map(({ text }) => text),
    lines.map((_, index) => `/n${String(index)}`),
  );
});

test('any bytes at all are read without a fault', () => {
  const pieces = [
    '"',
    "'",
    '\\',
    '\n',
    '/*',
    '*/',
    '//',
    '#',
    'R"(',
    ')"',
    'r#"',
    '$@"',
    '"""',
    '(',
    ')',
    '{',
    '}',
  ];
  pieces.push(
    'shm_open',
    'QSharedMemory',
    's',
    '<',
    '>',
    ',',
    '=',
    '\u{1F600}',
    '\ud800',
    '\0',
    'x',
    '1',
    '.',
    '&',
    ' ',
  );
  // A sequence that is the same in every run.
  let state = 1;
  const next = (): number => (state = (state * 48271) % 0x7fffffff);
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: 60 }, () => pieces[next() % pieces.length]).join('');
    for (const language of sourceLanguages) {
      const source = sourceOf(text, language);
      let at = 0;
      for (const { start, end } of source.tokens) {
        assert.ok(start >= at && end > start && end <= text.length, JSON.stringify(text));
        at = end;
      }
      findCalls(source);
      findLocalLocks(source);
    }
  }
});
