import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './machine';

/** Citations of tests in a text: `folder/file: "words", "more words"`. */
function citations(text: string): readonly { readonly file: string; readonly words: readonly string[] }[] {
  return [...text.matchAll(/\b([a-z]+\/\w+): ("[^"]*"(?:, "[^"]*")*)/g)].map(
    ([, file = '', quoted = '']) => ({
      file,
      words: [...quoted.matchAll(/"([^"]*)"/g)].map(([, words = '']) => words),
    }),
  );
}

test('every test that is cited for a case of another suite is there', () => {
  const cited = citations(readFileSync(join(root, 'test/native/coverage.md'), 'utf8'));
  assert.ok(cited.length > 50);
  for (const { file, words } of cited) {
    const source = readFileSync(join(root, 'test', `${file}.test.ts`), 'utf8');
    const titles = [...source.matchAll(/\btest\(\s*(['"`])([\s\S]*?)\1,/g)].map(([, , title = '']) => title);
    for (const some of words)
      assert.ok(
        titles.some((title) => title.includes(some)),
        `${file}: "${some}"`,
      );
  }
});

test('every case of another suite is tested here, or has a reason why not', () => {
  const text = readFileSync(join(root, 'test/native/coverage.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (?!case |hazard |---)/.test(line));
  assert.ok(rows.length > 60);
  for (const row of rows) {
    const reason = /not applicable: |left out: |left out on purpose: |not on Linux|disabled in Qt/.test(row);
    assert.ok(reason || citations(row).length > 0, row);
  }
});
