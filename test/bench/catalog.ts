import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { Catalog } from '../../extension/core/catalog';
import type { Figure } from './figure';
import { addon, uniqueName } from './stage';

const each = 500;

/** One full catalog, System V and POSIX, with a thousand segments on the machine. */
export const catalogOfThousand: Figure = {
  name: 'list_1000_ms',
  unit: 'ms',
  must: { atMost: 10 },
  async prepare() {
    const native = addon();
    const files = Array.from({ length: each }, () => `/dev/shm/${uniqueName('list')}`);
    for (const file of files) {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, Buffer.alloc(64));
      closeSync(handle);
    }
    const base = 0x2b000000 + (process.pid & 0xffff);
    const numbers: number[] = [];
    for (let index = 0; index < each; index++) {
      const key = base + index * 0x10000;
      const segment = await native.create({ mechanism: 'systemv', key }, { size: 64 });
      segment.close();
      numbers.push(key);
    }
    const catalog = new Catalog(native, { temporaryDirectories: () => ['/tmp'], rememberedQtKeys: () => [] });
    return {
      rounds: 15,
      variants: [
        async () => {
          const start = performance.now();
          const entries = await catalog.refresh();
          const elapsed = performance.now() - start;
          if (entries.length < 2 * each)
            throw new Error(`the catalog lists only ${String(entries.length)} segments`);
          return elapsed;
        },
      ],
      figure: ([elapsed = NaN]) => elapsed,
      dispose() {
        for (const file of files) unlinkSync(file);
        for (const key of numbers) {
          const address = { mechanism: 'systemv', key } as const;
          native.remove(address, String(native.info(address).shmid));
        }
      },
    };
  },
};
