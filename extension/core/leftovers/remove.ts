import { unlinkSync } from 'node:fs';
import { type SegmentError, segmentError } from '../errors';
import { keyFileStat, fileIdentity } from './files';
import { findLeftovers, type Look, type Pursuit } from './find';
import type { Leftover, LeftoverObject } from './leftover';
import { posixSemaphores } from './semaphores';

/** What a removal will do, object by object: nothing of it is done yet. */
export interface RemovalPlan {
  readonly items: readonly Leftover[];
  /** In the order of removal. */
  readonly objects: readonly LeftoverObject[];
  /** Bytes of memory that it gives back at most. */
  readonly size: number;
}

/** Why an object was left where it is. */
export type KeptReason =
  /** Somebody uses it, or what it belongs to, by now. */
  | 'in-use'
  /** Another object has its name now. */
  | 'replaced'
  /** Somebody else removed it. */
  | 'gone'
  /** Its owner alone may remove it. */
  | 'permission-denied'
  | 'cancelled'
  /** `error` says how the system refused. */
  | 'failed';

/** What became of one object of the plan. */
export type Outcome = { readonly object: LeftoverObject } & (
  | { readonly removed: true }
  | { readonly removed: false; readonly reason: KeptReason; readonly error?: SegmentError }
);

/** How many leftovers one look at the processes is good for. */
const perLook = 8;

/** Says what removing these will do, without doing it. */
export function planRemoval(items: readonly Leftover[]): RemovalPlan {
  const objects = items.flatMap((item) => item.objects);
  return { items, objects, size: objects.reduce((sum, { size }) => sum + size, 0) };
}

/**
 * Carries the plan out. The system is looked at anew right before, and every object once more before it goes: what is
 * used, was replaced or is gone by then is kept, and all of a leftover with it. Never rejects for one object; aborted, it
 * keeps the rest. As many outcomes as the plan has objects, in its order.
 */
export async function removeLeftovers(
  look: Look,
  { items }: RemovalPlan,
  { signal, report }: Pursuit = {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < items.length; at += perLook) {
    const some = items.slice(at, at + perLook);
    if (signal?.aborted === true) outcomes.push(...some.flatMap((item) => kept(item, 'cancelled')));
    else {
      const now = new Map((await findLeftovers(look)).map((item) => [item.id, item]));
      for (const item of some) outcomes.push(...removeOne(look, item, now.get(item.id)));
    }
    report?.(Math.min(1, (at + some.length) / items.length));
  }
  return outcomes;
}

function removeOne(look: Look, item: Leftover, now: Leftover | undefined): readonly Outcome[] {
  const known = new Set(item.objects.map(({ identity }) => identity));
  const isDoubtful = now?.doubts.some((doubt) => !item.doubts.includes(doubt)) ?? false;
  if (!now || isDoubtful) {
    const isGone = item.objects.every((object) => stateOf(look, object) === 'gone');
    return kept(item, isGone ? 'gone' : 'in-use');
  }
  if (now.objects.some(({ identity }) => !known.has(identity))) return kept(item, 'replaced');
  const outcomes: Outcome[] = [];
  for (const object of item.objects) {
    const outcome = outcomeOf(look, object);
    outcomes.push(outcome);
    if (!outcome.removed && outcome.reason !== 'gone') {
      const { reason } = outcome;
      return [
        ...outcomes,
        ...item.objects
          .slice(outcomes.length)
          .map((rest) => ({ object: rest, removed: false, reason }) as const),
      ];
    }
  }
  return outcomes;
}

function outcomeOf(look: Look, object: LeftoverObject): Outcome {
  try {
    const state = stateOf(look, object);
    if (state !== 'idle') return { object, removed: false, reason: state };
    take(look, object);
    return { object, removed: true };
  } catch (thrown) {
    const error = segmentError(thrown);
    const { code } = thrown as NodeJS.ErrnoException;
    if (error.code === 'permission-denied' || code === 'EACCES' || code === 'EPERM') {
      return { object, removed: false, reason: 'permission-denied', error };
    }
    if (error.code === 'conflict') return { object, removed: false, reason: 'replaced' };
    if (error.code === 'not-found' || code === 'ENOENT') return { object, removed: false, reason: 'gone' };
    return { object, removed: false, reason: 'failed', error };
  }
}

/** What the system says of one object alone, at the last moment. */
function stateOf({ native }: Look, object: LeftoverObject): 'idle' | 'in-use' | 'replaced' | 'gone' {
  if (object.type === 'key-file') {
    const stat = keyFileStat(object.name);
    return stat === null ? 'gone' : sameness(fileIdentity(stat), object);
  }
  if (object.type === 'segment') {
    const { address } = object;
    const info = native
      .list(address.mechanism)
      .find((one) =>
        'shmid' in address ? one.shmid === address.shmid : 'name' in address && one.name === address.name,
      );
    if (!info || info.removed) return 'gone';
    if ((info.attachCount ?? 0) > 0) return 'in-use';
    return info.shmid === null ? sameness(`${String(info.device)}:${String(info.inode)}`, object) : 'idle';
  }
  const { address } = object;
  if ('name' in address) {
    const found = posixSemaphores().find(({ name }) => name === address.name);
    return found ? sameness(found.identity, object) : 'gone';
  }
  const { exists, waiters, lastPid, lastPidAlive } = native.peekLock(address);
  if (!exists) return 'gone';
  return (waiters ?? 0) > 0 || (lastPidAlive && lastPid !== process.pid) ? 'in-use' : 'idle';
}

function sameness(identity: string, object: LeftoverObject): 'idle' | 'replaced' {
  return identity === object.identity ? 'idle' : 'replaced';
}

function take({ native }: Look, object: LeftoverObject): void {
  if (object.type === 'segment') native.remove(object.address, object.identity.replace(/^shmid /, ''));
  else if (object.type === 'semaphore') native.removeLock(object.address);
  else unlinkSync(object.name);
}

function kept(item: Leftover, reason: KeptReason): readonly Outcome[] {
  return item.objects.map((object) => ({ object, removed: false, reason }) as const);
}
