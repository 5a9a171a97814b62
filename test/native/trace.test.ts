import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileGround, native, readText } from './ground';
import { runUnprivileged } from './unprivileged';
import { keyOf, sparseBytes, sparseSegment, watch, type Watched } from './watching';

function assertNoTrace({ before, after, bytes }: Watched): void {
  assert.equal(bytes, sparseBytes());
  assert.deepEqual(after, before);
}

test('POSIX: a minute of looks leaves no trace', async (t) => {
  const [ground] = await sparseSegment('posix', t);
  const watched = await watch(ground);
  assertNoTrace(watched);
  assert.equal(watched.route, 'file');
  assert.equal(watched.before.info.allocated, 3 * 4096);
});

test('System V: a minute of looks leaves no trace', async (t) => {
  const [ground, peer] = await sparseSegment('systemv', t);
  const watched = await watch(ground);
  assertNoTrace(watched);
  assert.equal(watched.before.info.lastPid, peer.pid);
  assert.equal(watched.before.info.allocated, 3 * 4096);
});

test('POSIX, without privileges: a minute of looks leaves no trace', async () => {
  const { answer, exitCode } = await runUnprivileged('watchPosix');
  assert.equal(exitCode, 0);
  assertNoTrace(answer as Watched);
});

test("System V, without privileges: a minute of looks through the peer's mapping leaves no trace", async () => {
  const { answer, exitCode } = await runUnprivileged('watchSystemV');
  assert.equal(exitCode, 0);
  const watched = answer as Watched;
  assertNoTrace(watched);
  assert.equal(watched.route, 'peer');
});

test('System V: an orphan is read by attaching for a moment, fills no hole, and stays an orphan', async (t) => {
  const [ground, peer] = await sparseSegment('systemv', t);
  await peer.quit();
  const watched = await watch(ground);
  assert.equal(watched.route, 'momentary');
  assert.equal(watched.bytes, sparseBytes());
  const { info } = watched.after;
  assert.equal(info.attachCount, 0);
  assert.equal(info.allocated, 3 * 4096);
  assert.equal(info.lastPid, process.pid, 'the trace that this route leaves');
  assert.deepEqual({ ...watched.after, info: null }, { ...watched.before, info: null });
});

test('System V: a standing attachment fills no hole either', async (t) => {
  const [{ segment }] = await sparseSegment('systemv', t);
  const attached = await native.open(segment, { access: 'attach', write: true });
  const target = Buffer.alloc(64 * 4096, 1);
  assert.equal(attached.read(0, target), target.length);
  assert.equal(target.toString('base64'), sparseBytes());
  assert.equal(attached.route, 'own');
  assert.equal(native.info(segment).allocated, 3 * 4096);
  attached.close();
});

test('System V: a page that only a dead peer touched is shown, not taken for a hole', async (t) => {
  const [ground, peer] = await sparseSegment('systemv', t);
  const { plainPeer } = await import('../peers/peer');
  const other = plainPeer();
  t.after(() => other.quit());
  await other.ask('shmget', await keyOf(ground), 0);
  await peer.quit();
  const observer = await native.open(ground.segment, { access: 'observe', write: false });
  await observer.findRoute();
  assert.equal(readText(observer, 5 * 4096 - 2, 5), 'fifth');
  observer.close();
});

test("System V: another segment at the peer's old address is never shown as ours", async () => {
  const { answer, exitCode } = await runUnprivileged('otherAtTheSameAddress');
  assert.equal(exitCode, 0);
  const { seen, routes } = answer as { readonly seen: string[]; readonly routes: string[] };
  assert.deepEqual(seen, ['ours\0']);
  assert.ok(routes.includes('peer') && routes.includes('momentary'), routes.join());
});

test('Looking at what is not there makes no key file', (t) => {
  const { segment, lock } = fileGround(t);
  assert.throws(() => native.info(segment));
  assert.equal(native.peekLock(lock).exists, false);
  assert.equal(native.peekLock({ mechanism: 'systemv', semid: 2_000_000_000 }).exists, false);
});
