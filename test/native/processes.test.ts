import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { plainPeer } from '../peers/peer';
import { fileGround, native, posixGround } from './ground';
import { keyOf } from './watching';

test('The scan finds who has a POSIX segment mapped, even after its name is gone', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shm_open', segment.name, 5000);
  const { device, inode } = native.info(segment);
  for (let round = 0; round < 2; round++) {
    const scan = await native.scanProcesses();
    const found = scan.mappings.filter((one) => one.device === device && one.inode === inode);
    assert.equal(found.length, 1);
    const mapping = found[0]!;
    assert.deepEqual(
      [mapping.pid, mapping.shmid, mapping.length, mapping.writable],
      [peer.pid, null, 8192, true],
    );
    assert.ok(readFileSync(`/proc/${String(peer.pid)}/maps`, 'utf8').includes(mapping.address));
    const owner = scan.processes.find((one) => one.pid === peer.pid);
    assert.equal(owner?.name, 'plain-peer');
    assert.ok(owner.commandLine.endsWith('plain-peer'));
    assert.deepEqual(native.processEntry(peer.pid), owner);
    if (round === 0) await peer.ask('shm_unlink', segment.name);
  }
});

test('The scan tells which part of a segment each mapping has', async (t) => {
  const { segment } = posixGround(t);
  assert.ok(segment.mechanism === 'posix');
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('shm_open', segment.name, 3 * 4096);
  await peer.ask('map_part', 8192, 4096);
  // Past the end of any segment, and of what a number holds exactly: it is told, and harms nobody.
  await peer.ask('map_part', String(2n ** 62n), 4096);
  const { device, inode } = native.info(segment);
  const scan = await native.scanProcesses();
  const parts = scan.mappings
    .filter((one) => one.device === device && one.inode === inode)
    .map((one) => [one.offset, one.length, one.writable]);
  assert.deepEqual(
    parts.sort(([one], [other]) => Number(one) - Number(other)),
    [
      [0, 12288, true],
      [8192, 4096, false],
      [2 ** 62, 4096, false],
    ],
  );
});

test('The scan finds who has a System V segment attached, once for each attachment', async (t) => {
  const ground = fileGround(t);
  const peer = plainPeer();
  t.after(() => peer.quit());
  const shmid = Number(await peer.ask('shmget', await keyOf(ground), 5000));
  await peer.ask('shmat', shmid);
  const scan = await native.scanProcesses();
  const found = scan.mappings.filter((one) => one.shmid === shmid);
  assert.deepEqual(
    found.map((one) => [one.pid, one.device, one.inode, one.length]),
    [
      [peer.pid, null, null, 8192],
      [peer.pid, null, null, 8192],
    ],
  );
  assert.equal(native.info(ground.segment).attachCount, 2);
});

test('The scan finds who has a lock open', async (t) => {
  const { lock } = posixGround(t);
  assert.ok(lock.mechanism === 'posix');
  (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
  const peer = plainPeer();
  t.after(() => peer.quit());
  await peer.ask('sem_open', lock.name);
  const { identity } = native.peekLock(lock);
  const scan = await native.scanProcesses();
  const found = scan.mappings.filter((one) => `${String(one.device)}:${String(one.inode)}` === identity);
  assert.ok(found.some((one) => one.pid === peer.pid));
});

test('A process is described as the system has it, and a missing one is null', () => {
  const own = native.processEntry(process.pid);
  assert.equal(own?.uid, process.getuid?.());
  assert.ok(own && own.start > 0);
  assert.ok(own.commandLine.includes('processes.test.js'));
  assert.equal(native.processEntry(2 ** 31 - 1), null);
});

test('Limits are numbers that hold exactly, or null', () => {
  const posix = native.limits('posix');
  assert.ok(posix.maximumSize !== null && posix.free !== null && posix.free <= posix.maximumSize);
  const systemV = native.limits('systemv');
  assert.ok(systemV.maximumSegments !== null && systemV.maximumSegments > 0);
  assert.equal(systemV.free, null);
});
