import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leadsOf, membersOf } from '../../extension/core/debug/codeValue';
import {
  placeOfAddress,
  placeOfDescriptor,
  type ProcessMemory,
} from '../../extension/core/debug/memoryPlace';
import type { Entry } from '../../extension/core/entry';
import { formatKey } from '../../extension/core/key';
import type { Mapping } from '../../extension/core/native';

const leads = (value: string, memoryReference: string | null = null): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(leadsOf({ value, type: '', memoryReference })).filter(([, found]) => found !== null),
  );

test('what a debugger says of a value is read as what it can lead to', () => {
  assert.deepEqual(leads('0x7f00'), { address: 0x7f00n });
  assert.deepEqual(leads('(board *) 0x7f00'), { address: 0x7f00n });
  assert.deepEqual(leads('0x7f00 "/name"'), { address: 0x7f00n, text: '/name' });
  assert.deepEqual(leads(`'/name'`), { text: '/name' });
  assert.deepEqual(leads('"/name\\000\\000"'), { text: '/name' });
  assert.deepEqual(leads('u"key"'), { text: 'key' });
  assert.deepEqual(leads(`7 '\\a'`), { descriptor: 7 });
  assert.deepEqual(leads('140737488355328'), { address: 140737488355328n });
  assert.deepEqual(leads('{...}', '0x7f10'), { home: 0x7f10n });
  for (const nothing of ['', 'None', 'undefined', '{...}', '""', '-1', '1.5', '<error: 0x7>'])
    assert.deepEqual(leads(nothing), {}, nothing);
});

test('only an object of a library is asked for its members', () => {
  assert.equal(membersOf('memory', 'QSharedMemory')[0], '(memory).data()');
  assert.equal(membersOf('memory', 'QSharedMemory *')[0], '(memory)->data()');
  assert.deepEqual(membersOf('memory', 'SharedMemory'), ['(memory).name']);
  assert.deepEqual(membersOf('x', 'QString'), []);
});

const key = { type: 'posix', name: '/known' } as const;
const mapping = {
  pid: process.pid,
  address: '7f0000001000',
  length: 4096,
  offset: 8192,
  device: 1,
  inode: 2,
  shmid: null,
};

function memory(info: object): ProcessMemory {
  const object = { device: 1, inode: 2, shmid: null, refusal: null };
  return {
    pid: process.pid,
    mappings: [mapping as unknown as Mapping],
    shared: [{ key, object }] as unknown as ProcessMemory['shared'],
    entries: [{ key, info }] as unknown as readonly Entry[],
  };
}

test('an address is a byte of the segment that is mapped there, and none right before and behind', () => {
  const place = (address: bigint) => placeOfAddress(memory({}), address);
  assert.deepEqual(place(0x7f0000001000n), { key, offset: 8192 });
  assert.deepEqual(place(0x7f0000001fffn), { key, offset: 8192 + 4095 });
  assert.equal(place(0x7f0000000fffn), null);
  assert.equal(place(0x7f0000002000n), null);
});

test('a descriptor leads to a segment only where it has one open', () => {
  const name = `/dev/shm/fromCode-${String(process.pid)}`;
  const folder = mkdtempSync(join(tmpdir(), 'from-code-'));
  const open = openSync(name, 'w');
  const other = openSync(join(folder, 'file'), 'w');
  try {
    const found = ({ dev, ino }: { dev: number; ino: number }, descriptor: number) =>
      placeOfDescriptor(memory({ device: dev, inode: ino }), descriptor);
    const place = found(fstatSync(open), open);
    assert.equal(place && formatKey(place.key), 'posix:/known');
    assert.equal(found({ dev: 0, ino: 0 }, open), null);
    assert.equal(found(fstatSync(other), other), null, 'a file of the disk is none');
    assert.equal(found({ dev: 0, ino: 0 }, 1_000_000), null, 'none is open');
  } finally {
    closeSync(open);
    closeSync(other);
    rmSync(name);
    rmSync(folder, { recursive: true });
  }
});
