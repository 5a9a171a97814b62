import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { collectGarbage } from '../garbage';
import { fileGround, native, posixGround } from '../native/ground';
import { tell, times } from './scale';

const pageKiB = 4;
/** JavaScript's objects are counted exactly; what its collector and malloc keep for later is not given back at once. */
const mostKiB = { objects: 512, resident: 16 * 1024 };

for (const [mechanism, makeGround] of [
  ['POSIX', posixGround],
  ['System V', fileGround],
] as const) {
  test(`after many attaches and detaches of a ${mechanism} segment, descriptors, mappings and memory are where they were`, async (t) => {
    const { segment: address, lock } = makeGround(t);
    const made = await native.create(address, { size: 1 << 20, lock });
    t.after(() => {
      made.close();
    });
    const once = async (): Promise<void> => {
      const segment = await native.open(address, { access: 'attach', write: true });
      segment.write(0, new Uint8Array(64));
      await segment.detach({ removeIfLast: true, lock, timeoutMs: 1000 });
      const observer = await native.open(address, { access: 'observe', write: false });
      observer.read(0, new Uint8Array(64));
      observer.close();
    };
    const count = times(10_000, 1_000_000);
    // Heaps grow at first, to where they stay: for some 100,000 rounds, little of it in the first 20,000.
    for (let round = 0; round < times(10_000, 200_000); round++) await once();
    const before = machine();
    for (let round = 0; round < count; round++) await once();
    const after = machine();
    const [objects, resident] = [
      after.objectsKiB - before.objectsKiB,
      after.residentKiB - before.residentKiB,
    ];
    tell(
      `${String(count)} attaches: ${objects.toFixed()} KiB of objects more, ${String(resident)} KiB of memory`,
    );
    deepEqual([after.descriptors, after.segments], [before.descriptors, before.segments]);
    ok(
      objects < mostKiB.objects && resident < mostKiB.resident,
      `${String(objects)} KiB, ${String(resident)} KiB`,
    );
  });
}

function machine(): { descriptors: number; segments: number; objectsKiB: number; residentKiB: number } {
  collectGarbage();
  collectGarbage();
  const maps = readFileSync('/proc/self/maps', 'latin1').split('\n');
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    segments: maps.filter((line) => /\/dev\/shm\/|\/SYSV/.test(line)).length,
    objectsKiB: process.memoryUsage().heapUsed / 1024,
    residentKiB: Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[1]) * pageKiB,
  };
}
