import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Catalog } from '../../../extension/core/catalog';
import { explain } from '../../../extension/core/doctor/explain';
import { segmentError } from '../../../extension/core/errors';
import { lockAddress, parseKey } from '../../../extension/core/key';
import { judgeLock } from '../../../extension/core/lock';
import { qtLegacyKey } from '../../../extension/core/kinds/qt';
import type { Segment } from '../../../extension/core/native';
import { Segments } from '../../../extension/core/segments';
import { addon, native, peer, program, until } from './peer';

let number = 0;
/** A name that nobody else has. */
const fresh = (): string => `segment-lens-${String(process.pid)}-${String((number += 1))}`;
const at = (name: string) => ({ mechanism: 'windows', name }) as const;
const observe = (name: string): Promise<Segment> =>
  native.open(at(name), { access: 'observe', write: false });
const attach = (name: string): Promise<Segment> => native.open(at(name), { access: 'attach', write: true });

function text(segment: Segment, offset: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('latin1', 0, segment.read(offset, bytes));
}

/** Code and Windows error number of what it fails with. */
async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const { code, facts } = segmentError(error);
    return `${code} ${String(facts.errno ?? 0)}`;
  }
  return 'none';
}

test('a section of another program is listed with the size of its pages, and its bytes are read', async () => {
  const name = fresh();
  const one = await peer('section', name, '5000', 'hello');
  const listed = native.list('windows').find((info) => info.name === name);
  assert.equal(listed?.size, 8192);
  assert.equal(listed.attachCount, 1);
  assert.equal(listed.mode, 0o600);
  const segment = await observe(name);
  assert.equal(text(segment, 0, 5), 'hello');
  assert.equal(text(segment, 8190, 10).length, 2);
  assert.equal(text(segment, 8192, 10), '');
  assert.equal(await failure(() => segment.read(-1, new Uint8Array(1))), 'invalid-size 0');
  await one.stop();
});

test('who observes keeps nothing: the section goes with its last program, and comes back with the next', async () => {
  const name = fresh();
  const one = await peer('section', name, '100', 'first');
  const segment = await observe(name);
  assert.equal(text(segment, 0, 5), 'first');
  assert.equal(segment.state().attachCount, 1);
  await one.stop();
  assert.equal(await failure(() => segment.state()), 'gone 2');
  assert.equal(await failure(() => segment.read(0, new Uint8Array(1))), 'gone 2');
  const next = await peer('section', name, '100', '');
  assert.equal(text(segment, 0, 5), '\0\0\0\0\0');
  await next.stop();
});

test('who is attached counts as a program does, and the last one takes the section with it', async () => {
  const name = fresh();
  const one = await peer('section', name, '100', 'kept');
  const segment = await attach(name);
  assert.equal(segment.state().attachCount, 2);
  await one.stop();
  assert.equal(segment.state().attachCount, 1);
  assert.equal(text(segment, 0, 4), 'kept');
  const done = await segment.detach({ removeIfLast: false, lock: null, timeoutMs: 1000 });
  assert.deepEqual(done, { remaining: 0, removedSegment: true });
  assert.equal(await failure(() => native.info(at(name))), 'not-found 2');
  assert.equal(await failure(() => segment.state()), 'closed 0');
});

test('another program reads what we write', async () => {
  const name = fresh();
  const segment = await native.create(at(name), { size: 5000 });
  segment.write(4090, Buffer.from('across pages'));
  segment.write(0, Buffer.from('ours'));
  const one = await peer('read', name, '8192');
  assert.equal(one.out().slice(0, 4), 'ours');
  assert.equal(one.out().slice(4090, 4102), 'across pages');
  assert.equal(
    await failure(() => {
      segment.write(8190, Buffer.from('abc'));
    }),
    'invalid-size 0',
  );
  await one.stop();
  segment.close();
});

test('a section that we only observe cannot be written, but an edit that names the bytes can', async () => {
  const name = fresh();
  const one = await peer('section', name, '100', 'hello');
  const segment = await observe(name);
  assert.equal(
    await failure(() => {
      segment.write(0, Buffer.from('x'));
    }),
    'permission-denied 5',
  );
  const edit = (expected: string, bytes: string) =>
    native.exchange({
      segment,
      lock: null,
      offset: 0,
      expected: Buffer.from(expected),
      bytes: Buffer.from(bytes),
      timeoutMs: 100,
    });
  assert.equal((await edit('jello', 'cello')).written, false);
  assert.equal((await edit('hello', 'cello')).written, true);
  assert.equal(text(segment, 0, 5), 'cello');
  await one.stop();
});

test('memory that a program only reserved reads as zeros, and nothing of an edit that reaches into it is written', async () => {
  const name = fresh();
  const one = await peer('reserve', name, '65536');
  const segment = await attach(name);
  assert.equal(text(segment, 0, 5), 'there');
  assert.equal(text(segment, 4094, 4), '\0\0\0\0');
  assert.equal(
    await failure(() => {
      segment.write(4094, Buffer.from('abcd'));
    }),
    'out-of-resources 998',
  );
  assert.equal(text(segment, 4094, 4), '\0\0\0\0');
  segment.close();
  await one.stop();
});

test('what cannot be opened or made says why, with the number of Windows', async () => {
  const name = fresh();
  const one = await peer('section', name, '100', '', 'semaphore', `${name}-s`, '1', '1');
  assert.equal(await failure(() => observe(fresh())), 'not-found 2');
  assert.equal(await failure(() => native.create(at(name), { size: 1 })), 'already-exists 183');
  assert.equal(await failure(() => observe(`${name}-s`)), 'unsupported 6');
  assert.equal(await failure(() => native.create(at(`${name}-s`), { size: 1 })), 'already-exists 183');
  assert.equal(
    await failure(() => native.acquireLock(at(name), { timeoutMs: 10, create: false })),
    'unsupported 6',
  );
  for (const wrong of ['', 'a\\b', 'Global\\', 'Local\\Global\\x']) {
    assert.equal(await failure(() => observe(wrong)), 'invalid-key 123', wrong);
  }
  assert.equal(await failure(() => native.create(at(fresh()), { size: 2 ** 52 })), 'out-of-resources 8');
  assert.equal(
    await failure(() => {
      native.remove(at(name), '');
    }),
    'unsupported 0',
  );
  assert.equal(
    await failure(() => {
      native.removeLock(at(name));
    }),
    'unsupported 0',
  );
  const segment = await attach(name);
  assert.equal(await failure(() => segment.resize(10)), 'unsupported 0');
  segment.close();
  await one.stop();
});

test('what only other systems have is unsupported, and asking for it stops nothing', async () => {
  for (const mechanism of ['posix', 'systemv', 'process'] as const) {
    assert.equal(await failure(() => native.list(mechanism)), 'unsupported 0');
    assert.equal(await failure(() => native.limits(mechanism)), 'unsupported 0');
  }
  assert.equal(await failure(() => native.ftok('C:\\x', 1)), 'unsupported 0');
  assert.equal(await failure(() => native.processMemory(process.pid)), 'unsupported 0');
  assert.equal(native.threadEntry(1), null);
  assert.deepEqual(native.threadEntries(process.pid), []);
  assert.deepEqual(await native.scanSemaphores(), { mappings: [], denied: 0 });
  assert.deepEqual(await native.scanWaits([process.pid]), { waits: [], denied: [] });
});

test('a name in the namespace of our session may say so, and one of all sessions is another name', async () => {
  const name = fresh();
  const own = await native.create(at(`Local\\${name}`), { size: 10 });
  const all = await native.create(at(`Global\\${name}`), { size: 10 });
  own.write(0, Buffer.from('own'));
  all.write(0, Buffer.from('all'));
  assert.equal(text(await observe(name), 0, 3), 'own');
  assert.equal(text(await observe(`Global\\${name}`), 0, 3), 'all');
  assert.notEqual(own.identity, all.identity);
  const names = native.list('windows').map((info) => info.name);
  assert.ok(names.includes(name) && names.includes(`Global\\${name}`));
  own.close();
  all.close();
});

test('a look at a semaphore changes nothing, and waiting for it ends in time', async () => {
  const name = fresh();
  const one = await peer('semaphore', name, '0', '3');
  for (let look = 0; look < 3; ++look) {
    const { exists, readable, value, maximum } = native.peekLock(at(name));
    assert.deepEqual(
      { exists, readable, value, maximum },
      { exists: true, readable: true, value: 0, maximum: 3 },
    );
  }
  assert.equal(
    await failure(() => native.acquireLock(at(name), { timeoutMs: 50, create: false })),
    'busy 258',
  );
  const cancel = new native.Cancel();
  const waiting = failure(() => native.acquireLock(at(name), { timeoutMs: 1e9, create: false, cancel }));
  cancel.cancel();
  assert.equal(await waiting, 'busy 0');
  await one.stop();
  assert.equal(native.peekLock(at(name)).exists, false);
});

test('a semaphore that we took is given back once, and an edit under it holds it for the edit alone', async () => {
  const name = fresh();
  const one = await peer('semaphore', name, '1', '5', 'section', `${name}-m`, '100', 'hello');
  const held = await native.acquireLock(at(name), { timeoutMs: 1000, create: false });
  assert.equal(native.peekLock(at(name)).value, 0);
  const segment = await observe(`${name}-m`);
  const edit = (bytes: string, timeoutMs: number) =>
    native.exchange({
      segment,
      lock: at(name),
      offset: 0,
      expected: null,
      bytes: Buffer.from(bytes),
      timeoutMs,
    });
  assert.equal(await failure(() => edit('x', 30)), 'busy 258');
  held.release();
  held.release();
  assert.equal(native.peekLock(at(name)).value, 1);
  assert.equal((await edit('done', 1000)).written, true);
  assert.equal(native.peekLock(at(name)).value, 1);
  assert.equal(text(segment, 0, 5), 'doneo');
  await one.stop();
});

test('a mutex that another program holds is told with its holder, and falls to who waits when that is killed', async () => {
  const name = fresh();
  const holder = await peer('mutex', name);
  // Does not get it, and has it open.
  const other = await peer('mutex', name);
  const look = native.peekLock(at(name));
  assert.equal(look.value, 0);
  // wine 8 does not know the question; Windows does.
  if (look.lastPid !== null) assert.deepEqual([look.lastPid, look.lastPidName], [holder.pid, 'peer.exe']);
  assert.equal(
    await failure(() => native.acquireLock(at(name), { timeoutMs: 30, create: false })),
    'busy 258',
  );
  assert.equal(look.abandoned, false);
  const waiting = native.acquireLock(at(name), { timeoutMs: 60_000, create: false });
  await holder.kill();
  const held = await waiting;
  assert.equal(native.peekLock(at(name)).value, 0);
  held.release();
  assert.equal(native.peekLock(at(name)).value, 1);
  const again = await native.acquireLock(at(name), { timeoutMs: 1000, create: false });
  again.release();
  await other.stop();
});

test('a mutex whose holder was killed is stale, until the next one has it', async () => {
  const name = fresh();
  const holder = await peer('mutex', name);
  const other = await peer('mutex', name);
  const judged = () => judgeLock(native.peekLock(at(name)), 'windows', false);
  assert.equal(judged().state, 'held');
  await holder.kill();
  await until(() => judged().state === 'stale');
  assert.deepEqual(judged(), { kind: 'windows', state: 'stale', holder: null, waiters: null, value: 1 });
  const held = await native.acquireLock(at(name), { timeoutMs: 1000, create: false });
  held.release();
  assert.equal(judged().state, 'free');
  await other.stop();
});

test('the lock of a Qt key is made beside the segment, as Qt makes it', async () => {
  const key = qtLegacyKey(fresh(), 'windows', '');
  assert.ok(key.type === 'windows');
  const lock = lockAddress(key);
  assert.ok(lock);
  const segment = await native.create(at(key.name), { size: 10, lock });
  // Nobody keeps it open: with its last handle it is gone.
  assert.equal(native.peekLock(lock).exists, false);
  segment.close();
});

test('a process that exits with a semaphore gives it back', async () => {
  const name = fresh();
  const one = await peer('semaphore', name, '1', '1');
  const script = [
    `require(${JSON.stringify(addon)})`,
    `.acquireLock({ mechanism: 'windows', name: '${name}' }, { timeoutMs: 1000, create: false }).then(() => {`,
    `require('fs').writeFileSync(process.argv[1] + '/ready', '');`,
    `setInterval(() => require('fs').existsSync(process.argv[1] + '/stop') && process.exit(0), 5);`,
    '})',
  ].join('');
  const holder = await program(process.execPath, (folder) => ['-e', script, folder]);
  assert.equal(native.peekLock(at(name)).value, 0);
  await holder.stop();
  assert.equal(native.peekLock(at(name)).value, 1);
  await one.stop();
});

test('the processes that have a section open are found', async () => {
  const name = fresh();
  const one = await peer('section', name, '10', '');
  const { inode } = native.info(at(name));
  const { mappings, processes } = await native.scanProcesses();
  assert.deepEqual(
    mappings.filter((mapping) => mapping.inode === inode).map(({ pid, writable }) => ({ pid, writable })),
    [{ pid: one.pid, writable: true }],
  );
  assert.equal(processes.find(({ pid }) => pid === one.pid)?.name, 'peer.exe');
  await one.stop();
});

test('a watch tells what changes, and that the section has gone', async () => {
  const name = fresh();
  const one = await peer('section', name, '100', 'a');
  const segment = await observe(name);
  const own = await attach(name);
  const seen: string[] = [];
  const watch = native.watch({ segment, lock: null, offset: 0, length: 4, hertz: 60 }, () => {
    try {
      const told = watch.take();
      if (told) seen.push(Buffer.from(told.bytes).toString('latin1'));
    } catch (error) {
      seen.push(segmentError(error).code);
    }
    watch.go(true);
  });
  await until(() => seen.includes('a\0\0\0'));
  own.write(1, Buffer.from('b'));
  await until(() => seen.includes('b'));
  own.close();
  await one.stop();
  await until(() => seen.includes('gone'));
  watch.stop();
});

test('a sweep and a search go over a section', async () => {
  const name = fresh();
  const segment = await native.create(at(name), { size: 1 << 20 });
  segment.write(700_000, Buffer.from('needle'));
  const search = native.search(
    {
      segment,
      start: 0,
      end: null,
      alignment: 1,
      most: 10,
      patterns: [{ bytes: Buffer.from('needle'), mask: Buffer.alloc(6, 255) }],
    },
    () => undefined,
  );
  const found: number[] = [];
  await until(() => {
    const batch = search.take();
    found.push(...batch.offsets);
    return batch.done;
  });
  assert.deepEqual(found, [700_000]);
  const sweep = native.sweep({ segment, budget: 1 }, () => undefined);
  await until(() => sweep.progress.passes > 0);
  assert.equal(sweep.map(0, 1 << 20, 2).data[0], 0);
  assert.ok((sweep.map(0, 1 << 20, 2).data[1] ?? 0) > 0);
  sweep.stop();
  segment.close();
});

test('the catalog of the extension lists sections with their names, locks and processes', async () => {
  const name = fresh();
  const key = qtLegacyKey(name, 'windows', '');
  const lock = lockAddress(key);
  assert.ok(key.type === 'windows' && lock && 'name' in lock);
  const one = await peer('section', key.name, '10', '', 'semaphore', lock.name, '0', '1');
  const catalog = new Catalog(native, { temporaryDirectories: () => [], rememberedQtKeys: () => [name] });
  await catalog.refresh();
  await catalog.scan();
  assert.equal(catalog.fault, null);
  const entry = catalog.find(`windows:${key.name}`);
  assert.equal(entry?.label, name);
  assert.equal(entry.kind, 'qt');
  assert.equal(entry.lock.state, 'held');
  assert.deepEqual(
    entry.attached?.map(({ pid }) => pid),
    [one.pid],
  );
  assert.equal(parseKey(entry.id).type, 'windows');
  await one.stop();
  await catalog.refresh();
  assert.equal(catalog.find(entry.id), undefined);
});

test('a segment that is open in the extension is gone with its last program, and found again with the next', async () => {
  const name = fresh();
  const segments = new Segments(native);
  const opened = segments.checkout(parseKey(`windows:${name}`));
  assert.equal(opened.presence, 'waiting');
  const one = await peer('section', name, '10', 'first');
  await until(() => opened.presence === 'live');
  assert.equal(opened.info?.size, 4096);
  await one.stop();
  await until(() => opened.presence === 'removed');
  const next = await peer('section', name, '10', 'next');
  await opened.reopen();
  assert.equal(opened.presence, 'live');
  opened.dispose();
  await next.stop();
});

test('Explain says of a key whether it has a section, and asks nothing of the system that it has not', async () => {
  const name = fresh();
  const key = parseKey(`windows:${name}`);
  const look = {
    native,
    entries: () => Promise.resolve([]),
    folders: () => [],
    attachedHere: () => new Set<string>(),
  };
  const codes = async () => (await explain(look, { key, text: name, error: null })).map(({ code }) => code);
  assert.deepEqual(await codes(), ['no-segment']);
  const one = await peer('section', name, '10', '');
  assert.deepEqual(await codes(), ['exists']);
  await one.stop();
});

test('no folder of the tests is left', () => {
  assert.deepEqual(
    readdirSync(process.env['TEMP'] ?? '').filter((one) => one.startsWith('segment-lens-')),
    [],
  );
});
