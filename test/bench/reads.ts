import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure, Scene } from './figure';
import { addon, nanosecondsPerCall, root, scratch, uniqueName } from './stage';

const window = 4096;
const calls = 200_000;

/** A filled POSIX segment of 64 KiB and a reader of its first 4 KiB through the addon. */
async function stage() {
  const native = addon();
  const name = uniqueName('read');
  const address = { mechanism: 'posix', name: `/${name}` } as const;
  const owner = await native.create(address, { size: 65536 });
  owner.write(0, new Uint8Array(65536).fill(0x5a));
  const observer = await native.open(address, { access: 'observe', write: false });
  const target = new Uint8Array(window);
  return {
    path: `/dev/shm/${name}`,
    throughAddon: () => nanosecondsPerCall(calls, () => observer.read(0, target)),
    dispose: () => {
      observer.close();
      native.remove(address, owner.identity);
      owner.close();
    },
  };
}

export const readVersusPread: Figure = {
  name: 'read_4k_vs_pread',
  unit: 'ratio',
  must: { atMost: 1.5 },
  async prepare(): Promise<Scene> {
    const reader = await stage();
    const folder = scratch();
    const program = join(folder.path, 'pread');
    execFileSync('cc', ['-O2', '-D_GNU_SOURCE', '-o', program, join(root, 'test/bench/pread.c')]);
    const inC = () =>
      Number(execFileSync(program, [reader.path, String(window), String(calls)], { encoding: 'utf8' }));
    return {
      rounds: 9,
      variants: [reader.throughAddon, inC],
      figure: ([ours = NaN, raw = NaN]) => ours / raw,
      dispose: () => {
        reader.dispose();
        folder.remove();
      },
    };
  },
};

export const readVersusReadSync: Figure = {
  name: 'read_4k_vs_readsync',
  unit: 'ratio',
  must: { atMost: 0.9 },
  async prepare(): Promise<Scene> {
    const reader = await stage();
    const file = openSync(reader.path, constants.O_RDONLY | constants.O_NOATIME);
    const target = new Uint8Array(window);
    return {
      rounds: 9,
      variants: [
        reader.throughAddon,
        () => nanosecondsPerCall(calls, () => readSync(file, target, 0, window, 0)),
      ],
      figure: ([ours = NaN, theirs = NaN]) => ours / theirs,
      dispose: () => {
        closeSync(file);
        reader.dispose();
      },
    };
  },
};
