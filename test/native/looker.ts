// Another window: looks at the System V segment of its argument all the time until standard input ends; says
// "looking" when it has begun, and at its end by which routes.
import type { SegmentAddress } from '../../native/index';
import { native } from './ground';

async function main(): Promise<void> {
  const segment = JSON.parse(process.argv[2] ?? '') as SegmentAddress;
  const opening = { access: 'observe', write: false, lastDetachRemoves: true } as const;
  const observer = await native.open(segment, opening);
  const input = { ended: false };
  process.stdin.on('end', () => (input.ended = true)).resume();
  const target = new Uint8Array(64);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const routes = new Set<string>();
  for (let first = true; !input.ended; first = false) {
    for (let look = 0; look < 100; look++) {
      observer.read(0, target);
      // Most of the time it is between two looks, so that one that is interrupted for long stays rare.
      Atomics.wait(pause, 0, 0, 0.1);
    }
    routes.add(observer.route);
    if (first) process.stdout.write('looking\n');
    await new Promise(setImmediate);
  }
  observer.close();
  process.stdout.write([...routes].join(' '));
}

void main();
