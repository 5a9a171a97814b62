import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sweep } from '../../extension/core/native';
import type { Figure } from './figure';
import { filled, noise } from './segment';
import { addon, root, scratch } from './stage';

const mebibytes = 1024;
const gibibyte = 2 ** 30;

/** Waits for `passes` more passes. */
async function passes(sweep: Sweep, count: number): Promise<void> {
  const before = sweep.progress.passes;
  while (sweep.progress.passes < before + count) await pause(20);
}

/** How fast a whole GiB is digested, against raw reads of the same, both by processor time. */
export const sweepVersusPread: Figure = {
  name: 'sweep_vs_pread',
  unit: 'ratio',
  must: { atLeast: 0.85 },
  async prepare() {
    const stage = await filled('sweep', mebibytes, noise());
    const folder = scratch();
    const program = join(folder.path, 'pass');
    execFileSync('cc', ['-O2', '-D_GNU_SOURCE', '-o', program, join(root, 'test/bench/pass.c')]);
    const sweep = addon().sweep({ segment: stage.segment, budget: 1 }, () => undefined);
    await passes(sweep, 1);
    return {
      rounds: 7,
      variants: [
        async () => {
          sweep.budget(1);
          // The first was begun before.
          await passes(sweep, 2);
          const { workMs } = sweep.progress;
          sweep.budget(0);
          return workMs / 1000;
        },
        () => Number(execFileSync(program, [stage.path, '262144'], { encoding: 'utf8' })),
      ],
      figure: ([ours = NaN, raw = NaN]) => raw / ours,
      dispose: () => {
        sweep.stop();
        stage.dispose();
        folder.remove();
      },
    };
  },
};

/** Seconds of a pass over a GiB at the 5 % budget. */
export const sweepSeconds: Figure = {
  name: 'sweep_1gib_s',
  unit: 's',
  must: { atMost: 6 },
  async prepare() {
    const stage = await filled('sweep', mebibytes, noise());
    const sweep = addon().sweep({ segment: stage.segment, budget: 1 }, () => undefined);
    await passes(sweep, 1);
    sweep.budget(0.05);
    await passes(sweep, 1);
    return {
      variants: [
        async () => {
          const start = performance.now();
          await passes(sweep, 1);
          return (performance.now() - start) / 1000;
        },
      ],
      figure: ([seconds = NaN]) => seconds,
      dispose: () => {
        sweep.stop();
        stage.dispose();
      },
    };
  },
};

/** What a sweep of a filled GiB keeps, its buffer included. */
export const sweepMemory: Figure = {
  name: 'sweep_memory_percent',
  unit: '%',
  must: { atMost: 0.3 },
  async prepare() {
    const stage = await filled('sweep', mebibytes, noise());
    return {
      variants: [
        async () => {
          const before = process.memoryUsage.rss();
          const sweep = addon().sweep({ segment: stage.segment, budget: 1 }, () => undefined);
          await passes(sweep, 1);
          const { memory } = sweep.progress;
          const grown = process.memoryUsage.rss() - before;
          sweep.stop();
          // What it says of itself, unless the process shows that it is much more.
          return ((grown > 2 * memory ? grown : memory) / gibibyte) * 100;
        },
      ],
      figure: ([percent = NaN]) => percent,
      dispose: stage.dispose,
    };
  },
};
