import type { Mapping, Native, ProcessScan, SegmentInfo } from '../native';

/** Who has a segment mapped, as far as holders of its locks are looked for there. */
export interface Mappers {
  readonly mappings: readonly Mapping[];
  /** Those of them that are in another pid namespace, where threads have other numbers. */
  readonly foreign: readonly number[];
  /** Whether others have it that we do not see; `possible` where there are processes that we may not look into. */
  readonly unseen: 'none' | 'possible' | 'some';
  /** Inode of our own pid namespace; null: not known. */
  readonly ownNamespace: number | null;
  /** Whether a mapping is of this segment. */
  readonly has: (mapping: Mapping) => boolean;
}

/** Finds them in a scan; asks the system once for each process. */
export function mappersOf(
  native: Pick<Native, 'threadEntry'>,
  scan: Pick<ProcessScan, 'mappings' | 'denied'>,
  info: Pick<SegmentInfo, 'device' | 'inode' | 'shmid' | 'attachCount'>,
): Mappers {
  const has = ({ device, inode, shmid }: Mapping): boolean =>
    device === info.device && inode === info.inode && shmid === info.shmid;
  const mappings = scan.mappings.filter(has);
  const ownNamespace = native.threadEntry(process.pid)?.pidNamespace ?? null;
  const foreign = [...new Set(mappings.map(({ pid }) => pid))].filter((pid) => {
    const { pidNamespace = null } = native.threadEntry(pid) ?? {};
    return pidNamespace !== null && pidNamespace !== ownNamespace;
  });
  // System V counts who has it; POSIX memory is not counted.
  const isMissing = info.attachCount !== null && info.attachCount > mappings.length;
  const isPossible = info.attachCount === null && scan.denied > 0;
  const unseen = isMissing ? 'some' : isPossible ? 'possible' : 'none';
  return { mappings, foreign, unseen, ownNamespace, has };
}
