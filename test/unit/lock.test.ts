import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLock } from '../../extension/core/lock';
import { frame } from '../../extension/shared/checks/picture';
import { lockKinds, lockStates } from '../../extension/shared/lock';
import type { LockPeek } from './face';

const peek = (facts: Partial<LockPeek>): LockPeek => ({
  exists: true,
  readable: true,
  identity: '1',
  value: 1,
  waiters: 0,
  lastPid: null,
  lastPidAlive: false,
  lastPidName: null,
  mode: 0o600,
  owner: 'root',
  maximum: null,
  abandoned: false,
  ...facts,
});

test('a lock that nobody has made is none', () => {
  assert.equal(judgeLock(peek({ exists: false }), 'systemv', false).state, 'none');
  assert.equal(judgeLock(peek({ exists: false }), 'systemv', false).kind, 'none');
});

test('a mutant of Windows is stale from the death of its holder until the next one has it', () => {
  const status = judgeLock(peek({ abandoned: true, waiters: null }), 'windows', false);
  assert.deepEqual(status, { kind: 'windows', state: 'stale', holder: null, waiters: null, value: 1 });
  assert.equal(judgeLock(peek({ waiters: null }), 'windows', false).state, 'free');
});

test('a lock at one is free, whoever used it last', () => {
  const status = judgeLock(peek({ lastPid: 7, lastPidAlive: true, lastPidName: 'peer' }), 'systemv', false);
  assert.deepEqual(status, { kind: 'systemv', state: 'free', holder: null, waiters: 0, value: 1 });
});

test('a System V lock at zero is held by the last process, while that lives', () => {
  const facts = { value: 0, waiters: 2, lastPid: 7, lastPidAlive: true, lastPidName: 'peer' };
  const status = judgeLock(peek(facts), 'systemv', false);
  const holder = { pid: 7, name: 'peer' };
  assert.deepEqual(status, { kind: 'systemv', state: 'held', holder, waiters: 2, value: 0 });
});

test('a System V lock at zero whose last process is dead is stale, and says who died', () => {
  const status = judgeLock(peek({ value: 0, lastPid: 7 }), 'systemv', false);
  assert.equal(status.state, 'stale');
  assert.deepEqual(status.holder, { pid: 7, name: '' });
});

test('the holder of a POSIX lock, and of one that was made held, is said to be unknown', () => {
  for (const facts of [{ value: 0 }, { value: 0, lastPid: 0 }]) {
    const status = judgeLock(peek(facts), 'posix', false);
    assert.equal(status.state, 'held');
    assert.equal(status.holder, null);
  }
});

test('a lock above one is damaged, and so is one that we hold and another can take', () => {
  assert.equal(judgeLock(peek({ value: 2 }), 'systemv', false).state, 'damaged');
  assert.equal(judgeLock(peek({ value: 1 }), 'systemv', true).state, 'damaged');
});

test('a lock that we hold is ours', () => {
  const status = judgeLock(peek({ value: 0, lastPid: 7, lastPidAlive: true }), 'posix', true);
  assert.equal(status.state, 'ours');
  assert.equal(status.holder?.pid, process.pid);
});

test('a lock that we may not read is said to be unreadable', () => {
  const facts = { readable: false, value: null, waiters: null };
  assert.equal(judgeLock(peek(facts), 'systemv', false).state, 'unreadable');
});

test('a lock without a value, as POSIX ones of macOS, is ours where we hold it, else not readable', () => {
  const told = peek({ value: null, waiters: null });
  const status = judgeLock(told, 'posix', true);
  assert.deepEqual([status.state, status.holder?.pid], ['ours', process.pid]);
  assert.equal(judgeLock(told, 'posix', false).state, 'unreadable');
});

test('a view takes every kind and state of lock', () => {
  for (const kind of lockKinds) {
    for (const state of lockStates) {
      const lock = { kind, state, holder: null, waiters: null, value: null };
      const around = { sequence: 1, offset: 0, length: 0, runs: null, holes: null, size: 8, rate: 60 };
      const sent = { ...around, bytes: new Uint8Array(), copy: 'unlocked', lock };
      assert.deepEqual(frame(sent), sent);
    }
  }
});
