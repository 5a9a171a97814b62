import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shelf } from '../../extension/core/bookmarks';
import type { NativeKey } from '../../extension/core/key';
import { layouts } from '../../extension/core/locks/layout';
import { LockBook } from '../../extension/core/locks/lockBook';
import { LockHistory } from '../../extension/core/locks/lockHistory';
import { LockWatch, type WatchedSegment } from '../../extension/core/locks/lockWatch';
import { lockMarks, type LockReport } from '../../extension/shared/lockReport';
import type { PlacedLock } from '../../extension/shared/placedLock';
import type { Mapping, ThreadEntry } from './face';
import { FakeMachine } from './fake';

const key: NativeKey = { type: 'systemv-id', shmid: 7 };
const mutex: PlacedLock = { id: 'm', label: '', counts: false, place: 'bytes', sort: 'mutex', offset: 64 };
const named: PlacedLock = {
  id: 'n',
  label: 'gate',
  counts: false,
  place: 'named',
  semaphore: { mechanism: 'posix', name: '/gate' },
};
const info = { device: null, inode: null, shmid: 7, attachCount: 1 } as WatchedSegment['info'];

const thread = (pid: number, facts: Partial<ThreadEntry> = {}): ThreadEntry => ({
  tid: pid,
  pid,
  innerTid: pid,
  name: 'peer',
  start: 1,
  startedMs: 1000,
  ended: false,
  pidNamespace: 0xeffffffc,
  ...facts,
});

const mapping = (pid: number): Mapping => ({
  pid,
  device: null,
  inode: null,
  shmid: 7,
  address: '1000',
  offset: 0,
  length: 4096,
  writable: true,
});

/** A segment of this machine in memory, with a clock that stands until it is set. */
function stage(locks: readonly PlacedLock[], segmentKey = key, holdsLock = false) {
  const machine = new FakeMachine();
  const bytes = Buffer.alloc(4096);
  const clock = { now: 1_000_000 };
  const segment = {
    key: segmentKey,
    info,
    holdsLock,
    read: (offset: number, target: Uint8Array) => {
      const found = bytes.subarray(offset, offset + target.length);
      target.set(found);
      return found.length;
    },
  };
  machine.threads = [thread(process.pid)];
  const placed = [...locks];
  const watch = new LockWatch(
    machine.native,
    segment,
    () => placed,
    () => clock.now,
  );
  const hold = (tid: number): void => {
    bytes.writeUInt32LE(tid === 0 ? 0 : 1, 64);
    bytes.writeUInt32LE(tid, 72);
    bytes.writeUInt32LE(0x80, 64 + layouts['x86-64'].mutex.kind);
  };
  const scan = (): void => {
    watch.took({ mappings: machine.mappings, denied: 0 }, clock.now);
  };
  const one = (): LockReport => {
    const [report] = watch.peek();
    assert.ok(report);
    return report;
  };
  return { machine, bytes, clock, watch, placed, hold, scan, one };
}

test('a lock is told with the time since which it is so, and whether that was seen', () => {
  const { clock, hold, one, machine } = stage([mutex]);
  machine.threads.push(thread(50));
  machine.mappings = [mapping(50)];
  hold(0);
  assert.deepEqual([one().state, one().sinceMs, one().sinceFirstLook], ['free', 1_000_000, true]);
  clock.now += 5000;
  hold(50);
  const held = one();
  assert.deepEqual([held.state, held.sinceMs, held.sinceFirstLook], ['held', 1_005_000, false]);
  assert.deepEqual([held.holder?.pid, held.holder?.name, held.holder?.life], [50, 'peer', 'alive']);
  clock.now += 5000;
  assert.equal(one().sinceMs, 1_005_000);
});

test('a look that finds the same tells the very same report, and any other word of the lock a new one', () => {
  const { bytes, clock, hold, one, placed, machine } = stage([mutex]);
  machine.threads.push(thread(50));
  machine.mappings = [mapping(50)];
  hold(50);
  const before = one();
  clock.now += 16;
  assert.equal(one(), before);
  bytes.writeUInt32LE(2, 64);
  assert.deepEqual([before.waiters, one().waiters], [0, 'some']);
  placed[0] = { ...mutex, sort: 'semaphore' };
  assert.equal(one().nature?.sort, 'semaphore');
  placed[0] = { ...mutex, offset: 128 };
  assert.equal(one().state, 'free');
});

test('a semaphore beside it is judged anew where it says another thing, or is to be read in another way', () => {
  const { one, placed, machine } = stage([named]);
  const semaphore = machine.addSemaphore({ mechanism: 'posix', name: '/gate' });
  semaphore.value = 2;
  const before = one();
  assert.deepEqual([before.state, one().state], ['damaged', 'damaged']);
  placed[0] = { ...named, counts: true };
  assert.equal(one().state, 'free');
  semaphore.value = 0;
  assert.equal(one().state, 'held');
});

test('an owner is asked for at most twice a second', () => {
  const { clock, hold, one, machine } = stage([mutex]);
  machine.threads.push(thread(50));
  machine.mappings = [mapping(50)];
  hold(50);
  one();
  machine.threads = [thread(process.pid)];
  clock.now += 499;
  assert.equal(one().state, 'held');
  clock.now += 1;
  const { state, holder } = one();
  assert.equal(state, 'stale', 'it was seen alive, so that no scan is needed');
  assert.deepEqual(
    [holder?.pid, holder?.name, holder?.life],
    [50, thread(50).name, 'dead'],
    'it keeps its name',
  );
});

test('nobody is called dead before a scan that is younger than the owner', () => {
  const { clock, hold, one, watch, scan, machine } = stage([mutex]);
  machine.mappings = [mapping(60)];
  machine.threads.push(thread(60));
  scan();
  clock.now += 1000;
  hold(50);
  assert.deepEqual([one().state, one().holder?.life, watch.wantsScan], ['held', 'unknown', true]);
  clock.now += 1000;
  scan();
  assert.equal(watch.wantsScan, false);
  assert.deepEqual([one().state, one().holder?.life], ['stale', 'dead']);
});

test('where the system counts more attaches than we see, nobody is called dead', () => {
  const { hold, one, scan, machine } = stage([mutex]);
  hold(50);
  one();
  machine.mappings = [];
  scan();
  assert.deepEqual([one().state, one().holder?.life], ['held', 'unknown']);
});

test('a process with the number of an owner that has not mapped the segment is not the owner', () => {
  const { hold, one, scan, machine } = stage([mutex]);
  machine.threads.push(thread(50), thread(60));
  machine.mappings = [mapping(60)];
  hold(50);
  one();
  scan();
  const { state, certainty, holder } = one();
  assert.deepEqual([state, certainty, holder?.pid], ['stale', 'likely', null]);
});

test('locks of programs that are built in another way are not supported, with the reason', () => {
  const { hold, one, scan, watch, machine } = stage([mutex]);
  const native = { machine: 62, wide: true, bigEndian: false, library: 'musl' } as const;
  Object.assign(machine.native, { programAbi: () => native });
  machine.mappings = [mapping(50)];
  hold(50);
  scan();
  assert.deepEqual([one().state, one().refusal, watch.layout], ['unsupported', 'library', null]);
});

test('a lock past the end of the segment is none, and bytes that are none are nonsense', () => {
  const { bytes, one, placed } = stage([mutex]);
  bytes.writeUInt32LE(0xffff, 64);
  bytes.writeUInt32LE(0xffff, 80);
  assert.equal(one().state, 'nonsense');
  placed[0] = { ...mutex, offset: 4090 };
  assert.equal(one().state, 'none');
});

test('a named semaphore is judged as a lock, unless it counts things', () => {
  const { machine, one, placed } = stage([named]);
  assert.equal(one().state, 'none');
  const semaphore = machine.addSemaphore({ mechanism: 'posix', name: '/gate' }, 3);
  assert.deepEqual([one().state, one().value], ['damaged', 3]);
  placed[0] = { ...named, counts: true };
  assert.deepEqual([one().state, one().value], ['free', 3]);
  semaphore.value = 0;
  semaphore.waiters = 2;
  assert.deepEqual([one().state, one().waiters], ['held', 2]);
});

test('a semaphore in the segment is damaged above one, unless it counts things', () => {
  const semaphore: PlacedLock = { ...mutex, sort: 'semaphore' };
  const { bytes, one, placed } = stage([semaphore]);
  bytes.writeUInt32LE(2, 64);
  bytes.writeUInt32LE(0x80, 72);
  assert.deepEqual([one().state, one().value], ['damaged', 2]);
  placed[0] = { ...semaphore, counts: true };
  assert.deepEqual([one().state, one().value], ['free', 2]);
});

test('the own lock of a segment comes first, with who holds it', () => {
  const { machine, watch } = stage([named], { type: 'systemv', path: '/dev/null', projectId: 1 });
  machine.addSemaphore({ mechanism: 'systemv', path: '/dev/null', projectId: 1 }, 0, 9).alive = false;
  const [first, second] = watch.peek();
  assert.deepEqual(
    [first?.id, first?.placed, first?.state, first?.certainty],
    ['own', null, 'stale', 'likely'],
  );
  assert.deepEqual([first?.holder?.pid, first?.holder?.life], [9, 'dead']);
  assert.equal(second?.id, 'n');
});

test('the own lock is ours where we hold it', () => {
  const posix = { type: 'posix', name: '/memory' } as const;
  const { machine, one } = stage([], posix, true);
  machine.addSemaphore({ mechanism: 'posix', name: '/memory' }, 0);
  assert.equal(one().state, 'ours');
});

test('a semaphore is kept open from one look to the next, until another takes its place or its lock is taken off', () => {
  const { machine, one, placed, watch } = stage([named]);
  machine.addSemaphore({ mechanism: 'posix', name: '/gate' });
  machine.addSemaphore({ mechanism: 'posix', name: '/other' }, 0);
  one();
  const [look] = machine.looks;
  one();
  assert.ok(look !== undefined && machine.looks.has(look));
  placed[0] = { ...named, semaphore: { mechanism: 'posix', name: '/other' } };
  assert.equal(one().state, 'held');
  assert.equal(machine.looks.size, 1);
  assert.ok(!machine.looks.has(look));
  placed.length = 0;
  watch.peek();
  assert.equal(machine.looks.size, 0);
});

test('the last minute of a lock is kept in steps, and no more of it', () => {
  const { clock, hold, one, watch, placed } = stage([mutex]);
  hold(0);
  one();
  clock.now += 250;
  hold(50);
  one();
  const strip = watch.history('m');
  assert.ok(strip);
  assert.deepEqual([...strip.marks.slice(-2)], [lockMarks.free, lockMarks.held]);
  assert.equal(strip.fromMs + strip.marks.length * strip.stepMs, clock.now + 250);
  clock.now += 59_500;
  assert.deepEqual([...(watch.history('m')?.marks.slice(0, 2) ?? [])], [lockMarks.free, lockMarks.held]);
  clock.now += 60_000;
  assert.ok(watch.history('m')?.marks.every((mark) => mark === 0));
  placed.length = 0;
  watch.peek();
  assert.equal(watch.history('m'), null, 'it was taken away');
});

test('what happens within a step of a history is added up', () => {
  const history = new LockHistory();
  const start = 1_000_000;
  history.add(start, lockMarks.free, 0);
  history.add(start + 100, lockMarks.held, 3);
  history.add(start + 200, lockMarks.held, 1);
  history.add(start - 120_000, lockMarks.trouble, 9);
  const strip = history.strip(start + 200);
  assert.deepEqual([strip.marks.at(-1), strip.waiters.at(-1)], [lockMarks.free | lockMarks.held, 3]);
  assert.equal(strip.marks.length, 240);
  assert.equal(strip.marks.filter((mark) => mark !== 0).length, 1);
});

class Drawer implements Shelf {
  kept: unknown = undefined;
  get(): unknown {
    return this.kept;
  }
  update(_: string, value: unknown): Promise<void> {
    this.kept = JSON.parse(JSON.stringify(value));
    return Promise.resolve();
  }
}

test('placed locks are kept for each segment, whatever Qt key its name came from', async () => {
  const drawer = new Drawer();
  const book = new LockBook(drawer);
  const heard: NativeKey[] = [];
  book.onDidChange((changed) => heard.push(changed));
  const posix: NativeKey = { type: 'posix', name: '/memory' };
  await book.add(posix, named);
  await book.add(posix, { ...mutex, id: 'far', offset: 512 });
  await book.add(posix, mutex);
  const again = new LockBook(drawer);
  assert.deepEqual(
    again.of({ ...posix, legacyKey: 'k' }).map(({ id }) => id),
    ['m', 'far', 'n'],
  );
  assert.deepEqual(again.of(posix)[2], named);
  assert.equal(again.of(posix), again.of(posix), 'asked for at every look, it is not read anew');
  assert.deepEqual(again.of(key), []);
  await book.remove(posix, 'far');
  assert.deepEqual(book.of(posix), [mutex, named]);
  assert.equal(heard.length, 4);
});

test('two locks cannot be in one place, and there is an end to them', async () => {
  const book = new LockBook(new Drawer());
  await book.add(key, mutex);
  await assert.rejects(book.add(key, { ...mutex, id: 'x', sort: 'rwlock' }), { code: 'already-exists' });
  await book.add(key, { ...mutex, label: 'renamed' });
  assert.equal(book.of(key)[0]?.label, 'renamed');
  await book.add(key, named);
  await assert.rejects(book.add(key, { ...named, id: 'x' }), { code: 'already-exists' });
  for (let at = 2; at < 64; at++) await book.add(key, { ...mutex, id: String(at), offset: at * 64 });
  await assert.rejects(book.add(key, { ...mutex, id: 'x', offset: 8192 }), { code: 'invalid-size' });
});

test('what is stored and makes no sense is left out', async () => {
  const drawer = new Drawer();
  const file = { ...named, id: 'f', semaphore: { mechanism: 'systemv', path: '/tmp/k', projectId: 81 } };
  const set = { ...named, id: 'i', semaphore: { mechanism: 'systemv', semid: 4 } };
  const good = [mutex, named, file, set, { ...set, id: 'j', semaphore: { ...set.semaphore, semnum: 2 } }];
  const bad = [
    null,
    7,
    { ...mutex, offset: -1 },
    { ...mutex, sort: 'barrier' },
    { ...mutex, place: 'moon' },
    { ...mutex, label: 'x'.repeat(101) },
    { ...named, semaphore: { mechanism: 'mach', name: 'x' } },
    { ...named, semaphore: { mechanism: 'systemv', path: '/tmp/k', projectId: 256 } },
    { ...named, semaphore: { mechanism: 'systemv', key: 2 ** 31 } },
    { ...set, semaphore: { ...set.semaphore, semnum: 65_536 } },
    { ...named, counts: 'yes' },
  ];
  drawer.kept = { 'systemv-id:7': [...good, ...bad] };
  assert.deepEqual(new LockBook(drawer).of(key), good);
  drawer.kept = { 'systemv-id:7': 'x' };
  assert.deepEqual(new LockBook(drawer).of(key), []);
  drawer.kept = 'x';
  await new LockBook(drawer).add(key, mutex);
  assert.deepEqual(new LockBook(drawer).of(key), [mutex]);
});
