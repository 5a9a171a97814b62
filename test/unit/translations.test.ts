import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fill } from '../../extension/shared/fill';
import { strings } from '../../extension/shared/strings';

const root = resolve(__dirname, '../../..');
const languages = ['zh-cn'];

type Texts = Readonly<Record<string, string>>;

const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** The text of every call `l10n.t('...')` below a folder; a call whose text is not one literal is a failure. */
function phrases(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'strings.ts')
    .flatMap((entry) => {
      const source = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      return [...source.matchAll(/\bl10n\.t\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")?/g)].map(
        ([call, text]) => {
          assert.ok(text !== undefined, `${entry.name}: ${call} is not followed by one literal`);
          return text.slice(1, -1).replaceAll("\\'", "'").replaceAll('\\"', '"');
        },
      );
    });
}

/** The places for values, sorted: a translation must have the same. */
const places = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
/** Places of what goes with one or many; a language may have one form for both. */
const counted = (text: string) => [...text.matchAll(/\{(\d):[^{}|]*\|[^{}|]*\}/g)].map(([, place]) => place);

const wanted = [...new Set([...phrases(join(root, 'extension')), ...Object.values(strings)])];

test('the English bundle lists exactly the texts that the extension and the view say', () => {
  const bundle = json('l10n/bundle.l10n.json') as Texts;
  assert.deepEqual(Object.keys(bundle).sort(), [...wanted].sort());
  for (const [text, value] of Object.entries(bundle)) assert.equal(value, text);
});

test('every text with a number is right with one and with many', () => {
  const nouns = 'bytes|times|hits|bookmarks|files|programs|processes|segments|results';
  const verbs = 'are|were|have|do|differ|fit|reach|match';
  const many = new RegExp(`\\b1 (${nouns})\\b|\\b1 (${verbs})\\b`);
  for (const text of wanted) {
    // A limit is never one.
    if (/[Aa]t most|[Mm]ore than|are too many for|from \{0\} to/.test(text)) continue;
    const one = fill(text, ['1', '1', '1', '1']);
    assert.ok(!many.test(one), one);
    assert.doesNotMatch(fill(text, ['2', '2', '2', '2']), /\b2 (byte|time|hit|bookmark) |\{\d/);
  }
});

for (const language of languages) {
  test(`every text that the extension and the view say is translated to ${language}`, () => {
    const bundle = json(`l10n/bundle.l10n.${language}.json`) as Texts;
    assert.deepEqual(Object.keys(bundle).sort(), [...wanted].sort());
    for (const [text, translated] of Object.entries(bundle)) {
      assert.notEqual(translated, '', text);
      assert.deepEqual(places(translated), places(text), text);
      for (const place of counted(translated)) assert.ok(counted(text).includes(place), translated);
    }
  });

  test(`every text of package.json is translated to ${language}`, () => {
    const used = [...new Set(JSON.stringify(json('package.json')).match(/(?<=")%[^%"]+%(?=")/g))].map((key) =>
      key.slice(1, -1),
    );
    const english = json('package.nls.json') as Texts;
    const translated = json(`package.nls.${language}.json`) as Texts;
    assert.ok(used.length > 20);
    assert.deepEqual(Object.keys(english).sort(), used.sort());
    assert.deepEqual(Object.keys(translated).sort(), used);
    for (const key of used) assert.notEqual(translated[key], '', key);
  });
}
