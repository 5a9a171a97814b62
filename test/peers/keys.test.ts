import { strict as assert } from 'node:assert';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { interpretations } from '../../extension/core/interpretations';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { until } from '../unit/until';
import { hex, Refusal } from './peer';
import { Stage, temporaryFolder, textAt, versions } from './stage';

const texts = [
  'a',
  'My App-2024_v1.0',
  '共享内存',
  '😀',
  '/tmp/my/segment',
  'Global\\shared',
  ' ',
  'é',
  '50%25/x',
  'a?b#c&legacyKey=z',
];

for (const version of versions) {
  const qt = `Qt ${String(version)}`;

  for (const text of texts) {
    test(`${qt} makes the same native key of ${JSON.stringify(text)}, and we find the segment`, async (t) => {
      const stage = new Stage(t, undefined, `${text}${String(process.pid)}`);
      const peer = await stage.qt(version);
      const native = Buffer.from(await peer.ask('key', hex(stage.key)), 'hex').toString();
      assert.equal(stage.nativeKey.type === 'systemv' && stage.nativeKey.path, native);
      await peer.ask('create', 16);
      await peer.write(0, 'found');
      assert.equal(textAt(await stage.observed(), 0, 5), 'found');
      assert.equal((await stage.listed())?.label, stage.key);
    });
  }

  test(`${qt} takes 197 letters, refuses 198, and so do we`, async (t) => {
    const longest = 'k'.repeat(197);
    const stage = new Stage(t, undefined, longest);
    await stage.creator(version, 16);
    assert.equal((await stage.observed()).info?.size, 16);
    const tooLong = await new Stage(t).qt(version);
    await tooLong.ask('key', hex(`${longest}k`));
    await assert.rejects(
      tooLong.ask('create', 16),
      (error) => error instanceof Refusal && error.code === '3',
    );
    assert.throws(() => qtLegacyKey(`${longest}k`, 'systemv', temporaryFolder), { code: 'invalid-key' });
  });

  test(`${qt} in another TMPDIR is found once the user names the folder`, async (t) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-lens-peers-')));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const stage = new Stage(t, (key) => qtLegacyKey(key, 'systemv', folder));
    const peer = await stage.qt(version, { TMPDIR: folder });
    await peer.ask('create', 48);
    const { accepted } = interpretations(stage.key, [temporaryFolder, folder], 'qt-systemv');
    const sizes = accepted.map(({ key }) => {
      const other = new Stage(t, () => key);
      return other.info()?.size;
    });
    assert.deepEqual(sizes, [undefined, 48]);
    await peer.ask('detach');
  });

  test(`${qt} by native key has a segment without a lock, and we find none either`, async (t) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-lens-peers-')));
    t.after(() => {
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'native');
    const stage = new Stage(t, () => ({ type: 'systemv', path, projectId: 0x51 }));
    const peer = await stage.qt(version);
    await peer.ask('new');
    await peer.ask('nativekey', hex(path));
    await peer.ask('create', 64);
    await peer.write(0, 'no lock');
    const segment = await stage.attached();
    assert.equal(textAt(segment, 0, 7), 'no lock');
    assert.equal(segment.lock.state, 'none');
    await assert.rejects(peer.ask('lock'), (error) => error instanceof Refusal && error.code === '6');
    const { written } = await segment.exchange(0, Buffer.from('no'), Buffer.from('NO'), 1000);
    assert.equal(written, true);
    assert.equal((await peer.read(0, 7)).toString(), 'NO lock');
    assert.deepEqual(stage.traces(), ['memory', path, path], 'our edit made no lock');
    await segment.detach();
    await peer.ask('detach');
  });
}

test('A Qt key that two programs spell differently leads to two segments', async (t) => {
  const composed = new Stage(t, undefined, `é${String(process.pid)}`);
  const decomposed = new Stage(t, undefined, `e\u0301${String(process.pid)}`);
  await composed.creator(5, 16);
  await decomposed.creator(6, 32);
  assert.equal((await composed.observed()).info?.size, 16);
  assert.equal((await decomposed.observed()).info?.size, 32);
});

test('A native key that names a file of the user: we never touch the file', async (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-lens-peers-')));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'letter.txt');
  writeFileSync(path, 'dear user');
  const stage = new Stage(t, () => ({ type: 'systemv', path, projectId: 0x51 }));
  const segment = stage.segments.checkout(stage.nativeKey);
  await assert.rejects(segment.attach(true), { code: 'not-found' });
  assert.deepEqual(stage.traces(), [path, path]);
  await until('it waits', () => segment.presence === 'waiting');
  rmSync(path);
});
