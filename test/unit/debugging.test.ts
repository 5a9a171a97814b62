import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { AdapterState } from '../../extension/core/debug/adapterState';
import { BreakWatch, type Hit } from '../../extension/core/debug/breakWatch';
import { BreakBook, mostBreaks, type ChangeBreak } from '../../extension/core/debug/changeBreak';
import { formatCondition, holds, parseCondition } from '../../extension/core/debug/changeCondition';
import { addressOf, dataQuestion, isDataStop, isWatchable } from '../../extension/core/debug/dataRequest';
import { ancestorAmong, parentOf } from '../../extension/core/ancestors';
import { pausesLate } from '../../extension/core/debug/smartStep';
import { StopMoments, takeStop, type StopMoment } from '../../extension/core/debug/stopMoments';
import { Emitter } from '../../extension/core/event';
import type { Seen } from '../../extension/core/native';
import type { SegmentWatch } from '../../extension/core/segmentWatch';
import { Drawer } from '../drawer';

const event = (name: string, body: unknown = {}) => ({ type: 'event', event: name, body });
const request = (command: string, given: unknown = {}) => ({ type: 'request', command, arguments: given });

test('an adapter tells its process by an event, by the name of its session, or not at all', () => {
  assert.equal(new AdapterState('server.js [4711]').pid, 4711);
  assert.equal(new AdapterState('server.js [0]').pid, null);
  const told = new AdapterState('server');
  assert.equal(told.received(event('process', { systemProcessId: 12, isLocalProcess: true })), 'pid');
  assert.equal(told.pid, 12);
  const remote = new AdapterState('server');
  remote.received(event('process', { systemProcessId: 12, isLocalProcess: false }));
  assert.equal(remote.pid, null, 'a process of another machine is none of ours');
  assert.equal(remote.isRemote, true);
  assert.equal(told.isRemote, false);
  assert.equal(new AdapterState('attached', 12).pid, 12);
  assert.equal(new AdapterState('attached', '12').pid, 12);
  assert.equal(new AdapterState('attached [7]', '${command:pick}').pid, 7);
  assert.equal(told.isLeaving, false);
  told.sent(request('disconnect'));
  assert.equal(told.isLeaving, true);
  assert.equal(told.sent(request('restart')), 'restarted');
  assert.equal(told.pid, null, 'the next one is another process');
});

test('an adapter that stops after a step is told from one that stops for another reason', () => {
  const state = new AdapterState('program');
  state.received(event('stopped', { reason: 'breakpoint', threadId: 7 }));
  assert.deepEqual(state.stop, { reason: 'breakpoint', threadId: 7, isStep: false });
  assert.equal(state.thread, 7);
  state.sent(request('next'));
  assert.equal(state.received({ type: 'response', command: 'next', success: true }), 'continued');
  assert.equal(state.standing, 'running');
  state.received(event('stopped', { reason: 'step', threadId: 7 }));
  assert.equal(state.stop.isStep, true);
  state.sent(request('stepIn'));
  state.sent(request('continue'));
  state.received(event('continued'));
  state.received(event('stopped', { reason: 'pause' }));
  assert.equal(state.stop.isStep, false, 'a step that was given up is none');
  assert.equal(state.received(event('terminated')), 'ended');
  assert.equal(state.received(event('exited')), null, 'it ends once');
});

test('the frame of a stop is the first that the editor is told of, and goes with the stop', () => {
  const state = new AdapterState('program');
  const frames = (...ids: readonly number[]) =>
    state.received({
      type: 'response',
      command: 'stackTrace',
      success: true,
      body: { stackFrames: ids.map((id) => ({ id })) },
    });
  assert.equal(frames(3), null, 'nothing stands');
  state.received(event('stopped', { reason: 'pause' }));
  assert.equal(frames(), null);
  assert.equal(frames(7, 8), 'frame');
  assert.equal(frames(9), null);
  assert.equal(state.frame, 7);
  state.received(event('stopped', { reason: 'step' }));
  assert.equal(state.frame, null);
});

test('the breakpoints of the editor are told from ours, which the same request names', () => {
  const state = new AdapterState('program');
  assert.equal(
    state.sent(request('setDataBreakpoints', { breakpoints: [{ dataId: 'x' }] })),
    'dataBreakpoints',
  );
  state.claim(['ours']);
  state.sent(request('setDataBreakpoints', { breakpoints: [{ dataId: 'x' }, { dataId: 'ours' }, null] }));
  assert.deepEqual(state.dataBreakpoints, [{ dataId: 'x' }]);
});

test('whatever a message holds, an adapter is only listened to', () => {
  const state = new AdapterState('program');
  const wicked: readonly unknown[] = [
    null,
    1,
    'x',
    [],
    {},
    { threadId: 'x' },
    { threads: 1 },
    { breakpoints: {} },
    { stackFrames: [null] },
  ];
  for (const body of wicked) {
    for (const name of ['process', 'stopped', 'thread', 'capabilities', 'continued', '__proto__'])
      state.received({ type: 'event', event: name, body });
    for (const command of ['initialize', 'threads', 'next', 'stackTrace', 'setDataBreakpoints']) {
      state.received({ type: 'response', command, success: true, body });
      state.sent({ type: 'request', command, arguments: body });
    }
  }
  assert.equal(state.pid, null);
});

test('a condition is read as it is written, and a wrong one is refused with an example that works', () => {
  for (const text of ['any change', 'becomes 42', 'leaves 0..100', 'bit 3'])
    assert.equal(formatCondition(parseCondition(text, 4)), text);
  assert.deepEqual(parseCondition('', 70_000), { when: 'change' });
  assert.deepEqual(parseCondition(' Becomes 0xff ', 1), { when: 'becomes', value: 255n });
  const refusals: readonly (readonly [string, number, string])[] = [
    ['sometimes', 4, 'condition'],
    ['becomes', 4, 'condition'],
    ['becomes x', 4, 'condition'],
    ['becomes 256', 1, 'condition-range'],
    ['becomes 1', 9, 'condition-width'],
    ['leaves 5', 4, 'condition'],
    ['leaves 5..4', 4, 'condition'],
    ['leaves 0..256', 1, 'condition-range'],
    ['bit 8', 1, 'condition-bit'],
    ['bit -1', 1, 'condition'],
  ];
  for (const [text, length, rule] of refusals) {
    assert.throws(
      () => parseCondition(text, length),
      ({ facts }: { facts: { rule: string; found: string } }) => {
        assert.equal(facts.rule, rule, text);
        parseCondition(facts.found, rule === 'condition-width' ? length : 4);
        return true;
      },
    );
  }
});

test('a condition holds on the step into it, and not again while it lasts', () => {
  const step = (text: string, before: number, after: number): boolean =>
    holds(parseCondition(text, 2), Uint8Array.of(before, 0), Uint8Array.of(after, 0));
  assert.ok(step('any change', 1, 2));
  assert.ok(step('becomes 2', 1, 2) && !step('becomes 2', 2, 3));
  assert.ok(step('leaves 1..5', 5, 6) && !step('leaves 1..5', 6, 7) && !step('leaves 1..5', 1, 5));
  assert.ok(step('bit 1', 1, 2) && !step('bit 1', 2, 6) && !step('bit 1', 2, 0));
  assert.ok(
    holds(parseCondition('becomes 0x0102', 2), Uint8Array.of(0, 0), Uint8Array.of(2, 1)),
    'little-endian',
  );
});

const made: ChangeBreak = {
  id: 'a',
  segment: 'posix:/a',
  offset: 0,
  length: 4,
  condition: 'any change',
  enabled: true,
  logs: false,
  sessions: null,
};

test('breaks survive a restart, and what makes no sense in them is left out', async () => {
  const kept = new Drawer();
  await new BreakBook(kept).put(made);
  assert.deepEqual(new BreakBook(kept).all, [made]);
  const wrong: readonly object[] = [
    { segment: 'nonsense' },
    { offset: -1 },
    { length: 0 },
    { length: 1e9 },
    { condition: 'sometimes' },
    { sessions: [1] },
    { enabled: 'yes' },
  ];
  await kept.update('changeBreaks', [null, 7, ...wrong.map((facts) => ({ ...made, ...facts })), made]);
  assert.deepEqual(new BreakBook(kept).all, [made]);
  await kept.update('changeBreaks', { not: 'a list' });
  assert.deepEqual(new BreakBook(kept).all, []);
});

test('a break is there once, and there are no more than can be watched', async () => {
  const book = new BreakBook(new Drawer());
  await book.put(made);
  await assert.rejects(book.put({ ...made, id: 'b' }), { code: 'already-exists' });
  await book.put({ ...made, enabled: false });
  assert.equal(book.find('a')?.enabled, false);
  for (let at = 1; at < mostBreaks; at++) await book.put({ ...made, id: String(at), offset: at });
  await assert.rejects(book.put({ ...made, id: 'z', offset: 99 }), { code: 'invalid-size' });
  await book.remove('a');
  assert.equal(book.find('a'), null);
});

/** A segment whose looks the test makes. */
function looked() {
  const changed = new Emitter<void>();
  let tell = (): void => undefined;
  let seen: Seen | null = null;
  let isCurrent = true;
  const segment = {
    presence: 'live' as 'live' | 'waiting',
    identity: null,
    onDidChange: changed.event,
    watch: (_window: unknown, _hertz: number, told: () => void) => {
      tell = told;
      isCurrent = true;
      const watch = {
        get isCurrent() {
          return isCurrent;
        },
        take: () => seen,
        go: () => undefined,
        stop: () => (isCurrent = false),
      };
      return watch as unknown as SegmentWatch;
    },
  };
  return {
    segment,
    look: (bytes: readonly number[], runs: readonly number[] | null = null, length = bytes.length) => {
      seen = { length, runs, bytes: Uint8Array.from(bytes), around: false, holes: null, copy: 'unlocked' };
      tell();
    },
    gone: () => {
      isCurrent = false;
      segment.presence = 'waiting';
      changed.fire();
    },
    back: () => {
      segment.presence = 'live';
      changed.fire();
    },
  };
}

test('a watch tells each change that counts with the bytes before and after', () => {
  const { segment, look } = looked();
  const hits: Hit[] = [];
  const watch = new BreakWatch(segment, 0, 2, parseCondition('any change', 2), (hit) => hits.push(hit));
  assert.equal(watch.standing, 'waiting');
  look([1, 1]);
  assert.equal(watch.standing, 'watching');
  assert.equal(hits.length, 0, 'what is there first is no change');
  look([1, 1]);
  assert.equal(hits.length, 0, 'the same bytes are none');
  look([9], [1, 1], 2);
  assert.deepEqual(
    hits.map(({ before, after }) => [[...before], [...after]]),
    [
      [
        [1, 1],
        [1, 9],
      ],
    ],
  );
  watch.dispose();
  look([3, 3]);
  assert.equal(hits.length, 1);
});

test('a segment that comes back with other bytes has not changed', () => {
  const { segment, look, gone, back } = looked();
  const hits: Hit[] = [];
  const watch = new BreakWatch(segment, 0, 1, parseCondition('', 1), (hit) => hits.push(hit));
  look([1]);
  gone();
  assert.equal(watch.standing, 'waiting');
  back();
  look([2]);
  assert.deepEqual([hits.length, watch.standing], [0, 'watching']);
  look([]);
  assert.equal(watch.standing, 'waiting', 'it is too short now');
  look([3]);
  assert.equal(hits.length, 0);
  look([4]);
  assert.equal(hits.length, 1);
});

test('an address is that of the one mapping which has all of the bytes', () => {
  const mappings = [
    { address: '7f0000001000', offset: 0, length: 4096 },
    { address: '7f0000009000', offset: 4096, length: 4096 },
  ];
  assert.equal(addressOf(mappings, 8, 4), 0x7f0000001008n);
  assert.equal(addressOf(mappings, 4096, 4), 0x7f0000009000n);
  assert.equal(addressOf(mappings, 4094, 4), null, 'no address has bytes of both');
  assert.equal(addressOf(mappings, 8192, 1), null);
});

test('the processor watches 1, 2, 4 or 8 bytes at a multiple of their number', () => {
  assert.ok(isWatchable(0x1000n, 8) && isWatchable(0x1004n, 4) && isWatchable(0x1001n, 1));
  assert.ok(!isWatchable(0x1004n, 8) && !isWatchable(0x1001n, 2) && !isWatchable(0x1000n, 3));
});

test('adapters are asked for a breakpoint on an address each in the way that it understands', () => {
  assert.deepEqual(dataQuestion('cppdbg', 0x1000n, 4).info, { name: '0x1000', asAddress: true, bytes: 4 });
  assert.equal(dataQuestion('gdb', 0x1000n, 8).info['name'], '*(long*)0x1000');
  const lldb = dataQuestion('lldb-dap', 0x1000n, 4);
  assert.deepEqual([lldb.info['name'], lldb.needsFrame], ['(int*)0x1000', true]);
});

test('a stop at a watchpoint is known by what each adapter calls it', () => {
  assert.ok(isDataStop('cppdbg', 'data breakpoint') && isDataStop('gdb', 'generic'));
  assert.ok(!isDataStop('cppdbg', 'generic') && !isDataStop('gdb', 'SIGINT') && !isDataStop('gdb', ''));
});

test('a process belongs to the nearest of its ancestors that is debugged', () => {
  const parents = new Map([
    [5, 4],
    [4, 3],
    [3, 1],
  ]);
  const parent = (pid: number): number | null => parents.get(pid) ?? null;
  assert.equal(ancestorAmong(5, new Set([3, 4]), parent), 4);
  assert.equal(ancestorAmong(3, new Set([3]), parent), 3);
  assert.equal(ancestorAmong(5, new Set([9]), parent), null);
  assert.equal(
    ancestorAmong(6, new Set([6]), () => 6),
    6,
  );
  assert.equal(
    ancestorAmong(7, new Set([6]), () => 7),
    null,
    'a circle ends',
  );
});

test('the parent of a process is the system’s own answer', () => {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(process.pid)], { encoding: 'utf8' });
  assert.equal(parentOf(process.pid), stdout === '' ? process.ppid : Number(stdout));
  assert.equal(parentOf(0x7fffffff), null);
});

const moment = (label: string): StopMoment => ({ label, moment: { id: 0 } as StopMoment['moment'] });

test('since the last stop means the one before while something stands, and the last one while all runs', () => {
  const moments = new StopMoments();
  const label = (since: 'stop' | 'step' | 'start', standing: boolean): string | undefined =>
    moments.since('posix:/a', since, standing)?.label;
  assert.equal(label('stop', true), undefined);
  moments.started('posix:/a', moment('start'));
  moments.stopped('posix:/a', moment('one'), false);
  assert.equal(label('stop', true), undefined);
  assert.equal(label('stop', false), 'one');
  moments.stopped('posix:/a', moment('two'), true);
  assert.deepEqual(
    [label('stop', true), label('stop', false), label('step', true), label('start', true)],
    ['one', 'two', 'one', 'start'],
  );
  moments.stopped('posix:/a', moment('three'), false);
  assert.equal(label('step', true), 'one', 'a stop that was no step does not move it');
  moments.begin();
  assert.equal(label('start', true), undefined);
});

test('a stop copies under the lock where that is free, and says so; else beside it', async () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const segment = (locked: number | null) => ({
    id: 'posix:/a',
    size: 4,
    holdsLock: false,
    fault: null,
    read: (offset: number, target: Uint8Array) => {
      target.set(bytes.subarray(offset, offset + target.length));
      return target.length;
    },
    nextData: (offset: number) => (offset < 4 ? offset : null),
    copyLocked: (_offset: number, target: Uint8Array) => {
      if (locked !== null) target.set([9, 9, 9, 9]);
      return Promise.resolve(locked);
    },
  });
  const taken = async (locked: number | null, mayLock = true) => {
    const found = await takeStop(segment(locked), mayLock, new AbortController().signal);
    const target = new Uint8Array(4);
    await found.read(0, target);
    return [found.locked, ...target];
  };
  assert.deepEqual(await taken(4), [true, 9, 9, 9, 9]);
  assert.deepEqual(await taken(null), [false, 1, 2, 3, 4]);
  assert.deepEqual(await taken(4, false), [false, 1, 2, 3, 4], 'an untrusted workspace takes no lock');
});

test('a step that ends before its request is answered leaves the program standing, the next one not', () => {
  const state = new AdapterState('program');
  const answer = { type: 'response', command: 'next', success: true };
  state.received(event('stopped', { reason: 'pause', threadId: 1 }));
  state.sent(request('next'));
  assert.equal(state.received(event('stopped', { reason: 'step', threadId: 1 })), 'stopped');
  assert.equal(state.received(answer), null);
  assert.deepEqual([state.standing, state.stop?.isStep], ['stopped', true]);
  state.sent(request('next'));
  assert.equal(state.received(answer), 'continued');
  assert.equal(state.standing, 'running');
});

test('a debugger of JavaScript may go on after a pause, unless its configuration says otherwise', () => {
  assert.deepEqual(
    ['pwa-node', 'node', 'pwa-extensionHost', 'gdb', 'debugpy'].map((type) => pausesLate(type, {})),
    [true, true, true, false, false],
  );
  assert.equal(pausesLate('pwa-node', { smartStep: true }), true);
  assert.equal(pausesLate('pwa-node', { smartStep: false }), false);
});
