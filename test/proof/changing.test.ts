import { deepEqual, equal, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type * as Face from '../../native/index';
import { native, numberGround, posixGround } from '../native/ground';
import { started, tell, times } from './scale';

/** What may be said of a segment that is taken away from under us. */
const expected: readonly Face.NativeErrorCode[] = [
  'not-found',
  'gone',
  'invalid-size',
  'conflict',
  'out-of-resources',
];

for (const [mechanism, makeGround] of [
  ['posix', posixGround],
  ['systemv', numberGround],
] as const) {
  test(`a ${mechanism} segment that is resized, removed and made anew under reads and edits: no write goes astray`, async (t) => {
    const { segment: address } = makeGround(t);
    const count = times(5000, 50_000);
    const child = await started(
      'changer',
      mechanism,
      'name' in address ? address.name : keyOf(address),
      count,
      process.pid,
    );
    t.after(() => child.kill('SIGKILL'));
    let errors = '';
    child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
    const ended = once(child, 'close') as Promise<[code: number | null]>;
    const seen = { opened: 0, read: 0, written: 0, conflicts: 0 };
    const failures = new Map<string, number>();
    while (child.exitCode === null && child.signalCode === null) {
      try {
        await oneEdit(address, seen);
      } catch (error) {
        const { code } = error as Face.NativeError;
        failures.set(code, (failures.get(code) ?? 0) + 1);
      }
      await new Promise((next) => setImmediate(next));
    }
    tell(
      `${String(count)} transitions: ${JSON.stringify(seen)}, ${JSON.stringify(Object.fromEntries(failures))}`,
    );
    deepEqual([(await ended)[0], errors], [0, '']);
    deepEqual(
      [...failures.keys()].filter((code) => !(expected as readonly string[]).includes(code)),
      [],
    );
    ok(seen.read > 100 && seen.written > 100, 'the program was too fast for us');
    equal(
      native.list(mechanism).filter((info) => info.name === ('name' in address ? address.name : '')).length,
      0,
    );
  });
}

/** Opens what is there now, reads its number, and writes that where it is expected, some times over. */
async function oneEdit(
  address: Face.SegmentAddress,
  seen: { opened: number; read: number; written: number; conflicts: number },
): Promise<void> {
  const segment = await native.open(address, {
    access: seen.opened % 2 === 0 ? 'observe' : 'attach',
    write: seen.opened % 2 === 1,
  });
  seen.opened++;
  const bytes = new Uint8Array(16);
  const whole = new Uint8Array(65536);
  try {
    for (let round = 0; round < 5; round++) {
      segment.read(0, whole);
      if (segment.read(0, bytes) < bytes.length) continue;
      seen.read++;
      const number = bytes.slice(0, 8);
      if (number.every((byte) => byte === 0)) continue;
      const request = { segment, lock: null, offset: 0, timeoutMs: 1000 };
      const { written } = await native.exchange({
        ...request,
        expected: bytes,
        bytes: Uint8Array.from([...number, ...number]),
      });
      if (written) seen.written++;
      else seen.conflicts++;
    }
  } finally {
    segment.close();
  }
}

function keyOf(address: Face.SegmentAddress): number {
  return 'key' in address ? address.key : 0;
}
