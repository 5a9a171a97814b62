import { strict as assert } from 'node:assert';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { lockAddress, objectId, segmentAddress, type NativeKey } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { legacyName } from '../../extension/core/legacyName';
import { inventory } from '../../extension/core/leftovers/inventory';
import { isSafe, type Leftover } from '../../extension/core/leftovers/leftover';
import { lives } from '../../extension/core/leftovers/life';
import { planRemoval, removeLeftovers, type Outcome } from '../../extension/core/leftovers/remove';
import { removeSegment } from '../../extension/core/lifecycle';
import { findOne, leftoverOf, lookOf } from './leftovers';
import { plainPeer, type Peer } from './peer';
import { Stage, temporaryFolder, versions } from './stage';

/** What was kept, and why. */
const reasons = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.removed ? 'removed' : outcome.reason));

const posix = (key: string): NativeKey => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` });

let count = 0;
const systemVNumber = (): NativeKey => ({
  type: 'systemv-key',
  key: 0x4e000000 | ((process.pid & 0xffff) << 8) | ++count,
});

/** A POSIX segment and its lock, by a program that then crashed. */
async function posixOrphan(stage: Stage): Promise<Leftover> {
  assert(stage.nativeKey.type === 'posix');
  const peer = stage.with(plainPeer());
  await peer.ask('shm_open', stage.nativeKey.name, 4096);
  await peer.ask('sem_open', stage.nativeKey.name, 1);
  await peer.crash();
  return leftoverOf(lookOf(stage.native), objectId(stage.nativeKey));
}

/** What a test made goes with it, also where it failed midway. */
function removedAfter(stage: Stage): void {
  stage.defer(async () => {
    const info = stage.info();
    const identity = info?.shmid ?? `${String(info?.device)}:${String(info?.inode)}`;
    if (info) await removeSegment(stage.native, stage.nativeKey, String(identity));
    const lock = lockAddress(stage.nativeKey);
    if (lock && stage.native.peekLock(lock).exists) stage.native.removeLock(lock);
    for (const address of [segmentAddress(stage.nativeKey), lock]) {
      if (address && 'path' in address) rmSync(address.path, { force: true });
    }
  });
}

function stageOf(t: TestContext, make?: (key: string) => NativeKey): Stage {
  const stage = new Stage(t, make);
  removedAfter(stage);
  return stage;
}

for (const version of versions) {
  const qt = `Qt ${String(version)}`;

  test(`${qt} is killed: segment, lock and both key files are one leftover, and go as one`, async (t) => {
    const stage = stageOf(t);
    const peer = await stage.creator(version, 1000);
    const look = lookOf(stage.native);
    const id = objectId(stage.nativeKey);
    assert.equal(await findOne(look, id), undefined, 'it lives');
    const info = stage.info();
    await peer.crash();
    const found = await leftoverOf(look, id);
    assert.deepEqual([found.size, found.uid, found.doubts], [1000, process.getuid?.(), []]);
    assert.equal(found.owner, info?.owner);
    assert.ok(isSafe(found));
    assert.ok(Math.abs(Date.now() - found.usedMs) < 60_000, 'its age is that of the program');
    const plan = planRemoval([found]);
    const lock = lockAddress(stage.nativeKey);
    assert(stage.nativeKey.type === 'systemv' && lock && 'path' in lock);
    const semid = stage.native.peekLock(lock).identity;
    assert.deepEqual(
      plan.objects.map(({ name }) => name),
      [`shmid ${String(info?.shmid)}`, `semid ${String(semid)}`, stage.nativeKey.path, lock.path],
    );
    assert.equal(stage.traces().length, 4, 'a plan changes nothing');
    assert.deepEqual(reasons(await removeLeftovers(look, plan)), Array(4).fill('removed'));
    assert.deepEqual(stage.traces(), []);
    assert.equal(await findOne(look, id), undefined);
  });

  test(`${qt} is killed while another is attached: nothing of it is a leftover`, async (t) => {
    const stage = stageOf(t);
    const peer = await stage.creator(version);
    const other = await stage.qt(version);
    await other.ask('attach');
    await peer.crash();
    assert.equal(await findOne(lookOf(stage.native), objectId(stage.nativeKey)), undefined);
  });

  test(`${qt} attaches between plan and removal: the segment stays, with its lock and key files`, async (t) => {
    const stage = stageOf(t);
    const peer = await stage.creator(version);
    await peer.write(0, 'kept');
    await peer.crash();
    const look = lookOf(stage.native);
    const plan = planRemoval([await leftoverOf(look, objectId(stage.nativeKey))]);
    const other = await stage.qt(version);
    await other.ask('attach');
    assert.deepEqual(reasons(await removeLeftovers(look, plan)), Array(4).fill('in-use'));
    assert.equal(stage.traces().length, 4);
    assert.equal((await other.read(0, 4)).toString(), 'kept');
  });

  test(`${qt} is killed before it creates: its lock is perhaps still wanted, which the system does not record`, async (t) => {
    const stage = stageOf(t);
    const peer = await stage.qt(version);
    await assert.rejects(peer.ask('attach'));
    await peer.crash();
    const look = lookOf(stage.native);
    const found = await leftoverOf(look, objectId(stage.nativeKey));
    assert.deepEqual(found.doubts, ['uncounted']);
    assert.ok(!isSafe(found));
    assert.deepEqual(reasons(await removeLeftovers(look, planRemoval([found]))), ['removed', 'removed']);
  });
}

test('A POSIX segment and its semaphore are one leftover once nobody has them mapped', async (t) => {
  const stage = stageOf(t, posix);
  const look = lookOf(stage.native);
  const id = objectId(stage.nativeKey);
  const found = await posixOrphan(stage);
  assert(stage.nativeKey.type === 'posix');
  const name = stage.nativeKey.name.slice(1);
  assert.deepEqual(
    found.objects.map((object) => [object.type, object.name, object.size]),
    [
      ['segment', `/dev/shm/${name}`, 4096],
      ['semaphore', `/dev/shm/sem.${name}`, 0],
    ],
  );
  const other = stage.with(plainPeer());
  await other.ask('sem_open', stage.nativeKey.name);
  assert.equal(await findOne(look, id), undefined, 'its semaphore is mapped');
  await other.crash();
  assert.deepEqual(reasons(await removeLeftovers(look, planRemoval([found]))), ['removed', 'removed']);
  assert.deepEqual(stage.traces(), []);
});

test('A POSIX segment that a program has only open, not mapped, is no leftover', async (t) => {
  const stage = stageOf(t, posix);
  const found = await posixOrphan(stage);
  const path = found.objects[0]?.name ?? '';
  const descriptor = openSync(path, 'r');
  const holder = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', descriptor] });
  closeSync(descriptor);
  stage.defer(async () => {
    holder.stdin?.end();
    await once(holder, 'close');
  });
  const look = lookOf(stage.native);
  assert.equal(await findOne(look, found.id), undefined);
  assert.deepEqual(reasons(await removeLeftovers(look, planRemoval([found]))), ['in-use', 'in-use']);
  assert.ok(existsSync(path));
});

test('A POSIX segment that this process only looks at is a leftover, one that it is attached to is none', async (t) => {
  const stage = stageOf(t, posix);
  const found = await posixOrphan(stage);
  await stage.observed();
  const look = lookOf(stage.native);
  const identity = found.objects[0]?.identity ?? '';
  assert.ok(await findOne(look, found.id));
  assert.equal(await findOne({ ...look, attachedHere: () => new Set([identity]) }, found.id), undefined);
});

test('A POSIX segment that another took the name of is kept, and so is its semaphore', async (t) => {
  const stage = stageOf(t, posix);
  const found = await posixOrphan(stage);
  assert(stage.nativeKey.type === 'posix');
  const peer = stage.with(plainPeer());
  await peer.ask('shm_unlink', stage.nativeKey.name);
  await peer.ask('shm_open', stage.nativeKey.name, 64);
  await peer.crash();
  const outcomes = await removeLeftovers(lookOf(stage.native), planRemoval([found]));
  assert.deepEqual(reasons(outcomes), ['replaced', 'replaced']);
  assert.deepEqual(stage.traces(), ['memory', 'lock']);
});

test('A user who may not look into every process learns that somebody may use a POSIX segment', async (t) => {
  const stage = stageOf(t, posix);
  const { id } = await posixOrphan(stage);
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = fork(join(__dirname, 'looker.js'), [id], nobody);
  const [seen] = (await once(child, 'message')) as [Leftover | null];
  await once(child, 'close');
  assert.deepEqual(seen?.doubts, ['unseen-processes']);
  assert.ok(seen.unseen > 0);
  assert.ok(!isSafe(seen));
});

test('A POSIX segment of no known kind could be a file that somebody keeps, unless its lock says otherwise', async (t) => {
  const stage = stageOf(t, posix);
  assert(stage.nativeKey.type === 'posix');
  writeFileSync(`/dev/shm${stage.nativeKey.name}`, 'notes');
  const look = lookOf(stage.native);
  const found = await leftoverOf(look, objectId(stage.nativeKey));
  assert.deepEqual(found.doubts, ['unrecorded']);
  assert.ok(!isSafe(found));
  const peer = stage.with(plainPeer());
  await peer.ask('sem_open', stage.nativeKey.name, 1);
  await peer.crash();
  assert.deepEqual((await leftoverOf(look, found.id)).doubts, []);
});

test('A System V segment is a leftover once its maker is dead and nobody is attached', async (t) => {
  const stage = stageOf(t, systemVNumber);
  const look = lookOf(stage.native);
  const id = objectId(stage.nativeKey);
  assert(stage.nativeKey.type === 'systemv-key');
  const maker = stage.with(plainPeer());
  await maker.ask('shmget', stage.nativeKey.key, 8192);
  await maker.ask('shmdt');
  assert.equal(await findOne(look, id), undefined, 'its maker may come back to it');
  const user = stage.with(plainPeer());
  await user.ask('shmget', stage.nativeKey.key, 0);
  await maker.crash();
  assert.equal(await findOne(look, id), undefined, 'it is attached');
  await user.ask('shmdt');
  assert.deepEqual((await leftoverOf(look, id)).doubts, ['last-user-lives']);
  await user.crash();
  const found = await leftoverOf(look, id);
  assert.deepEqual([found.doubts, found.size], [[], 8192]);
  assert.deepEqual(reasons(await removeLeftovers(look, planRemoval([found]))), ['removed']);
});

test('Looking at a System V leftover does not make a use of it', async (t) => {
  const stage = stageOf(t, systemVNumber);
  assert(stage.nativeKey.type === 'systemv-key');
  const maker = stage.with(plainPeer());
  await maker.ask('shmget', stage.nativeKey.key, 64);
  await maker.crash();
  (await stage.observed()).read(0, new Uint8Array(64));
  assert.equal(stage.info()?.lastPid, process.pid);
  assert.deepEqual((await leftoverOf(lookOf(stage.native), objectId(stage.nativeKey))).doubts, []);
});

test('A System V semaphore of its own is a leftover with a doubt, and none while its last user lives', async (t) => {
  const stage = stageOf(t, systemVNumber);
  assert(stage.nativeKey.type === 'systemv-key');
  const peer: Peer = stage.with(plainPeer());
  await peer.ask('semget', stage.nativeKey.key, 1);
  const lock = { mechanism: 'systemv', key: stage.nativeKey.key } as const;
  stage.defer(() => {
    if (stage.native.peekLock(lock).exists) stage.native.removeLock(lock);
    return Promise.resolve();
  });
  const id = `semid:${stage.native.peekLock(lock).identity ?? ''}`;
  const look = lookOf(stage.native);
  assert.equal(await findOne(look, id), undefined);
  await peer.crash();
  const found = await leftoverOf(look, id);
  assert.deepEqual(found.doubts, ['uncounted']);
  const plan = planRemoval([found]);
  const user = stage.with(plainPeer());
  await user.ask('semget', stage.nativeKey.key);
  await user.ask('acquire');
  assert.deepEqual(reasons(await removeLeftovers(look, plan)), ['in-use']);
  await user.crash();
  assert.deepEqual(reasons(await removeLeftovers(look, plan)), ['removed']);
});

test('Key files of Qt without a segment are leftovers; one that a person filled is theirs', async (t) => {
  const stage = stageOf(t);
  const key = qtLegacyKey(stage.key, 'systemv', temporaryFolder);
  assert(key.type === 'systemv');
  writeFileSync(key.path, '');
  const look = lookOf(stage.native);
  const found = await leftoverOf(look, objectId(key));
  writeFileSync(key.path, 'mine');
  assert.equal(await findOne(look, objectId(key)), undefined);
  assert.deepEqual(reasons(await removeLeftovers(look, planRemoval([found]))), ['gone']);
  assert.ok(existsSync(key.path));
});

test('A leftover that has grown since the plan is kept: it is not what was agreed to', async (t) => {
  const stage = stageOf(t);
  assert(stage.nativeKey.type === 'systemv');
  writeFileSync(stage.nativeKey.path, '');
  const look = lookOf(stage.native);
  const plan = planRemoval([await leftoverOf(look, objectId(stage.nativeKey))]);
  const peer = await stage.creator(5);
  await peer.crash();
  assert.deepEqual(reasons(await removeLeftovers(look, plan)), ['replaced']);
  assert.equal(stage.traces().length, 4);
});

test('A removal that is given up keeps what it has not come to', async (t) => {
  const stage = stageOf(t, posix);
  const found = await posixOrphan(stage);
  const signal = AbortSignal.abort();
  const outcomes = await removeLeftovers(lookOf(stage.native), planRemoval([found]), { signal });
  assert.deepEqual(reasons(outcomes), ['cancelled', 'cancelled']);
  assert.deepEqual(stage.traces(), ['memory', 'lock']);
});

test('What was not there before is told by its identity, key files and semaphores too', async (t) => {
  const stage = stageOf(t);
  const before = inventory([temporaryFolder]);
  const peer = await stage.creator(5);
  await peer.crash();
  const found = await leftoverOf(lookOf(stage.native), objectId(stage.nativeKey));
  const now = inventory([temporaryFolder]);
  for (const { identity, name } of found.objects) {
    assert.ok(!before.has(identity), name);
    assert.ok(now.has(identity), name);
  }
  assert.equal(found.objects.length, 4);
  assert.ok(
    now.has(found.objects.find(({ name }) => name.includes(legacyName('lock', stage.key)))!.identity),
  );
});

test('A process that started later than what is on record only has its number', () => {
  const start = Date.now() - process.uptime() * 1000;
  assert.ok(lives(process.pid, Date.now()));
  assert.ok(lives(process.pid, start));
  assert.ok(!lives(process.pid, start - 10_000));
  assert.ok(!lives(0, Date.now()));
});
