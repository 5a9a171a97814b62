import { deepEqual, match } from 'node:assert/strict';
import { test } from 'node:test';
import { fileGround, native } from '../native/ground';
import { output, tell, times } from './scale';

test('killed anywhere in attach, lock, copy, exchange and detach, we leave the lock free and nobody attached', async (t) => {
  const ground = fileGround(t);
  const { segment, lock } = ground;
  const made = await native.create(segment, { size: 65536, lock });
  t.after(() => {
    made.close();
  });
  const semaphores = native.list('systemv').length;
  const count = times(10_000, 100_000);
  const said = await output('killed', pathOf(segment), pathOf(lock), count, process.pid);
  tell(`${String(count)} kills: ${said.trim().replaceAll('\n', ', ')}`);
  // Each step was met, else the kills were not at random points.
  for (const step of ['attach', 'copy', 'exchange', 'hold', 'detach'])
    match(said, new RegExp(`^${step} [1-9]`, 'm'));
  deepEqual([native.list('systemv').length, native.peekLock(lock).value], [semaphores, 1]);
});

function pathOf(address: object): string {
  return (address as { readonly path: string }).path;
}
