import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LockAddress } from '../../extension/core/native';
import type { Figure } from './figure';
import { addon, root } from './stage';

const size = 4096;
const writers = 4;
const sliceMs = 600;
/** Pairs of a moment alone and a moment observed. */
const pairs = 8;

/** How much less four writers write under their lock while we look 60 times a second under it: see test/proof/hammer.c. */
export const peerSlowdown: Figure = {
  name: 'peer_slowdown_percent',
  unit: '%',
  must: { atMost: 2 },
  async prepare() {
    const native = addon();
    const address = { mechanism: 'systemv', key: 0x4e000000 | (process.pid & 0xffffff) } as const;
    const lock: LockAddress = address;
    const segment = await native.create(address, { size, lock });
    const words = [segment.info().shmid ?? 0, native.peekLock(lock).identity ?? '', writers].map(String);
    const child = spawn(join(root, 'out/programs/hammer'), words);
    await once(child.stdout, 'data');
    const written = async (): Promise<number> => {
      const said = once(child.stdout, 'data') as Promise<[Buffer]>;
      child.stdin.write('?');
      return Number(String((await said)[0]));
    };
    /** Writes a millisecond, for a moment. */
    const rate = async (): Promise<number> => {
      const [before, start] = [await written(), performance.now()];
      await pause(sliceMs);
      return ((await written()) - before) / (performance.now() - start);
    };
    let looks = 0;
    const observed = async (): Promise<number> => {
      const watch = native.watch({ segment, offset: 0, length: size, hertz: 60, lock }, () => {
        if (watch.take() !== null) looks += 1;
        watch.go(true);
      });
      watch.underLock(true);
      const found = await rate();
      watch.stop();
      return found;
    };
    return {
      variants: [
        // In short turns, each kind as often before the other as after it: what else the machine does comes and goes.
        async () => {
          const sums = { alone: 0, observed: 0 };
          for (let pair = 0; pair < pairs; pair++) {
            if (pair % 2 === 1) sums.observed += await observed();
            sums.alone += await rate();
            if (pair % 2 === 0) sums.observed += await observed();
          }
          if (looks === 0) throw new Error('nothing was looked at');
          return 100 * (1 - sums.observed / sums.alone);
        },
      ],
      figure: ([percent = NaN]) => percent,
      async dispose() {
        const ended = once(child, 'close');
        child.stdin.end();
        await ended;
        native.removeLock(lock);
        native.remove(address, segment.identity);
        segment.close();
      },
    };
  },
};
