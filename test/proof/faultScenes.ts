import { rmSync } from 'node:fs';
import { native, posixGround } from '../native/ground';
import { processScenes } from './faultProcessScenes';
import {
  bytesAt,
  everywhere,
  expected,
  found,
  kept,
  made,
  observer,
  opened,
  options,
  searchOnce,
  size,
  sweepOnce,
  watchOnce,
  worldOf,
  type Scene,
  type Scope,
} from './faultStage';

const onSegments: readonly Scene[] = [
  ...everywhere('create', ({ ground, scope }) => async () => {
    const segment = kept(scope, await native.create(ground.segment, { size, lock: ground.lock }));
    return segment.writable;
  }),
  ...everywhere('create where a dead program left its lock', async ({ ground, scope }) => {
    const held = await native.acquireLock(ground.lock, { ...options, create: true });
    held.release();
    return async () => kept(scope, await native.create(ground.segment, { size, lock: ground.lock })).access;
  }),
  ...everywhere('list and info', async (stand) => {
    await made(stand);
    return () => {
      const { mode, owner } = native.info(stand.ground.segment);
      const all = native.list(stand.ground.segment.mechanism);
      return [
        mode,
        owner,
        all.some((one) => one.size === size),
        native.limits(stand.ground.segment.mechanism).maximumSize,
      ];
    };
  }),
  ...everywhere('open, look, close', async (stand) => {
    await made(stand);
    return async () => {
      const segment = kept(stand.scope, await native.open(stand.ground.segment, observer));
      const answers: unknown[] = [segment.info().size, segment.state().size, bytesAt(segment)];
      answers.push(segment.nextData(0) === null, [...segment.holes(0, size)]);
      segment.close();
      return answers;
    };
  }),
  ...everywhere('attach, look, write, leave', async (stand) => {
    await made(stand);
    return async () => {
      const segment = kept(
        stand.scope,
        await native.open(stand.ground.segment, { access: 'attach', write: true }),
      );
      const answers = [bytesAt(segment), segment.nextData(0) === null];
      segment.write(0, Uint8Array.of(0, 0, 0));
      const { remaining } = await segment.detach({ removeIfLast: true, lock: stand.ground.lock, ...options });
      return [...answers, remaining];
    };
  }),
  ...everywhere('the last leaves', async (stand) => {
    const segment = await made(stand);
    return async () => {
      await segment.detach({ removeIfLast: true, lock: stand.ground.lock, ...options });
      // A key file that cannot be looked at or removed stays, as with Qt, and is used again.
      if ('path' in stand.ground.segment) rmSync(stand.ground.segment.path, { force: true });
    };
  }),
  ...everywhere('remove', async (stand) => {
    const { identity } = await made(stand);
    return () => native.remove(stand.ground.segment, identity);
  }),
  ...everywhere('exchange', async (stand) => {
    const segment = await opened(stand, observer);
    const request = { segment, offset: 4999, expected, bytes: expected, ...options };
    return async () => [
      found(await native.exchange({ ...request, lock: stand.ground.lock })),
      found(await native.exchange({ ...request, lock: null })),
    ];
  }),
  ...everywhere('exchange by who is attached', async (stand) => {
    const segment = await made(stand);
    const request = { segment, offset: 4999, expected, bytes: expected, ...options };
    return async () => found(await native.exchange({ ...request, lock: stand.ground.lock }));
  }),
  ...everywhere('copy under the lock', async (stand) => {
    const segment = await opened(stand, observer);
    return async () => {
      const target = new Uint8Array(8);
      const { count } = await native.copyLocked({
        segment,
        lock: stand.ground.lock,
        offset: 4999,
        target,
        ...options,
      });
      return [count, ...target];
    };
  }),
  ...everywhere('wake', async (stand) => {
    const segment = await opened(stand, observer);
    return () => native.wakeWaiters(segment, 4096);
  }),
  ...everywhere('watch', async (stand) => {
    const segment = await opened(stand, observer);
    return () => watchOnce(segment, stand.ground.lock, false);
  }),
  ...everywhere('watch under the lock', async (stand) => {
    const segment = await opened(stand, observer);
    return () => watchOnce(segment, stand.ground.lock, true);
  }),
  ...everywhere('sweep', async (stand) => {
    const segment = await made(stand);
    return () => sweepOnce(segment);
  }),
  ...everywhere('search', async (stand) => {
    const segment = await made(stand);
    return () => searchOnce(segment);
  }),
  ...[2 * size, size / 3].map((wanted) => ({
    name: `resize to ${String(wanted)}`,
    prepare: async (scope: Scope) => {
      const ground = posixGround(scope);
      const segment = await opened({ ground, scope }, observer);
      return { act: () => segment.resize(wanted), world: () => worldOf(ground) };
    },
  })),
];

const onLocks: readonly Scene[] = [
  ...everywhere('make a lock and take it', ({ ground }) => async () => {
    const held = await native.acquireLock(ground.lock, { ...options, create: true });
    held.release();
    return held.created;
  }),
  ...everywhere('take a lock', async (stand) => {
    await made(stand);
    return async () => {
      const held = await native.acquireLock(stand.ground.lock, { ...options, create: false });
      held.release();
      return held.created;
    };
  }),
  ...everywhere('look at a lock', async (stand) => {
    await made(stand);
    return () => {
      const { exists, readable, value, lastPidAlive, owner } = native.peekLock(stand.ground.lock);
      return [exists, readable, value, lastPidAlive, owner];
    };
  }),
  ...everywhere('look at a lock twice', async (stand) => {
    await made(stand);
    return () => {
      const look = new native.LockLook(stand.ground.lock);
      try {
        look.peek();
        const { exists, readable, value, lastPidAlive, owner } = look.peek();
        return [exists, readable, value, lastPidAlive, owner];
      } finally {
        look.close();
      }
    };
  }),
  ...everywhere('wait for a lock in vain', async (stand) => {
    await made(stand);
    const held = await native.acquireLock(stand.ground.lock, { ...options, create: false });
    stand.scope.after(() => {
      held.release();
    });
    return () => native.acquireLock(stand.ground.lock, { timeoutMs: 1, create: false });
  }),
  ...everywhere('repair a lock', async (stand) => {
    await made(stand);
    const { identity, value } = native.peekLock(stand.ground.lock);
    return () =>
      native.resetLock(stand.ground.lock, { identity: identity ?? '', value: value ?? -1, lastPid: null });
  }),
  ...everywhere('remove a lock', async (stand) => {
    await made(stand);
    return () => native.removeLock(stand.ground.lock);
  }),
];

/** Everything that the addon can be asked for. */
export const scenes: readonly Scene[] = [...onSegments, ...onLocks, ...processScenes];
