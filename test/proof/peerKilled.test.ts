import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { diagnoseLock, semaphoreOf } from '../../extension/core/locks/diagnose';
import { LockWatch } from '../../extension/core/locks/lockWatch';
import type { LockAddress } from '../../extension/core/native';
import { Segments } from '../../extension/core/segments';
import type { PlacedLock } from '../../extension/shared/placedLock';
import { failure, native, posixGround } from '../native/ground';
import { Peer } from '../peers/peer';
import { until } from '../unit/until';
import { started, tell, times } from './scale';

/** So many die at once: who an owner is may be half a second old. */
const together = 20;
const deadlineMs = 2000;

/** How the peer takes it, and what is shown of it once the peer is dead: its state, who had it, and what is wrong. */
interface Kind {
  readonly name: string;
  readonly verb: 'undo' | 'semop' | 'sem_wait' | 'robust' | 'mutex';
  readonly shown: (pid: number) => string;
}

const kinds: readonly Kind[] = [
  { name: 'a System V semaphore with undo', verb: 'undo', shown: () => 'free' },
  {
    name: 'a System V semaphore without undo',
    verb: 'semop',
    shown: (pid) => `stale ${String(pid)} holder-dead`,
  },
  { name: 'a POSIX semaphore', verb: 'sem_wait', shown: () => 'held abandoned' },
  { name: 'a robust mutex', verb: 'robust', shown: (pid) => `owner-died ${String(pid)} owner-died` },
  { name: 'a plain mutex', verb: 'mutex', shown: (pid) => `stale ${String(pid)} holder-dead` },
];

for (const kind of kinds) {
  test(`who holds ${kind.name} is killed: what is shown is right within 2 s, and nobody hangs`, async (t) => {
    const { peer, locks, shown } = await stage(t, kind.verb);
    const rounds = times(200, 2000) / together;
    let slowest = 0;
    for (let round = 0; round < rounds; round++) {
      const pids: number[] = [];
      for (const { place } of locks) pids.push(Number(await peer.ask('take', kind.verb, place)));
      const held = pids.map((pid) => (kind.verb === 'sem_wait' ? 'held' : `held ${String(pid)}`));
      await until('all are held', async () => String(await shown()) === String(held));
      for (const pid of shuffled(pids)) await peer.ask(Math.random() < 0.5 ? 'kill' : 'fell', pid);
      const killed = Date.now();
      const wanted = pids.map(kind.shown);
      for (;;) {
        const seen = await shown();
        if (String(seen) === String(wanted)) break;
        if (Date.now() - killed > deadlineMs) deepEqual(seen, wanted);
        await pause(5);
      }
      slowest = Math.max(slowest, Date.now() - killed);
      for (const { address } of locks) await ask(address, kind.verb === 'undo');
    }
    tell(`${String(rounds * together)} holders of ${kind.name} killed, shown after ${String(slowest)} ms`);
  });
}

/** A wait of ours ends, with the lock or without it. */
async function ask(lock: LockAddress | null, isFree: boolean): Promise<void> {
  if (lock === null) return;
  const waiting = native.acquireLock(lock, { timeoutMs: 1, create: false });
  if (isFree) (await waiting).release();
  else await rejects(waiting, failure('busy'));
}

/** A segment, locks of one kind, a peer that dies with them, and what we show of each: its state, holder and findings. */
async function stage(t: TestContext, verb: Kind['verb']) {
  const { segment: address } = posixGround(t);
  const name = 'name' in address ? address.name : '';
  const memory = await native.create(address, { size: 4096 });
  t.after(() => {
    memory.close();
  });
  const locks = await Promise.all(Array.from({ length: together }, (_, at) => lockAt(t, verb, name, at)));
  const segments = new Segments(native);
  t.after(() => segments.dispose());
  const segment = segments.checkout({ type: 'posix', name });
  await segment.settled();
  equal(segment.presence, 'live');
  const peer = new Peer(await started('holder', name));
  t.after(() => peer.quit());
  const placed = locks.map((lock) => lock.placed);
  const watch = new LockWatch(native, segment, () => placed, Date.now);
  t.after(() => {
    watch.close();
  });
  const shown = async (): Promise<readonly string[]> => {
    watch.peek();
    if (watch.wantsScan) {
      const began = Date.now();
      watch.took(await native.scanProcesses(), began);
    }
    const semaphores = await native.scanSemaphores();
    return watch
      .peek()
      .filter(({ placed: isPlaced }) => isPlaced !== null)
      .map((report) => {
        const evidence = { semaphores, waits: [], attached: [] };
        const findings = diagnoseLock(report, semaphoreOf(report, segment.key), evidence);
        const holder = report.state === 'free' ? null : (report.holder?.tid ?? report.holder?.pid ?? null);
        return [report.state, holder, ...findings.map(({ code }) => code)]
          .filter((word) => word !== null)
          .join(' ');
      });
  };
  return { peer, locks, shown };
}

interface Lock {
  readonly placed: PlacedLock;
  /** What the peer calls it. */
  readonly place: string | number;
  readonly address: LockAddress | null;
}

async function lockAt(t: TestContext, verb: Kind['verb'], name: string, at: number): Promise<Lock> {
  const base = { id: String(at), label: '', counts: false };
  if (verb === 'robust' || verb === 'mutex') {
    const offset = at * 128;
    return { placed: { ...base, place: 'bytes', sort: 'mutex', offset }, place: offset, address: null };
  }
  const semaphore: LockAddress =
    verb === 'sem_wait'
      ? { mechanism: 'posix', name: `${name}-${String(at)}` }
      : { mechanism: 'systemv', key: 0x4d000000 | ((process.pid & 0xffff) << 8) | at };
  (await native.acquireLock(semaphore, { timeoutMs: 1000, create: true })).release();
  t.after(() => {
    native.removeLock(semaphore);
  });
  const semid = native.peekLock(semaphore).identity ?? '';
  const place = semaphore.mechanism === 'posix' ? `${name}-${String(at)}` : semid;
  return { placed: { ...base, place: 'named', semaphore }, place, address: semaphore };
}

function shuffled<T>(values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}
