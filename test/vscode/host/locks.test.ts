import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { suite, teardown, test } from 'mocha';
import type { LockRow } from '../../../extension/shared/lockRow';
import type { Viewer } from '../../../extension/ui/viewer';
import {
  answering,
  lockPlace as place,
  lockSegment,
  openView,
  placedMutex,
  plainSegment,
  qtSegment,
  select,
  tidy,
  unique,
  until,
  untrusted,
} from './support';

const run = (name: string): PromiseLike<unknown> => commands.executeCommand(`segmentLens.${name}`);

/** The row of the lock at an offset, or of a semaphore by its name, as soon as it is so. */
function row(viewer: Viewer, where: number | string, state: LockRow['state']): Promise<LockRow> {
  const seen = (): LockRow | undefined =>
    viewer.locks?.rows.find(({ offset, name }) =>
      typeof where === 'number' ? offset === where : name === where,
    );
  return until(`the lock ${String(where)} to be ${state}`, () => seen()?.state === state && seen());
}

suite('Locks of a segment', () => {
  teardown(tidy);

  test('a mutex that is added at the cursor is free, then held by who takes it, then stale, then repaired', async () => {
    const { viewer, peer, other } = await placedMutex();
    assert.equal((await row(viewer, place, 'free')).kind, 'Mutex');
    const victim = await other();
    await victim.ask('lock', place);
    const held = await row(viewer, place, 'held');
    await until('the holder', () =>
      viewer.locks?.rows[0]?.facts.includes(`lock-peer (${String(victim.pid)})`),
    );
    assert.equal(held.sinceFirstLook, false);
    assert.deepEqual(held.troubles, []);
    await victim.crash();
    const stale = await row(viewer, place, 'stale');
    assert.match(
      stale.troubles.join(),
      new RegExp(`lock-peer \\(${String(victim.pid)}\\) died while it held the lock`),
    );
    assert.ok(stale.strip.length > 0);
    const told = await answering([{ press: 'Repair' }], () => run('repairLock'));
    assert.match(told.messages[0] ?? '', new RegExp(`It is taken away from thread ${String(victim.pid)}`));
    assert.match(told.messages[1] ?? '', /^Repaired: Mutex at 0x40 is free\.$/);
    await row(viewer, place, 'free');
    await peer.ask('lock', place);
    await row(viewer, place, 'held');
    await peer.ask('unlock', place);
  });

  test('a repair that the user turns away from changes nothing', async () => {
    const { viewer, other } = await placedMutex();
    const victim = await other();
    await victim.ask('lock', place);
    await victim.crash();
    await row(viewer, place, 'stale');
    await answering([{ press: undefined }], () => run('repairLock'));
    const told = await untrusted(() => answering([], () => run('repairLock')));
    assert.match(told.messages[0] ?? '', /not trusted|trust/);
    await row(viewer, place, 'stale');
  });

  test('where nothing is wrong, nothing is repaired, and it is said', async () => {
    const { viewer } = await placedMutex();
    await row(viewer, place, 'free');
    const told = await answering([], () => run('repairLock'));
    assert.deepEqual(told.messages, ['Nothing is wrong that could be repaired.']);
  });

  test('bytes that are no lock are refused with the rule, and so is a lock that goes past the end', async () => {
    const { name, peer } = await plainSegment(128);
    await peer.write(0, Buffer.alloc(128, 0xff));
    const viewer = await openView(`posix:${name}`);
    const refused = async (offset: number, sort: RegExp): Promise<string> => {
      await select(viewer, offset, 1);
      return (await answering([{ pick: sort }], () => run('addLock'))).messages.join();
    };
    assert.match(await refused(1, /^Mutex$/), /begins at a multiple of 8, and 0x1 is none/);
    assert.match(await refused(0, /^Mutex$/), /The word at 0x10 has to say a kind of mutex/);
    assert.match(await refused(0, /^Semaphore$/), /The word at 0x8 has to be 0 or 128/);
    assert.match(await refused(120, /^Read-write lock$/), /it has 56 B, and the segment ends before that/);
    assert.ok(!viewer.locks?.rows.some(({ isPlaced }) => isPlaced));
  });

  test('locks are found in the bytes, and those that are picked are on the list until they are removed', async () => {
    const { name, peer } = await lockSegment();
    await peer.ask('mutex', place, 'rR');
    await peer.ask('semaphore', 0x200, 1);
    const viewer = await openView(`posix:${name}`);
    const told = await answering([{ check: /^Mutex, recursive, robust at 0x40/ }], () => run('findLocks'));
    assert.match(told.senses[0] ?? '', /^☑ Mutex, recursive, robust at 0x40: a kind for several processes/);
    assert.match(told.senses[1] ?? '', /^☑ Semaphore at 0x200: the mark of a semaphore/);
    await row(viewer, place, 'free');
    assert.equal(
      viewer.locks?.rows.some(({ offset }) => offset === 0x200),
      false,
    );
    await answering([{ pick: /0x40/ }], () => run('removeLock'));
    await until('an empty list', () => viewer.locks?.rows.length === 0);
  });

  test('a semaphore is paired by its name, with what is there now, and says who could hold it', async () => {
    const { name, peer } = await plainSegment(256);
    const semaphore = `/${unique('paired')}`;
    await peer.ask('sem_open', semaphore, 1);
    try {
      const viewer = await openView(`posix:${name}`);
      const told = await answering(
        [{ type: ['no such/name', `${semaphore}x`, semaphore] }, { pick: /^A lock$/ }],
        () => run('pairSemaphore'),
      );
      assert.notEqual(told.complaints[0], '');
      assert.deepEqual(told.notes, ['There is no such semaphore now.', 'It is there, with the value 1.']);
      await row(viewer, semaphore, 'free');
      await peer.ask('sem_wait');
      assert.ok((await row(viewer, semaphore, 'held')).facts.includes('holder unknown'));
      await peer.ask('sem_post');
      await row(viewer, semaphore, 'free');
    } finally {
      await peer.ask('sem_unlink', semaphore);
    }
  });

  test('another than the first semaphore of a System V set is paired by its number', async () => {
    const { name, peer } = await plainSegment(256);
    const number = 0x4c000000 + (process.pid & 0xffff);
    await peer.ask('semset', number, 3);
    try {
      const viewer = await openView(`posix:${name}`);
      const key = `0x${number.toString(16)}`;
      const told = await answering(
        [{ type: [`${key}[65536]`, `${key}[3]`, `${key}[2]`] }, { pick: /^A lock$/ }],
        () => run('pairSemaphore'),
      );
      assert.equal(told.complaints[0], 'A number here is from 0 to 65,535.');
      assert.deepEqual(told.notes, ['There is no such semaphore now.', 'It is there, with the value 1.']);
      await row(viewer, `${key}[2]`, 'free');
      await peer.ask('acquire');
      await peer.ask('semnum', 2);
      await peer.ask('acquire');
      const { facts } = await row(viewer, `${key}[2]`, 'held');
      assert.ok(
        facts.some((fact) => fact.includes(`(${String(peer.pid)})`)),
        facts.join(),
      );
    } finally {
      await peer.ask('sem_rmid');
    }
  });

  test('the lock of a Qt segment is there by itself, with its holder', async () => {
    const { native, peer } = await qtSegment(256);
    const viewer = await openView(native);
    assert.equal((await row(viewer, '', 'free')).kind, 'Lock of the segment');
    await peer.ask('lock');
    const held = await row(viewer, '', 'held');
    assert.ok(
      held.facts.some((fact) => fact.includes(`(${String(peer.pid)})`)),
      held.facts.join(),
    );
    assert.equal(held.isPlaced, false);
    await peer.ask('unlock');
    await row(viewer, '', 'free');
  });

  test('programs that wait for one another are told as a deadlock', async () => {
    const { viewer, peer, other } = await placedMutex();
    const far = await other();
    await peer.ask('mutex', 0x100, 'n');
    await select(viewer, 0x100, 4);
    await answering([{ pick: /^Mutex$/ }], () => run('addLock'));
    await peer.ask('lock', place);
    await far.ask('lock', 0x100);
    const waits = [peer.ask('lock', 0x100), far.ask('lock', place)].map((wait) =>
      wait.catch(() => undefined),
    );
    const [circle = ''] = await until(
      'the deadlock',
      () => viewer.locks?.deadlocks.length === 1 && viewer.locks.deadlocks,
    );
    assert.match(
      circle,
      /lock-peer \(\d+\) waits for Mutex at 0x\d+, held by lock-peer \(\d+\), who waits for Mutex/,
    );
    await far.crash();
    await peer.crash();
    await Promise.all(waits);
  });

  test('nothing is looked at while the view is hidden', async () => {
    const { viewer } = await placedMutex();
    await row(viewer, place, 'free');
    await commands.executeCommand('workbench.action.files.newUntitledFile');
    await until('nothing is told', () => !viewer.visible && viewer.locks === null);
    await commands.executeCommand('workbench.action.closeActiveEditor');
    await row(viewer, place, 'free');
  });
});
