// The addon for Alpine in a runtime of musl.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { native, numberGround, posixGround, type Ground } from '../native/ground';
import { root } from '../root';

const target = 'alpine-x64';

/** Runs smoke.js in the runtime of musl; answers with what it found. */
async function smoke({ segment, lock }: Ground): Promise<Record<string, unknown>> {
  const env = {
    ...process.env,
    SEGMENT_LENS_ADDON: join(root, 'out/cross', target, 'segment_lens.node'),
  };
  const args = [join(__dirname, 'smoke.js'), JSON.stringify([segment, lock])];
  const { stdout } = await promisify(execFile)(join(root, 'out/platforms', target, 'node'), args, { env });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('An addon for musl that needs what musl does not have is refused by the name of it', async () => {
  interface Elf {
    readonly readElf: (path: string) => { loose: readonly string[] };
    readonly checkPortable: (path: string, system: { given: readonly string[] }) => void;
  }
  const { readElf, checkPortable } = (await import(pathToFileURL(join(root, 'scripts/elf.mjs')).href)) as Elf;
  const addon = join(root, 'out/cross', target, 'segment_lens.node');
  const { loose } = readElf(addon);
  checkPortable(addon, { given: loose });
  const lacking = loose.filter((name) => name !== 'semtimedop');
  assert.throws(() => {
    checkPortable(addon, { given: lacking });
  }, /needs semtimedop\.$/);
});

test('musl, System V: a segment with its lock is created, written, read, locked and removed', async (t) => {
  const ground = numberGround(t);
  assert.deepEqual(await smoke(ground), {
    library: 'musl',
    created: 'done',
    read: 'hello',
    exchanged: 'done',
    locked: 'done',
    value: 0,
    lockRemoved: 'done',
    removed: 'done',
    opened: 'not-found',
  });
  assert.equal(native.peekLock(ground.lock).exists, false);
});

test('musl, POSIX: segments are as with glibc; its semaphores, which have the names of segments, are unsupported', async (t) => {
  const ground = posixGround(t);
  assert.deepEqual(await smoke(ground), {
    library: 'musl',
    created: 'unsupported',
    createdAlone: 'done',
    read: 'hello',
    exchanged: 'unsupported',
    locked: 'unsupported',
    value: null,
    lockRemoved: 'unsupported',
    removed: 'done',
    opened: 'not-found',
  });
});

test('musl: what a process of glibc has made is read, with the state of its semaphore', async (t) => {
  const ground = posixGround(t);
  const made = await native.create(ground.segment, { size: 100, lock: ground.lock });
  made.write(0, Buffer.from('theirs'));
  const held = await native.acquireLock(ground.lock, { timeoutMs: 0, create: false });
  const found = await smoke(ground);
  assert.deepEqual(
    [found['created'], found['read'], found['locked']],
    ['already-exists', 'theirs', 'unsupported'],
  );
  assert.equal(found['value'], 0);
  held.release();
});
