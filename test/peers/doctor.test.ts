import { strict as assert } from 'node:assert';
import { execFileSync, spawn } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { explain } from '../../extension/core/doctor/explain';
import type { Finding, FindingCode, Question } from '../../extension/core/doctor/finding';
import type { ErrorCode } from '../../extension/core/errors';
import { formatKey, lockAddress, type NativeKey } from '../../extension/core/key';
import { legacyName } from '../../extension/core/legacyName';
import { removeSegment } from '../../extension/core/lifecycle';
import { lookOf } from './leftovers';
import { hex, Peer, plainPeer, root } from './peer';
import { Stage, temporaryFolder, versions } from './stage';

type Of<Code extends FindingCode> = Extract<Finding, { readonly code: Code }>;

/** The answer about the stage's key, in order of the findings. */
async function ask(stage: Stage, code?: ErrorCode): Promise<readonly Finding[]> {
  const error = code === undefined ? null : { code, facts: {} };
  return explain(lookOf(stage.native), { key: stage.nativeKey, text: stage.key, error });
}

function only<Code extends FindingCode>(findings: readonly Finding[], code: Code): Of<Code> {
  const found = findings.filter((finding): finding is Of<Code> => finding.code === code);
  assert.equal(found.length, 1, `${code} in ${JSON.stringify(findings)}`);
  return found[0]!;
}

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

const posix = (key: string): NativeKey => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` });

/** A folder that goes with the test. */
function folderOf(stage: Stage): string {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-doctor-'));
  stage.defer(() => {
    rmSync(folder, { recursive: true });
    return Promise.resolve();
  });
  return folder;
}

/** A program in namespaces of its own. */
function apart(stage: Stage, namespaces: readonly string[], script: string): Peer {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const args = [...user, ...namespaces, 'sh', '-c', script];
  return stage.with(new Peer(spawn('unshare', args, { stdio: ['pipe', 'pipe', 'pipe'] })));
}

/** The answer of a process of its own. */
function asked(question: Question, command: readonly string[] = [], uid?: number): readonly Finding[] {
  const asker = [process.execPath, join(__dirname, 'asker.js'), JSON.stringify(question)];
  const options = uid === undefined ? {} : { uid, gid: uid };
  return JSON.parse(
    execFileSync('env', [...command, ...asker], { encoding: 'utf8', ...options }),
  ) as Finding[];
}

function removedAfter(stage: Stage): void {
  stage.defer(async () => {
    const info = stage.info();
    const identity = info?.shmid ?? `${String(info?.device)}:${String(info?.inode)}`;
    if (info) await removeSegment(stage.native, stage.nativeKey, String(identity));
  });
}

for (const version of versions) {
  const qt = `Qt ${String(version)}`;

  test(`${qt} has the segment: creating says AlreadyExists because of it, and it says who is attached`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version, 640);
    const other = await stage.qt(version);
    await assert.rejects(other.ask('create', 640), { code: '4' });
    const findings = await ask(stage, 'already-exists');
    assert.deepEqual(codes(findings), ['exists']);
    const { size, attached, unseen } = only(findings, 'exists');
    assert.deepEqual([size, attached.map(({ pid }) => pid), unseen], [640, [peer.pid], 0]);
  });

  test(`${qt} was killed: creating says AlreadyExists because of what it left`, async (t) => {
    const stage = new Stage(t);
    removedAfter(stage);
    const peer = await stage.creator(version);
    await peer.crash();
    const findings = await ask(stage, 'already-exists');
    assert.deepEqual(codes(findings), ['exists', 'left-behind']);
    assert.equal(only(findings, 'left-behind').leftover.objects.length, 4);
  });

  test(`${qt} has another TMPDIR: attaching says NotFound because its key file is there`, async (t) => {
    const stage = new Stage(t);
    const folder = folderOf(stage);
    const peer = await stage.qt(version, { TMPDIR: folder });
    await peer.ask('create', 64);
    const findings = await ask(stage, 'not-found');
    assert.deepEqual(codes(findings), ['no-key-file', 'other-folder']);
    const { by, path, folder: found } = only(findings, 'other-folder');
    assert.deepEqual(by, [{ pid: peer.pid, name: `qt${String(version)}-peer` }]);
    assert.deepEqual([found, path], [folder, join(folder, legacyName('memory', stage.key))]);
  });

  test(`${qt} has a TMPDIR that is a link to the same folder: said to be no cause`, async (t) => {
    const stage = new Stage(t);
    const link = join(folderOf(stage), 'link');
    symlinkSync(temporaryFolder, link);
    const peer = await stage.qt(version, { TMPDIR: link });
    await peer.ask('create', 64);
    const found = only(await ask(stage), 'linked-folder');
    assert.deepEqual(
      [found.folder, found.real, found.by.map(({ pid }) => pid)],
      [link, temporaryFolder, [peer.pid]],
    );
  });

  test(`${qt} has a TMPDIR that leads nowhere`, async (t) => {
    const stage = new Stage(t);
    const folder = join(folderOf(stage), 'nowhere');
    const peer = await stage.qt(version, { TMPDIR: folder });
    const found = only(await ask(stage, 'not-found'), 'missing-folder');
    assert.deepEqual([found.folder, found.by.map(({ pid }) => pid)], [folder, [peer.pid]]);
  });

  test(`${qt} runs in another ipc namespace: its key file is here, its segment is not`, async (t) => {
    const stage = new Stage(t);
    const peer = apart(stage, ['--ipc'], `exec ${root}/out/programs/qt${String(version)}-peer`);
    await peer.ask('key', hex(stage.key));
    await peer.ask('create', 64);
    const findings = await ask(stage, 'not-found');
    assert.ok(codes(findings).includes('stale-key-file'));
    const found = only(findings, 'other-ipc-namespace');
    assert.deepEqual([found.attached, found.by.map(({ pid }) => pid)], [true, [peer.pid]]);
  });

  test(`${qt} holds the lock: waiting for it has a name`, async (t) => {
    const stage = new Stage(t);
    const peer = await stage.creator(version);
    await peer.ask('lock');
    const { lock } = only(await ask(stage, 'busy'), 'lock');
    assert.deepEqual([lock.state, lock.holder?.pid], ['held', peer.pid]);
    await peer.ask('unlock');
    assert.ok(!codes(await ask(stage)).includes('lock'));
  });
}

test('A program that took the lock without undo was killed: the lock is stale', async (t) => {
  const stage = new Stage(t);
  const peer = await stage.creator(5);
  const lock = lockAddress(stage.nativeKey);
  assert(lock && 'path' in lock);
  const holder = stage.with(plainPeer());
  await holder.ask('semget', await holder.ask('ftok', lock.path, lock.projectId));
  await holder.ask('acquire_for_ever');
  await holder.crash();
  const { lock: status, troubles } = only(await ask(stage, 'busy'), 'lock');
  assert.deepEqual([status.state, ...troubles.map(({ code }) => code)], ['stale', 'holder-dead']);
  const healer = stage.with(plainPeer());
  await healer.ask('semget', await healer.ask('ftok', lock.path, lock.projectId));
  await healer.ask('release_for_ever');
  await peer.quit();
});

test('Nothing has the key: with a key file, and without', async (t) => {
  const stage = new Stage(t);
  assert(stage.nativeKey.type === 'systemv');
  const { path } = stage.nativeKey;
  assert.deepEqual(await ask(stage, 'not-found'), [{ code: 'no-key-file', path }]);
  writeFileSync(path, '');
  try {
    assert.deepEqual(await ask(stage, 'not-found'), [{ code: 'stale-key-file', path }]);
  } finally {
    rmSync(path);
  }
});

test('setKey and a native key of the same text are two segments: the other one is named', async (t) => {
  const stage = new Stage(t, undefined, `lens-doctor-${String(process.pid)}`);
  const peer = stage.with(plainPeer());
  await peer.ask('shm_open', `/${stage.key}`, 64);
  const findings = await ask(stage, 'not-found');
  const wanted = formatKey(stage.nativeKey);
  assert.deepEqual(only(findings, 'other-sense'), { code: 'other-sense', id: `posix:/${stage.key}`, wanted });
  await peer.ask('shm_unlink', `/${stage.key}`);
});

test('Another key file with the same number is named', async (t) => {
  const stage = new Stage(t);
  const peer = await stage.creator(5);
  assert(stage.nativeKey.type === 'systemv');
  const twin = join(dirname(stage.nativeKey.path), legacyName('memory', `twin ${stage.key}`));
  linkSync(stage.nativeKey.path, twin);
  try {
    const found = only(await ask(stage, 'already-exists'), 'same-number');
    assert.ok(found.id.includes(basename(twin)), found.id);
  } finally {
    rmSync(twin);
  }
  await peer.quit();
});

test('A program with a /dev/shm of its own has the name there', async (t) => {
  const stage = new Stage(t, posix);
  assert(stage.nativeKey.type === 'posix');
  const script = `mount -t tmpfs tmpfs /dev/shm && exec ${root}/out/programs/plain-peer`;
  const peer = apart(stage, ['--mount'], script);
  await peer.ask('shm_open', stage.nativeKey.name, 64);
  const findings = await ask(stage, 'not-found');
  assert.deepEqual(codes(findings), ['no-segment', 'other-mount-namespace']);
  const found = only(findings, 'other-mount-namespace');
  assert.deepEqual(
    [found.path, found.by.map(({ pid }) => pid)],
    [`/dev/shm${stage.nativeKey.name}`, [peer.pid]],
  );
});

test('A POSIX segment without a size cannot be attached', async (t) => {
  const stage = new Stage(t, posix);
  removedAfter(stage);
  assert(stage.nativeKey.type === 'posix');
  writeFileSync(`/dev/shm${stage.nativeKey.name}`, '');
  only(await ask(stage, 'invalid-size'), 'zero-size');
});

test('A POSIX semaphore that was replaced is told with who uses the old one and who the new one', async (t) => {
  const stage = new Stage(t, posix);
  assert(stage.nativeKey.type === 'posix');
  const { name } = stage.nativeKey;
  const [peer, old, fresh] = [plainPeer(), plainPeer(), plainPeer()].map((one) => stage.with(one));
  assert(peer && old && fresh);
  await peer.ask('shm_open', name, 64);
  stage.defer(async () => {
    await peer.ask('shm_unlink', name);
    await peer.ask('sem_unlink', name);
  });
  await peer.ask('sem_open', name, 1);
  await old.ask('sem_open', name);
  assert.ok(!codes(await ask(stage)).includes('lock-replaced'));
  await peer.ask('sem_unlink', name);
  await fresh.ask('sem_open', name, 1);
  const { trouble, by } = only(await ask(stage, 'busy'), 'lock-replaced');
  assert(trouble.code === 'replaced');
  assert.deepEqual(trouble.current?.pids, [fresh.pid]);
  assert.deepEqual(
    by.map(({ pid, name: called }) => `${called} ${String(pid)}`).sort(),
    [peer, old, fresh].map(({ pid }) => `plain-peer ${String(pid)}`).sort(),
  );
});

test('A segment of another user is closed, and so is its lock, which Qt opens first', async (t: TestContext) => {
  const stage = new Stage(t);
  await stage.creator(5);
  const nobody = process.getuid?.() === 0 ? 65534 : undefined;
  const findings = asked(
    { key: stage.nativeKey, text: stage.key, error: { code: 'permission-denied', facts: {} } },
    [],
    nobody,
  );
  const denied = findings.filter((finding): finding is Of<'other-user'> => finding.code === 'other-user');
  // Where we are no other user than root, there is only one user to be.
  const expected =
    nobody === undefined
      ? []
      : [
          [0o600, false],
          [0o600, true],
        ];
  assert.deepEqual(
    denied.map(({ mode, lock }) => [mode, lock]),
    expected,
  );
});

test('More than /dev/shm has room for, and the 64 MiB of a container, are told with their figures', () => {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$0" "$@"';
  const size = 100 * 1024 * 1024;
  const question = { key: null, text: null, error: { code: 'out-of-resources', facts: { size } } } as const;
  const findings = asked(question, ['unshare', ...user, '--mount', 'sh', '-c', script]);
  assert.deepEqual(codes(findings), ['too-large', 'little-space', 'small-folder']);
  assert.deepEqual(only(findings, 'too-large'), { code: 'too-large', size, most: 64 * 1024 * 1024 });
  assert.equal(only(findings, 'small-folder').size, 64 * 1024 * 1024);
});
