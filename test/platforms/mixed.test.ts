// Processes of three processors and two word sizes on one kernel use one segment and its lock.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { numberGround, posixGround, type Ground } from '../native/ground';
import { until } from '../unit/until';
import { Member } from './members';

const targets = ['linux-x64', 'linux-arm64', 'linux-armhf'] as const;
/** One of each processor; the first has made the segment with its lock, the others have it open. */
async function members(
  t: TestContext,
  { segment, lock }: Ground,
  order: readonly string[] = targets,
): Promise<readonly [Member, ...Member[]]> {
  const [first, ...others] = order.map((target) => new Member(target, segment, lock, t));
  assert.ok(first);
  await first.do('create', 5000);
  for (const other of others) await other.do('open');
  return [first, ...others];
}

/** Takes both away, by who made them. */
async function removed(first: Member): Promise<void> {
  await first.do('remove');
  if ((await first.do('peek')).exists) await first.do('removeLock');
}

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );
}

for (const [name, make] of [
  ['POSIX', posixGround],
  ['System V', numberGround],
] as const) {
  test(`${name}: what one processor writes the others read, byte for byte`, async (t) => {
    const all = await members(t, make(t));
    const processors = await Promise.all(all.map((one) => one.do('processor')));
    assert.deepEqual(processors, ['x64', 'arm64', 'arm']);
    for (const [index, writer] of all.entries()) {
      // Over the border of two pages too.
      const [offset, text] = [4090 + index * 100, `written by ${writer.target}`];
      await writer.do('write', offset, text);
      for (const reader of all)
        assert.equal(await reader.do('read', offset, text.length), text, reader.target);
    }
    for (const one of all) assert.equal(await one.do('size'), 5000, one.target);
    await removed(all[0]);
    for (const one of all) assert.equal(await refusal(one.do('open')), 'not-found');
  });
}

/** Each in turn takes the lock; all others see that it is taken and cannot have it. */
async function takeTurns(all: readonly Member[]): Promise<void> {
  for (const holder of all) {
    await holder.do('acquire', 30_000);
    for (const other of all) {
      assert.equal((await other.do('peek')).value, 0, other.target);
      if (other !== holder) assert.equal(await refusal(other.do('acquire', 0)), 'busy', other.target);
    }
    await holder.do('release');
    for (const other of all) assert.equal((await other.do('peek')).value, 1, other.target);
  }
}

/** Each writes under the lock what follows on what the one before it wrote. */
async function writeInTurn(all: readonly Member[]): Promise<void> {
  let before = '\0'.repeat(12);
  for (const writer of [...all, ...all]) {
    const after = writer.target.slice(-5).padEnd(12, before);
    assert.equal(await writer.do('exchange', 0, '\x01'.repeat(12), after), false, writer.target);
    assert.equal(await writer.do('exchange', 0, before, after), true, writer.target);
    for (const reader of all) assert.equal(await reader.do('read', 0, 12), after, reader.target);
    before = after;
  }
}

test('System V: each processor writes in turn under the lock, and all see its state', async (t) => {
  const all = await members(t, numberGround(t));
  await takeTurns(all);
  await writeInTurn(all);
  await removed(all[0]);
});

test('System V: a lock whose holder of another processor crashed is free again for who waits', async (t) => {
  const all = await members(t, numberGround(t), ['linux-x64', 'linux-armhf', 'linux-arm64']);
  const [first, holder, waiter] = all;
  assert.ok(holder && waiter);
  await holder.do('acquire', 30_000);
  const waiting = waiter.do('acquire', 30_000);
  await until('the waiter is counted', async () => (await first.do('peek')).waiters === 1);
  await holder.end();
  await waiting;
  assert.equal((await first.do('peek')).value, 0);
  await waiter.do('release');
  await removed(first);
});

test('POSIX: processors of 64 bits write in turn under the lock, and one of 32 bits sees its state', async (t) => {
  const [first, second, narrow] = await members(t, posixGround(t));
  assert.ok(second && narrow);
  await takeTurns([first, second]);
  await writeInTurn([first, second]);
  await first.do('acquire', 30_000);
  const waiting = second.do('acquire', 30_000);
  await until('the waiter is counted', async () => (await narrow.do('peek')).waiters === 1);
  assert.equal((await narrow.do('peek')).value, 0);
  await first.do('release');
  await waiting;
  await second.do('release');
  const { value, waiters } = await narrow.do('peek');
  assert.deepEqual([value, waiters], [1, 0]);
  await removed(first);
});

test('POSIX: a semaphore of the other word size is not taken, and nothing is written to it', async (t) => {
  for (const order of [targets, [...targets].reverse()]) {
    const all = await members(t, posixGround(t), order);
    const narrowFirst = all[0].target === 'linux-armhf';
    for (const other of all.filter((one) => (one.target === 'linux-armhf') !== narrowFirst)) {
      assert.equal(await refusal(other.do('acquire', 0)), 'unsupported', other.target);
      const editing = other.do('exchange', 0, '\0', 'x');
      assert.equal(await refusal(editing), 'unsupported', other.target);
    }
    for (const one of all) {
      assert.equal(await one.do('read', 0, 1), '\0', one.target);
      assert.equal((await one.do('peek')).value, 1, one.target);
    }
    // As long as its own hold it, all see that.
    await all[0].do('acquire', 0);
    for (const one of all) assert.equal((await one.do('peek')).value, 0, one.target);
    await all[0].do('release');
    await removed(all[0]);
  }
});
