import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Consent } from '../../extension/core/consent';
import type { Native, SegmentInfo } from '../../extension/core/native';
import { Segments } from '../../extension/core/segments';
import { addon, atEnd, unique } from './machine';
import { until } from './until';

/** A POSIX segment that the system says is somebody's, on show to `user`; how often it was opened. */
async function shown(t: TestContext, user: number, says: Partial<SegmentInfo>) {
  const key = { type: 'posix', name: `/${unique('private')}` } as const;
  const file = `/dev/shm${key.name}`;
  atEnd(t, () => {
    rmSync(file, { force: true });
  });
  writeFileSync(file, 'secret');
  const real = addon();
  let opened = 0;
  const native: Native = {
    ...real,
    info: (address) => ({ ...real.info(address), ...says }),
    list: (mechanism) =>
      real.list(mechanism).map((info) => (info.name === key.name ? { ...info, ...says } : info)),
    open: (address, options) => {
      opened++;
      return real.open(address, options);
    },
  };
  const segments = new Segments(native, new Consent(user));
  atEnd(t, () => segments.dispose());
  const segment = segments.checkout(key);
  await segment.settled();
  return { segment, opened: () => opened };
}

const alices = { uid: 4711, owner: 'alice', mode: 0o600 };

test('root does not open what is private to another user, nor attach to it, until the user allows it', async (t) => {
  const { segment, opened } = await shown(t, 0, alices);
  assert.deepEqual([segment.presence, opened()], ['denied', 0]);
  const { rule, owner, mode } = segment.fault?.facts ?? {};
  assert.deepEqual({ rule, owner, mode }, { rule: 'private', owner: 'alice', mode: 0o600 });
  await assert.rejects(segment.attach(true), { code: 'permission-denied' });
  assert.equal(opened(), 0);
  await segment.reopen();
  assert.deepEqual([segment.presence, opened()], ['denied', 0]);
  segment.allow();
  await segment.reopen();
  await until('it is live', () => segment.presence === 'live');
  const bytes = Buffer.alloc(6);
  segment.read(0, bytes);
  assert.equal(bytes.toString(), 'secret');
});

for (const [whose, user, says] of [
  ['what is root’s own', 0, { ...alices, uid: 0 }],
  ['what everybody may read', 0, { ...alices, mode: 0o644 }],
  ['what the system lets a user open', 1000, alices],
] as const) {
  test(`${whose} is opened without a question`, async (t) => {
    const { segment } = await shown(t, user, says);
    assert.equal(segment.presence, 'live');
  });
}

test('memory of a process of another user is asked for, whatever its mode says', async (t) => {
  const open = { ...alices, mode: 0o777 };
  assert.equal((await shown(t, 0, open)).segment.presence, 'live');
  const { segment, opened } = await shown(t, 0, { ...open, mechanism: 'process' });
  assert.deepEqual([segment.presence, segment.fault?.facts.rule, opened()], ['denied', 'private', 0]);
});
