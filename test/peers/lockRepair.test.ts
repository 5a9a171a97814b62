import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { lockAddress } from '../../extension/core/key';
import { deadlocks } from '../../extension/core/locks/deadlocks';
import { diagnoseLock, semaphoreOf } from '../../extension/core/locks/diagnose';
import { LockWatch } from '../../extension/core/locks/lockWatch';
import { planRepair, repairLock, type RepairPlan } from '../../extension/core/locks/repair';
import { waitsFor } from '../../extension/core/locks/waits';
import type { LockFinding } from '../../extension/shared/lockFinding';
import type { LockReport } from '../../extension/shared/lockReport';
import type { LockSort } from '../../extension/shared/lockWords';
import type { PlacedLock } from '../../extension/shared/placedLock';
import { until } from '../unit/until';
import { LockStage, places } from './lockStage';
import { lockPeer, plainPeer, type Peer } from './peer';
import { Stage } from './stage';

const { first, second, third } = places;

const placed = (sort: LockSort, offset: number): PlacedLock => ({
  id: `${sort} ${String(offset)}`,
  label: '',
  counts: false,
  place: 'bytes',
  sort,
  offset,
});

/** Our look at the locks of a stage, attached for writing. */
async function looking(stage: Stage, locks: readonly PlacedLock[] = []) {
  const { native } = stage;
  const segment = await stage.attached();
  const watch = new LockWatch(native, segment, () => locks, Date.now);
  stage.defer(() => {
    watch.close();
    return Promise.resolve();
  });
  const evidence = async () => {
    const started = Date.now();
    const scan = await native.scanProcesses();
    watch.took(scan, started);
    const semaphores = await native.scanSemaphores();
    const attached = scan.mappings.filter(
      ({ inode, shmid }) => inode === segment.info?.inode && shmid === segment.info.shmid,
    );
    const pids = new Set([...attached, ...semaphores.mappings].map(({ pid }) => pid));
    const { waits } = await native.scanWaits([...pids]);
    return { semaphores, waits, attached: attached.map(({ pid }) => pid), mappings: attached };
  };
  const look = async (
    id: string,
  ): Promise<{ readonly report: LockReport; readonly findings: readonly LockFinding[] }> => {
    watch.peek();
    const seen = await evidence();
    const report = watch.peek().find((one) => one.id === id);
    assert.ok(report, id);
    return { report, findings: diagnoseLock(report, semaphoreOf(report, stage.nativeKey), seen) };
  };
  const plan = async (id: string): Promise<RepairPlan> => {
    // Whether a holder lives is a tenth of a second old at most.
    await until(`something is wrong with ${id}`, async () => (await look(id)).findings.length > 0);
    const { report, findings } = await look(id);
    const [finding] = findings;
    assert.ok(finding, `something is wrong with ${id}: ${report.state}`);
    const semaphore = semaphoreOf(report, stage.nativeKey);
    const made = planRepair(native, segment, report, finding, semaphore, watch.layout);
    assert.ok(typeof made !== 'string', `${id} has no plan`);
    return made;
  };
  const repair = (made: RepairPlan) => repairLock(native, segment, made, () => look(made.lock), 1000);
  return { native, segment, watch, evidence, look, plan, repair };
}

const code = (findings: readonly LockFinding[]): readonly string[] => findings.map((finding) => finding.code);

for (const how of ['n', 'r', 'e', 'a', 'I']) {
  test(`a mutex made as ${how} that a killed process held is repaired, and can be taken again`, async (t) => {
    const stage = new LockStage(t);
    const [peer, victim] = [await stage.maker(), await stage.other()];
    await peer.ask('mutex', first, how);
    const lock = placed('mutex', first);
    const { look, plan, repair } = await looking(stage, [lock]);
    await victim.ask('lock', first);
    assert.deepEqual((await look(lock.id)).findings, []);
    await victim.crash();
    const { report, findings } = await look(lock.id);
    assert.deepEqual(
      [report.state, report.holder?.tid, ...code(findings)],
      ['stale', victim.pid, 'holder-dead'],
    );
    const made = await plan(lock.id);
    assert.deepEqual(
      [made.effect.act, made.effect.holder?.tid, made.effect.waiters],
      ['write-free', victim.pid, 0],
    );
    assert.equal(await repair(made), 'free');
    await peer.ask('lock', first);
    assert.equal((await stage.decoded('mutex', first)).owner, peer.pid);
    await peer.ask('unlock', first);
    assert.equal(await repair(made), 'changed', 'a plan is good for once');
  });
}

test('who sleeps for a mutex of the dead has it after the repair', async (t) => {
  const stage = new LockStage(t);
  const [peer, victim] = [await stage.maker(), await stage.other()];
  await peer.ask('mutex', first, 'n');
  const lock = placed('mutex', first);
  const { look, plan, repair, evidence } = await looking(stage, [lock]);
  await victim.ask('lock', first);
  const waiting = peer.ask('lock', first);
  await until('it sleeps', async () => (await evidence()).waits.some(({ pid }) => pid === peer.pid));
  await victim.crash();
  await until('it is stale', async () => (await look(lock.id)).report.state === 'stale');
  const made = await plan(lock.id);
  assert.equal(made.effect.waiters, 'some');
  assert.notEqual(await repair(made), 'changed');
  await waiting;
  assert.equal((await stage.decoded('mutex', first)).owner, peer.pid);
});

test('a mutex that changed after the plan is not written', async (t) => {
  const stage = new LockStage(t);
  const [peer, victim, next] = [await stage.maker(), await stage.other(), await stage.other()];
  await peer.ask('mutex', first, 'n');
  const lock = placed('mutex', first);
  const { segment, plan, repair } = await looking(stage, [lock]);
  await victim.ask('lock', first);
  await victim.crash();
  const made = await plan(lock.id);
  await peer.ask('mutex', first, 'n');
  await next.ask('lock', first);
  assert.equal(await repair(made), 'changed');
  assert.equal((await stage.decoded('mutex', first)).owner, next.pid);
  await next.ask('unlock', first);
  // The same holder, another count of waiters: what was shown is not what is there.
  assert.ok('offset' in made.step);
  await segment.write(first, made.step.expected, 1000);
  await segment.write(first, Uint8Array.of(2), 1000);
  assert.equal(await repair(made), 'changed');
});

test('a robust mutex of the dead is left to the next that takes it; a lost one is made free', async (t) => {
  const stage = new LockStage(t);
  const [peer, victim] = [await stage.maker(), await stage.other()];
  await peer.ask('mutex', first, 'R');
  const lock = placed('mutex', first);
  const { native, segment, watch, look, plan, repair } = await looking(stage, [lock]);
  await victim.ask('lock', first);
  await victim.crash();
  const { report, findings } = await look(lock.id);
  const [finding] = findings;
  assert.ok(finding?.code === 'owner-died');
  assert.deepEqual([finding.holder?.tid, finding.holder?.life], [victim.pid, 'dead']);
  assert.equal(planRepair(native, segment, report, finding, null, watch.layout), 'programs-do');
  await assert.rejects(peer.ask('lock', first), /Owner died/);
  await peer.ask('unlock', first);
  assert.deepEqual(code((await look(lock.id)).findings), ['not-recoverable']);
  assert.equal(await repair(await plan(lock.id)), 'free');
  await peer.ask('lock', first);
  await peer.ask('unlock', first);
});

test('a rwlock whose writer was killed is repaired', async (t) => {
  const stage = new LockStage(t);
  const [peer, victim] = [await stage.maker(), await stage.other()];
  await peer.ask('rwlock', first);
  const lock = placed('rwlock', first);
  const { plan, repair } = await looking(stage, [lock]);
  await victim.ask('wrlock', first);
  await victim.crash();
  assert.equal(await repair(await plan(lock.id)), 'free');
  await peer.ask('rdlock', first);
  await peer.ask('rwunlock', first);
  await peer.ask('wrlock', first);
  await peer.ask('rwunlock', first);
});

test('a semaphore in a segment that lets two in is brought back to one', async (t) => {
  const stage = new LockStage(t);
  const peer = await stage.maker();
  await peer.ask('semaphore', first, 1);
  await peer.ask('post', first);
  const lock = placed('semaphore', first);
  const { look, plan, repair } = await looking(stage, [lock]);
  assert.deepEqual((await look(lock.id)).findings, [{ code: 'above-one', value: 2, certainty: 'certain' }]);
  assert.equal(await repair(await plan(lock.id)), 'free');
  assert.equal((await stage.decoded('semaphore', first)).value, 1);
});

/** A POSIX segment with its semaphore, both made by a peer. */
async function posixStage(t: TestContext): Promise<{ stage: Stage; peer: Peer; name: string }> {
  const stage = new Stage(t, (key) => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` }));
  const name = stage.nativeKey.type === 'posix' ? stage.nativeKey.name : '';
  stage.defer(async () => {
    const last = plainPeer();
    await last.ask('shm_unlink', name);
    await last.ask('sem_unlink', name).catch(() => undefined);
    await last.quit();
  });
  const peer = stage.with(plainPeer());
  await peer.ask('shm_open', name, 4096);
  await peer.ask('sem_open', name, 1);
  return { stage, peer, name };
}

test('a POSIX semaphore whose holder was killed is repaired for who waits', async (t) => {
  const { stage, peer, name } = await posixStage(t);
  const waiter = stage.with(plainPeer());
  await waiter.ask('sem_open', name);
  const { look, plan, repair } = await looking(stage);
  await peer.ask('sem_wait');
  assert.deepEqual((await look('own')).findings, [], 'its holder is not known, and may live');
  const waiting = waiter.ask('sem_wait');
  await until('it waits', async () => (await look('own')).report.waiters === 1);
  await peer.crash();
  await until('it is known', async () => code((await look('own')).findings).includes('all-wait'));
  const made = await plan('own');
  assert.deepEqual([made.effect.act, made.effect.waiters], ['make-one', 1]);
  assert.notEqual(await repair(made), 'changed');
  await waiting;
  await waiter.ask('sem_post');
  assert.equal((await look('own')).report.state, 'free');
});

test('a POSIX semaphore that nobody has open any more is repaired, and only once', async (t) => {
  const { stage, peer } = await posixStage(t);
  const { look, plan, repair } = await looking(stage);
  await peer.ask('sem_wait');
  await peer.crash();
  const { findings } = await look('own');
  assert.deepEqual(code(findings), ['abandoned']);
  const made = await plan('own');
  assert.equal(await repair(made), 'free');
  assert.equal(await repair(made), 'changed');
  assert.equal((await look('own')).report.value, 1);
});

test('a POSIX semaphore above one is drained to one', async (t) => {
  const { stage, peer } = await posixStage(t);
  const { look, plan, repair } = await looking(stage);
  await peer.ask('sem_post');
  await peer.ask('sem_post');
  assert.deepEqual(code((await look('own')).findings), ['above-one']);
  assert.equal(await repair(await plan('own')), 'free');
  assert.equal((await look('own')).report.value, 1);
});

test('a semaphore that was replaced is told, with who uses the old one and who the new one', async (t) => {
  const { stage, peer, name } = await posixStage(t);
  const [old, fresh] = [stage.with(plainPeer()), stage.with(plainPeer())];
  await old.ask('sem_open', name);
  const { native, segment, look } = await looking(stage);
  const before = (await look('own')).report.identity;
  assert.deepEqual((await look('own')).findings, []);
  await peer.ask('sem_unlink', name);
  await fresh.ask('sem_open', name, 1);
  const { report, findings } = await look('own');
  const [finding] = findings;
  assert.ok(finding?.code === 'replaced');
  assert.deepEqual(finding.current, { identity: report.identity, pids: [fresh.pid] });
  assert.deepEqual(
    finding.old.map(({ identity, pids }) => [identity, [...pids].sort()]),
    [[before, [peer.pid, old.pid].sort()]],
  );
  assert.equal(finding.certainty, 'certain');
  const address = lockAddress(stage.nativeKey);
  assert.equal(planRepair(native, segment, report, finding, address, null), 'restart-needed');
});

test('who made a semaphore that was replaced is known although its maps name it by chance', async (t) => {
  const { stage, peer, name } = await posixStage(t);
  const fresh = stage.with(plainPeer());
  const { look } = await looking(stage);
  await peer.ask('sem_unlink', name);
  await fresh.ask('sem_open', name, 1);
  const [finding] = (await look('own')).findings;
  assert.ok(finding?.code === 'replaced');
  assert.deepEqual([finding.old.map(({ pids }) => pids), finding.certainty], [[[peer.pid]], 'likely']);
});

/** The lock of a Qt segment of System V, in a peer that knows no undo. */
async function semopPeer(stage: Stage): Promise<Peer> {
  const peer = stage.with(plainPeer());
  const lock = lockAddress(stage.nativeKey);
  assert.ok(lock !== null && 'path' in lock);
  await peer.ask('semget', await peer.ask('ftok', lock.path, 0x51));
  return peer;
}

test('a System V lock that a killed process held is repaired, and the next in turn has it', async (t) => {
  const stage = new Stage(t);
  const qt = await stage.creator(6);
  const { look, plan, repair } = await looking(stage);
  const victim = await semopPeer(stage);
  await victim.ask('acquire_for_ever');
  assert.deepEqual((await look('own')).findings, []);
  await victim.crash();
  const made = await plan('own');
  assert.equal(made.finding.code, 'holder-dead');
  assert.deepEqual([made.effect.act, made.effect.holder?.pid], ['make-one', victim.pid]);
  assert.equal(await repair(made), 'free');
  await qt.ask('lock');
  assert.equal(await repair(made), 'changed');
  assert.equal((await look('own')).report.holder?.pid, qt.pid);
  await qt.ask('unlock');
});

test('a System V lock above one is lowered to one', async (t) => {
  const stage = new Stage(t);
  const qt = await stage.creator(5);
  const { plan, repair } = await looking(stage);
  const peer = await semopPeer(stage);
  await peer.ask('release_for_ever');
  assert.equal(await repair(await plan('own')), 'free');
  assert.equal(await peer.ask('semval'), '1');
  await qt.ask('lock');
  await qt.ask('unlock');
});

test('two processes that wait for one another across three kinds of lock are a circle', async (t) => {
  const { stage, name } = await posixStage(t);
  const locks = [placed('mutex', first), placed('mutex', second), placed('rwlock', third)];

  const [one, two] = [stage.with(lockPeer()), stage.with(lockPeer())];
  for (const peer of [one, two]) await peer.ask('open', name);
  for (const lock of [first, second]) await one.ask('mutex', lock, 'n');
  await one.ask('rwlock', third);
  const { watch, evidence } = await looking(stage, locks);
  await one.ask('lock', first);
  const far = Number(await two.ask('thread', 'lock', second));
  await two.ask('wrlock', third);
  const circles = async () => {
    const { waits, mappings, semaphores } = await evidence();
    const reports = watch.peek();
    const links = waitsFor(reports, waits, mappings, semaphores.mappings, ({ id }) => id);
    return deadlocks(
      reports.map(({ id, holder }) => ({ lock: id, holder })),
      links,
    );
  };
  assert.deepEqual(await circles(), []);
  const thread = Number(await one.ask('thread', 'lock', second));
  void two.ask('lock', first).catch(() => undefined);
  void one.ask('wrlock', third).catch(() => undefined);
  await until('they wait for ever', async () => (await circles()).length === 1);
  const [circle] = await circles();
  assert.deepEqual(
    circle?.links.map(({ pid, tid, lock }) => [pid, tid, lock]).sort(),
    [
      [one.pid, one.pid, 'rwlock 512'],
      [two.pid, two.pid, 'mutex 64'],
    ].sort(),
  );
  assert.equal(circle.certainty, 'certain');
  assert.ok(thread !== far);
  for (const peer of [one, two]) await peer.crash();
});
