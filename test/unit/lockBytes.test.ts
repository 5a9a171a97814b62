import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLock } from '../../extension/core/locks/decode';
import { layoutOf, layouts, type LockLayout, type LockMachine } from '../../extension/core/locks/layout';
import { mutexNature } from '../../extension/core/locks/mutex';
import type { DecodedLock, LockSort } from '../../extension/shared/lockWords';

const machines: readonly LockMachine[] = ['x86-64', 'arm64', 'i386', 'arm'];

/** The bytes of a lock of this machine: words of 32 bits by offset, all others zero. */
function lock(layout: LockLayout, sort: LockSort, fields: Readonly<Record<number, number>>): DecodedLock {
  const bytes = Buffer.alloc(layout[sort].size);
  for (const [offset, value] of Object.entries(fields)) bytes.writeUInt32LE(value >>> 0, Number(offset));
  const decoded = decodeLock(sort, bytes, layout);
  assert.ok(decoded);
  return decoded;
}

const mutex = (
  layout: LockLayout,
  word: number,
  owner: number,
  kind: number,
  { depth = 0, users = 0 } = {},
): DecodedLock =>
  lock(layout, 'mutex', {
    0: word,
    4: depth,
    8: owner,
    [layout.mutex.kind]: kind,
    [layout.mutex.users]: users,
  });

for (const machine of machines) {
  const layout = layouts[machine];

  test(`${machine}: a mutex is free, held, and held with waiters by its first word`, () => {
    const free = mutex(layout, 0, 0, 0x80);
    assert.deepEqual([free.state, free.owner, free.waiters, free.certainty], ['free', null, 0, 'certain']);
    const held = mutex(layout, 1, 4321, 0x80, { users: 1 });
    assert.deepEqual([held.state, held.owner, held.waiters, held.certainty], ['held', 4321, 0, 'certain']);
    const awaited = mutex(layout, 2, 4321, 0x280, { users: 1 });
    assert.deepEqual([awaited.state, awaited.waiters], ['held', 'some']);
  });

  test(`${machine}: the kind of a mutex is told in words`, () => {
    const kind = (bits: number) => mutex(layout, 0, 0, bits).nature;
    assert.deepEqual(kind(0x80), {
      sort: 'mutex',
      kind: 'normal',
      robust: false,
      priority: 'none',
      shared: true,
    });
    assert.equal(kind(0x81).kind, 'recursive');
    assert.equal(kind(0x82).kind, 'errorcheck');
    assert.equal(kind(0x83).kind, 'adaptive');
    assert.equal(kind(0x290).robust, true);
    assert.equal(kind(0x2a0).priority, 'inherit');
    assert.equal(kind(0xc0).priority, 'protect');
    assert.equal(kind(0x01).shared, false);
  });

  test(`${machine}: how often a recursive mutex was taken is told, of others nothing is`, () => {
    assert.equal(mutex(layout, 1, 7, 0x81, { depth: 3 }).depth, 3);
    assert.equal(mutex(layout, 1, 7, 0x80, { depth: 3 }).depth, null);
  });

  test(`${machine}: the life of a robust mutex whose holder dies`, () => {
    const held = mutex(layout, 0x800010e1, 0x10e1, 0x290);
    assert.deepEqual([held.state, held.owner, held.waiters], ['held', 0x10e1, 'some']);
    const died = mutex(layout, 0x40000000, 0x10e1, 0x290);
    assert.deepEqual([died.state, died.owner, died.waiters], ['owner-died', 0x10e1, 0]);
    assert.equal(mutex(layout, 0xc0000000, 0x10e1, 0x290).waiters, 'some');
    const inherited = mutex(layout, 0x1234, 0x7fffffff, 0x290);
    assert.deepEqual([inherited.state, inherited.owner], ['inconsistent', 0x1234]);
    const lost = mutex(layout, 0, 0x7ffffffe, 0x290);
    assert.deepEqual([lost.state, lost.owner], ['not-recoverable', null]);
    assert.equal(mutex(layout, 0, 0, 0x290).state, 'free');
  });

  test(`${machine}: a mutex that hands on priority names its owner in its word`, () => {
    const held = mutex(layout, 0x1234, 0x1234, 0x2a0);
    assert.deepEqual([held.state, held.owner, held.certainty], ['held', 0x1234, 'certain']);
    assert.equal(mutex(layout, 0x1234, 0, 0x2a0).certainty, 'likely');
    assert.equal(mutex(layout, 0x1234, 0x7fffffff, 0x2a0).state, 'nonsense');
  });

  test(`${machine}: the ceiling of a mutex is no part of its state`, () => {
    assert.equal(mutex(layout, 0x00080000, 0, 0xc0).state, 'free');
    assert.equal(mutex(layout, 0x00080001, 9, 0xc0).state, 'held');
  });

  test(`${machine}: what is missing or contradicts is likely at most, and zeros prove nothing`, () => {
    assert.equal(mutex(layout, 1, 0, 0x80).certainty, 'likely');
    assert.equal(mutex(layout, 1, 77, 0).certainty, 'likely', 'made for one process');
    assert.equal(mutex(layout, 0, 0, 0).certainty, 'unknown');
    for (const [word, owner, kind] of [
      [3, 7, 0x80],
      [1, 1 << 23, 0x80],
      [0, 0, 0x84],
      [0, 0, 0xe0],
      [1, 7, 0x1080],
    ] as const) {
      const { state, certainty } = mutex(layout, word, owner, kind);
      assert.deepEqual([state, certainty], ['nonsense', 'unknown']);
    }
  });

  test(`${machine}: a rwlock counts its readers, names its writer and counts who waits`, () => {
    const shared = layout.rwlock.sharedLength === 4 ? { 28: 1 } : { 24: 0x0100 };
    const rwlock = (fields: Readonly<Record<number, number>>) =>
      lock(layout, 'rwlock', { ...shared, ...fields });
    const free = rwlock({});
    assert.deepEqual([free.state, free.certainty, free.nature.shared], ['free', 'certain', true]);
    const read = rwlock({ 0: 3 << 3, 4: 2 });
    assert.deepEqual([read.state, read.readers, read.waiters, read.owner], ['read', 3, 2, null]);
    assert.equal(rwlock({ 0: (3 << 3) | 2, 4: 2 }).waiters, 3, 'the first writer waits for the readers');
    const written = rwlock({ 0: (1 << 3) | 3, 4: 0x80000002, 8: 1, 12: 1, [layout.rwlock.writer]: 4321 });
    assert.deepEqual([written.state, written.owner, written.readers, written.waiters], ['held', 4321, 0, 3]);
    assert.equal(rwlock({ 0: 3 }).certainty, 'likely', 'its writer has not written its name yet');
    assert.equal(rwlock({ 0: 1, 8: 1 }).state, 'free', 'after a writer');
    assert.equal(rwlock({ 16: 5 }).state, 'nonsense');
    assert.equal(lock(layout, 'rwlock', {}).certainty, 'unknown');
  });

  test(`${machine}: a semaphore tells its value and how many wait, and no holder`, () => {
    const { shift, waiters, scope } = layout.semaphore;
    const semaphore = (value: number, waiting: number, flag = 0x80) =>
      lock(layout, 'semaphore', { 0: value << shift, [waiters]: waiting, [scope]: flag });
    const held = semaphore(0, 2);
    assert.deepEqual(
      [held.state, held.value, held.waiters, held.owner, held.certainty],
      ['held', 0, 2, null, 'certain'],
    );
    const free = semaphore(5, 0);
    assert.deepEqual([free.state, free.value], ['free', 5]);
    assert.equal(semaphore(1, 0, 0).nature.shared, false);
    assert.equal(semaphore(1, 0, 0).certainty, 'likely');
    assert.equal(semaphore(1, 0, 3).state, 'nonsense');
    assert.equal(lock(layout, 'semaphore', {}).certainty, 'unknown');
  });

  test(`${machine}: fewer bytes than a lock has are no lock`, () => {
    for (const sort of ['mutex', 'rwlock', 'semaphore'] as const)
      assert.equal(decodeLock(sort, Buffer.alloc(layout[sort].size - 1), layout), null);
  });
}

test('the sizes are those that glibc promises for each machine', () => {
  const sizes = machines.map((machine) => {
    const { mutex, rwlock, semaphore } = layouts[machine];
    return [mutex.size, rwlock.size, semaphore.size];
  });
  assert.deepEqual(sizes, [
    [40, 56, 32],
    [48, 56, 32],
    [24, 32, 16],
    [24, 32, 16],
  ]);
});

test('a mutex of Boost is one of pthread: normal or recursive, for all processes', () => {
  assert.deepEqual([mutexNature(0x80)?.kind, mutexNature(0x81)?.kind], ['normal', 'recursive']);
});

test('a program that is not of glibc, or of another machine, is refused with the reason', () => {
  const abi = { machine: 62, wide: true, bigEndian: false, library: 'glibc' } as const;
  assert.deepEqual(layoutOf(abi), layouts['x86-64']);
  assert.deepEqual(layoutOf({ ...abi, library: null }), layouts['x86-64']);
  assert.equal(layoutOf({ ...abi, library: 'musl' }), 'library');
  assert.equal(layoutOf({ ...abi, machine: 183, bigEndian: true }), 'big-endian');
  assert.equal(layoutOf({ ...abi, wide: false }), 'machine', 'x32');
  assert.equal(layoutOf({ ...abi, machine: 243 }), 'machine', 'RISC-V');
  assert.deepEqual(layoutOf({ ...abi, machine: 183 }), layouts.arm64);
  assert.deepEqual(layoutOf({ ...abi, machine: 3, wide: false }), layouts.i386);
  assert.deepEqual(layoutOf({ ...abi, machine: 40, wide: false }), layouts.arm);
});
