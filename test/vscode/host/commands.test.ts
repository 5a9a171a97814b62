import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, env, Uri, window, workspace } from 'vscode';
import { suite, suiteTeardown, teardown, test } from 'mocha';
import { parseKey, segmentAddress } from '../../../extension/core/key';
import { hex, plainPeer, qtPeer } from '../../peers/peer';
import {
  answering,
  api,
  tidy,
  plainSegment,
  qtSegment,
  replaced,
  unique,
  until,
  untrusted,
  type Answer,
  openView,
} from './support';

const run = (name: string, argument?: unknown): PromiseLike<unknown> =>
  commands.executeCommand(`segmentLens.${name}`, argument);

/** What the system says of a segment; null: gone. */
async function info(id: string): Promise<{ size: number; attachCount: number | null } | null> {
  const { loaded } = await api();
  try {
    return loaded.native.info(segmentAddress(parseKey(id)));
  } catch {
    return null;
  }
}

suite('Commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-host-'));

  teardown(tidy);
  suiteTeardown(() => {
    rmSync(folder, { recursive: true });
  });

  test('create a segment that a Qt program then attaches to, and remove it again', async () => {
    const key = unique('created');
    const told = await answering(
      [{ key, sense: /Qt key \(System V/ }, { type: ['0', '1.5', '-3', 'big', '4 KiB'] }],
      () => run('createSegment'),
    );
    const { loaded } = await api();
    const largest = Math.min(
      loaded.native.limits('systemv').maximumSize ?? Infinity,
      Number.MAX_SAFE_INTEGER,
    );
    for (const complaint of told.complaints.slice(0, 4)) {
      assert.ok(complaint.includes(`from 1 to ${largest.toLocaleString('en')} bytes`), complaint);
    }
    assert.equal(told.complaints[4], '');
    const peer = qtPeer(6);
    try {
      await peer.ask('new');
      const id = `systemv:${Buffer.from(await peer.ask('key', hex(key)), 'hex').toString()}`;
      await peer.ask('attach');
      assert.equal(await peer.ask('size'), '4096');
      assert.equal((await info(id))?.attachCount, 2);
      await run('detach', id);
      assert.equal((await info(id))?.attachCount, 1);
      const gone = await answering([{ press: 'Remove' }], () => run('remove', id));
      assert.match(gone.messages[0] ?? '', /Remove .*4,096 B\?/);
      assert.match(gone.messages[0] ?? '', new RegExp(`Attached: qt6-peer \\(${String(peer.pid)}\\)`));
      assert.equal(await info(id), null);
    } finally {
      await peer.quit();
    }
  });

  test('say what exists instead of creating over it, and offer to open it', async () => {
    const { viewers } = await api();
    const { key, native, peer } = await qtSegment(1024);
    try {
      await peer.write(0, 'untouched');
      const told = await answering([{ key, sense: /Qt key \(System V/ }, { press: 'Open' }], () =>
        run('createSegment'),
      );
      assert.match(told.messages[0] ?? '', /exists: 1,024 B, owned by \w+, attached by qt5-peer \(\d+\)/);
      await until('the live view', () => viewers.active?.document?.segment.id.startsWith(native));
      assert.equal((await peer.read(0, 9)).toString(), 'untouched');
    } finally {
      await peer.quit();
    }
  });

  test('refuse bad keys by naming the rule, before anything is created', async () => {
    for (const [key, rule] of [
      ['', /at least one character/],
      ['a\0b', /NUL/],
      ['\ud800', /surrogate/],
      ['posix:/..', /“\.\.”/],
      ['posix:/a/b', /one slash/],
      [`posix:/${'n'.repeat(300)}`, /at most \d+ bytes/],
    ] as const) {
      const told = await answering([{ key, sense: /circle-slash/ }], () => run('createSegment'));
      assert.ok(
        told.senses.some((sense) => rule.test(sense)),
        `${JSON.stringify(key)}: ${told.senses.join('; ')}`,
      );
    }
  });

  test('say what another program may mean by the key before creating, and ask once', async () => {
    const text = unique('near');
    const peer = plainPeer();
    await peer.ask('shm_open', `/${text}`, 96);
    try {
      const told = await answering([{ key: text, sense: /Qt key \(System V/ }, { press: undefined }], () =>
        run('createSegment'),
      );
      assert.match(told.messages[0] ?? '', /although something similar exists\?/);
      assert.ok(told.messages[0]?.includes(`by the same key: posix:/${text}, 96 B.`), told.messages[0]);
      const { loaded } = await api();
      assert.deepEqual(
        loaded.segments.opened.map(({ id }) => id),
        [],
      );
    } finally {
      await peer.ask('shm_unlink', `/${text}`);
      await peer.quit();
    }
  });

  test('take a native key for nothing but that', async () => {
    const { name, end } = await plainSegment(300);
    try {
      const told = await answering([{ key: `posix:${name}`, sense: /Native key/ }], () =>
        run('openLiveView'),
      );
      assert.match(told.senses[1] ?? '', /Native key: exists: 300 B/);
      assert.ok(!told.senses.some((sense) => /Qt key|does not exist/.test(sense)), told.senses.join('; '));
    } finally {
      await end();
    }
  });

  test('open a live view of whichever sense of a key exists', async () => {
    const { viewers } = await api();
    const { key, native, peer } = await qtSegment(300);
    try {
      const told = await answering([{ key, sense: /pass-filled/ }], () => run('openLiveView'));
      assert.ok(told.senses.some((sense) => /pass-filled.*exists: 300 B/.test(sense)));
      assert.ok(told.senses.some((sense) => sense.includes('POSIX name: does not exist')));
      const [heading, first, between] = told.senses;
      assert.match(heading ?? '', /^What “/);
      assert.match(first ?? '', /exists: 300 B/);
      assert.match(between ?? '', /^No segment has these keys/);
      await until('the live view', () => viewers.active?.document?.segment.id.startsWith(native));
      const { label } = await until('a description', () => viewers.active?.description);
      assert.equal(label, key);
    } finally {
      await peer.quit();
    }
  });

  test('attach and detach: the attach count follows, and the last one is told that it removes', async () => {
    const { native, peer } = await qtSegment(128);
    await run('attach', native);
    assert.equal((await info(native))?.attachCount, 2);
    await peer.quit();
    assert.equal((await info(native))?.attachCount, 1);
    const turned = await answering([{ press: undefined }], () => run('detach', native));
    assert.match(turned.messages[0] ?? '', /as the last one/);
    assert.equal((await info(native))?.attachCount, 1);
    await answering([{ press: 'Detach and Remove' }], () => run('detach', native));
    assert.equal(await info(native), null);
  });

  test('detach from a segment whose key file was cleaned away', async () => {
    const { native, peer } = await qtSegment(128);
    const { loaded } = await api();
    await run('attach', native);
    const segment = await until('the attachment', () =>
      loaded.segments.opened.find(({ access }) => access === 'attach'),
    );
    rmSync(native.slice('systemv:'.length));
    const told = await answering([], () => run('detach', native));
    assert.deepEqual(told.messages, []);
    assert.equal(segment.access, 'observe');
    await peer.quit();
  });

  test('attaching to a key that leads nowhere says which names were tried', async () => {
    const key = unique('nowhere');
    const told = await answering([{ key, sense: /Qt key \(System V/ }], () => run('attach'));
    assert.match(told.messages[0] ?? '', /Not found/);
    for (const tried of [`legacyKey=${key}`, `posix:/${key}`]) assert.ok(told.messages[0]?.includes(tried));
  });

  const written: readonly [what: string, answers: readonly Answer[], bytes: string][] = [
    ['hex', [{ pick: /Hex/ }, { type: ['4', 'zz', '48 65 6C 6C 6F'] }], '48656c6c6f'],
    ['text', [{ pick: /Text/ }, { pick: /UTF-16 LE/ }, { type: ['é'] }], 'e900'],
    [
      'a number',
      [{ pick: /Number/ }, { pick: /^int16$/ }, { pick: /Big/ }, { type: ['32768', '-2'] }],
      'fffe',
    ],
  ];
  for (const [what, answers, bytes] of written) {
    test(`write ${what} under the lock, where the program sees it`, async () => {
      const { native, peer } = await qtSegment(64);
      try {
        const told = await answering([{ type: ['64', '-1', '0x10'] }, ...answers], () =>
          run('writeBytes', native),
        );
        assert.match(told.complaints[0] ?? '', /from 0x0 \(0\) to 0x3F \(63\)/);
        assert.notEqual(told.complaints[1], '');
        assert.equal((await peer.read(16, bytes.length / 2)).toString('hex'), bytes);
        assert.equal((await info(native))?.attachCount, 1);
      } finally {
        await peer.quit();
      }
    });
  }

  test('refuse to write past the end, naming what fits, and write nothing', async () => {
    const { name, peer, end } = await plainSegment(16);
    try {
      const told = await answering([{ type: ['14'] }, { pick: /Hex/ }, { type: ['aabbcc'] }], () =>
        run('writeBytes', `posix:${name}`),
      );
      assert.match(told.complaints[1] ?? '', /room for 2 B/);
      assert.equal((await peer.read(0, 16)).toString('hex'), '00'.repeat(16));
      assert.equal((await info(`posix:${name}`))?.size, 16);
    } finally {
      await end();
    }
  });

  test('write nothing where the program writes while the user types, and say so', async () => {
    const { native, peer } = await qtSegment(64);
    try {
      await peer.write(16, 'before');
      const told = await answering(
        [
          { type: ['0x10'] },
          { pick: /Hex/ },
          { type: ['aa bb', 'aa bb cc'], meanwhile: () => peer.write(18, 'X') },
        ],
        () => run('writeBytes', native),
      );
      assert.deepEqual(told.notes, ['Overwrites 62 65', 'Overwrites 62 65 66']);
      assert.match(told.messages[0] ?? '', /no longer those that were shown/);
      assert.equal((await peer.read(16, 6)).toString(), 'beXore');
      assert.equal((await info(native))?.attachCount, 1);
    } finally {
      await peer.quit();
    }
  });

  test('tell the first of many bytes that would be overwritten, and how many there are', async () => {
    const { name, peer, end } = await plainSegment(64);
    try {
      const told = await answering([{ type: ['0'] }, { pick: /Hex/ }, { type: ['ee'.repeat(20)] }], () =>
        run('writeBytes', `posix:${name}`),
      );
      assert.deepEqual(told.notes, [`Overwrites ${Array(16).fill('00').join(' ')} … (20 B)`]);
      assert.equal((await peer.read(0, 20)).toString('hex'), 'ee'.repeat(20));
    } finally {
      await end();
    }
  });

  test('what Write Bytes wrote is undone as an edit in the view is', async () => {
    const { native, peer } = await qtSegment(64);
    try {
      await peer.write(0, 'kept');
      const viewer = await openView(native);
      await run('attach', native);
      await answering([{ type: ['1'] }, { pick: /Hex/ }, { type: ['aa bb'] }], () =>
        run('writeBytes', native),
      );
      assert.equal((await peer.read(0, 4)).toString('latin1'), 'k\xAA\xBBt');
      await viewer.document?.editor.undo();
      assert.equal((await peer.read(0, 4)).toString(), 'kept');
      await run('detach', native);
    } finally {
      await peer.quit();
    }
  });

  test('a lock held for ever: writing times out as configured, names the holder, writes nothing', async () => {
    const { native, peer } = await qtSegment(64);
    const settings = workspace.getConfiguration('segmentLens');
    try {
      await settings.update('lockTimeout', 200, true);
      await peer.ask('lock');
      const told = await answering([{ type: ['0'] }, { pick: /Hex/ }, { type: ['ff'] }], () =>
        run('writeBytes', native),
      );
      assert.match(told.messages[0] ?? '', new RegExp(`held by qt5-peer \\(${String(peer.pid)}\\)`));
      assert.equal((await peer.read(0, 1)).toString('hex'), '00');
      assert.equal((await info(native))?.attachCount, 1, 'we did not stay attached');
    } finally {
      await settings.update('lockTimeout', undefined, true);
      await peer.quit();
    }
  });

  test('lock and unlock: the Qt program waits in between', async () => {
    const { native, peer } = await qtSegment(64);
    try {
      await run('lock', native);
      let entered = false;
      const waiting = peer.ask('lock').then(() => (entered = true));
      await until('the program to wait', async () => {
        const { loaded } = await api();
        return loaded.segments.opened.find(({ id }) => id === native)?.lock.waiters === 1;
      });
      assert.equal(entered, false);
      await run('unlock', native);
      await waiting;
    } finally {
      await peer.quit();
    }
  });

  test('writing while we hold the lock keeps it, and leaves nothing attached', async () => {
    const { loaded } = await api();
    const { native, peer } = await qtSegment(64);
    try {
      await run('lock', native);
      await answering([{ type: ['0'] }, { pick: /Hex/ }, { type: ['ff'] }], () => run('writeBytes', native));
      assert.equal((await peer.read(0, 1)).toString('hex'), 'ff');
      assert.equal((await info(native))?.attachCount, 1);
      const segment = loaded.segments.opened.find(({ id }) => id === native);
      assert.deepEqual([segment?.holdsLock, segment?.lock.state], [true, 'ours']);
      await run('unlock', native);
    } finally {
      await peer.quit();
    }
  });

  test('locking a POSIX lock first says that a crash would leave it, and asks once', async () => {
    const name = unique('posixLock');
    const peer = plainPeer();
    await peer.ask('shm_open', `/${name}`, 64);
    await peer.ask('sem_open', `/${name}`, 1);
    try {
      const turned = await answering([{ press: undefined }], () => run('lock', `posix:/${name}`));
      assert.match(turned.messages[0] ?? '', /crashes/);
      const { loaded } = await api();
      const lock = { mechanism: 'posix', name: `/${name}` } as const;
      assert.equal(loaded.native.peekLock(lock).value, 1);
      await answering([{ press: 'Lock' }], () => run('lock', `posix:/${name}`));
      assert.equal(loaded.native.peekLock(lock).value, 0);
      await run('unlock', `posix:/${name}`);
      assert.equal(loaded.native.peekLock(lock).value, 1);
    } finally {
      await peer.ask('sem_unlink', `/${name}`);
      await peer.ask('shm_unlink', `/${name}`);
      await peer.quit();
    }
  });

  test('save a segment to a file, and write a file into a segment', async () => {
    const { name, peer, end } = await plainSegment(32);
    const file = Uri.file(join(folder, 'saved.bin'));
    try {
      await peer.write(0, 'bytes to keep');
      await answering([{ file }], () => run('saveToFile', `posix:${name}`));
      const saved = readFileSync(file.fsPath);
      assert.equal(saved.length, 32);
      assert.ok(saved.includes('bytes to keep'));
      writeFileSync(file.fsPath, 'from a file');
      const write = (answer: string | undefined) =>
        answering([{ file }, { type: ['0x10'] }, { press: answer }], () => run('writeFile', `posix:${name}`));
      const turned = await write(undefined);
      assert.match(turned.messages[0] ?? '', new RegExp(`Attached: plain-peer \\(${String(peer.pid)}\\)`));
      assert.match(turned.messages[0] ?? '', /saved\.bin, 11 B, .*\n.*\n.*from 0x10 to 0x1A/);
      assert.equal((await peer.read(16, 11)).toString('hex'), '00'.repeat(11));
      await write('Write');
      assert.equal((await peer.read(16, 11)).toString(), 'from a file');
      writeFileSync(file.fsPath, 'x'.repeat(33));
      const told = await answering([{ file }, { type: ['0'] }], () => run('writeFile', `posix:${name}`));
      assert.match(told.messages[0] ?? '', /room for 32 B/);
      assert.equal((await peer.read(16, 11)).toString(), 'from a file');
    } finally {
      await end();
    }
  });

  test('recreate keeps the bytes that fit, and names who stays behind before it does', async () => {
    const { name, peer, end } = await plainSegment(16);
    const id = `posix:${name}`;
    try {
      await peer.write(0, '0123456789abcdef');
      const turned = await answering([{ type: ['8'] }, { press: undefined }], () => run('recreate', id));
      assert.match(turned.messages[0] ?? '', new RegExp(`Attached: plain-peer \\(${String(peer.pid)}\\)`));
      assert.equal((await info(id))?.size, 16);
      await answering([{ type: ['8'] }, { press: 'Recreate Anyway' }], () => run('recreate', id));
      assert.equal((await info(id))?.size, 8);
      const other = plainPeer();
      await other.ask('shm_open', name);
      assert.equal((await other.read(0, 8)).toString(), '01234567');
      await other.quit();
    } finally {
      await run('detach', id);
      await end();
    }
  });

  test('processes that may not be looked into are told of, and do not hinder recreating', async () => {
    const { key, native, peer } = await qtSegment(64);
    const { loaded } = await api();
    await peer.write(0, 'kept');
    // As a user without privileges sees the programs of others.
    const undo = replaced(loaded.native, {
      scanProcesses: () => Promise.resolve({ processes: [], mappings: [], denied: 1 }),
    });
    try {
      const exists = await answering([{ key, sense: /Qt key \(System V/ }, { press: undefined }], () =>
        run('createSegment'),
      );
      assert.match(exists.messages[0] ?? '', /attached by a process that this user may not look into\./);
      const kept = await answering([{ press: undefined }], () => run('remove', native));
      assert.match(kept.messages[0] ?? '', /Attached: a process that this user may not look into\./);
      const told = await answering([{ type: ['128'] }, { press: 'Recreate Anyway' }], () =>
        run('recreate', native),
      );
      assert.match(told.messages[0] ?? '', /Attached: a process that this user may not look into\./);
      assert.equal((await info(native))?.size, 128);
    } finally {
      undo();
      await answering([{ press: 'Detach and Remove' }], () => run('detach', native));
      await peer.quit();
    }
  });

  test('a file that is not there, and a save that the user gives up, are told as what they are', async () => {
    const { name, end } = await plainSegment(32);
    try {
      const file = Uri.file(join(folder, 'missing', 'saved.bin'));
      const told = await answering([{ file }], () => run('saveToFile', `posix:${name}`));
      assert.match(told.messages[0] ?? '', /missing\/\.?saved\.bin\S* or its folder does not exist/);
      const undo = replaced(window, {
        withProgress: (_options: unknown, work: (progress: unknown, token: unknown) => unknown) =>
          work(
            { report: () => undefined },
            {
              onCancellationRequested: (listener: () => void) => {
                listener();
              },
            },
          ),
      });
      try {
        const saved = Uri.file(join(folder, 'given-up.bin'));
        const silent = await answering([{ file: saved }], () => run('saveToFile', `posix:${name}`));
        assert.deepEqual(silent.messages, []);
        assert.equal(existsSync(saved.fsPath), false);
      } finally {
        undo();
      }
    } finally {
      await end();
    }
  });

  test('copy the native key', async () => {
    const { native, peer } = await qtSegment(16);
    try {
      await run('copyNativeKey', native);
      assert.equal(await env.clipboard.readText(), native);
    } finally {
      await peer.quit();
    }
  });

  test('change nothing in a workspace that is not trusted, and say why', async () => {
    const { name, peer, end } = await plainSegment(16);
    const id = `posix:${name}`;
    try {
      for (const command of [
        'createSegment',
        'attach',
        'detach',
        'writeBytes',
        'writeFile',
        'lock',
        'unlock',
        'recreate',
        'remove',
      ]) {
        const told = await untrusted(() => answering([], () => run(command, id)));
        assert.match(told.messages[0] ?? '', /not trusted/, command);
      }
      assert.equal((await peer.read(0, 16)).toString('hex'), '00'.repeat(16));
      assert.equal((await info(id))?.size, 16);
    } finally {
      await end();
    }
  });
});
