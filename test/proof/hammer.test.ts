import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { native, numberGround } from '../native/ground';
import { started, tell, times } from './scale';

const size = 4096;
const writers = 4;

test('four writers under the lock: of our copies under the lock none is torn, and beside it some are', async (t) => {
  const { segment, lock, stop } = await hammered(t);
  const target = Buffer.alloc(size);
  const request = { segment, lock, offset: 0, target, timeoutMs: 10_000 };
  const count = times(500_000, 5_000_000);
  let torn = 0;
  let values = 0;
  let before = -1n;
  for (let copy = 0; copy < count; copy++) {
    await native.copyLocked(request);
    if (isTorn(target)) torn++;
    const value = target.readBigUInt64LE(0);
    if (value !== before) values++;
    before = value;
  }
  // Without the lock this very check finds what it looks for.
  let tries = 0;
  do {
    segment.read(0, target);
    tries++;
  } while (!isTorn(target));
  const written = await stop();
  tell(
    `${String(count)} locked copies, ${String(torn)} torn; unlocked the ${String(tries)}. was; ${written} writes`,
  );
  equal(torn, 0);
  notEqual(values, 1, 'nobody wrote meanwhile');
  const { value, waiters } = native.peekLock(lock);
  deepEqual([value, waiters], [1, 0]);
});

/** Not one number from end to end: every eight bytes are what the eight before them are. */
function isTorn(bytes: Buffer): boolean {
  return bytes.compare(bytes, 0, size - 8, 8, size) !== 0;
}

async function hammered(t: TestContext) {
  const ground = numberGround(t);
  const segment = await native.create(ground.segment, { size, lock: ground.lock });
  t.after(() => {
    segment.close();
  });
  const semid = native.peekLock(ground.lock).identity ?? '';
  const child = await started('hammer', segment.info().shmid ?? 0, semid, writers);
  const stop = async (): Promise<string> => {
    child.stdin.end();
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    await once(child, 'close');
    return said.toString().trim();
  };
  t.after(() => child.kill('SIGKILL'));
  return { segment, lock: ground.lock, stop };
}
