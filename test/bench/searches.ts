import { spawnSync } from 'node:child_process';
import type { SearchBatch, Segment } from '../../extension/core/native';
import { median, type Figure } from './figure';
import { filled, noise } from './segment';
import { addon } from './stage';

interface Searched {
  readonly milliseconds: number;
  readonly firstHit: number;
  readonly last: SearchBatch;
}

/** The whole job as JavaScript sees it. */
function search(segment: Segment, wanted: Uint8Array): Promise<Searched> {
  const start = performance.now();
  const patterns = [{ bytes: wanted, mask: new Uint8Array(wanted.length).fill(0xff) }];
  // A search by itself keeps no process alive.
  const alive = setInterval(() => undefined, 60_000);
  return new Promise<Searched>((resolve) => {
    let firstHit = Infinity;
    const request = { segment, start: 0, end: null, alignment: 1, most: 10_000, patterns };
    const searching = addon().search(request, () => {
      const last = searching.take();
      const milliseconds = performance.now() - start;
      if (last.total > 0) firstHit = Math.min(firstHit, milliseconds);
      if (last.done) resolve({ milliseconds, firstHit, last });
    });
  }).finally(() => {
    clearInterval(alive);
  });
}

/** Bytes that noise() has none of at one place, so that all is searched. */
function absent(): Uint8Array {
  const bytes = Uint8Array.from(noise().subarray(1000, 1016));
  bytes[9] = (bytes[9] ?? 0) ^ 0x40;
  return bytes;
}

export const searchVersusRipgrep: Figure = {
  name: 'search_vs_ripgrep',
  unit: 'ratio',
  must: { atLeast: 0.9 },
  async prepare() {
    const stage = await filled('search', 1024, noise());
    const wanted = absent();
    const expression = `(?-u)${[...wanted].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
    return {
      rounds: 7,
      variants: [
        async () => {
          const { milliseconds, last } = await search(stage.segment, wanted);
          if (last.total !== 0 || last.position !== 2 ** 30)
            throw new Error('the search did not go over everything');
          return milliseconds;
        },
        () => {
          const start = performance.now();
          const { status, error } = spawnSync('rg', ['--no-mmap', '-j1', '-a', '-c', expression, stage.path]);
          // 1: nothing found.
          if (error !== undefined || status !== 1) throw new Error('ripgrep (rg) could not search.');
          return performance.now() - start;
        },
      ],
      figure: ([ours = NaN, theirs = NaN]) => theirs / ours,
      dispose: stage.dispose,
    };
  },
};

const mebibyte = 2 ** 20;

/** Data on which a search for its pattern is slow if anywhere, and that pattern; each is nowhere in it. */
const adversaries: readonly (() => readonly [data: Uint8Array, wanted: Uint8Array])[] = [
  () => [noise(), absent()],
  () => [Buffer.alloc(mebibyte), Uint8Array.of(0, 0, 0, 1)],
  () => {
    const small = Buffer.alloc(mebibyte);
    for (let at = 0; at < mebibyte; at += 4) small.writeUInt32LE(((at / 4) * 7) % 5, at);
    return [small, Uint8Array.of(5, 0, 0, 0)];
  },
  () => [Buffer.alloc(mebibyte, 0xab), Uint8Array.from([...new Array<number>(15).fill(0xab), 0xac])],
];

export const searchAdversarial: Figure = {
  name: 'search_adversarial',
  unit: 'ratio',
  must: { atLeast: 0.5 },
  async prepare() {
    const stages = await Promise.all(
      adversaries.map(async (make) => {
        const [data, wanted] = make();
        return { wanted, ...(await filled('adversary', 256, data)) };
      }),
    );
    return {
      rounds: 7,
      // By processor time: of four searches one would often be held up by other programs.
      variants: stages.map(({ segment, wanted }) => async () => {
        const before = process.cpuUsage();
        const { last } = await search(segment, wanted);
        const { user, system } = process.cpuUsage(before);
        if (last.position !== last.end) throw new Error('the search did not go over everything');
        return user + system;
      }),
      figure: (measured) => median(measured) / Math.max(...measured),
      dispose: () => {
        for (const stage of stages) stage.dispose();
      },
    };
  },
};

export const searchFirstHit: Figure = {
  name: 'search_first_hit_ms',
  unit: 'ms',
  must: { atMost: 100 },
  async prepare() {
    const stage = await filled('search', 1024, noise());
    const wanted = Uint8Array.from(noise().subarray(1000, 1016));
    return {
      variants: [async () => (await search(stage.segment, wanted)).firstHit],
      figure: ([milliseconds = NaN]) => milliseconds,
      dispose: stage.dispose,
    };
  },
};
