import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SegmentError } from '../../extension/core/errors';
import { identityOf } from '../../extension/core/identity';
import { formatKey, lockAddress, segmentAddress, type NativeKey } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import {
  collisions,
  createSegment,
  recreateSegment,
  removeSegment,
  saveSegment,
  writeFileInto,
} from '../../extension/core/lifecycle';
import type { Native } from '../../extension/core/native';
import { Segments, type OpenSegment } from '../../extension/core/segments';
import { addon, atEnd, attachElsewhere, exists, removeAfter, scratch, unique } from './machine';
import { rejection } from './refusal';

const native = addon();

function stage(t: TestContext, use: Native = native) {
  const segments = new Segments(use);
  atEnd(t, () => segments.dispose());
  return segments;
}

function posixKey(t: TestContext): Extract<NativeKey, { type: 'posix' }> {
  const key = { type: 'posix', name: `/${unique('posix')}` } as const;
  removeAfter(t, native, key);
  return key;
}

/** A Qt key with its files in a folder of the test's own. */
function qtKey(t: TestContext) {
  const folder = scratch(t);
  const text = unique('qt');
  const key = qtLegacyKey(text, 'systemv', folder);
  const lock = lockAddress(key);
  assert(key.type === 'systemv' && lock !== null && 'path' in lock);
  removeAfter(t, native, key);
  return { key, lock, text, folder };
}

const bytesOf = (segment: OpenSegment, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  assert.equal(segment.read(0, bytes), length);
  return bytes;
};

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index % 255) + 1);

test('the number of a key file is that of ftok', (t) => {
  const file = join(scratch(t), 'key');
  writeFileSync(file, '');
  const { dev, ino } = statSync(file);
  const number = (0x51 << 24) | ((dev & 0xff) << 16) | (ino & 0xffff);
  assert.equal(native.ftok(file, 0x51), number | 0);
});

for (const mechanism of ['posix', 'systemv'] as const) {
  const makeKey = (t: TestContext): NativeKey => (mechanism === 'posix' ? posixKey(t) : qtKey(t).key);

  test(`${mechanism}: a created segment is ours to read and write, zeroed, with exactly its size`, async (t) => {
    const segment = await createSegment(stage(t), native, makeKey(t), 1000, 500);
    assert.deepEqual([segment.access, segment.writable, segment.info?.size], ['attach', true, 1000]);
    assert.ok(bytesOf(segment, 1000).every((byte) => byte === 0));
    await segment.write(990, pattern(10), 500);
    assert.deepEqual(bytesOf(segment, 1000).subarray(990), pattern(10));
  });

  test(`${mechanism}: an existing key is refused with size, owner and mode, and its bytes stay`, async (t) => {
    const key = makeKey(t);
    const segments = stage(t);
    const segment = await createSegment(segments, native, key, 64, 500);
    await segment.write(0, pattern(64), 500);
    const { code, size, owner, mode } = await rejection(createSegment(segments, native, key, 32, 500));
    assert.deepEqual([code, size, owner, mode], ['already-exists', 64, segment.info?.owner, 0o600]);
    const largest = Math.min(native.limits(mechanism).maximumSize ?? Infinity, Number.MAX_SAFE_INTEGER);
    assert.equal(
      (await rejection(createSegment(segments, native, key, largest, 500))).code,
      'already-exists',
    );
    assert.deepEqual(bytesOf(segment, 64), pattern(64));
  });

  test(`${mechanism}: a size that cannot be is refused with the limits, and nothing is made`, async (t) => {
    const key = makeKey(t);
    for (const size of [0, -1, 1.5, NaN, Number.MAX_SAFE_INTEGER + 1]) {
      const { code, rule, minimum } = await rejection(createSegment(stage(t), native, key, size, 500));
      assert.deepEqual([code, rule, minimum], ['invalid-size', 'size-range', '1'], String(size));
    }
    assert.equal(exists(native, key), false);
  });

  test(`${mechanism}: recreating keeps the bytes that fit, and the mode`, async (t) => {
    const key = makeKey(t);
    const segments = stage(t);
    const first = await createSegment(segments, native, key, 100, 500);
    await first.write(0, pattern(100), 500);
    const before = first.identity;
    const larger = await recreateSegment(segments, native, key, 200, { force: false, timeoutMs: 500 });
    assert.notEqual(larger.identity, before);
    assert.deepEqual(bytesOf(larger, 200), Uint8Array.from([...pattern(100), ...new Uint8Array(100)]));
    const smaller = await recreateSegment(segments, native, key, 50, { force: false, timeoutMs: 500 });
    assert.deepEqual(bytesOf(smaller, 50), pattern(50));
    const { size, mode } = native.info(segmentAddress(key));
    assert.deepEqual([size, mode, smaller.access], [50, 0o600, 'attach']);
  });

  test(`${mechanism}: a segment of a size that cannot be is left as it was`, async (t) => {
    const key = makeKey(t);
    const segments = stage(t);
    const segment = await createSegment(segments, native, key, 100, 500);
    await segment.write(0, pattern(100), 500);
    const { rule } = await rejection(
      recreateSegment(segments, native, key, 0, { force: true, timeoutMs: 500 }),
    );
    assert.equal(rule, 'size-range');
    assert.deepEqual(bytesOf(segment, 100), pattern(100));
  });

  test(`${mechanism}: when the new one cannot be made, the old bytes are there under the old key`, async (t) => {
    const key = makeKey(t);
    const segments = stage(t);
    const segment = await createSegment(segments, native, key, 100, 500);
    await segment.write(0, pattern(100), 500);
    const failing = failCreating(1);
    const { code } = await rejection(
      recreateSegment(segments, failing, key, 200, { force: false, timeoutMs: 500 }),
    );
    assert.equal(code, 'out-of-resources');
    await segment.reopen();
    assert.deepEqual(bytesOf(segment, 100), pattern(100));
    assert.equal(native.info(segmentAddress(key)).size, 100);
  });

  test(`${mechanism}: removing names what went and leaves nothing`, async (t) => {
    const key = makeKey(t);
    const segment = await createSegment(stage(t), native, key, 64, 500);
    const { removed } = await removeSegment(native, key, segment.identity ?? '');
    assert.equal(removed[0], formatKey(key));
    assert.equal(exists(native, key), false);
    const lock = lockAddress(key);
    assert(lock);
    assert.equal(native.peekLock(lock).exists, false);
    if (key.type === 'systemv') assert.deepEqual(readdirSync(dirname(key.path)), []);
  });

  test(`${mechanism}: another segment that took the name is not removed`, async (t) => {
    const key = makeKey(t);
    await createSegment(stage(t), native, key, 64, 500);
    assert.equal((await rejection(removeSegment(native, key, '999999'))).code, 'gone');
    assert.ok(exists(native, key));
  });
}

/** The real addon, but its first `failures` creations fail. */
function failCreating(failures: number): Native {
  let left = failures;
  const create: Native['create'] = (address, options) =>
    left-- > 0
      ? Promise.reject(new SegmentError('out-of-resources', 'no memory left'))
      : native.create(address, options);
  return new Proxy(native, {
    get: (target, name) => (name === 'create' ? create : (Reflect.get(target, name) as unknown)),
  });
}

test('a Qt segment is made with key file and lock as Qt makes them, and the last to leave removes all', async (t) => {
  const { key, lock, folder } = qtKey(t);
  const segment = await createSegment(stage(t), native, key, 64, 500);
  const names = [basename(key.path), basename(lock.path)].sort();
  assert.deepEqual(readdirSync(folder).sort(), names);
  assert.deepEqual([segment.lock.state, segment.lock.kind], ['free', 'systemv']);
  const { removedSegment } = await segment.detach();
  assert.equal(removedSegment, true);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(exists(native, key), false);
});

test('a POSIX segment is made without a lock, and stays when we leave', async (t) => {
  const key = posixKey(t);
  const segment = await createSegment(stage(t), native, key, 64, 500);
  assert.equal(segment.lock.state, 'none');
  await segment.detach();
  assert.ok(exists(native, key));
});

test('a Qt segment stays when we leave and another process is attached', async (t) => {
  const { key, lock } = qtKey(t);
  const segments = stage(t);
  const segment = await createSegment(segments, native, key, 64, 500);
  const other = await attachElsewhere(t, key);
  const { removedSegment, remaining } = await segment.detach();
  assert.deepEqual([removedSegment, remaining], [false, 1]);
  assert.ok(exists(native, key));
  assert.ok(native.peekLock(lock).exists);
  await other.leave();
});

test('an attachment for one piece of work is given back also where another keeps the lock for ever', async (t) => {
  const { key, lock } = qtKey(t);
  const peers = stage(t);
  const theirs = await createSegment(peers, native, key, 64, 500);
  const segment = stage(t).checkout(key);
  await segment.attach(true);
  assert.equal(native.info(segmentAddress(key)).attachCount, 2);
  const held = await native.acquireLock(lock, { timeoutMs: 500, create: false });
  await segment.leave(1);
  assert.equal(segment.access, 'observe');
  assert.equal(native.info(segmentAddress(key)).attachCount, 1, 'nobody is left of us');
  assert.equal(native.peekLock(lock).value, 0, 'the lock is whose it was');
  held.release();
  await theirs.detach();
  assert.equal(exists(native, key), false);
});

test('a Qt segment that was an orphan before we came is left alone', async (t) => {
  const { key } = qtKey(t);
  const orphan = await native.create(segmentAddress(key), { size: 64 });
  orphan.close();
  const segment = stage(t).checkout(key);
  await segment.attach(true);
  assert.equal((await segment.detach()).removedSegment, false);
  assert.ok(exists(native, key));
});

test('a lock made for a segment that could not be made is not left behind', async (t) => {
  const { key, folder } = qtKey(t);
  const { maximumSize } = native.limits('systemv');
  const size = Math.min(maximumSize ?? 2 ** 52, 2 ** 52);
  const { code, size: asked } = await rejection(createSegment(stage(t), native, key, size, 500));
  assert.deepEqual([code, asked], ['out-of-resources', size]);
  assert.deepEqual(readdirSync(folder), []);
});

test('a POSIX segment larger than what is free is refused with both sizes, and nothing is left', async (t) => {
  const segments = stage(t);
  // With one there, less is free than the limit that a size is checked against.
  await createSegment(segments, native, posixKey(t), 4096, 500);
  const key = posixKey(t);
  const { maximumSize } = native.limits('posix');
  assert(maximumSize !== null);
  const { code, size, free } = await rejection(createSegment(segments, native, key, maximumSize, 500));
  assert.deepEqual([code, size], ['out-of-resources', maximumSize]);
  assert.ok(free !== undefined && free < maximumSize);
  assert.equal(exists(native, key), false);
});

test('recreating is refused while others are attached, with their names, unless forced', async (t) => {
  const { key } = qtKey(t);
  const segments = stage(t);
  const segment = await createSegment(segments, native, key, 64, 500);
  await segment.write(0, pattern(64), 500);
  const other = await attachElsewhere(t, key);
  const { code, attached } = await rejection(
    recreateSegment(segments, native, key, 128, { force: false, timeoutMs: 500 }),
  );
  assert.equal(code, 'busy');
  assert.deepEqual(
    attached?.map(({ name }) => name),
    ['node'],
  );
  assert.equal(native.info(segmentAddress(key)).size, 64);
  const forced = await recreateSegment(segments, native, key, 128, { force: true, timeoutMs: 500 });
  assert.deepEqual(bytesOf(forced, 64), pattern(64));
  await other.leave();
});

test('recreating a POSIX segment never truncates what a peer has open', async (t) => {
  const key = posixKey(t);
  const segments = stage(t);
  await createSegment(segments, native, key, 8192, 500);
  const peer = await native.open(segmentAddress(key), { access: 'observe', write: false });
  await recreateSegment(segments, native, key, 100, { force: true, timeoutMs: 500 });
  assert.deepEqual([peer.state().size, peer.state().removed], [8192, true]);
  peer.close();
});

test('recreating with a lock held for ever names the holder and changes nothing', async (t) => {
  const { key, lock } = qtKey(t);
  const segments = stage(t);
  const segment = await createSegment(segments, native, key, 64, 500);
  const held = await native.acquireLock(lock, { timeoutMs: 500, create: false });
  const { code, holder } = await rejection(
    recreateSegment(segments, native, key, 128, { force: false, timeoutMs: 50 }),
  );
  assert.deepEqual([code, holder?.pid], ['busy', process.pid]);
  assert.equal(native.info(segmentAddress(key)).size, 64);
  held.release();
  await segment.detach();
});

test('bytes that no segment would take any more are rescued to a file that the error names', async (t) => {
  const { key } = qtKey(t);
  const segments = stage(t);
  const segment = await createSegment(segments, native, key, 100, 500);
  await segment.write(0, pattern(100), 500);
  const { rescued = '' } = await rejection(
    recreateSegment(segments, failCreating(2), key, 200, { force: false, timeoutMs: 500 }),
  );
  assert.deepEqual(Uint8Array.from(readFileSync(rescued)), pattern(100));
  atEnd(t, () => rm(dirname(rescued), { recursive: true }));
});

test('removing a Qt segment removes its key files and its lock', async (t) => {
  const { key, lock } = qtKey(t);
  const segment = await createSegment(stage(t), native, key, 64, 500);
  const { removed } = await removeSegment(native, key, segment.identity ?? '');
  assert.deepEqual(removed.slice(0, 2), [formatKey(key), key.path]);
  assert.ok(removed.includes(lock.path));
});

test('removing a segment whose native key is a file of the user leaves the file', async (t) => {
  const file = join(scratch(t), 'letters.txt');
  writeFileSync(file, 'dear reader');
  const key = { type: 'systemv', path: file, projectId: 0x51 } as const;
  const segment = await createSegment(stage(t), native, key, 64, 500);
  await removeSegment(native, key, segment.identity ?? '');
  assert.equal(readFileSync(file, 'utf8'), 'dear reader');
});

test('detaching as the last from a native key leaves segment and file', async (t) => {
  const file = join(scratch(t), 'letters.txt');
  writeFileSync(file, '');
  const key = { type: 'systemv', path: file, projectId: 0x51 } as const;
  removeAfter(t, native, key);
  const segment = await createSegment(stage(t), native, key, 64, 500);
  assert.equal((await segment.detach()).removedSegment, false);
  assert.ok(exists(native, key) && existsSync(file));
});

test('a free key has no collisions', async (t) => {
  const { key, text, folder } = qtKey(t);
  assert.deepEqual(await collisions(native, text, { meaning: 'qt-systemv', key }, [folder]), []);
});

test('a key that exists, here or in the other mechanism, is a collision with its entry', async (t) => {
  const { key, text, folder } = qtKey(t);
  const other = { type: 'posix', name: `/${text}` } as const;
  removeAfter(t, native, other);
  await createSegment(stage(t), native, key, 64, 500);
  await createSegment(stage(t), native, other, 32, 500);
  const found = await collisions(native, text, { meaning: 'qt-systemv', key }, [folder]);
  assert.deepEqual(
    found.map(({ why, entry }) => [why, entry?.info.size, entry?.kind]),
    [
      ['exists', 64, 'qt'],
      ['same-name-in-other-mechanism', 32, 'raw'],
    ],
  );
});

test('a key file with the number of another is a collision of numbers', async (t) => {
  const { key, text, folder } = qtKey(t);
  writeFileSync(key.path, '');
  const twin = qtLegacyKey(`${text} twin`, 'systemv', folder);
  assert(twin.type === 'systemv');
  // One inode, so one number: as when two inodes agree in their low 16 bits.
  linkSync(key.path, twin.path);
  const found = await collisions(native, text, { meaning: 'qt-systemv', key }, [folder]);
  assert.deepEqual(
    found.map(({ why, key: near }) => [why, near.type === 'systemv' && near.path]),
    [['same-ftok-number', twin.path]],
  );
});

test('a key file with that number is found wherever Qt programs may keep theirs', async (t) => {
  const { key, text, folder } = qtKey(t);
  writeFileSync(key.path, '');
  const elsewhere = scratch(t);
  const twin = qtLegacyKey(`${text} twin`, 'systemv', elsewhere);
  assert(twin.type === 'systemv');
  linkSync(key.path, twin.path);
  const near = async (typed: string, chosen: NativeKey): Promise<readonly unknown[]> =>
    (await collisions(native, typed, { meaning: 'qt-systemv', key: chosen }, [elsewhere, folder])).map(
      ({ why, key: found, entry }) => [why, found.type === 'systemv' && found.path, entry],
    );
  assert.deepEqual(await near(text, key), [['same-ftok-number', twin.path, null]]);
  const number = native.ftok(key.path, 0x51);
  assert.deepEqual(await near(String(number), { type: 'systemv-key', key: number }), [
    ['same-ftok-number', twin.path, null],
    ['same-ftok-number', key.path, null],
  ]);
});

test('a lock without a segment is a leftover', async (t) => {
  const { key, lock, text, folder } = qtKey(t);
  (await native.acquireLock(lock, { timeoutMs: 500, create: true })).release();
  atEnd(t, () => {
    native.removeLock(lock);
  });
  const found = await collisions(native, text, { meaning: 'qt-systemv', key }, [folder]);
  assert.deepEqual(
    found.map(({ why, entry }) => [why, entry]),
    [['leftover-lock', null]],
  );
});

test('a saved segment has every byte, and its zeros are holes', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 3 * 1024 * 1024 + 5, 500);
  await segment.write(2 * 1024 * 1024 - 2, pattern(6), 500);
  await segment.write(3 * 1024 * 1024, pattern(5), 500);
  const file = join(scratch(t), 'saved.bin');
  const seen: number[] = [];
  const saved = await saveSegment(
    segment,
    file,
    (fraction) => seen.push(fraction),
    new AbortController().signal,
  );
  assert.equal(saved, 3 * 1024 * 1024 + 5);
  const expected = Buffer.alloc(saved);
  segment.read(0, expected);
  assert.ok(readFileSync(file).equals(expected));
  assert.ok(statSync(file).blocks * 512 < 1024 * 1024, 'holes stay holes');
  assert.equal(seen.at(-1), 1);
});

test('a part is saved from its first byte to its last, wherever its holes lie', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 4 * 1024 * 1024, 500);
  await segment.write(1_000_001, pattern(50), 500);
  await segment.write(3_999_990, pattern(20), 500);
  const file = join(scratch(t), 'part.bin');
  const part = { offset: 999_999, length: 3_000_005 };
  const saved = await saveSegment(segment, file, () => undefined, new AbortController().signal, part);
  assert.equal(saved, part.length);
  const expected = Buffer.alloc(part.length);
  segment.read(part.offset, expected);
  assert.ok(readFileSync(file).equals(expected));
  assert.ok(expected.subarray(-14).equals(pattern(20).subarray(0, 14)));
});

test('a part past the end is refused with the size, and no file is made', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 64, 500);
  const folder = scratch(t);
  const part = { offset: 60, length: 5 };
  const saving = saveSegment(
    segment,
    join(folder, 'part.bin'),
    () => undefined,
    new AbortController().signal,
    part,
  );
  const { code, rule, size } = await rejection(saving);
  assert.deepEqual([code, rule, size], ['invalid-size', 'past-the-end', 64]);
  assert.deepEqual(readdirSync(folder), []);
});

test('a segment of 1 TiB with holes is saved without reading them, and stays one with holes', async (t) => {
  const key = posixKey(t);
  const segment = await createSegment(stage(t), native, key, 4096, 500);
  truncateSync(`/dev/shm${key.name}`, 2 ** 40);
  const file = join(scratch(t), 'saved.bin');
  const length = 2 ** 39;
  await segment.write(length - 5, pattern(5), 500);
  const saved = await saveSegment(segment, file, () => undefined, new AbortController().signal, {
    offset: 0,
    length,
  });
  assert.equal(saved, length);
  assert.equal(statSync(file).size, length);
  assert.ok(statSync(file).blocks * 512 < 1024 * 1024);
});

test('saving takes the place of a file only when it is whole', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 2 * 1024 * 1024, 500);
  const folder = scratch(t);
  const file = join(folder, 'saved.bin');
  writeFileSync(file, 'before');
  const cancel = new AbortController();
  const saving = saveSegment(
    segment,
    file,
    () => {
      cancel.abort();
    },
    cancel.signal,
  );
  const { code, call } = await rejection(saving);
  assert.deepEqual([code, call], ['closed', 'cancel']);
  assert.equal(readFileSync(file, 'utf8'), 'before');
  assert.deepEqual(readdirSync(folder), ['saved.bin']);
});

test('saving a segment that shrinks meanwhile leaves no half file', async (t) => {
  const key = posixKey(t);
  const segment = await createSegment(stage(t), native, key, 4 * 1024 * 1024, 500);
  const folder = scratch(t);
  const shrink = (): void => {
    truncateSync(`/dev/shm${key.name}`, 10);
  };
  const saving = saveSegment(segment, join(folder, 'saved.bin'), shrink, new AbortController().signal);
  assert.equal((await rejection(saving)).code, 'gone');
  assert.deepEqual(readdirSync(folder), []);
});

test('saving where no file can be says so', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 64, 500);
  const file = join(scratch(t), 'missing', 'saved.bin');
  const saving = saveSegment(segment, file, () => undefined, new AbortController().signal);
  const { code, file: named } = await rejection(saving);
  assert.deepEqual([code, named], ['not-found', file]);
});

test('a file is written into the segment where it fits', async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 300_000, 500);
  const file = join(scratch(t), 'input.bin');
  writeFileSync(file, pattern(200_000));
  assert.equal(await writeFileInto(segment, file, 100_000, 500), 200_000);
  assert.deepEqual(bytesOf(segment, 300_000).subarray(100_000), pattern(200_000));
});

test('a file that does not fit is refused before the first byte', async (t) => {
  const size = 2_000_000;
  const segment = await createSegment(stage(t), native, posixKey(t), size, 500);
  const file = join(scratch(t), 'input.bin');
  writeFileSync(file, pattern(1_600_000));
  const { code, rule, maximum } = await rejection(writeFileInto(segment, file, 400_001, 500));
  assert.deepEqual([code, rule, maximum], ['invalid-size', 'past-the-end', '400000']);
  assert.ok(Buffer.from(bytesOf(segment, size)).equals(Buffer.alloc(size)));
});

test('a missing file, and a folder, are refused', async (t) => {
  const folder = scratch(t);
  const segment = await createSegment(stage(t), native, posixKey(t), 64, 500);
  const missing = await rejection(writeFileInto(segment, join(folder, 'no'), 0, 500));
  assert.deepEqual([missing.code, missing.file], ['not-found', join(folder, 'no')]);
  const { rule, file } = await rejection(writeFileInto(segment, folder, 0, 500));
  assert.deepEqual([rule, file], ['not-a-file', folder]);
});

test('a lock that is taken halfway through a file: the error says how much was written', async (t) => {
  const segment = await createSegment(stage(t, busyFrom(18)), native, posixKey(t), 2_000_000, 500);
  const file = join(scratch(t), 'input.bin');
  writeFileSync(file, pattern(1_500_000));
  const { code, written } = await rejection(writeFileInto(segment, file, 0, 500));
  assert.deepEqual([code, written], ['busy', 17 * 65536]);
  const bytes = bytesOf(segment, 2_000_000);
  assert.notEqual(bytes[17 * 65536 - 1], 0);
  assert.ok(bytes.subarray(17 * 65536).every((byte) => byte === 0));
});

/** The real addon, whose exchanges are busy from the given one on. */
function busyFrom(first: number): Native {
  let calls = 0;
  const exchange: Native['exchange'] = (request) => {
    calls += 1;
    return calls < first ? native.exchange(request) : Promise.reject(new SegmentError('busy', 'it is held'));
  };
  return new Proxy(native, {
    get: (target, name) => (name === 'exchange' ? exchange : (Reflect.get(target, name) as unknown)),
  });
}

test("an identity is the addon's own", async (t) => {
  const segment = await createSegment(stage(t), native, posixKey(t), 64, 500);
  assert.ok(segment.info);
  assert.equal(identityOf(segment.info), segment.identity);
});
