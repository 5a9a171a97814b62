import { equal, ok } from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { collectGarbage } from '../garbage';
import { Live } from '../../extension/core/live';
import { Segments } from '../../extension/core/segments';
import { viewerChecks } from '../../extension/shared/checks';
import type { Viewer } from '../../extension/shared/protocol';
import { connect, type Port } from '../../extension/shared/rpc';
import { Store } from '../../webview/store';
import { native, posixGround } from '../native/ground';
import { until } from '../unit/until';
import { useBrowser } from '../webview/browser';
import { tell, times } from './scale';

const browser = useBrowser();

/** How often memory is looked at, and what all frames together may add to it: a frame that keeps a byte adds more. */
const looks = 12;
const mostKiB = 256;
const length = 4096;
const views = 10;

test('a day of frames from the segment to what a view knows: memory stays where it is', async (t) => {
  const count = times(300_000, 5_184_000);
  const { poke, received, stores, segment } = await stage(t);
  poke();
  const used: number[] = [];
  for (let look = 0; look < looks; look++) {
    const wanted = received() + count / looks;
    while (received() < wanted) await pause(20);
    collectGarbage();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    used.push((heapUsed + external) / 1024);
  }
  tell(`${String(received())} frames: ${used.map((one) => one.toFixed()).join(' ')} KiB`);
  ok(growth(used) < mostKiB, `${String(growth(used))} KiB more, by ${used.join(' ')}`);
  for (const { span, history } of stores) {
    equal(span.bytes.length, length);
    equal(history.offsets().length, length, 'every byte was seen to change');
  }
  equal(segment.presence, 'live');
});

test('frames painted by the view: memory stays where it is', async (t) => {
  const count = times(3000, 300_000);
  const page = await browser.open({ size: length, bytesPerRow: 16 });
  const session = await page.context().newCDPSession(page);
  t.after(() => session.detach());
  const used: number[] = [];
  for (let look = 0; look < looks; look++) {
    await page.evaluate(async (frames) => {
      const { fake } = window;
      for (let frame = 0; frame < frames; frame++) {
        const at = frame % 256;
        fake.poke(at, [Math.floor(Math.random() * 256)]);
        await fake.look();
      }
    }, count / looks);
    await session.send('HeapProfiler.collectGarbage');
    used.push((await session.send('Runtime.getHeapUsage')).usedSize / 1024);
  }
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  tell(
    `${String(count)} frames painted: ${used.map((one) => one.toFixed()).join(' ')} KiB, ${String(nodes)} elements`,
  );
  ok(growth(used) < mostKiB, `${String(growth(used))} KiB more, by ${used.join(' ')}`);
});

/** Views of one segment, each with a line to what stands for its webview: whatever arrives there is followed by a write. */
async function stage(t: TestContext) {
  const { segment: address, lock } = posixGround(t);
  ok('name' in address);
  const made = await native.create(address, { size: length, lock });
  const segments = new Segments(native);
  const segment = segments.checkout({ type: 'posix', name: address.name });
  await until('the segment is live', () => segment.presence === 'live');
  let received = 0;
  const poke = (): void => {
    const value = Math.floor(received / 7) & 0xff;
    const at = received % (length - 2);
    made.write(at, new Uint8Array(1 + (received % 3)).fill(value));
  };
  const stores = Array.from({ length: views }, () => new Store());
  const ends = stores.map((store) => {
    const [near, far] = pair();
    const frame: Viewer['frame'] = (told) => {
      store.receive(told, performance.now());
      received += 1;
      poke();
      return Promise.resolve();
    };
    const fault = (line: string): never => {
      throw new Error(line);
    };
    const view = connect<Pick<Viewer, 'frame'>, object>(far, { frame }, { frame: viewerChecks.frame }, fault);
    const host = connect<object, Pick<Viewer, 'frame'>>(near, {}, {}, fault);
    const live = new Live(segment, (told) => host.remote.frame(told), {
      hertz: 1000,
      paused: false,
      underLock: false,
    });
    live.watch({ offset: 0, length });
    return () => {
      live.dispose();
      for (const end of [view, host]) end.dispose();
    };
  });
  t.after(async () => {
    for (const end of ends) end();
    segment.dispose();
    await segments.dispose();
    made.close();
  });
  return { segment, stores, poke, received: () => received };
}

/** Two ends of a line, as between the extension host and a webview: what is sent is copied, and arrives later. */
function pair(): readonly [Port, Port] {
  const listeners: [Listener, Listener] = [() => undefined, () => undefined];
  const end = (own: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => {
        listeners[own === 0 ? 1 : 0](copy);
      });
    },
    onMessage: (listener) => {
      listeners[own] = listener;
      return { dispose: () => (listeners[own] = () => undefined) };
    },
  });
  return [end(0), end(1)];
}

type Listener = (message: unknown) => void;

/** What is added from the first to the last, by the line of least squares through what comes after the first third. */
function growth(values: readonly number[]): number {
  const settled = values.slice(values.length / 3);
  const middle = (settled.length - 1) / 2;
  const mean = settled.reduce((sum, value) => sum + value, 0) / settled.length;
  let [over, under] = [0, 0];
  settled.forEach((value, at) => {
    over += (at - middle) * (value - mean);
    under += (at - middle) ** 2;
  });
  return (over / under) * (settled.length - 1);
}
