import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attachments } from '../../extension/core/attached';
import { Beginnings, formerProcesses } from '../../extension/core/formerProcesses';
import type { Mapping, ProcessScan, ThreadEntry } from '../../extension/core/native';
import { mostMappings } from '../../extension/shared/limits';
import { FakeMachine } from './fake';

const page = 4096;

/** The mappings that process 4242 has by such a scan. */
function mappingsOf(parts: readonly Partial<Mapping>[]): unknown {
  const machine = new FakeMachine();
  const memory = machine.add('posix', '/listed', new Uint8Array(8));
  const plain = {
    pid: 4242,
    device: 1,
    inode: memory.id,
    shmid: null,
    offset: 0,
    length: page,
    writable: true,
  };
  const mappings = parts.map((part, index) => ({ ...plain, address: `7f000${String(index)}000`, ...part }));
  const attachments = new Attachments({
    processes: [{ pid: 4242, name: 'p', commandLine: 'p', uid: 0, owner: 'root', start: 1 }],
    mappings,
    denied: 0,
  });
  const info = machine.native.info({ mechanism: 'posix', name: '/listed' });
  return attachments.of(info)[0]?.mappings;
}

test('every mapping of a process is told, of the same bytes twice and of parts', () => {
  assert.deepEqual(
    mappingsOf([
      { address: '7f0000000000', length: 4 * page },
      { address: '7f0000100000', offset: 2 * page },
      { address: '7f0000200000', length: 4 * page },
    ]),
    [
      { address: '7f0000000000', offset: 0, length: 4 * page },
      { address: '7f0000100000', offset: 2 * page, length: page },
      { address: '7f0000200000', offset: 0, length: 4 * page },
    ],
  );
});

test('a mapping that the system lists in parts, since their rights differ, is one', () => {
  assert.deepEqual(
    mappingsOf([
      { address: '7f0000000000' },
      { address: '7f0000001000', offset: page, writable: false },
      { address: '7f0000002000', offset: 3 * page },
      { address: '7f0000004000', offset: 4 * page },
    ]),
    [
      { address: '7f0000000000', offset: 0, length: 2 * page },
      { address: '7f0000002000', offset: 3 * page, length: page },
      { address: '7f0000004000', offset: 4 * page, length: page },
    ],
  );
});

test('a process that maps far past any segment, or very often, is still told of', () => {
  assert.deepEqual(mappingsOf([{ address: '1000' }, { address: '7f0000000000', offset: 2 ** 62 }]), [
    { address: '1000', offset: 0, length: page },
  ]);
  const often = Array.from({ length: 1000 }, (_, index) => ({
    address: (0x7f0000000000 + index * page).toString(16),
  }));
  assert.equal((mappingsOf(often) as unknown[]).length, mostMappings);
});

/** A machine with one segment, scanned while these processes have it mapped. */
function scanned(pids: readonly number[]) {
  const machine = new FakeMachine();
  const memory = machine.add('posix', '/listed', new Uint8Array(8));
  const info = machine.native.info({ mechanism: 'posix', name: '/listed' });
  const part = { device: 1, inode: memory.id, shmid: null, offset: 0, length: page, writable: true };
  const scan = (...present: readonly number[]): ProcessScan => ({
    processes: present.map((pid) => ({
      pid,
      name: `p${String(pid)}`,
      commandLine: 'p',
      uid: 0,
      owner: 'root',
      start: 1,
    })),
    mappings: present.map((pid) => ({ pid, address: '7f0000000000', ...part })),
    denied: 0,
  });
  const { native } = machine;
  return { machine, native, info, scan, before: new Attachments(scan(...pids)) };
}

const running = (pid: number, start: number): ThreadEntry => ({
  tid: pid,
  pid,
  innerTid: pid,
  name: 'p',
  start,
  startedMs: 0,
  ended: false,
  pidNamespace: 1,
});

const told = (attachments: Attachments, info: Parameters<Attachments['of']>[0]): readonly string[] =>
  attachments
    .of(info)
    .map(
      ({ pid, name, alive, mappings }) =>
        `${name} ${String(pid)} ${String(alive)} ${String(mappings.length)}`,
    );

test('who has ended since is told of as such, who let go is not, and a later process of its number is another', () => {
  const { machine, native, info, scan, before } = scanned([1, 2, 3, 4]);
  machine.threads = [running(1, 1), running(2, 1), running(4, 9)];
  const after = new Attachments(scan(1), { native, attachments: before });
  assert.deepEqual(told(after, info), ['p1 1 true 1', 'p3 3 false 0', 'p4 4 false 0']);
  const later = new Attachments(scan(), { native, attachments: after });
  assert.deepEqual(told(later, info), ['p3 3 false 0', 'p4 4 false 0']);
  const ended = { ...running(1, 1), ended: true };
  machine.threads = [ended];
  const last = new Attachments(scan(), { native, attachments: after });
  assert.deepEqual(told(last, info), ['p1 1 false 0', 'p3 3 false 0', 'p4 4 false 0']);
});

test('no more than so many that have ended are kept', () => {
  const { native, info, scan, before } = scanned(Array.from({ length: 500 }, (_, index) => index + 1));
  const after = new Attachments(scan(), { native, attachments: before });
  assert.equal(told(after, info).length, 64);
  assert.equal(told(after, info).at(-1), 'p500 500 false 0');
});

test('who made a System V segment or attached last is told of once, where it has ended or its number is reused', () => {
  const { machine, info } = scanned([]);
  const systemV = {
    ...info,
    creatorPid: 10,
    lastPid: 11,
    changedMs: 5000,
    accessedMs: 9000,
    detachedMs: 7000,
  };
  const former = (attached: readonly { readonly pid: number }[], says: Partial<typeof systemV> = {}) =>
    formerProcesses({ ...systemV, ...says }, attached, new Beginnings(machine.native)).map(
      ({ pid, part, alive }) => `${part} ${String(pid)} ${String(alive)}`,
    );
  assert.deepEqual(former([]), ['creator 10 false', 'last 11 false']);
  assert.deepEqual(former([{ pid: 10 }], { lastPid: 0 }), []);
  assert.deepEqual(former([], { lastPid: 10 }), ['creator 10 false']);
  machine.threads = [
    { ...running(10, 1), startedMs: 4000 },
    { ...running(11, 1), startedMs: 20_000 },
  ];
  assert.deepEqual(former([]), ['last 11 false']);
});
