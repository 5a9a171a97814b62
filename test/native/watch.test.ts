import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Seen, Segment, Watch } from '../../native/index';
import { until } from '../unit/until';
import { addonPath, bytesOf, failure, grounds, native, posixGround, textOf, type Ground } from './ground';
import { runChild } from './unprivileged';

const window = { offset: 0, length: 4, hertz: 200 };

/** A segment of 64 bytes, attached, and a watch of its first four with the signals it gave. */
async function stage(scope: Parameters<typeof posixGround>[0], { segment, lock }: Ground) {
  const made = await native.create(segment, { size: 64, lock });
  let signals = 0;
  const watch = native.watch({ segment: made, lock, ...window }, () => {
    signals += 1;
  });
  scope.after(() => {
    watch.stop();
    made.close();
  });
  const picture = new Uint8Array(64);
  const next = async (): Promise<string> => {
    await until('something new is seen', () => watch.take() !== null);
    const seen = watch.take();
    if (seen) patch(picture, seen);
    return textOf(picture.subarray(0, seen?.length ?? 0));
  };
  return { made, watch, next, signals: () => signals };
}

/** Puts what a look tells into the picture that was seen before. */
function patch(picture: Uint8Array, { runs, length, bytes }: Seen): void {
  let told = 0;
  for (const [index, start] of (runs ?? [0, length]).entries()) {
    if (index % 2 === 1) continue;
    const count = runs === null ? length : (runs[index + 1] ?? 0);
    picture.set(bytes.subarray(told, told + count), start);
    told += count;
  }
  assert.equal(told, bytes.length, 'the runs tell as many bytes as there are');
}

/** Waits until the thread has looked a few times more: it counts its looks. */
async function looks({ made, lock }: { made: Segment; lock: Ground['lock'] }): Promise<void> {
  let seen = 0;
  const other = native.watch({ segment: made, lock, ...window }, () => {
    seen += 1;
    other.go(false);
  });
  await until('another watch looked ten times', () => seen >= 10);
  other.stop();
}

/** Takes whatever the rate alone is a reason for, until the rate is known. */
async function settle(watch: Watch): Promise<void> {
  await until('the rate is known', () => {
    if (watch.take()) watch.go(true);
    return watch.rate > 0;
  });
}

for (const { name, make } of grounds) {
  test(`${name}: the first look and every change is told, once until it is taken and gone on from`, async (t) => {
    const ground = make(t);
    const { made, watch, next, signals } = await stage(t, ground);
    assert.equal(await next(), '\0\0\0\0');
    await until('the first look is told', () => signals() === 1);
    made.write(0, bytesOf('one'));
    await looks({ made, lock: ground.lock });
    assert.equal(signals(), 1, 'before go() nothing is told');
    assert.equal(textOf(watch.take()?.bytes ?? new Uint8Array()), '\0\0\0\0', 'nor looked at');
    watch.go(true);
    await until('the change is told', () => signals() === 2);
    assert.equal(await next(), 'one\0');
    assert.deepEqual(watch.take()?.runs, [0, 3]);
    assert.equal(watch.take()?.bytes.buffer.byteLength, 3, 'in a buffer of their own');
  });

  test(`${name}: a byte outside the window is nothing new, a lock that was taken is`, async (t) => {
    const { segment, lock } = make(t);
    const { made, watch } = await stage(t, { segment, lock, folder: '' });
    await settle(watch);
    made.write(60, bytesOf('far'));
    await looks({ made, lock });
    const held = await native.acquireLock(lock, { timeoutMs: 1000, create: false });
    await until('the lock is told', () => watch.take() !== null);
    watch.go(true);
    held.release();
    await until('its release is told', () => watch.take() !== null);
    assert.equal(native.peekLock(lock).value, 1);
  });

  test(`${name}: another window and what was not seen are told in any case`, async (t) => {
    const { made, watch, next, signals } = await stage(t, make(t));
    made.write(8, bytesOf('eight'));
    await next();
    watch.window(8, 5);
    await until('the other window is told', () => watch.take()?.length === 5);
    assert.equal(await next(), 'eight');
    watch.window(62, 5);
    await until('the end is told', () => watch.take()?.length === 2);
    const before = signals();
    watch.go(false);
    await until('it is told again', () => signals() > before && watch.take() !== null);
    watch.window(4096, 5);
    await until('past the end nothing is', () => watch.take()?.length === 0);
  });

  test(`${name}: what changed is told in runs, near ones in one, and everything where that is shorter`, async (t) => {
    const { made, watch, next } = await stage(t, make(t));
    watch.window(0, 64);
    await until('all is told', () => watch.take()?.length === 64);
    await next();
    const change = async (at: readonly number[]): Promise<readonly number[] | null | undefined> => {
      // In one write: the thread looks at any time.
      const all = new Uint8Array(64);
      made.read(0, all);
      for (const index of at) all[index] = (all[index] ?? 0) + 1;
      watch.go(true);
      made.write(0, all);
      let runs: readonly number[] | null | undefined = [];
      await until('the change is told', () => {
        runs = watch.take()?.runs;
        if (runs?.length === 0) watch.go(true);
        return runs === null || (runs?.length ?? 0) > 0;
      });
      const picture = await next();
      assert.equal(picture, textOf(all));
      return runs;
    };
    assert.deepEqual(await change([5]), [5, 1]);
    assert.deepEqual(await change([5, 9]), [5, 5]);
    assert.deepEqual(await change([0, 40, 63]), [0, 1, 40, 1, 63, 1]);
    assert.equal(await change(Array.from({ length: 64 }, (_, index) => index)), null);
  });

  test(`${name}: under the lock no look is torn, and while another holds it the last bytes stay`, async (t) => {
    const { segment, lock } = make(t);
    const { made, watch, next } = await stage(t, { segment, lock, folder: '' });
    const copyOf = async (wanted: string): Promise<void> => {
      await until(`the copy is ${wanted}`, () => {
        const copy = watch.take()?.copy;
        if (copy !== wanted) watch.go(true);
        return copy === wanted;
      });
    };
    assert.equal(watch.take()?.copy ?? 'unlocked', 'unlocked');
    await next();
    watch.underLock(true);
    await copyOf('locked');
    const held = await native.acquireLock(lock, { timeoutMs: 5000, create: false });
    watch.go(true);
    await copyOf('busy');
    made.write(0, bytesOf('half'));
    await looks({ made, lock });
    assert.equal(watch.take()?.copy, 'busy');
    held.release();
    watch.go(false);
    await copyOf('locked');
    assert.equal(await next(), 'half');
    watch.stop();
    assert.equal(native.peekLock(lock).value, 1, 'the lock is given back');
  });

  test(`${name}: a lock that others hold is asked for ten times a second at most, a free one as often as told`, async (t) => {
    const { segment, lock } = make(t);
    const { watch } = await stage(t, { segment, lock, folder: '' });
    watch.underLock(true);
    const rateIs = async (what: string, wanted: (rate: number) => boolean): Promise<void> => {
      await until(what, () => {
        if (watch.take()) watch.go(true);
        return wanted(watch.rate);
      });
    };
    await rateIs('the free lock is looked under often', (rate) => rate > 20);
    const held = await native.acquireLock(lock, { timeoutMs: 5000, create: false });
    // A whole second of looks, of which the one at its beginning may count too.
    await rateIs('the held one is left to who holds it', (rate) => rate > 0 && rate <= 11);
    held.release();
    await rateIs('the free lock is looked under often again', (rate) => rate > 20);
  });

  test(`${name}: after a change the next one is told before its turn, but no lock is taken for that`, async (t) => {
    const { segment, lock } = make(t);
    const { made, watch, signals } = await stage(t, { segment, lock, folder: '' });
    let patient = 0;
    const other = native.watch({ segment: made, lock, ...window }, () => {
      patient += 1;
    });
    t.after(() => {
      other.stop();
    });
    other.underLock(true);
    const drain = (): void => {
      for (const each of [watch, other]) if (each.take()) each.go(true);
    };
    await until('both have looked', () => watch.take() !== null && other.take() !== null);
    drain();
    // In step: each time the one that waits under the lock would have its turn first.
    let isFirst = false;
    for (let round = 0; round < 10 && !isFirst; round++) {
      other.pace(1);
      await looks({ made, lock });
      watch.pace(1);
      await looks({ made, lock });
      drain();
      const [before, unseen] = [signals(), patient];
      made.write(0, bytesOf(`now${String(round)}`));
      await until('the change is told', () => signals() > before);
      isFirst = patient === unseen;
      await until('the turn of the other comes', () => patient > unseen);
      drain();
    }
    assert.equal(isFirst, true, 'between two turns it is told');
  });

  test(`${name}: where there is no lock, nothing is made to copy under it`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64 });
    const watch = native.watch({ segment: made, lock, ...window }, () => undefined);
    t.after(() => {
      watch.stop();
      made.close();
    });
    watch.underLock(true);
    await until('it is looked at', () => watch.take() !== null);
    assert.equal(watch.take()?.copy, 'unlocked');
    await looks({ made, lock });
    assert.equal(native.peekLock(lock).exists, false);
  });

  test(`${name}: after stop() or close() nothing is told, and nothing keeps running`, async (t) => {
    const ground = make(t);
    const { made, watch, next, signals } = await stage(t, ground);
    await next();
    watch.stop();
    watch.stop();
    const before = signals();
    watch.go(false);
    watch.window(0, 8);
    watch.pace(60);
    await looks({ made, lock: ground.lock });
    assert.equal(signals(), before);
    assert.equal(watch.take(), null);

    let told = 0;
    const other = native.watch({ segment: made, lock: null, ...window }, () => {
      told += 1;
      other.go(false);
    });
    await until('the other is told', () => told > 0);
    made.close();
    const atClose = told;
    const again = await native.open(ground.segment, { access: 'observe', write: false }).catch(() => null);
    if (again) await looks({ made: again, lock: ground.lock });
    assert.equal(told, atClose);
    assert.equal(other.take(), null);
    again?.close();
    assert.throws(
      () => native.watch({ segment: made, lock: null, ...window }, () => undefined),
      failure('closed'),
    );
  });

  for (const end of ['exit', 'return'] as const) {
    test(`${name}: a process with a running watch ends by ${end}`, async (t) => {
      const { segment, lock } = make(t);
      const made = await native.create(segment, { size: 64, lock });
      const { answer, exitCode, signal } = await runChild('watchOn', { segment, lock, end });
      assert.deepEqual([answer, exitCode, signal], ['watching', end === 'exit' ? 3 : 0, null]);
      if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
      made.close();
    });
  }

  test(`${name}: a worker with running watches may be terminated, reads beside it go on`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(
        `const { workerData, parentPort } = require('node:worker_threads');
         const native = require(workerData.addonPath);
         native.open(workerData.segment, { access: 'attach', write: true }).then((segment) => {
           const request = { segment, lock: workerData.lock, offset: 0, length: 64, hertz: 1000 };
           const watches = Array.from({ length: 4 }, (_, at) => native.watch(request, () => {
             watches[at].take();
             watches[at].go(false);
             parentPort.postMessage('seen');
           }));
           const target = new Uint8Array(64);
           setInterval(() => { segment.read(0, target); segment.state(); segment.write(0, target); }, 0);
         });`,
        { eval: true, workerData: { addonPath, segment, lock } },
      );
      for (let seen = 0; seen < 20; seen++) await once(worker, 'message');
      await worker.terminate();
    }
    if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
    made.close();
  });
}

test('A POSIX segment that is cut short, made longer or removed is told with what is left of it', async (t) => {
  const { made, watch, next } = await stage(t, posixGround(t));
  await settle(watch);
  await made.resize(2);
  await until('the cut is told', () => watch.take()?.length === 2);
  watch.go(true);
  await made.resize(128);
  assert.equal(await next(), '\0\0\0\0');
  watch.go(true);
  await settle(watch);
  await looks({ made, lock: { mechanism: 'posix', name: '/lens-test-none' } });
  assert.equal(made.state().size, 128);
});

test('A System V segment that is gone is told as the error of the look', async (t) => {
  for (const { make } of grounds.slice(1)) {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    const observer = await native.open(segment, { access: 'observe', write: false });
    const watch = native.watch({ segment: observer, lock, ...window }, () => undefined);
    native.remove(segment, made.identity);
    made.close();
    let told: unknown = null;
    await until('its end is told', () => {
      try {
        if (watch.take()) watch.go(true);
      } catch (error) {
        told = error;
      }
      return told !== null;
    });
    failure('gone')(told);
    watch.stop();
    observer.close();
  }
});

test('The pace may change, and the rate that is achieved follows', async (t) => {
  const { watch } = await stage(t, posixGround(t));
  await settle(watch);
  const fast = watch.rate;
  watch.pace(5);
  await until('the rate is lower', () => {
    if (watch.take()) watch.go(true);
    return watch.rate < fast / 2;
  });
});

test('A watch of what is no segment, window or pace is refused', async (t) => {
  const made = await native.create(posixGround(t).segment, { size: 64 });
  const request = { segment: made, lock: null, ...window };
  const changed = () => undefined;
  assert.throws(() => native.watch({ ...request, segment: {} as Segment }, changed), TypeError);
  assert.throws(() => native.watch(request, null as never), TypeError);
  for (const wrong of [{ offset: -1 }, { length: -1 }, { length: 2 ** 40 }, { hertz: 0 }, { hertz: NaN }]) {
    assert.throws(() => native.watch({ ...request, ...wrong }, changed), failure('invalid-size'));
  }
  const watch = native.watch(request, changed);
  assert.throws(() => {
    watch.window(0.5, 1);
  }, failure('invalid-size'));
  assert.throws(() => {
    watch.pace(5000);
  }, failure('invalid-size'));
  watch.stop();
  made.close();
});
