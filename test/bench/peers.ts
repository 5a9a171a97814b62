import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LockAddress } from '../../extension/core/native';
import type { Figure } from './figure';
import { addon, root } from './stage';

const size = 4096;
const writers = 4;
const runMs = 2000;

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
    const semid = native.peekLock(lock).identity ?? '';
    /** Writes a second. */
    const hammer = async (): Promise<number> => {
      const words = [segment.info().shmid ?? 0, semid, writers].map(String);
      const child = spawn(join(root, 'out/programs/hammer'), words);
      await once(child.stdout, 'data');
      const start = performance.now();
      await pause(runMs);
      const said = once(child.stdout, 'data') as Promise<[Buffer]>;
      child.stdin.end();
      const written = Number(String((await said)[0]));
      return (written * 1000) / (performance.now() - start);
    };
    return {
      variants: [
        hammer,
        async () => {
          let looks = 0;
          const watch = native.watch({ segment, offset: 0, length: size, hertz: 60, lock }, () => {
            if (watch.take() !== null) looks += 1;
            watch.go(true);
          });
          watch.underLock(true);
          const rate = await hammer();
          watch.stop();
          if (looks < runMs / 100) throw new Error(`only ${String(looks)} looks`);
          return rate;
        },
      ],
      figure: ([alone = NaN, observed = NaN]) => 100 * (1 - observed / alone),
      dispose() {
        native.removeLock(lock);
        native.remove(address, segment.identity);
        segment.close();
      },
    };
  },
};
