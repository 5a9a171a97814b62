import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integer, nothing, shape, type Checks } from '../../extension/shared/check';
import { hostChecks, viewerChecks } from '../../extension/shared/checks';
import type { Disposable } from '../../extension/shared/disposable';
import { Fault } from '../../extension/shared/fault';
import { connect, type Port } from '../../extension/shared/rpc';

interface Adder {
  add(pair: { readonly a: number; readonly b: number }): Promise<number>;
  fail(): Promise<void>;
  never(): Promise<void>;
}

const checks: Checks<Adder> = {
  add: shape({ a: integer(0, 100), b: integer(0, 100) }),
  fail: nothing,
  never: nothing,
};

const adder: Adder = {
  add: ({ a, b }) => Promise.resolve(a + b),
  fail: () => Promise.reject(Object.assign(new Error('it is locked'), { code: 'busy' })),
  never: () => new Promise(() => undefined),
};

class End implements Port {
  other: End | null = null;
  readonly posted: unknown[] = [];
  readonly #listeners = new Set<(message: unknown) => void>();

  post(message: unknown): void {
    this.posted.push(message);
    const { other } = this;
    queueMicrotask(() => other?.deliver(message));
  }

  onMessage(listener: (message: unknown) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  deliver(message: unknown): void {
    for (const listener of this.#listeners) listener(message);
  }
}

function connected() {
  const near = new End();
  const far = new End();
  near.other = far;
  far.other = near;
  const log: string[] = [];
  const server = connect<Adder, object>(far, adder, checks, (message) => log.push(message));
  const client = connect<object, Adder>(near, {}, {}, (message) => log.push(message));
  return { near, far, log, server, client };
}

/** What the far side answers to a message of any shape. */
async function answerTo(
  message: unknown,
): Promise<{ readonly answer: unknown; readonly log: readonly string[] }> {
  const { near, log } = connected();
  const answers: unknown[] = [];
  near.onMessage((answer) => answers.push(answer));
  near.post(message);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return { answer: answers[0], log };
}

test('a call ends in the result of its method', async () => {
  const { client } = connected();
  assert.equal(await client.remote.add({ a: 2, b: 3 }), 5);
});

test('a failure of a method reaches the caller with its code', async () => {
  const { client } = connected();
  await assert.rejects(client.remote.fail(), (error) => error instanceof Fault && error.code === 'busy');
});

test('an argument of the wrong shape, range or type gets a fault and a line in the log', async () => {
  for (const argument of [
    undefined,
    null,
    7,
    [],
    { a: 1 },
    { a: '1', b: 2 },
    { a: 1.5, b: 2 },
    { a: 101, b: 2 },
  ]) {
    const { answer, log } = await answerTo({ call: 1, method: 'add', argument });
    assert.ok(JSON.stringify(answer).includes('"fault"'), JSON.stringify(argument));
    assert.equal(log.length, 1);
  }
});

test('a method that there is not, though every object has it, gets a fault', async () => {
  for (const method of ['subtract', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 7, null, {}]) {
    const { answer, log } = await answerTo({ call: 1, method, argument: {} });
    const expected = { reply: 1, fault: { code: 'unsupported', message: 'There is no such method.' } };
    assert.deepEqual(answer, expected);
    assert.equal(log.length, 1);
  }
});

test('messages that are nothing at all are ignored and logged', async () => {
  for (const message of [null, undefined, 7, 'call', [], {}, { call: 'one' }, { call: -1 }, { reply: NaN }]) {
    const { answer, log } = await answerTo(message);
    assert.equal(answer, undefined);
    assert.equal(log.length, 1);
  }
});

test('a reply that nobody waits for is ignored', async () => {
  const { answer } = await answerTo({ reply: 99, value: 1 });
  assert.equal(answer, undefined);
});

test('a fault without sense is a fault all the same', async () => {
  const { client, near } = connected();
  const call = client.remote.never();
  near.deliver({ reply: 1, fault: { code: 'made up', message: 7 } });
  await assert.rejects(call, (error) => error instanceof Fault && error.code === 'unknown');
});

test('closing rejects what is outstanding and every later call', async () => {
  const { client } = connected();
  const call = client.remote.never();
  client.dispose();
  await assert.rejects(call, (error) => error instanceof Fault && error.code === 'closed');
  await assert.rejects(
    client.remote.add({ a: 1, b: 1 }),
    (error) => error instanceof Fault && error.code === 'closed',
  );
});

test('a closed side answers nothing', async () => {
  const { near, server } = connected();
  const answers: unknown[] = [];
  near.onMessage((answer) => answers.push(answer));
  server.dispose();
  near.post({ call: 1, method: 'add', argument: { a: 1, b: 1 } });
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  assert.deepEqual(answers, []);
});

test('a side that is closed while a method runs does not answer any more', async () => {
  const { near, server } = connected();
  const answers: unknown[] = [];
  near.onMessage((answer) => answers.push(answer));
  near.other?.deliver({ call: 1, method: 'add', argument: { a: 1, b: 1 } });
  server.dispose();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  assert.deepEqual(answers, []);
});

test('the remote is no promise, so that it can be given through one', async () => {
  const { client } = connected();
  assert.equal(await Promise.resolve(client.remote), client.remote);
});

test('an edit whose lengths differ, that is empty or too long is refused', () => {
  const edit =
    (bytes: number, expected: number, offset = 0) =>
    () =>
      hostChecks.edit({ offset, bytes: new Uint8Array(bytes), expected: new Uint8Array(expected) });
  assert.doesNotThrow(edit(1, 1));
  assert.doesNotThrow(edit(65536, 65536));
  for (const wrong of [
    edit(1, 2),
    edit(0, 0),
    edit(65537, 65537),
    edit(1, 1, -1),
    edit(1, 1, 0.5),
    edit(1, 1, 2 ** 53),
  ]) {
    assert.throws(wrong, Fault);
  }
  assert.throws(() => hostChecks.edit({ offset: 0, bytes: [1], expected: [1] }), Fault);
});

test('a pace outside 1 to 60 and an unknown action are refused', () => {
  assert.throws(() => hostChecks.pace({ hertz: 0, paused: false }), Fault);
  assert.throws(() => hostChecks.pace({ hertz: 61, paused: false }), Fault);
  assert.throws(() => hostChecks.act({ action: 'format' }), Fault);
  assert.throws(() => hostChecks.watch({ offset: 0, length: 2 ** 40 }), Fault);
  assert.throws(() => hostChecks.copy({ text: 'x'.repeat(8 * 1024 * 1024 + 1) }), Fault);
});

test('what is read, frozen and bookmarked has its bounds', () => {
  const ranges = (count: number, length: number) =>
    Array.from({ length: count }, () => ({ offset: 0, length }));
  assert.equal(hostChecks.read({ ranges: ranges(256, 4096) }).ranges.length, 256);
  assert.throws(() => hostChecks.read({ ranges: ranges(257, 1) }), Fault);
  assert.throws(() => hostChecks.read({ ranges: ranges(2, 600_000) }), Fault);
  assert.throws(() => hostChecks.read({ ranges: [{ offset: -1, length: 1 }] }), Fault);
  assert.throws(() => hostChecks.freeze({ offset: 0, bytes: new Uint8Array(0) }), Fault);
  assert.throws(() => hostChecks.freeze({ offset: 0, bytes: new Uint8Array(65537) }), Fault);
  assert.throws(() => hostChecks.freeze({ offset: 0.5, bytes: new Uint8Array(1) }), Fault);
  const bookmark = { id: 'a', name: 'header', colour: 'red', offset: 0, length: 1, type: 'uint8' };
  assert.deepEqual(hostChecks.putBookmark(bookmark), bookmark);
  const wrong = [{ name: ' ' }, { name: 'x'.repeat(101) }, { colour: 'pink' }, { length: 0 }, { offset: -1 }];
  for (const change of wrong) {
    assert.throws(() => hostChecks.putBookmark({ ...bookmark, ...change }), Fault, JSON.stringify(change));
  }
});

test('a checked message has nothing but its known parts', () => {
  const argument: unknown = JSON.parse(
    '{"hertz": 30, "paused": true, "underLock": false, "extra": 1, "__proto__": {"polluted": true}}',
  );
  assert.deepEqual(Object.keys(hostChecks.pace(argument)), ['hertz', 'paused', 'underLock']);
});

test('a frame keeps its bytes as they are, and its runs must fit them', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const lock = { kind: 'none', state: 'none', holder: null, waiters: null, value: null };
  const whole = {
    sequence: 1,
    offset: 0,
    length: 3,
    runs: null,
    bytes,
    holes: null,
    copy: 'unlocked',
    size: 3,
    lock,
    rate: 30,
  };
  assert.equal(viewerChecks.frame(whole).bytes, bytes);
  assert.deepEqual(viewerChecks.frame({ ...whole, length: 9, runs: [0, 1, 7, 2] }).runs, [0, 1, 7, 2]);
  for (const [length, runs] of [
    [4, null],
    [9, [0, 2]],
    [9, [0, 1, 8, 2]],
    [9, [4, 1, 0, 2]],
    [9, [0, 2, 1, 1]],
    [9, [0, 3, 5, 0]],
    [9, [0, 3, 5]],
    [9, [0, 3, -1, 1]],
  ] as const) {
    assert.throws(() => viewerChecks.frame({ ...whole, length, runs }), Fault, JSON.stringify(runs));
  }
});

test('the holes of a frame are pairs within its window, ascending, of any offset', () => {
  const bytes = new Uint8Array(8);
  const lock = { kind: 'none', state: 'none', holder: null, waiters: null, value: null };
  const offset = 2 ** 40;
  const part = { sequence: 1, offset, length: 8, runs: null, bytes, copy: 'unlocked', lock, rate: 30 };
  const frame = { ...part, size: 2 ** 41 };
  const good = [offset, 2, offset + 4, 4];
  assert.deepEqual(viewerChecks.frame({ ...frame, holes: good }).holes, good);
  assert.equal(viewerChecks.frame({ ...frame, holes: null }).holes, null);
  for (const holes of [
    undefined,
    'all',
    [0, 4],
    [offset, 9],
    [offset + 4, 2, offset, 2],
    [offset, 2, offset + 1, 2],
    [offset, 0],
    [offset],
    [offset, 1.5],
    Array.from({ length: 4096 }, () => offset),
  ]) {
    assert.throws(() => viewerChecks.frame({ ...frame, holes }), Fault, JSON.stringify(holes));
  }
});
