import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  expressionOf,
  isLiteral,
  leadsOf,
  membersOf,
  type CodeValue,
} from '../../extension/core/debug/codeValue';
import { attachedByQt, isQtMemory } from '../../extension/core/debug/qtObject';
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

test('only an object of a library is asked for its members, and no function is called', () => {
  assert.equal(membersOf('key', 'QString')[0], '(key).d.ptr');
  assert.equal(membersOf('key', 'const QString *')[0], '(*(key)).d.ptr');
  assert.deepEqual(membersOf('name', 'char [64]'), ['&(name)[0]']);
  assert.deepEqual(membersOf('memory', 'SharedMemory'), ['(memory).name']);
  for (const type of ['QSharedMemory', 'int', 'Board *', ''])
    assert.deepEqual(membersOf('x', type), [], type);
});

test('a text in quotes means itself, and a member is asked for as gdb knows it', () => {
  assert.ok(isLiteral('"/name"') && isLiteral(" '/name' "));
  assert.ok(!isLiteral('"a" + "b"') && !isLiteral('name') && !isLiteral('""'));
  assert.equal(expressionOf('gdb', 'a.public.b.private.c'), 'a.b.c');
  assert.equal(expressionOf('gdb', 'a.publicly'), 'a.publicly');
  assert.equal(expressionOf('pwa-node', 'a.public.b'), 'a.public.b');
});

/** Answers as a debugger of a program with these words in its memory. */
const words =
  (memory: Readonly<Record<number, number>>, own: Readonly<Record<string, number>> = {}) =>
  (expression: string): Promise<CodeValue> => {
    const at = /^\*\(void\*\*\)0x([0-9a-f]+)$/.exec(expression)?.[1];
    const found = at === undefined ? own[expression] : memory[parseInt(at, 16)];
    return found === undefined
      ? Promise.reject(new Error(`Cannot access ${expression}`))
      : Promise.resolve({ value: `0x${found.toString(16)}`, type: 'void *', memoryReference: null });
  };

test('what a QSharedMemory has attached is read from its words, wherever its Qt has that member', async () => {
  const start = 0x7f0000001000;
  const isStart = (address: bigint): boolean => address === BigInt(start);
  const shown = (type: string, value = '{...}') => ({ value, type, memoryReference: null });
  const object = { 0x1000: 0x9000, 0x1008: 0x2000 };
  for (const member of [11, 15]) {
    const memory = { ...object, [0x2000 + 8 * member]: start };
    const asked = words(memory, { '&(x)': 0x1000 });
    assert.equal(await attachedByQt('x', shown('QSharedMemory &'), asked, isStart), BigInt(start));
    const pointer = shown('QSharedMemory *', '(QSharedMemory *) 0x1000');
    assert.equal(await attachedByQt('x', pointer, words(memory), isStart), BigInt(start));
    const owner = words({ ...memory, 0x500: 0x1000 }, { '&(x)': 0x500 });
    assert.equal(
      await attachedByQt('x', shown('std::unique_ptr<QSharedMemory>'), owner, isStart),
      BigInt(start),
    );
    assert.equal(await attachedByQt('x', shown('QSharedMemory'), asked, () => false), null, 'not attached');
  }
  assert.equal(await attachedByQt('x', shown('QSharedMemory'), words({}), isStart), null);
  assert.ok(isQtMemory('const QSharedMemory *') && !isQtMemory('QSharedMemoryPrivateOfMine'));
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
