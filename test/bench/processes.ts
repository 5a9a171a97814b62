import { readdirSync } from 'node:fs';
import { crowd } from './crowd';
import type { Figure } from './figure';
import { filled, noise } from './segment';
import { addon } from './stage';

const processes = 300;

/** What a scan of the processes costs the thread that does it, for each process of the machine, of 300 more than it has. */
export const processScan: Figure = {
  name: 'process_scan_ms_per_process',
  unit: 'ms',
  must: { atMost: 0.3 },
  async prepare() {
    const native = addon();
    const stage = await filled('scan', 1, noise());
    const people = await crowd(processes, [stage.path]);
    return {
      rounds: 15,
      variants: [
        async () => {
          const count = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
          const start = performance.now();
          const scan = await native.scanProcesses();
          const elapsed = performance.now() - start;
          if (scan.processes.length < processes)
            throw new Error(`the scan found only ${String(scan.processes.length)} processes`);
          return elapsed / count;
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      async dispose() {
        await people.end();
        stage.dispose();
      },
    };
  },
};
