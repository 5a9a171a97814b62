import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadlocks } from '../../extension/core/locks/deadlocks';
import { decodeLock } from '../../extension/core/locks/decode';
import { diagnoseLock, type LockEvidence } from '../../extension/core/locks/diagnose';
import { freeBytes } from '../../extension/core/locks/freeBytes';
import { absent } from '../../extension/core/locks/judge';
import { layouts } from '../../extension/core/locks/layout';
import { repairLock } from '../../extension/core/locks/repair';
import { waitsFor } from '../../extension/core/locks/waits';
import type { LockFinding } from '../../extension/shared/lockFinding';
import type { LockHolder, LockReport, ReportState } from '../../extension/shared/lockReport';
import type { LockSort } from '../../extension/shared/lockWords';
import type { PlacedLock } from '../../extension/shared/placedLock';
import type { SemaphoreMapping } from './face';

const holder = (pid: number | null, tid: number | null, facts: Partial<LockHolder> = {}): LockHolder => ({
  tid,
  pid,
  name: 'peer',
  startedMs: 0,
  life: 'alive',
  certainty: 'certain',
  ...facts,
});

const report = (facts: Partial<LockReport>): LockReport => ({
  ...absent,
  id: 'own',
  placed: null,
  sinceMs: 0,
  sinceFirstLook: false,
  identity: '1:10',
  ...facts,
});

const open = (pid: number, inode: number, facts: Partial<SemaphoreMapping> = {}): SemaphoreMapping => ({
  pid,
  device: 1,
  inode,
  name: 'sem.gate',
  linked: true,
  address: `${String(pid)}000`,
  length: 4096,
  ...facts,
});

const evidence = (
  mappings: readonly SemaphoreMapping[],
  facts: Partial<LockEvidence> = {},
): LockEvidence => ({
  semaphores: { mappings, denied: 0 },
  waits: [],
  attached: [],
  ...facts,
});

const gate = { mechanism: 'posix', name: '/gate' } as const;
const wait = (pid: number, address: string) => ({
  tid: pid,
  pid,
  innerTid: pid,
  address,
  semid: null,
  semnum: null,
});

test('a healthy lock has no finding', () => {
  for (const state of ['free', 'ours', 'none', 'unreadable'] as const)
    assert.deepEqual(diagnoseLock(report({ state }), gate, evidence([open(5, 10)])), []);
  const held = report({ state: 'held', value: 0 });
  assert.deepEqual(diagnoseLock(held, gate, evidence([open(5, 10)])), [], 'who has it open may hold it');
});

test('a POSIX semaphore at 0 that nobody has open was left behind', () => {
  const held = report({ state: 'held', value: 0 });
  assert.deepEqual(diagnoseLock(held, gate, evidence([])), [{ code: 'abandoned', certainty: 'certain' }]);
  const hidden = evidence([], { semaphores: { mappings: [], denied: 1 } });
  assert.deepEqual(diagnoseLock(held, gate, hidden), [{ code: 'abandoned', certainty: 'likely' }]);
});

test('where all who have it open wait for it, nobody who lives has it', () => {
  const held = report({ state: 'held', value: 0 });
  const both = [open(5, 10), open(6, 10)];
  const waits = [wait(5, '5000'), wait(6, '6000')];
  const found = diagnoseLock(held, gate, evidence(both, { waits }));
  assert.deepEqual(found, [{ code: 'all-wait', pids: [5, 6], certainty: 'likely' }]);
  assert.deepEqual(diagnoseLock(held, gate, evidence(both, { waits: waits.slice(1) })), []);
  const elsewhere = [wait(5, '5000'), wait(6, '7000')];
  assert.deepEqual(diagnoseLock(held, gate, evidence(both, { waits: elsewhere })), []);
});

test('a semaphore that counts things may be at 0', () => {
  const placed: PlacedLock = { id: 'n', label: '', counts: true, place: 'named', semaphore: gate };
  assert.deepEqual(diagnoseLock(report({ state: 'held', value: 0, placed }), gate, evidence([])), []);
});

test('who still uses a semaphore whose name leads to another is told apart from those who use that', () => {
  const mappings = [
    open(5, 9, { linked: false }),
    open(6, 10),
    open(7, 8, { linked: false, name: 'sem.aB3dE9' }),
    open(8, 7, { linked: false, name: 'sem.other' }),
    open(9, 6, { linked: false, name: 'sem.Zz3dE9' }),
  ];
  const [found] = diagnoseLock(report({ state: 'free' }), gate, evidence(mappings, { attached: [7, 8] }));
  assert.deepEqual(found, {
    code: 'replaced',
    current: { identity: '1:10', pids: [6] },
    old: [
      { identity: '1:9', pids: [5] },
      { identity: '1:8', pids: [7] },
    ],
    certainty: 'certain',
  });
  const made = [open(7, 8, { linked: false, name: 'sem.aB3dE9' })];
  const [likely] = diagnoseLock(report({ state: 'free' }), gate, evidence(made, { attached: [7] }));
  assert.equal(likely?.certainty, 'likely');
  const living = [open(7, 8, { linked: true, name: 'sem.aB3dE9' })];
  assert.deepEqual(diagnoseLock(report({ state: 'free' }), gate, evidence(living, { attached: [7] })), []);
});

test('what a lock itself tells is a finding: its dead holder, its value, its ruin', () => {
  const dead = holder(5, null, { life: 'dead' });
  const codes = (facts: Partial<LockReport>) =>
    diagnoseLock(report(facts), null, evidence([])).map(({ code }) => code);
  assert.deepEqual(codes({ state: 'stale', holder: dead }), ['holder-dead']);
  assert.deepEqual(codes({ state: 'damaged', value: 2 }), ['above-one']);
  assert.deepEqual(codes({ state: 'owner-died' }), ['owner-died']);
  assert.deepEqual(codes({ state: 'not-recoverable' }), ['not-recoverable']);
  assert.deepEqual(codes({ state: 'inconsistent', holder: holder(5, 5) }), []);
});

for (const [machine, layout] of Object.entries(layouts)) {
  const freed = (sort: LockSort, fields: Readonly<Record<number, number>>) => {
    const bytes = Buffer.alloc(layout[sort].size);
    for (const [offset, value] of Object.entries(fields)) bytes.writeUInt32LE(value >>> 0, Number(offset));
    if (sort === 'rwlock') bytes[layout.rwlock.shared] = 1;
    const decoded = decodeLock(sort, bytes, layout);
    assert.ok(decoded && decoded.state !== 'nonsense');
    const free = freeBytes(bytes, decoded, layout);
    return free === null ? null : { free: Buffer.from(free), after: decodeLock(sort, free, layout) };
  };
  const { kind, users, links } = layout.mutex;

  test(`${machine}: a mutex is freed as its holder would have left it`, () => {
    const made = freed('mutex', { 0: 2, 4: 3, 8: 77, [users]: 2, [kind]: 0x81 });
    assert.ok(made);
    const words = [0, 4, 8, users, kind].map((offset) => made.free.readUInt32LE(offset));
    assert.deepEqual(words, [0, 0, 0, 1, 0x81]);
    assert.deepEqual([made.after?.state, made.after?.certainty], ['free', 'certain']);
    const ceiling = freed('mutex', { 0: 0x00080001, 8: 77, [kind]: 0xc0 });
    assert.equal(ceiling?.free.readUInt32LE(0), 0x00080000);
    const lost = freed('mutex', { 8: 0x7ffffffe, [kind]: 0x90, [links]: 0x1234 });
    assert.deepEqual([lost?.after?.state, lost?.free.readUInt32LE(links)], ['free', 0]);
  });

  test(`${machine}: a lock that is waited for in the kernel's own queue is not freed by bytes`, () => {
    assert.equal(freed('mutex', { 0: 0x8000004d, 8: 77, [kind]: 0xa0 }), null);
    assert.ok(freed('mutex', { 0: 77, 8: 77, [kind]: 0xa0 }));
    assert.equal(freed('rwlock', { 0: 3, 4: 1, [layout.rwlock.writer]: 77 }), null);
    const { waiters, scope, shift } = layout.semaphore;
    assert.equal(freed('semaphore', { 0: 3 << shift, [waiters]: 1, [scope]: 0x80 }), null);
  });

  test(`${machine}: a rwlock and a semaphore are freed as they were made`, () => {
    const rwlock = freed('rwlock', { 0: 3, 8: 1, 12: 1, [layout.rwlock.writer]: 77 });
    assert.deepEqual([rwlock?.after?.state, rwlock?.after?.nature.shared], ['free', true]);
    const { scope, shift } = layout.semaphore;
    assert.equal(rwlock?.free.readUInt32LE(layout.rwlock.writer), 0);
    const semaphore = freed('semaphore', { 0: 3 << shift, [scope]: 0x80 });
    assert.deepEqual([semaphore?.after?.value, semaphore?.after?.waiters], [1, 0]);
  });
}

test('a repair does nothing where the lock is well by now, and says what it left', async () => {
  const written: number[] = [];
  const segment = {
    read: () => 0,
    exchange: (offset: number) => {
      written.push(offset);
      return Promise.resolve({ written: true, found: new Uint8Array(0), heldUs: 0 });
    },
    wake: () => 0,
  };
  const native = {
    resetLock: () => {
      written.push(-1);
      return 1;
    },
  };
  const dead = { code: 'holder-dead', holder: holder(5, 5, { life: 'dead' }), certainty: 'certain' } as const;
  const effect = { act: 'write-free', holder: dead.holder, waiters: 0 } as const;
  const bytes = { offset: 64, expected: new Uint8Array(40), bytes: new Uint8Array(40) };
  const named = { address: gate, seen: { identity: '1:10', value: 0, lastPid: null } };
  const found = async (
    step: typeof bytes | typeof named,
    findings: readonly LockFinding[],
    state: ReportState,
  ) =>
    repairLock(
      native,
      segment,
      { lock: 'm', finding: dead, effect, step },
      () => Promise.resolve({ report: report({ state }), findings }),
      0,
    );
  for (const step of [bytes, named]) {
    assert.equal(await found(step, [], 'free'), 'changed');
    const other = { ...dead, holder: holder(6, 6, { life: 'dead' }) };
    assert.equal(await found(step, [other], 'stale'), 'changed');
    assert.equal(await found(step, [{ ...dead, certainty: 'unknown' }], 'held'), 'changed');
  }
  assert.deepEqual(written, []);
  assert.equal(await found(bytes, [dead], 'stale'), 'still-wrong');
  assert.equal(await found(named, [dead], 'stale'), 'still-wrong');
  assert.deepEqual(written, [64, -1]);
});

const link = (pid: number, tid: number, lock: string) => ({ pid, tid, lock });

test('threads that wait for one another are a circle, told once and from its lowest thread', () => {
  const locks = [
    { lock: 'a', holder: holder(1, 11) },
    { lock: 'b', holder: holder(2, 22) },
    { lock: 'c', holder: holder(3, 33) },
  ];
  const waits = [link(3, 33, 'b'), link(1, 11, 'c'), link(2, 22, 'a'), link(4, 44, 'a')];
  const circle = [link(1, 11, 'c'), link(3, 33, 'b'), link(2, 22, 'a')];
  assert.deepEqual(deadlocks(locks, waits), [{ links: circle, certainty: 'certain' }]);
});

test('a thread that waits for what it has itself is a circle of one', () => {
  const found = deadlocks([{ lock: 'a', holder: holder(1, 11) }], [link(1, 11, 'a')]);
  assert.deepEqual(found, [{ links: [link(1, 11, 'a')], certainty: 'certain' }]);
});

test('where only the process of a holder is known, a circle is likely', () => {
  const locks = [
    { lock: 'a', holder: holder(1, null) },
    { lock: 'b', holder: holder(2, 22) },
  ];
  const found = deadlocks(locks, [link(1, 11, 'b'), link(2, 22, 'a')]);
  assert.deepEqual(
    found.map(({ certainty }) => certainty),
    ['likely'],
  );
});

test('a chain that ends is no circle: at a holder that works, is dead, is unknown, or is another thread', () => {
  const waits = [link(1, 11, 'b'), link(2, 22, 'a')];
  const second = { lock: 'b', holder: holder(2, 22) };
  const ends = [
    null,
    holder(1, 12),
    holder(1, 11, { life: 'dead' }),
    holder(null, 11, { life: 'unknown' }),
    holder(3, 11),
  ];
  for (const end of ends) assert.deepEqual(deadlocks([{ lock: 'a', holder: end }, second], waits), []);
});

test('two circles are two', () => {
  const locks = ['a', 'b', 'c', 'd'].map((lock, at) => ({ lock, holder: holder(at + 1, 1) }));
  const waits = [link(1, 1, 'b'), link(2, 1, 'a'), link(3, 1, 'd'), link(4, 1, 'c')];
  assert.equal(deadlocks(locks, waits).length, 2);
});

test('what a thread waits for is known by its word in the segment, its semaphore or its set', () => {
  const at = (id: string, sort: LockSort, offset: number): LockReport =>
    report({ id, identity: null, placed: { id, label: '', counts: false, place: 'bytes', sort, offset } });
  const reports = [
    at('m', 'mutex', 64),
    at('r', 'rwlock', 128),
    report({ id: 'gate' }),
    report({ id: 'set', identity: '4' }),
    report({ id: 'third', identity: '4/2' }),
  ];
  const part = { device: 1, inode: 2, shmid: null, writable: true };
  const mappings = [
    { pid: 5, address: '10000', offset: 0, length: 4096, ...part },
    { pid: 6, address: '20000', offset: 64, length: 64, ...part },
  ];
  const waits = [
    wait(5, '10040'),
    wait(5, '10044'),
    wait(5, '10088'),
    wait(5, '1008c'),
    wait(6, '20000'),
    wait(6, '20040'),
    wait(7, '10040'),
    wait(8, '8000'),
    { tid: 99, pid: 9, innerTid: 3, address: null, semid: 4, semnum: null },
    { tid: 98, pid: 9, innerTid: 2, address: null, semid: 4, semnum: 0 },
    { tid: 97, pid: 9, innerTid: 1, address: null, semid: 4, semnum: 2 },
  ];
  const found = waitsFor(reports, waits, mappings, [open(8, 10)], ({ id }) => id);
  assert.deepEqual(found, [
    link(5, 5, 'm'),
    link(5, 5, 'r'),
    link(5, 5, 'r'),
    link(6, 6, 'm'),
    link(8, 8, 'gate'),
    link(9, 3, 'set'),
    link(9, 2, 'set'),
    link(9, 1, 'third'),
  ]);
});
