import { closeSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LockAddress } from '../../extension/core/native';
import { median, type Figure } from './figure';
import { addon, scratch, uniqueName } from './stage';

/** How long a copy of 64 KiB under a System V lock holds that lock. */
export const lockHold: Figure = {
  name: 'lock_hold_64k_us',
  unit: 'us',
  must: { atMost: 20 },
  async prepare() {
    const native = addon();
    const folder = scratch();
    const path = join(folder.path, uniqueName('lock'));
    closeSync(openSync(path, 'w'));
    const address = { mechanism: 'systemv', path, projectId: 0x51 } as const;
    const segment = await native.create(address, { size: 65536, lock: address });
    segment.write(0, new Uint8Array(65536).fill(0x5a));
    const target = new Uint8Array(65536);
    return {
      variants: [
        async () => {
          const held: number[] = [];
          for (let copy = 0; copy < 400; copy++) {
            const request = { segment, lock: address, offset: 0, target, timeoutMs: 1000 };
            held.push((await native.copyLocked(request)).heldUs);
          }
          return median(held);
        },
      ],
      figure: ([held = NaN]) => held,
      async dispose() {
        // First, because the last detach takes the key file with it.
        native.removeLock(address);
        await segment.detach({ removeIfLast: true, lock: null, timeoutMs: 1000 });
        try {
          unlinkSync(path);
        } catch {
          // the last detach removed it, as it should
        }
        folder.remove();
      },
    };
  },
};

const stuck = 10;
const waitMs = 2000;

/** Delay of the event loop while ten locks that nobody gives back are waited for. */
export const stuckLocks: Figure = {
  name: 'stuck_lock_stall_p99_ms',
  unit: 'ms',
  must: { atMost: 20 },
  async prepare() {
    const native = addon();
    const name = uniqueName('stuck');
    const locks = Array.from({ length: stuck }, (_, at): LockAddress =>
      at % 2 === 0
        ? { mechanism: 'posix', name: `/${name}-${String(at)}` }
        : { mechanism: 'systemv', key: 0x4f000000 | ((process.pid & 0xffff) << 8) | at },
    );
    const held = await Promise.all(
      locks.map((lock) => native.acquireLock(lock, { timeoutMs: 1000, create: true })),
    );
    return {
      variants: [
        async () => {
          const delay = monitorEventLoopDelay({ resolution: 1 });
          delay.enable();
          const waits = locks.map((lock) =>
            native.acquireLock(lock, { timeoutMs: waitMs, create: false }).then(
              () => false,
              () => true,
            ),
          );
          const refused = await Promise.all(waits);
          delay.disable();
          if (refused.includes(false)) throw new Error('a lock was not stuck');
          // Less the pace at which it measures.
          return Math.max(0, delay.percentile(99) / 1e6 - 1);
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose() {
        for (const lock of held) lock.release();
        for (const lock of locks) native.removeLock(lock);
      },
    };
  },
};
