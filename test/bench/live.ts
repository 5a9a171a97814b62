import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Live } from '../../extension/core/live';
import { Segments } from '../../extension/core/segments';
import type { Frame } from '../../extension/shared/protocol';
import type { Figure } from './figure';
import { addon, root, uniqueName } from './stage';

const size = 65536;
const seconds = 4;

/**
 * What VS Code does in the extension host with a message to a webview (engine 1.57 and later): JSON with the
 * array buffers cut out, then one buffer for the connection.
 */
function serialise(frame: Frame): number {
  const buffers: Uint8Array[] = [];
  const text = JSON.stringify(frame, (_key, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    buffers.push(value);
    return { $$vscode_array_buffer_reference$$: true, index: buffers.length - 1 };
  });
  return Buffer.concat([Buffer.from(text), ...buffers]).length;
}

/** A live view of 64 KiB at 60 Hz, while a peer changes bytes every `writeMs`; at least `leastFrames` a second come. */
function liveView(name: string, atMost: number, writeMs: number, leastFrames: number): Figure {
  return {
    name,
    unit: '%',
    must: { atMost },
    async prepare() {
      const native = addon();
      const name = `/${uniqueName('live')}`;
      const address = { mechanism: 'posix', name } as const;
      const owner = await native.create(address, { size });
      const writer = fork(join(root, 'out/test/bench/writer.js'), [name, String(writeMs)]);
      await once(writer, 'message');
      const segments = new Segments(native);
      const segment = segments.checkout({ type: 'posix', name });
      let frames = 0;
      const send = (frame: Frame): Promise<void> => {
        if (serialise(frame) > 0) frames += 1;
        return new Promise((resolve) => setImmediate(resolve));
      };
      const live = new Live(segment, send, { hertz: 60, paused: false, underLock: false });
      live.watch({ offset: 0, length: size });
      live.visible(true);
      return {
        variants: [
          async () => {
            frames = 0;
            const before = process.cpuUsage();
            const start = performance.now();
            await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
            const { user, system } = process.cpuUsage(before);
            const elapsed = performance.now() - start;
            if (frames < seconds * leastFrames)
              throw new Error(`the view saw only ${String(frames)} frames in ${String(seconds)} s`);
            if (live.rate < 50) throw new Error(`the view looked only ${String(live.rate)} times a second`);
            return ((user + system) / 1000 / elapsed) * 100;
          },
        ],
        figure: ([percent = NaN]) => percent,
        async dispose() {
          live.dispose();
          segment.dispose();
          await segments.dispose();
          writer.kill();
          await once(writer, 'exit');
          native.remove(address, owner.identity);
          owner.close();
        },
      };
    },
  };
}

/**
 * One core's share that a live view of 64 KiB at 60 Hz costs the extension host, thread included, while a peer changes
 * bytes ten times a second: each look reads and compares all 64 KiB, each change is sent. Without the webview's part.
 */
export const liveWindow = liveView('live_64k_60hz_cpu_percent', 1, 100, 8);

/** The same while a peer changes bytes all the time, so that each look ends in a frame: 60 of 64 KiB a second. */
export const liveEveryLook = liveView('live_64k_60hz_every_look_changed_cpu_percent', 3, 5, 30);
