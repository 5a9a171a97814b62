import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Find, type FoundPart } from '../../extension/core/find';
import { Live } from '../../extension/core/live';
import { Segments, type OpenSegment } from '../../extension/core/segments';
import { SweepMap } from '../../extension/core/sweepMap';
import type { What } from '../../extension/shared/query';
import type { Figure } from './figure';
import { filled, noise } from './segment';
import { addon, root, scratch, uniqueName } from './stage';

const regexWorker = join(root, 'out/regexWorker.js');
const none = (): Promise<void> => Promise.resolve();
const explodes: What = { kind: 'regex', source: '(a+)+b', ignoreCase: false };
const wanted: What = { kind: 'hex', pattern: '01 02 03 04 05 06 07 08 ?? 09' };

/** A segment as the extension has it open, and a map of it. */
async function opened(segments: Segments, name: string) {
  const segment = segments.checkout({ type: 'posix', name });
  await segment.settled();
  return { segment, map: new SweepMap(segment, none, () => 0.05) };
}

function find(
  segment: OpenSegment,
  map: SweepMap,
  what: What,
  send: (part: FoundPart) => Promise<void> = none,
): Find {
  const query = { start: 0, length: null, alignment: 1, ...what } as const;
  return new Find(segment, query, { regexWorker, map }, send, () => undefined);
}

/** From the cancel of a search to its end: the slower of bytes and of an expression that explodes. */
export const searchCancel: Figure = {
  name: 'search_cancel_ms',
  unit: 'ms',
  must: { atMost: 50 },
  async prepare() {
    const stage = await filled('cancel', 512, noise());
    const long = await filled('cancel', 1, Buffer.alloc(2 ** 20, 'a'));
    const segments = new Segments(addon());
    const bytes = await opened(segments, stage.name);
    const text = await opened(segments, long.name);
    return {
      variants: [
        async () => {
          const searching = find(bytes.segment, bytes.map, wanted);
          await pause(20);
          const start = performance.now();
          searching.stop();
          return performance.now() - start;
        },
        async () => {
          const threads = (): number =>
            process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
          const searching = find(text.segment, text.map, explodes);
          while (threads() === 0) await pause(1);
          await pause(150);
          const start = performance.now();
          searching.stop();
          while (threads() > 0) await pause(1);
          return performance.now() - start;
        },
      ],
      figure: (measured) => Math.max(...measured),
      async dispose() {
        for (const { segment, map } of [bytes, text]) {
          map.dispose();
          segment.dispose();
        }
        await segments.dispose();
        stage.dispose();
        long.dispose();
      },
    };
  },
};

/** Delay of the event loop while a segment is swept, searched by bytes and by expression, and a lock is stuck. */
export const hostStall: Figure = {
  name: 'host_stall_p99_ms',
  unit: 'ms',
  must: { atMost: 20 },
  async prepare() {
    const native = addon();
    const stage = await filled('stall', 512, noise());
    const segments = new Segments(native);
    const { segment, map } = await opened(segments, stage.name);
    const folder = scratch();
    const path = join(folder.path, uniqueName('stall'));
    closeSync(openSync(path, 'w'));
    const lock = { mechanism: 'systemv', path, projectId: 0x51 } as const;
    const held = await native.acquireLock(lock, { timeoutMs: 1000, create: true });
    map.want(1000);
    return {
      variants: [
        async () => {
          const waits = [1, 2, 3, 4].map(() =>
            native.acquireLock(lock, { timeoutMs: 2500, create: false }).catch(() => undefined),
          );
          const delay = monitorEventLoopDelay({ resolution: 1 });
          delay.enable();
          const end = performance.now() + 2500;
          while (performance.now() < end) {
            for (const what of [wanted, { kind: 'regex', source: 'x[ab]{3}y', ignoreCase: false } as const]) {
              await new Promise<void>((done) => {
                const searching = find(segment, map, what, (part) => {
                  if (part.done) done();
                  return none();
                });
                setTimeout(() => {
                  searching.stop();
                  done();
                }, 500);
              });
            }
          }
          delay.disable();
          await Promise.all(waits);
          // Less the pace at which it measures.
          return Math.max(0, delay.percentile(99) / 1e6 - 1);
        },
      ],
      figure: ([milliseconds = NaN]) => milliseconds,
      async dispose() {
        held.release();
        native.removeLock(lock);
        map.dispose();
        segment.dispose();
        await segments.dispose();
        stage.dispose();
        folder.remove();
      },
    };
  },
};

/** Growth of heap and external memory of the host, and of what the sweeps keep, by ten views of a GiB each. */
export const tenViews: Figure = {
  name: 'heap_10_views_mib',
  unit: 'MiB',
  must: { atMost: 32 },
  async prepare() {
    const stage = await filled('views', 1024, noise());
    return {
      variants: [
        async () => {
          global.gc?.();
          const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
          const before = used();
          const segments = new Segments(addon());
          const views = await Promise.all(
            Array.from({ length: 10 }, async () => {
              const { segment, map } = await opened(segments, stage.name);
              const sweep = segment.sweep(1, () => undefined);
              const live = new Live(segment, none, { hertz: 60, paused: false, underLock: false });
              live.watch({ offset: 0, length: 4096 });
              map.want(1000);
              return { segment, map, live, sweep };
            }),
          );
          while (views.some(({ sweep }) => (sweep?.progress.passes ?? 1) < 1)) await pause(20);
          const kept = views.reduce((sum, { sweep }) => sum + (sweep?.progress.memory ?? 0), 0);
          const grown = used() - before + kept;
          for (const { segment, map, live, sweep } of views) {
            sweep?.stop();
            map.dispose();
            live.dispose();
            segment.dispose();
          }
          await segments.dispose();
          return grown / 2 ** 20;
        },
      ],
      figure: ([mebibytes = NaN]) => mebibytes,
      dispose: stage.dispose,
    };
  },
};

/** Reads of a view that wanted everything and is hidden: what the kernel counts for this process. */
export const hiddenReads: Figure = {
  name: 'hidden_reads_per_s',
  unit: 'reads',
  must: { atMost: 0 },
  async prepare() {
    const stage = await filled('hidden', 64, noise());
    const native = addon();
    const segments = new Segments(native);
    const { segment, map } = await opened(segments, stage.name);
    const live = new Live(segment, none, { hertz: 60, paused: false, underLock: false });
    live.watch({ offset: 0, length: 65536 });
    map.want(1000);
    await pause(500);
    map.visible(false);
    live.visible(false);
    const counter = openSync('/proc/self/io', 'r');
    const target = Buffer.alloc(512);
    const bytesRead = (): number => {
      const text = target.toString('latin1', 0, readSync(counter, target, 0, target.length, 0));
      return Number(/^rchar: (\d+)$/m.exec(text)?.[1]);
    };
    return {
      variants: [
        async () => {
          await pause(50);
          const own = bytesRead();
          const first = bytesRead();
          await pause(1000);
          // What asking itself reads, counted once; the least that a view reads is a page.
          return Math.floor(Math.max(0, bytesRead() - first - (first - own)) / 4096);
        },
      ],
      figure: ([reads = NaN]) => reads,
      async dispose() {
        closeSync(counter);
        live.dispose();
        map.dispose();
        segment.dispose();
        await segments.dispose();
        stage.dispose();
      },
    };
  },
};
