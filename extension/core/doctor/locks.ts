import type { ProcessName } from '../../shared/lock';
import type { LockFinding } from '../../shared/lockFinding';
import { formatKey, lockAddress, type NativeKey } from '../key';
import { judgeLock } from '../lock';
import { LockScene } from '../locks/lockScene';
import type { Native, SegmentInfo } from '../native';
import type { Finding } from './finding';

/** Why the lock of a key keeps programs waiting, or does not keep them apart. `info`: its segment, where there is one. */
export async function lockFindings(
  native: Native,
  key: NativeKey,
  info: SegmentInfo | null,
): Promise<readonly Finding[]> {
  const address = lockAddress(key);
  if (address === null) return [];
  const peek = native.peekLock(address);
  const lock = judgeLock(peek, address.mechanism, false);
  if (lock.state === 'unreadable' && peek.owner !== null) {
    return [{ code: 'other-user', owner: peek.owner, mode: peek.mode ?? 0, lock: true }];
  }
  const found = await new LockScene(
    native,
    { key, info, holdsLock: false, read: () => 0 },
    () => [],
  ).inspect();
  const wrong = found.flatMap(({ findings }) => findings);
  const replaced = wrong.find(({ code }) => code === 'replaced');
  const troubles = wrong.filter((trouble) => trouble !== replaced);
  return [
    ...(lock.state === 'none' || lock.state === 'free'
      ? []
      : [{ code: 'lock', id: formatKey(key), lock, troubles, by: named(native, troubles) } as const]),
    ...(replaced
      ? [{ code: 'lock-replaced', trouble: replaced, by: named(native, [replaced]) } as const]
      : []),
  ];
}

/** The names of the processes that these tell of. */
function named(native: Native, troubles: readonly LockFinding[]): readonly ProcessName[] {
  const pids = troubles.flatMap((trouble) => {
    if (trouble.code === 'all-wait') return trouble.pids;
    if (trouble.code !== 'replaced') return [];
    return [...trouble.old, ...(trouble.current ? [trouble.current] : [])].flatMap((users) => users.pids);
  });
  return [...new Set(pids)].map((pid) => ({ pid, name: native.processEntry(pid)?.name ?? '' }));
}
