import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { removeSegment } from '../../extension/core/lifecycle';
import type { NativeKey } from '../../extension/core/key';
import { until } from '../unit/until';
import { plainPeer } from './peer';
import { bytes, Stage, textAt } from './stage';

const posix = (key: string): NativeKey => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` });
const named = (stage: Stage): string => (stage.nativeKey.type === 'posix' ? stage.nativeKey.name : '');
let count = 0;
const number = (): NativeKey => ({
  type: 'systemv-key',
  key: 0x53000000 | ((process.pid & 0xffff) << 8) | (++count & 0xff),
});
const keyOf = (stage: Stage): number => (stage.nativeKey.type === 'systemv-key' ? stage.nativeKey.key : 0);

test('shm_open: cut short and grown while shown, the view follows without a signal', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(plainPeer());
  await peer.ask('shm_open', named(stage), 8192);
  await peer.write(0, 'first');
  const segment = await stage.observed();
  assert.equal(segment.size, 8192);
  await peer.ask('ftruncate', 3);
  assert.equal(segment.size, 3);
  assert.equal(textAt(segment, 0, 8192), 'fir');
  await peer.ask('ftruncate', 0);
  assert.equal(textAt(segment, 0, 8192), '');
  await peer.ask('ftruncate', 16_384);
  assert.equal(segment.size, 16_384);
  assert.equal(segment.presence, 'live');
  await peer.ask('shm_unlink', named(stage));
  await until('the view says so', () => segment.presence === 'removed');
});

test('shm_open: unlinked and made again while shown, the view says that it is another', async (t) => {
  const stage = new Stage(t, posix);
  const [first, second] = [stage.with(plainPeer()), stage.with(plainPeer())];
  await first.ask('shm_open', named(stage), 100);
  const segment = await stage.observed();
  await first.ask('shm_unlink', named(stage));
  await second.ask('shm_open', named(stage), 200);
  await until('the view says so', () => segment.presence === 'recreated');
  await segment.reopen();
  assert.equal(segment.info?.size, 200);
  await second.ask('shm_unlink', named(stage));
});

test('shmget by number: listed, seen, written; leaving removes nothing', async (t) => {
  const stage = new Stage(t, number);
  const peer = stage.with(plainPeer());
  const shmid = Number(await peer.ask('shmget', keyOf(stage), 300));
  await peer.write(0, 'by number');
  const entry = await stage.listed();
  assert.equal(entry?.info.shmid, shmid);
  assert.equal(entry.kind, 'raw');
  assert.equal(entry.lock.state, 'none');
  const segment = await stage.attached();
  assert.equal(textAt(segment, 0, 9), 'by number');
  await segment.write(0, bytes('BY'), 1000);
  assert.equal((await peer.read(0, 9)).toString(), 'BY number');
  assert.equal((await segment.detach()).removedSegment, false);
  await peer.ask('shmdt');
  assert.equal(stage.info()?.attachCount, 0, 'it is not of Qt: the last one leaves it');
  await peer.ask('shm_rmid');
});

test('shmget: removed while shown, the view says so and does not keep it alive', async (t) => {
  const stage = new Stage(t, number);
  const peer = stage.with(plainPeer());
  const shmid = Number(await peer.ask('shmget', keyOf(stage), 300));
  const segment = await stage.observed();
  await peer.ask('shm_rmid');
  await until('the view says so', () => segment.presence === 'removed');
  await peer.quit();
  assert.equal(
    stage.native.list('systemv').some((info) => info.shmid === shmid),
    false,
  );
});

test('A private segment is reached by its shmid alone', async (t) => {
  const peer = plainPeer();
  const shmid = Number(await peer.ask('shmget', 0, 64));
  const stage = new Stage(t, () => ({ type: 'systemv-id', shmid }));
  stage.with(peer);
  await peer.write(0, 'private');
  assert.equal(textAt(await stage.observed(), 0, 7), 'private');
  await peer.ask('shm_rmid');
});

test('sem_open: a holder is not known, and after kill -9 nothing pretends to know', async (t) => {
  const stage = new Stage(t, posix);
  const peer = stage.with(plainPeer());
  await peer.ask('shm_open', named(stage), 64);
  await peer.ask('sem_open', named(stage), 1);
  const segment = await stage.observed();
  assert.equal(segment.lock.state, 'free');
  await peer.ask('sem_wait');
  assert.equal(segment.lock.state, 'held');
  assert.equal(segment.lock.holder, null);
  const waiter = stage.with(plainPeer());
  await waiter.ask('sem_open', named(stage));
  const waiting = waiter.ask('sem_wait');
  await until('the waiter is counted', () => segment.lock.waiters === 1);
  await peer.crash();
  assert.equal(segment.lock.state, 'held');
  assert.equal(segment.lock.holder, null);
  const rescuer = stage.with(plainPeer());
  await rescuer.ask('sem_open', named(stage));
  await rescuer.ask('sem_post');
  await waiting;
  await removeSegment(stage.native, stage.nativeKey, segment.identity ?? '');
  assert.deepEqual(stage.traces(), []);
});

test('semop without undo: a killed holder leaves a stale lock, and it is called that', async (t) => {
  const stage = new Stage(t);
  const qt = await stage.creator(6);
  const segment = await stage.observed();
  const path = stage.nativeKey.type === 'systemv' ? stage.nativeKey.path : '';
  const peer = stage.with(plainPeer());
  const lock = path.replace('qipc_sharedmemory_', 'qipc_systemsem_');
  await peer.ask('semget', await peer.ask('ftok', lock, 0x51));
  await peer.ask('acquire_for_ever');
  assert.equal(segment.lock.holder?.pid, peer.pid);
  assert.equal(segment.lock.state, 'held');
  await peer.crash();
  await until('it is stale', () => segment.lock.state === 'stale');
  assert.equal(segment.lock.holder.pid, peer.pid);
  const rescuer = stage.with(plainPeer());
  await rescuer.ask('semget', await rescuer.ask('ftok', lock, 0x51));
  await rescuer.ask('release_for_ever');
  assert.equal(segment.lock.state, 'free');
  await qt.ask('lock');
  assert.equal(segment.lock.holder.pid, qt.pid);
  await qt.ask('unlock');
});

test('A semaphore above one is called damaged', async (t) => {
  const stage = new Stage(t);
  await stage.creator(5);
  const segment = await stage.observed();
  const path = stage.nativeKey.type === 'systemv' ? stage.nativeKey.path : '';
  const peer = stage.with(plainPeer());
  const lock = path.replace('qipc_sharedmemory_', 'qipc_systemsem_');
  await peer.ask('semget', await peer.ask('ftok', lock, 0x51));
  await peer.ask('release');
  assert.equal(segment.lock.state, 'damaged');
  assert.equal(segment.lock.value, 2);
});
