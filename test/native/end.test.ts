import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { addonPath, grounds, native } from './ground';
import { runChild } from './unprivileged';
import { until } from '../unit/until';

const exitCodes = { exit: 3, throw: 1, return: 4 } as const;

for (const { name, make } of grounds) {
  for (const end of ['exit', 'throw', 'return'] as const) {
    test(`${name}: a process that ends by ${end} gives back its lock and its attachment`, async (t) => {
      const { segment, lock } = make(t);
      const made = await native.create(segment, { size: 64, lock });
      const { answer, exitCode, signal } = await runChild('hold', { segment, lock, end }, { silent: true });
      assert.equal(answer, 0, 'it held the lock');
      assert.deepEqual([exitCode, signal], [exitCodes[end], null]);
      assert.equal(native.peekLock(lock).value, 1);
      if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
      made.close();
    });
  }

  test(`${name}: a worker that is terminated gives back its lock and its attachment`, async (t) => {
    const { segment, lock } = make(t);
    const made = await native.create(segment, { size: 64, lock });
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       const { addonPath, segment, lock } = workerData;
       const native = require(addonPath);
       (async () => {
         const held = await native.acquireLock(lock, { timeoutMs: 1000, create: false });
         const attached = await native.open(segment, { access: 'attach', write: true });
         native.acquireLock(lock, { timeoutMs: 60000, create: false }).catch(() => {});
         native.scanProcesses();
         globalThis.kept = [held, attached];
         parentPort.postMessage('held');
         setInterval(() => {}, 1000);
       })();`,
      { eval: true, workerData: { addonPath, segment, lock } },
    );
    await once(worker, 'message');
    await until('its second wait is counted', () => native.peekLock(lock).waiters === 1);
    await worker.terminate();
    assert.equal(native.peekLock(lock).value, 1);
    assert.equal(native.peekLock(lock).waiters, 0);
    if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
    made.close();
  });
}

test('A worker may be terminated in the middle of anything', async (t) => {
  const grounded = grounds.map(({ make }) => make(t));
  const made = [];
  for (const { segment, lock } of grounded) made.push(await native.create(segment, { size: 4096, lock }));
  for (let round = 0; round < 30; round++) {
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       const native = require(workerData.addonPath);
       const target = new Uint8Array(64);
       const all = ({ segment, lock }) => async () => {
         for (;;) {
           const opened = await native.open(segment, { access: 'attach', write: true });
           const request = { segment: opened, lock, offset: 0, timeoutMs: 60000 };
           await native.exchange({ ...request, expected: target, bytes: target });
           await native.copyLocked({ ...request, target });
           await opened.findRoute();
           try { opened.read(-1, target); } catch {}
           await native.acquireLock(lock, { timeoutMs: 60000, create: false }).then((held) => held.release());
           await native.open({ mechanism: 'posix', name: '/missing' }, { access: 'observe', write: false }).catch(() => {});
           opened.close();
           parentPort.postMessage('lap');
         }
       };
       for (const ground of workerData.grounded) all(ground)();`,
      { eval: true, workerData: { addonPath, grounded } },
    );
    for (let lap = 0; lap < 1 + (round % 7); lap++) await once(worker, 'message');
    await worker.terminate();
    for (const { lock } of grounded) assert.equal(native.peekLock(lock).value, 1);
  }
  for (const [index, { segment }] of grounded.entries()) {
    if (segment.mechanism === 'systemv') assert.equal(native.info(segment).attachCount, 1);
    made[index]?.close();
  }
});
