import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Catalog } from '../../extension/core/catalog';
import { lockAddress } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { FakeMachine } from './fake';
import { until } from './until';

function stage(t: TestContext, remembered: string[] = []) {
  const machine = new FakeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-unit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const catalog = new Catalog(machine.native, {
    temporaryDirectories: () => [folder],
    rememberedQtKeys: () => remembered,
  });
  const addQt = (text: string) => {
    const key = qtLegacyKey(text, 'systemv', folder);
    const lock = lockAddress(key);
    assert(key.type === 'systemv' && lock !== null && 'path' in lock);
    writeFileSync(key.path, '');
    const memory = machine.add('systemv', machine.native.ftok(key.path, 0x51), new Uint8Array(64));
    return { key, lock, memory };
  };
  return { machine, folder, catalog, remembered, addQt };
}

test('a System V segment is named by the key file of Qt that has its number', async (t) => {
  const { catalog, addQt } = stage(t);
  const { key } = addQt('my key');
  const [entry] = await catalog.refresh();
  assert.equal(entry?.kind, 'qt');
  assert.equal(entry.label, 'mykey…');
  assert.equal(entry.id, `systemv:${key.path}`);
});

test('a Qt key that the user has typed names its segment whole, as soon as it is remembered', async (t) => {
  const { catalog, addQt, remembered } = stage(t);
  addQt('my key');
  await catalog.refresh();
  remembered.push('other', 'my key');
  const [entry] = await catalog.refresh();
  assert.equal(entry?.label, 'my key');
  assert.equal(catalog.find(entry.id), entry);
  assert.equal(catalog.find(entry.id.replace(/\?.*/, '')), entry);
});

test('a key file that appears after its segment was listed names it at the next listing', async (t) => {
  const { machine, folder, catalog } = stage(t);
  const key = qtLegacyKey('late', 'systemv', folder);
  assert(key.type === 'systemv');
  assert.deepEqual(await catalog.refresh(), []);
  writeFileSync(key.path, '');
  machine.add('systemv', machine.native.ftok(key.path, 0x51), new Uint8Array(64));
  assert.equal((await catalog.refresh())[0]?.label, 'late…');
});

test('a segment without key file is known by its number, a private one by its shmid', async (t) => {
  const { machine, catalog } = stage(t);
  machine.add('systemv', 0x2a000001, new Uint8Array(8));
  const { id } = machine.add('systemv', 0, new Uint8Array(8));
  const entries = await catalog.refresh();
  assert.deepEqual(
    entries.map((entry) => entry.id),
    ['systemv-key:0x2a000001', `systemv-id:${String(id)}`],
  );
});

test('a Qt segment that was removed while attached keeps its name and kind', async (t) => {
  const { machine, catalog, addQt } = stage(t, ['my key']);
  const { memory } = addQt('my key');
  memory.attached = 1;
  await catalog.refresh();
  machine.unlink(memory);
  const [entry] = await catalog.refresh();
  assert.deepEqual([entry?.label, entry?.kind, entry?.info.removed], ['my key', 'qt', true]);
});

test('a private segment that was removed is taken for X11', async (t) => {
  const { machine, catalog } = stage(t);
  const memory = machine.add('systemv', 0, new Uint8Array(8));
  memory.attached = 1;
  machine.unlink(memory);
  assert.equal((await catalog.refresh())[0]?.kind, 'x11');
});

test('the lock of a Qt segment is shown, and only where its key file is', async (t) => {
  const { machine, catalog, addQt } = stage(t);
  const { lock } = addQt('my key');
  machine.semaphores.clear();
  assert.equal((await catalog.refresh())[0]?.lock.state, 'none');
  assert.equal(machine.called('peekLock'), 0);
  writeFileSync(lock.path, '');
  machine.addSemaphore(lock, 0, 4242);
  const [entry] = await catalog.refresh();
  assert.equal(entry?.lock.state, 'held');
  assert.deepEqual(entry.lock.holder, { pid: 4242, name: 'peer' });
});

test('nothing is asked of the system while nobody watches', async (t) => {
  const { machine, catalog } = stage(t);
  const other = stage(t);
  const comparison = other.catalog.watch();
  const severalListings = (): Promise<void> => {
    const before = other.machine.called('list');
    return until('the other one lists', () => other.machine.called('list') > before + 4);
  };
  await severalListings();
  assert.equal(machine.calls.size, 0);
  const watching = catalog.watch();
  await until('it lists', () => machine.called('list') > 0);
  watching.dispose();
  const before = machine.called('list');
  await severalListings();
  assert.equal(machine.called('list'), before);
  comparison.dispose();
});

test('it lists as long as one of several watches', async (t) => {
  const { machine, catalog } = stage(t);
  const first = catalog.watch();
  const second = catalog.watch();
  first.dispose();
  first.dispose();
  const before = machine.called('list');
  await until('it lists again', () => machine.called('list') > before + 2);
  second.dispose();
});

test('a listing in which nothing changed is no event, one in which something did is', async (t) => {
  const { machine, catalog } = stage(t);
  const memory = machine.add('posix', '/listed', new Uint8Array(8));
  let events = 0;
  catalog.onDidChange(() => events++);
  await catalog.refresh();
  await catalog.refresh();
  assert.equal(events, 1, 'it appeared');
  memory.bytes = new Uint8Array(16);
  await catalog.refresh();
  assert.equal(events, 2, 'it grew');
  machine.unlink(memory);
  await catalog.refresh();
  assert.equal(events, 3, 'it went');
  await catalog.refresh();
  assert.equal(events, 3);
});

test('who is attached is known after a scan, for POSIX too', async (t) => {
  const { machine, catalog } = stage(t);
  const { id } = machine.add('posix', '/listed', new Uint8Array(8));
  const [before] = await catalog.refresh();
  assert.deepEqual([before?.attached, before?.attachCount], [null, null]);
  const mapping = { device: 1, inode: id, shmid: null, address: '7f00', offset: 0, length: 4096 };
  machine.mappings = [
    { ...mapping, pid: 4242, writable: false },
    { ...mapping, pid: 4242, writable: true },
    { ...mapping, pid: process.pid, writable: false },
  ];
  await catalog.scan();
  const [after] = catalog.entries;
  assert.equal(after?.attachCount, 2);
  assert.deepEqual(
    after.attached?.map(({ pid, writable, us }) => [pid, writable, us]),
    [
      [4242, true, false],
      [process.pid, false, true],
    ],
  );
});

test('a listing that fails keeps the last entries and says why', async (t) => {
  const { machine, catalog } = stage(t);
  machine.add('posix', '/listed', new Uint8Array(8));
  await catalog.refresh();
  const { list } = machine.native;
  Object.assign(machine.native, {
    list: () => {
      throw Object.assign(new Error('no'), { code: 'out-of-resources', call: 'opendir', errno: 24 });
    },
  });
  await assert.rejects(catalog.refresh());
  assert.equal(catalog.fault?.code, 'out-of-resources');
  assert.equal(catalog.entries.length, 1);
  Object.assign(machine.native, { list });
  await catalog.refresh();
  assert.equal(catalog.fault, null);
});
