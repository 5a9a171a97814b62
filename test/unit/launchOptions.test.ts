import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BreakBook, pauses, type ChangeBreak } from '../../extension/core/debug/changeBreak';
import { longestBreak, parseCondition } from '../../extension/core/debug/changeCondition';
import { meantKey, readLaunch, type LaunchOptions } from '../../extension/core/debug/launchOptions';
import { formatKey } from '../../extension/core/key';
import { root } from '../root';
import { refusal } from './refusal';
import { Drawer } from '../drawer';

const keyOf = (text: string) => meantKey(text, ['/tmp'], () => false);
const read = (given: unknown): LaunchOptions => readLaunch(given, keyOf);
const rules = (given: unknown) => read(given).faults.map(({ place, error }) => [place, error.facts.rule]);

test('a debug configuration says what is shown, watched, remembered and cleaned up', () => {
  const options = read({
    open: ['posix:/frames', '/frames', 'systemv-key:0x51000001'],
    breakOnChange: [
      { key: 'posix:/frames', offset: 64, length: 4, condition: 'bit 3' },
      { key: '/frames', offset: 0, length: 65536, log: true, sessions: 'every' },
    ],
    snapshotOnStop: false,
    cleanUp: 'always',
  });
  assert.deepEqual(options.faults, []);
  assert.deepEqual(options.open.map(formatKey), ['posix:/frames', 'systemv-key:0x51000001']);
  assert.deepEqual(
    options.breaks.map(({ segment, offset, length, condition, logs, enabled, sessions }) => [
      segment,
      offset,
      length,
      condition,
      logs,
      enabled,
      sessions,
    ]),
    [
      ['posix:/frames', 64, 4, 'bit 3', false, true, []],
      ['posix:/frames', 0, 65536, 'any change', true, true, null],
    ],
  );
  assert.equal(options.snapshotOnStop, false);
  assert.equal(options.cleanUp, 'always');
});

test('nothing said is what everybody has, and the same break has the same id in every run', () => {
  const nothing = { open: [], breaks: [], snapshotOnStop: true, cleanUp: null, faults: [] };
  assert.deepEqual(read({}), nothing);
  assert.deepEqual(read(undefined), nothing);
  const one = { key: 'posix:/frames', offset: 0, length: 4 };
  const [first, ...rest] = read({ breakOnChange: [one, one] }).breaks;
  assert.deepEqual(rest, []);
  assert.deepEqual(read({ breakOnChange: [one] }).breaks, [first]);
});

test('what is wrong in a debug configuration is told with its place and its rule, and the rest counts', () => {
  const good = { key: 'posix:/frames', offset: 0, length: 4 };
  const given = {
    opne: [],
    open: ['', 7, 'systemv-999:/x', 'posix:/frames'],
    breakOnChange: [
      { ...good, condition: 'becoms 3' },
      { ...good, condition: 'bit 99' },
      { ...good, length: 0 },
      { ...good, offset: -1 },
      { ...good, size: 4 },
      { ...good, sessions: 'mine' },
      { offset: 0, length: 4 },
      'posix:/frames',
      good,
    ],
    snapshotOnStop: 'no',
    cleanUp: 'sometimes',
  };
  assert.deepEqual(rules(given), [
    ['segmentLens.opne', 'launch-property'],
    ['segmentLens.open[0]', 'empty-key'],
    ['segmentLens.open[1]', 'launch-form'],
    ['segmentLens.open[2]', 'not-a-native-key'],
    ['segmentLens.breakOnChange[0]', 'condition'],
    ['segmentLens.breakOnChange[1]', 'condition-bit'],
    ['segmentLens.breakOnChange[2]', 'size-range'],
    ['segmentLens.breakOnChange[3]', 'launch-form'],
    ['segmentLens.breakOnChange[4]', 'launch-property'],
    ['segmentLens.breakOnChange[5]', 'launch-form'],
    ['segmentLens.breakOnChange[6]', 'launch-form'],
    ['segmentLens.breakOnChange[7]', 'launch-form'],
    ['segmentLens.snapshotOnStop', 'launch-form'],
    ['segmentLens.cleanUp', 'launch-form'],
  ]);
  const options = read(given);
  assert.equal(options.open.length, 1);
  assert.equal(options.breaks.length, 1);
  assert.equal(options.snapshotOnStop, true);
  assert.equal(options.cleanUp, null);
  assert.deepEqual(rules({ open: 'posix:/frames', breakOnChange: {} }), [
    ['segmentLens.open', 'launch-form'],
    ['segmentLens.breakOnChange', 'launch-form'],
  ]);
  assert.deepEqual(rules([]), [['segmentLens', 'launch-form']]);
});

test('every example that is told works', () => {
  const breakOnChange = [1, { key: 'posix:/frames', offset: 0, length: 4, sessions: 1 }];
  const { faults } = read({ no: 1, open: [1], breakOnChange, snapshotOnStop: 1, cleanUp: 1 });
  const examples = [...faults, ...read(7).faults].map(({ error }) => error.facts.example ?? '');
  assert.equal(examples.length, 7);
  for (const example of examples) {
    const given = JSON.parse(`{${example}}`) as Record<string, unknown>;
    assert.deepEqual(read(given['segmentLens'] ?? given).faults, [], example);
  }
});

test('a text means the segment that exists, else the most likely one', () => {
  const asKey = (text: string, existing: string) =>
    formatKey(meantKey(text, ['/tmp'], (key) => formatKey(key) === existing));
  assert.match(asKey('frames', ''), /^systemv:\/tmp\/qipc_sharedmemory_frames/);
  assert.equal(asKey('frames', 'posix:/frames'), 'posix:/frames');
  assert.equal(asKey('posix:/frames', ''), 'posix:/frames');
  assert.equal(refusal(() => asKey('', '')).rule, 'empty-key');
});

test('breaks of a debug configuration are there while they are lent, can be disabled or removed, and are never kept or doubled', async () => {
  const drawer = new Drawer();
  const book = new BreakBook(drawer);
  const [one, two] = read({
    breakOnChange: [
      { key: 'posix:/frames', offset: 0, length: 4 },
      { key: 'posix:/frames', offset: 8, length: 4 },
    ],
  }).breaks;
  assert.ok(one && two);
  await book.put({ ...one, id: 'by the user' });
  let changes = 0;
  book.onDidChange(() => (changes += 1));
  book.lend([one, two]);
  book.lend([one, two]);
  assert.equal(changes, 1);
  assert.deepEqual(
    book.all.map(({ id }) => id),
    ['by the user', two.id],
  );
  await book.put({ ...two, enabled: false });
  book.lend([one, two]);
  assert.equal(book.find(two.id)?.enabled, false);
  assert.equal(JSON.stringify(drawer.values).includes('launch'), false);
  await book.remove(two.id);
  book.lend([one, two]);
  assert.equal(book.find(two.id), null, 'what was removed stays away while its session runs');
  book.lend([]);
  assert.deepEqual(
    book.all.map(({ id }) => id),
    ['by the user'],
  );
  book.lend([two]);
  assert.equal(book.find(two.id)?.enabled, true, 'the next session begins as its configuration says');
});

test('the same break of several sessions is one that pauses them all, unless the user chose others', async () => {
  const book = new BreakBook({ get: () => undefined, update: () => Promise.resolve() });
  const [one] = read({ breakOnChange: [{ key: 'posix:/frames', offset: 0, length: 4 }] }).breaks;
  assert.ok(one);
  const of = (...names: readonly string[]): readonly ChangeBreak[] =>
    names.map((name) => ({ ...one, sessions: [name] }));
  const sessions = () => book.all.map((known) => known.sessions);
  book.lend(of('a'));
  book.lend(of('a', 'b'));
  assert.deepEqual(sessions(), [['a', 'b']]);
  const [both] = book.all;
  assert.ok(both);
  assert.ok(pauses(both, ['a']) && pauses(both, ['child', 'b']) && !pauses(both, ['c']));
  book.lend(of('b'));
  assert.deepEqual(sessions(), [['b']]);
  book.lend([...of('b'), { ...one, sessions: null }]);
  assert.deepEqual(sessions(), [null]);
  await book.put({ ...both, sessions: ['c'] });
  book.lend(of('a', 'b'));
  assert.deepEqual(sessions(), [['c']]);
  assert.ok(!pauses({ ...one, logs: true, sessions: null }, ['a']), 'a line is logged and nothing paused');
});

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly items: Schema;
  readonly enum: readonly string[];
  readonly examples: readonly string[];
  readonly pattern: string;
  readonly maximum: number;
}

test('the schema of launch.json says what the extension reads', () => {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly contributes: {
      readonly debuggers: readonly {
        readonly type: string;
        readonly configurationAttributes: Readonly<Record<string, Schema>>;
      }[];
    };
  };
  const [{ type, configurationAttributes } = assert.fail()] = contributes.debuggers;
  assert.equal(type, '*');
  const { launch, attach } = configurationAttributes;
  assert.deepEqual(launch, attach);
  const schema = launch?.properties['segmentLens'];
  assert.ok(schema);
  assert.deepEqual(Object.keys(schema.properties), ['open', 'breakOnChange', 'snapshotOnStop', 'cleanUp']);
  const entry = schema.properties['breakOnChange']?.items.properties;
  assert.ok(entry);
  assert.deepEqual(Object.keys(entry), ['key', 'offset', 'length', 'condition', 'log', 'sessions']);
  assert.deepEqual(entry['sessions']?.enum, ['own', 'every']);
  assert.equal(entry['length']?.maximum, longestBreak);
  for (const cleanUp of schema.properties['cleanUp']?.enum ?? [])
    assert.equal(read({ cleanUp }).cleanUp, cleanUp);
  const { examples = [], pattern = '' } = entry['condition'] ?? {};
  for (const text of [...examples, '', 'change', 'leaves 0x0 .. 0x1F']) {
    parseCondition(text, 4);
    assert.match(text, new RegExp(pattern));
  }
  for (const text of ['becoms 3', 'bit', 'leaves 3']) {
    assert.equal(refusal(() => parseCondition(text, 4)).rule, 'condition');
    assert.doesNotMatch(text, new RegExp(pattern));
  }
});
