import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { Catalog } from '../../extension/core/catalog';
import type { Native } from '../../extension/core/native';
import { crowd } from './crowd';
import type { Figure } from './figure';
import { addon, uniqueName } from './stage';

const each = 500;
const processes = 300;

/** A thousand segments on the machine, half of them POSIX: `files` are those. */
async function thousand(native: Native): Promise<{ readonly files: readonly string[]; dispose(): void }> {
  const files = Array.from({ length: each }, () => `/dev/shm/${uniqueName('list')}`);
  for (const file of files) {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, Buffer.alloc(64));
    closeSync(handle);
  }
  const base = 0x2b000000 + (process.pid & 0xffff);
  const numbers = Array.from({ length: each }, (_, index) => base + index * 0x10000);
  for (const key of numbers) (await native.create({ mechanism: 'systemv', key }, { size: 64 })).close();
  return {
    files,
    dispose() {
      for (const file of files) unlinkSync(file);
      for (const key of numbers) {
        const address = { mechanism: 'systemv', key } as const;
        native.remove(address, String(native.info(address).shmid));
      }
    },
  };
}

function catalogOf(native: Native): Catalog {
  return new Catalog(native, { temporaryDirectories: () => ['/tmp'], rememberedQtKeys: () => [] });
}

function checkLength({ length }: { readonly length: number }): void {
  if (length < 2 * each) throw new Error(`the catalog lists only ${String(length)} segments`);
}

/** One full catalog, System V and POSIX, with a thousand segments on the machine. */
export const catalogOfThousand: Figure = {
  name: 'list_1000_ms',
  unit: 'ms',
  must: { atMost: 10 },
  async prepare() {
    const native = addon();
    const segments = await thousand(native);
    const catalog = catalogOf(native);
    return {
      rounds: 15,
      variants: [
        async () => {
          const start = performance.now();
          const entries = await catalog.refresh();
          const elapsed = performance.now() - start;
          checkLength(entries);
          return elapsed;
        },
      ],
      figure: ([elapsed = NaN]) => elapsed,
      dispose: () => {
        segments.dispose();
      },
    };
  },
};

/** The same with 300 more processes that have them mapped, and of every segment who has it. */
export const catalogInFull: Figure = {
  name: 'catalog_full_ms',
  unit: 'ms',
  must: { atMost: 150 },
  async prepare() {
    const native = addon();
    const segments = await thousand(native);
    const people = await crowd(processes, segments.files.slice(0, 100));
    const catalog = catalogOf(native);
    return {
      rounds: 15,
      variants: [
        async () => {
          const start = performance.now();
          await catalog.scan();
          const elapsed = performance.now() - start;
          checkLength(catalog.entries);
          const seen = new Set(
            catalog.entries.flatMap(({ attached }) => attached?.map(({ pid }) => pid) ?? []),
          );
          if (seen.size < processes || catalog.entries.some(({ attached }) => attached === null))
            throw new Error(`the catalog knows of ${String(seen.size)} processes`);
          return elapsed;
        },
      ],
      figure: ([elapsed = NaN]) => elapsed,
      async dispose() {
        await people.end();
        segments.dispose();
      },
    };
  },
};
