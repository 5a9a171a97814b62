import type { Deadlock, DeadlockLink } from '../../shared/deadlock';
import type { LockHolder } from '../../shared/lockReport';

/** A lock, by a name of its own among all that are looked at, and who has it. */
export interface HeldNode {
  readonly lock: string;
  readonly holder: LockHolder | null;
}

/** Links of the longest circle that is looked for. */
const longest = 32;

/**
 * Circles of threads that wait for one another, each once, beginning with its lowest thread. Who has a lock and waits
 * for none ends a chain, and so does a lock whose holder is not known; a dead holder is no circle but a stale lock.
 */
export function deadlocks(locks: readonly HeldNode[], waits: readonly DeadlockLink[]): readonly Deadlock[] {
  const holders = new Map(locks.map(({ lock, holder }) => [lock, holder]));
  const found = new Map<string, Deadlock>();
  const follow = (path: readonly DeadlockLink[], isSure: boolean): void => {
    const last = path.at(-1);
    const holder = last === undefined ? null : (holders.get(last.lock) ?? null);
    if (holder?.life !== 'alive' || holder.pid === null) return;
    const isThread = holder.tid !== null;
    const next = waits.filter(({ pid, tid }) => pid === holder.pid && (!isThread || tid === holder.tid));
    for (const link of next) {
      const at = path.indexOf(link);
      const isKnown = isSure && isThread;
      // A circle that does not come back to where it began is found from its own links.
      if (at === 0) keep(path, isKnown);
      else if (at < 0 && path.length < longest) follow([...path, link], isKnown);
    }
  };
  const keep = (links: readonly DeadlockLink[], isSure: boolean): void => {
    const turned = fromLowest(links);
    found.set(JSON.stringify(turned), { links: turned, certainty: isSure ? 'certain' : 'likely' });
  };
  for (const wait of waits) follow([wait], true);
  return [...found.values()];
}

function fromLowest(links: readonly DeadlockLink[]): readonly DeadlockLink[] {
  const lowest = links.reduce((least, link) =>
    (link.pid - least.pid || link.tid - least.tid) < 0 ? link : least,
  );
  const at = links.indexOf(lowest);
  return [...links.slice(at), ...links.slice(0, at)];
}
