import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, statfsSync, truncateSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { native, posixGround } from '../native/ground';

const size = 2 ** 36;

/** In the process that has a /dev/shm of its own, which is as good as full. */
const fullVariable = 'SEGMENT_LENS_FULL';
const isFull = process.env[fullVariable] === '1';

test('64 GiB of holes, watched, swept and searched from end to end: not one page is allocated', async (t) => {
  const { segment: address } = posixGround(t);
  ok('name' in address);
  const made = await native.create(address, { size: 4096 });
  t.after(() => {
    made.close();
  });
  if (isFull) fillUp();
  // As a program makes a sparse one: our own resize would reserve it.
  truncateSync(`/dev/shm${address.name}`, size);
  const before = made.info().allocated;
  // None of the three keeps the process alive.
  const awake = setInterval(() => undefined, 1000);
  t.after(() => {
    clearInterval(awake);
  });
  const segment = await native.open(address, { access: 'observe', write: false });
  t.after(() => {
    segment.close();
  });
  await new Promise<void>((seen) => {
    const watch = native.watch(
      { segment, offset: size - 65536, length: 65536, hertz: 60, lock: null },
      () => {
        const found = watch.take();
        if (found === null) return;
        equal(found.length, 65536);
        watch.stop();
        seen();
      },
    );
  });
  const sweep = native.sweep({ segment, budget: 1 }, () => undefined);
  while (sweep.progress.passes < 3) await new Promise((later) => setTimeout(later, 5));
  sweep.map(0, size, 512);
  sweep.stop();
  const hits = await new Promise<number>((done) => {
    const patterns = [{ bytes: Uint8Array.from([1, 2, 3, 4]), mask: new Uint8Array(4).fill(255) }];
    const search = native.search({ segment, start: 0, end: null, alignment: 1, most: 10, patterns }, () => {
      const batch = search.take();
      if (batch.done) done(batch.total);
    });
  });
  deepEqual([hits, made.info().allocated, made.info().size], [0, before, size]);
});

if (process.env['SEGMENT_LENS_SOAK'] === '1' && !isFull) {
  test('the same, with a full /dev/shm', () => {
    const room = 'mount -t tmpfs -o size=1m tmpfs /dev/shm && exec "$0" "$@"';
    const itself = [process.execPath, '--test-reporter=tap', __filename];
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', room, ...itself], {
      env: { ...process.env, [fullVariable]: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  });
}

/** Takes all that is free of /dev/shm, which goes with the process. */
function fillUp(): void {
  const file = openSync('/dev/shm/full', 'wx');
  const { bavail, bsize } = statfsSync('/dev/shm');
  for (let block = 0; block < bavail; block++) writeSync(file, Buffer.alloc(bsize, 1));
  closeSync(file);
  equal(statfsSync('/dev/shm').bavail, 0);
}
