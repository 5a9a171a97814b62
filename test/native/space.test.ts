import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scarce, type Scarce, type Space } from '../../extension/core/space';

const mebibyte = 1024 * 1024;

/** What is told in an ipc namespace of its own whose /dev/shm has 64 MiB, so many of them taken. */
function toldWith(taken: number): { readonly space: Space; readonly scarce: readonly Scarce[] } {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const fill = taken > 0 ? `fallocate -l ${String(taken)} /dev/shm/filler` : 'true';
  const script = `mount -t tmpfs -o size=64m tmpfs /dev/shm && ${fill} && exec "$0" "$@"`;
  const args = [...user, '--mount', '--ipc', 'sh', '-c', script, process.execPath];
  const output = execFileSync('unshare', [...args, join(__dirname, 'spaceTeller.js')], { encoding: 'utf8' });
  return JSON.parse(output) as ReturnType<typeof toldWith>;
}

test('The space of /dev/shm is told in bytes, and what System V has in use', () => {
  const { space, scarce: short } = toldWith(0);
  assert.deepEqual(space.posix, { used: 0, most: 64 * mebibyte });
  assert.equal(space.segments.used, 1);
  assert.equal(space.bytes.used, 8192, 'whole pages');
  assert.equal(space.sets.used, 1);
  assert.equal(space.semaphores.used, 1);
  assert.deepEqual(short, []);
});

test('The 64 MiB of a container are said to be nearly full before they are', () => {
  assert.deepEqual(toldWith(50 * mebibyte).scarce, []);
  const { space, scarce: short } = toldWith(60 * mebibyte);
  assert.deepEqual(space.posix, { used: 60 * mebibyte, most: 64 * mebibyte });
  assert.deepEqual(short, ['posix']);
});

test('The limits of System V are those that the kernel has', () => {
  const { space } = toldWith(0);
  const [, semmns, , semmni] = readFileSync('/proc/sys/kernel/sem', 'latin1').trim().split(/\s+/).map(Number);
  assert.equal(space.semaphores.most, semmns);
  assert.equal(space.sets.most, semmni);
  assert.equal(space.segments.most, Number(readFileSync('/proc/sys/kernel/shmmni', 'latin1')));
});

test('Every limit of System V can run out', () => {
  const enough = { used: 1, most: 10 };
  const space = {
    posix: null,
    segments: enough,
    bytes: enough,
    largest: null,
    sets: enough,
    semaphores: enough,
  };
  assert.deepEqual(scarce(space), []);
  for (const name of ['segments', 'bytes', 'sets', 'semaphores'] as const) {
    assert.deepEqual(scarce({ ...space, [name]: { used: 9, most: 10 } }), [name]);
    assert.deepEqual(scarce({ ...space, [name]: { used: 9, most: null } }), []);
  }
});
