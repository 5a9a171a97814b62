import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ProcessAddress, Segment, SharedObject } from '../../native/index';
import { plainPeer, plainPeerElsewhere, type Peer } from '../peers/peer';
import { bytesOf, failure, native, posixGround, readText, textOf } from './ground';
import { runUnprivileged } from './unprivileged';

const observing = { access: 'observe', write: false } as const;

function peerOf(t: TestContext, begin: () => Peer = plainPeer): Peer {
  const peer = begin();
  t.after(() => peer.quit());
  return peer;
}

/** What the process has that is called so, and its address. */
async function objectOf(
  { pid }: Peer,
  path: string,
): Promise<{ readonly object: SharedObject; readonly address: ProcessAddress }> {
  const { start, objects } = await native.processMemory(pid);
  const object = objects.find((one) => one.path === path);
  assert.ok(object, `${path} is not among ${objects.map((one) => one.path).join(', ')}`);
  return { object, address: addressOf(pid, start, object) };
}

function addressOf(pid: number, start: number, { device, inode, shmid }: SharedObject): ProcessAddress {
  const place = shmid === null ? { device: device ?? 0, inode: inode ?? 0 } : { shmid };
  return { mechanism: 'process', pid, start, ...place };
}

async function observed(t: TestContext, address: ProcessAddress): Promise<Segment> {
  const segment = await native.open(address, observing);
  t.after(() => {
    segment.close();
  });
  return segment;
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

const kinds = [
  { what: 'a memfd', path: '/memfd:ring (deleted)', make: (peer: Peer) => peer.ask('memfd', 'ring', 65536) },
  {
    what: 'anonymous memory',
    path: '/dev/zero (deleted)',
    make: (peer: Peer) => peer.ask('anonymous', 65536),
  },
];

for (const { what, path, make } of kinds) {
  test(`${what} of a process is told, and read without a trace`, async (t) => {
    const peer = peerOf(t);
    await make(peer);
    await peer.write(4096, bytesOf('there'));
    const { object, address } = await objectOf(peer, path);
    assert.deepEqual(
      [object.size, object.mapped, object.writable, object.refusal],
      [65536, 65536, true, null],
    );
    const segment = await observed(t, address);
    assert.equal(readText(segment, 4096, 5), 'there');
    assert.equal(segment.read(0, new Uint8Array(65536)), 65536);
    assert.deepEqual(segment.holes(0, 65536), [0, 4096, 8192, 65536 - 8192]);
    assert.equal(segment.info().allocated, 4096);
    assert.deepEqual([segment.route, segment.state().removed], ['file', false]);
    await peer.write(4096, bytesOf('since'));
    assert.equal(readText(segment, 4096, 5), 'since');
  });

  test(`${what} of a process is edited by comparing first`, async (t) => {
    const peer = peerOf(t);
    await make(peer);
    await peer.write(0, bytesOf('before'));
    const segment = await observed(t, (await objectOf(peer, path)).address);
    const edit = { segment, lock: null, offset: 0, timeoutMs: 0, bytes: bytesOf('after!') };
    const refused = await native.exchange({ ...edit, expected: bytesOf('unlike') });
    assert.deepEqual([refused.written, textOf(refused.found)], [false, 'before']);
    assert.equal(textOf(await peer.read(0, 6)), 'before');
    assert.ok((await native.exchange({ ...edit, expected: bytesOf('before') })).written);
    assert.equal(textOf(await peer.read(0, 6)), 'after!');
  });
}

test('A POSIX segment without its name is read, also once the process has closed its descriptor', async (t) => {
  const { segment: named } = posixGround(t);
  assert.ok(named.mechanism === 'posix');
  const peer = peerOf(t);
  await peer.ask('shm_open', named.name, 100);
  await peer.write(0, bytesOf('kept'));
  await peer.ask('shm_unlink', named.name);
  const { address } = await objectOf(peer, `/dev/shm${named.name} (deleted)`);
  assert.equal(readText(await observed(t, address), 0, 4), 'kept');
  await peer.ask('close');
  assert.equal(readText(await observed(t, address), 0, 4), 'kept');
});

test('What a process has open but not mapped is told after what it has mapped', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'only-open', 4096);
  await peer.ask('anonymous', 4096);
  const { objects } = await native.processMemory(peer.pid);
  assert.equal(objects.length, 2);
  await peer.ask('close');
  assert.deepEqual((await native.processMemory(peer.pid)).objects.map(({ path }) => path).sort(), [
    '/dev/zero (deleted)',
    '/memfd:only-open (deleted)',
  ]);
});

test('Segments of another mount and ipc namespace are read from the process, by its own shmid', async (t) => {
  const peer = peerOf(t, plainPeerElsewhere);
  await peer.ask('shmget', 77, 5000);
  await peer.write(0, bytesOf('system v'));
  const systemV = await objectOf(peer, '/SYSV0000004d (deleted)');
  assert.ok('shmid' in systemV.address);
  assert.deepEqual([systemV.object.ours, systemV.object.size], [false, 5000]);
  assert.equal(readText(await observed(t, systemV.address), 0, 8), 'system v');
  await peer.ask('shm_open', '/elsewhere', 4096);
  await peer.write(0, bytesOf('posix'));
  const posix = await objectOf(peer, '/dev/shm/elsewhere');
  assert.equal(readText(await observed(t, posix.address), 0, 5), 'posix');
  await peer.ask('close');
  assert.equal(readText(await observed(t, posix.address), 0, 5), 'posix');
  const scan = await native.scanProcesses(true);
  const told = scan.mappings.filter(({ pid }) => pid === peer.pid);
  // Its shmid would mean another segment here.
  assert.deepEqual(
    told.map(({ shmid }) => shmid),
    [null, null],
  );
  const plain = await native.scanProcesses();
  assert.ok(plain.mappings.every(({ pid }) => pid !== peer.pid));
});

test('A later process of that number is never taken for the one that was meant', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'ring', 4096);
  const { address } = await objectOf(peer, '/memfd:ring (deleted)');
  const other = { ...address, start: address.start + 1 };
  assert.throws(() => native.info(other), failure('not-found', 'process'));
  await assert.rejects(native.open(other, observing), failure('not-found', 'process'));
  await assert.rejects(
    native.open(other, { access: 'attach', write: true }),
    failure('not-found', 'process'),
  );
});

test('Another object behind the same descriptor is never read or written in place of the first', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'first', 4096);
  await peer.write(0, bytesOf('first'));
  const number = await peer.ask('descriptor');
  const { address } = await objectOf(peer, '/memfd:first (deleted)');
  const segment = await observed(t, address);
  await peer.ask('munmap');
  await peer.ask('memfd', 'other', 4096);
  await peer.write(0, bytesOf('other'));
  assert.equal(await peer.ask('descriptor'), number);
  assert.equal(readText(segment, 0, 5), 'first');
  const edit = { segment, lock: null, offset: 0, expected: bytesOf('first'), timeoutMs: 0 };
  await native.exchange({ ...edit, bytes: bytesOf('wrote') });
  assert.equal(textOf(await peer.read(0, 5)), 'other');
  assert.throws(() => native.info(address), failure('not-found'));
  await assert.rejects(native.open(address, observing), failure('not-found'));
});

test('When the process ends, the segment is told as removed, and its last bytes stay readable until close()', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'ring', 4096);
  await peer.write(0, bytesOf('last'));
  const { address } = await objectOf(peer, '/memfd:ring (deleted)');
  const segment = await observed(t, address);
  await peer.crash();
  assert.equal(segment.state().removed, true);
  assert.equal(readText(segment, 0, 4), 'last');
  assert.throws(() => native.info(address), failure('not-found'));
  await assert.rejects(native.open(address, observing), failure('not-found'));
  await assert.rejects(native.processMemory(peer.pid), failure('not-found'));
});

test('What is not shared memory is not opened, whatever an address says', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lens-test-'));
  const path = join(folder, 'file');
  const file = openSync(path, 'wx');
  t.after(() => {
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
  writeSync(file, 'private');
  const { dev: device, ino: inode } = statSync(path);
  const start = native.processEntry(process.pid)?.start ?? 0;
  const address = { mechanism: 'process', pid: process.pid, start, device, inode } as const;
  await assert.rejects(native.open(address, observing), failure('not-found'));
});

test('Nothing is made, removed, resized or locked through a process', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'ring', 4096);
  const { address } = await objectOf(peer, '/memfd:ring (deleted)');
  assert.deepEqual(native.list('process'), []);
  await assert.rejects(native.create({ ...address, start: 1 }, { size: 10 }), failure('unsupported'));
  const segment = await observed(t, address);
  assert.throws(() => {
    native.remove(address, segment.identity);
  }, failure('unsupported'));
  await assert.rejects(segment.resize(8192), failure('unsupported'));
});

test('A user without privileges is told what keeps it from memory that only a mapping leads to', async () => {
  const { answer } = await runUnprivileged('processMemory', process.pid);
  assert.deepEqual(answer, {
    descriptor: 'done',
    mapping: ['permission-denied', 'map_files'],
    told: ['permission-denied', 'map_files'],
    ofRoot: ['permission-denied', 'maps'],
  });
});

test('Looking and opening leave no descriptor behind, also where they fail', async (t) => {
  const peer = peerOf(t);
  await peer.ask('memfd', 'ring', 4096);
  const { address } = await objectOf(peer, '/memfd:ring (deleted)');
  const before = descriptors();
  for (let round = 0; round < 50; round++) {
    await native.processMemory(peer.pid);
    (await native.open(address, observing)).close();
    native.info(address);
    await assert.rejects(native.open({ ...address, start: 1 }, observing), failure('not-found'));
  }
  assert.equal(descriptors(), before);
});
