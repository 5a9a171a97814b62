import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGarbage } from '../garbage';
import type * as Face from '../../native/index';
import { grounds, native, type Ground } from './ground';

const timeoutMs = 10_000;

type Call = (segment: Face.Segment, lock: Face.LockAddress) => Promise<unknown>;
const calls: readonly (readonly [name: string, call: Call])[] = [
  ['detach', (segment, lock) => segment.detach({ removeIfLast: false, lock, timeoutMs })],
  [
    'exchange',
    (segment, lock) =>
      native.exchange({ segment, lock, offset: 0, expected: null, bytes: new Uint8Array(8), timeoutMs }),
  ],
  [
    'copyLocked',
    (segment, lock) => native.copyLocked({ segment, lock, offset: 0, target: new Uint8Array(8), timeoutMs }),
  ],
];

for (const { name, make } of grounds) {
  for (const [what, call] of calls) {
    test(`${name}: a segment that nobody knows any more stays open until its ${what} is done`, async (t) => {
      const { segment, lock } = make(t);
      const made = await native.create(segment, { size: 4096, lock });
      t.after(() => {
        made.close();
      });
      const held = await native.acquireLock(lock, { timeoutMs, create: false });
      const pending = await forgotten({ segment, lock }, call);
      // Finalizers run between two turns.
      for (let turn = 0; turn < 5; turn++) {
        collectGarbage();
        await new Promise((next) => setImmediate(next));
      }
      held.release();
      await assert.doesNotReject(pending.promise);
    });
  }
}

/** A call on a segment that this function alone ever had. Boxed, so that awaiting this does not await the call. */
async function forgotten(
  { segment, lock }: Pick<Ground, 'segment' | 'lock'>,
  call: Call,
): Promise<{ promise: Promise<unknown> }> {
  const opened = await native.open(segment, { access: 'attach', write: true });
  return { promise: call(opened, lock) };
}
