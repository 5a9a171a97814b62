import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestors } from '../../extension/core/ancestors';
import type { Entry } from '../../extension/core/entry';
import { formatKey } from '../../extension/core/key';
import type { SharedObject } from '../../extension/core/native';
import { sharedMappings } from '../../extension/core/processMemory';

const object: SharedObject = {
  device: 1,
  inode: 7,
  shmid: null,
  ours: true,
  path: '',
  address: '7f0000000000',
  mapped: 8192,
  writable: true,
  size: 5000,
  mode: 0o600,
  uid: 0,
  owner: 'root',
  refusal: null,
};

const listed = [
  { key: { type: 'posix', name: '/known' }, info: { device: 26, inode: 3, shmid: null } },
  { key: { type: 'systemv-key', key: 77 }, info: { device: null, inode: null, shmid: 5 } },
] as unknown as readonly Entry[];

function mapping(says: Partial<SharedObject>): string {
  const [found] = sharedMappings(42, { start: 99, objects: [{ ...object, ...says }] }, listed);
  assert.ok(found);
  return [found.kind, found.name, String(found.size), formatKey(found.key)].join(' ');
}

test('what a process has is told by what it is, and leads to the process', () => {
  const of = (path: string): string => mapping({ path });
  assert.equal(of('/memfd:ring (deleted)'), 'memfd memfd:ring 5000 process:42@99/1:7?name=memfd%3Aring');
  assert.equal(of('/dev/zero (deleted)'), 'anonymous anonymous 5000 process:42@99/1:7?name=anonymous');
  assert.equal(of('/dev/shm/old (deleted)'), 'removed old 5000 process:42@99/1:7?name=old');
  assert.equal(of('/dev/shm/far'), 'elsewhere far 5000 process:42@99/1:7?name=far');
  const systemV = { path: '/SYSV0000004d (deleted)', device: null, inode: null, shmid: 5 };
  assert.equal(
    mapping({ ...systemV, ours: false }),
    'systemv SYSV0000004d 5000 process:42@99/shmid-5?name=SYSV0000004d',
  );
});

test('a segment of this machine keeps its own key, and a System V one of ours its number', () => {
  assert.equal(mapping({ path: '/dev/shm/known', device: 26, inode: 3 }), 'posix known 5000 posix:/known');
  const systemV = { path: '/SYSV0000004d (deleted)', device: null, inode: null };
  assert.equal(mapping({ ...systemV, shmid: 5 }), 'systemv SYSV0000004d 5000 systemv-key:0x0000004d');
  assert.equal(mapping({ ...systemV, shmid: 6 }), 'systemv SYSV0000004d 5000 systemv-id:6');
});

test('of what may not be looked at, the size is what is mapped, and a long name is cut', () => {
  assert.match(mapping({ path: '/memfd:x (deleted)', size: null }), / 8192 /);
  assert.equal(mapping({ path: `/memfd:${'\u{1f600}'.repeat(500)} (deleted)` }).split('%F0').length, 98);
});

test('the ancestors of a process lead from it to the first of the system', () => {
  const found = ancestors(process.pid);
  assert.deepEqual(found.slice(0, 2), [process.pid, process.ppid]);
  assert.equal(found.at(-1), 1);
  assert.deepEqual(ancestors(0), []);
});
