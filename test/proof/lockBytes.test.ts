import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLock } from '../../extension/core/locks/decode';
import { freeBytes } from '../../extension/core/locks/freeBytes';
import { layouts } from '../../extension/core/locks/layout';
import { matchLock } from '../../extension/core/locks/patterns';
import { lockSorts } from '../../extension/shared/lockWords';
import { seeded, type Random } from './badMessages';
import { tell, times } from './scale';

/** More than the largest lock has. */
const longest = 80;

test('random bytes as locks of every machine: each is read without a throw, alike as a find and as a lock, and freed in its own bytes', (t) => {
  const seed = Date.now();
  t.diagnostic(`seed ${String(seed)}`);
  const random = seeded(seed);
  const count = times(30_000, 10_000_000);
  let matched = 0;
  for (let round = 0; round < count; round++) {
    const bytes = randomBytes(random);
    const before = Buffer.from(bytes);
    for (const layout of Object.values(layouts)) {
      for (const sort of lockSorts) {
        const decoded = decodeLock(sort, bytes, layout);
        equal(decoded === null, bytes.length < layout[sort].size);
        const match = matchLock(sort, bytes, layout);
        if (match !== null) deepEqual(match, decoded);
        matched += match === null ? 0 : 1;
        const free = decoded && freeBytes(bytes, decoded, layout);
        if (free) equal(free.length, bytes.length);
      }
    }
    ok(before.equals(bytes));
  }
  tell(`${String(count)} random locks, ${String(matched)} taken for real ones`);
});

/** Mostly zeros and small words, as locks are; any length. */
function randomBytes(random: Random): Uint8Array {
  const bytes = Buffer.alloc(Math.floor(random() * longest));
  const isWild = random() < 0.3;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const chance = random();
    if (isWild || chance < 0.1) bytes.writeInt32LE((random() * 2 ** 32) | 0, at);
    else if (chance < 0.4) bytes.writeInt32LE(Math.floor(random() * 4) | (chance < 0.2 ? 0x80 : 0), at);
  }
  return bytes;
}
