import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../extension/shared/protocol';
import { lockWords } from '../../webview/badge';
import { heatLevel } from '../../webview/glow';
import { plainName, shortName, visibleName } from '../../extension/shared/visibleName';
import { strings } from '../../extension/shared/strings';
import { Store } from '../../webview/store';
import { useTexts } from '../../webview/texts';

useTexts(strings);

const free = { kind: 'systemv', state: 'free', holder: null, waiters: 0, value: 1 } as const;
const frame = (offset: number, bytes: readonly number[], size = 1024): Frame => ({
  sequence: 1,
  offset,
  length: bytes.length,
  runs: null,
  bytes: Uint8Array.from(bytes),
  holes: null,
  copy: 'unlocked',
  size,
  lock: free,
  rate: 30,
});

test('the first look at a byte is no change', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3]), 100);
  equal(store.history.of(1), null);
  store.receive(frame(2, [3, 4, 5]), 200);
  deepEqual(store.history.offsets(), []);
});

test('a byte that differs from the look before is a change with its old value, its time and its count', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3]), 100);
  store.receive(frame(0, [1, 9, 3]), 200);
  store.receive(frame(0, [1, 8, 3]), 300);
  deepEqual(store.history.of(1), { count: 2, changedAt: 300, before: 9 });
  equal(store.history.of(0), null);
  deepEqual(store.history.offsets(), [1]);
});

test('only bytes that both looks have are compared', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3, 4]), 100);
  store.receive(frame(2, [3, 9, 5, 6]), 200);
  equal(store.history.of(2), null);
  equal(store.history.of(3)?.before, 4);
  equal(store.history.of(4), null);
});

test('offsets beyond 2^40 are told apart', () => {
  const store = new Store();
  const base = 2 ** 40;
  store.receive(frame(base, [1, 2], base + 2), 100);
  store.receive(frame(base, [1, 3], base + 2), 200);
  equal(store.byte(base + 1), 3);
  equal(store.byte(base + 2), undefined);
  equal(store.history.of(base + 1)?.before, 2);
});

test('the bytes past the end of a segment that shrank stay until they are let go', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3, 4], 4), 100);
  store.receive(frame(0, [1, 2], 2), 200);
  equal(store.size, 2);
  equal(store.extent, 4);
  equal(store.byte(3), 4);
  store.forgetLost();
  equal(store.extent, 2);
  equal(store.byte(3), undefined);
});

test('a segment that grows back has no lost bytes', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3, 4], 4), 100);
  store.receive(frame(0, [1, 2], 2), 200);
  store.receive(frame(0, [1, 2, 0, 0], 4), 300);
  equal(store.extent, 4);
  equal(store.byte(3), 0);
});

test('heat fades in steps, and without motion it stays whole for a second', () => {
  equal(heatLevel(0, false), 8);
  equal(heatLevel(800, false), 4);
  equal(heatLevel(1599, false), 1);
  equal(heatLevel(1600, false), 0);
  equal(heatLevel(999, true), 8);
  equal(heatLevel(1000, true), 0);
  equal(heatLevel(Infinity, true), 0);
});

test('the badge says what is known of the lock and no more', () => {
  const words = (change: Partial<Parameters<typeof lockWords>[0]>): string =>
    lockWords({ ...free, ...change }).words;
  const holder = { pid: 4712, name: 'consumer' };
  equal(words({}), 'Lock free');
  equal(words({ state: 'held', holder }), 'Held by consumer (4712)');
  equal(words({ state: 'held', holder, waiters: 2 }), 'Held by consumer (4712) · 2 waiting');
  equal(words({ state: 'held', holder: { pid: 7, name: '' } }), 'Held by process 7');
  equal(words({ kind: 'posix', state: 'held', waiters: null }), 'Held, holder unknown');
  equal(lockWords({ ...free, state: 'held', holder }, true).words, 'Held by consumer (4712) · at a stop');
  equal(words({ state: 'ours' }), 'Held by you');
  equal(words({ state: 'stale', holder }), 'Stale: holder consumer (4712) died');
  equal(words({ state: 'stale' }), 'Stale: its holder died');
  equal(words({ state: 'damaged', value: 2 }), 'Lock damaged');
  equal(words({ state: 'unreadable' }), 'Lock not readable');
  equal(words({ kind: 'none', state: 'none', waiters: null }), 'No lock');
});

test('a name can neither hide characters nor turn the text around', () => {
  equal(visibleName('plain name é 漢字 😀'), 'plain name é 漢字 😀');
  equal(visibleName('a\u0000b\u001b[31m\u007f'), 'a\\x00b\\x1b[31m\\x7f');
  equal(visibleName('gpj.\u202eexe'), 'gpj.\\u{202e}exe');
  equal(visibleName('\u2066x\u2069\u200b\ufeff'), '\\u{2066}x\\u{2069}\\u{200b}\\u{feff}');
  equal(visibleName('\ud800'), '\\u{d800}');
});

test('a name where markup is read makes neither links nor icons, and is short', () => {
  equal(plainName('[x](command:y) $(trash) f(x)'), '[x]\\x28command:y) $\\x28trash) f(x)');
  equal(shortName('short'), 'short');
  equal(shortName('0123456789', 5), '01…89');
  equal(shortName('a\u202eb', 80), 'a\\u{202e}b');
  equal(shortName('😀'.repeat(100), 3), '😀…😀');
  equal(Array.from(shortName('y'.repeat(4096))).length, 80);
});

test('a difference is put into the frame before, and what changed is recorded', () => {
  const store = new Store();
  store.receive(frame(16, [1, 2, 3, 4]), 100);
  store.receive({ ...frame(16, [9, 4]), length: 4, runs: [1, 1, 3, 1] }, 200);
  deepEqual([...store.slice(16, 4)], [1, 9, 3, 4]);
  deepEqual(store.history.offsets(), [17], 'a byte that is told but the same is no change');
  deepEqual(store.history.of(17), { count: 1, changedAt: 200, before: 2 });
});

test('a difference to other bytes than those on screen is refused', () => {
  const store = new Store();
  const difference = { ...frame(16, [9]), length: 4, runs: [1, 1] };
  throws(() => {
    store.receive(difference, 100);
  });
  store.receive(frame(0, [1, 2, 3, 4]), 100);
  throws(() => {
    store.receive(difference, 200);
  });
  deepEqual([...store.slice(0, 4)], [1, 2, 3, 4]);
});

test('a segment that shrinks and changes at once keeps what it lost as it was', () => {
  const store = new Store();
  store.receive(frame(0, [1, 2, 3, 4], 8), 100);
  store.receive({ ...frame(0, [9]), length: 4, runs: [3, 1], size: 4 }, 200);
  equal(store.extent, 8);
  equal(store.byte(3), 9);
});
