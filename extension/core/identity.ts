import type { SegmentInfo } from './native';

/** What tells a segment from another that takes its name: as Segment.identity of the addon. */
export function identityOf(info: SegmentInfo): string {
  return info.shmid === null ? `${String(info.device)}:${String(info.inode)}` : String(info.shmid);
}

/** Whether a header would show the same of both. */
export function sameShownInfo(a: SegmentInfo | null, b: SegmentInfo | null): boolean {
  return (
    a === b ||
    (a !== null &&
      b !== null &&
      a.size === b.size &&
      a.mode === b.mode &&
      a.uid === b.uid &&
      a.attachCount === b.attachCount &&
      a.removed === b.removed &&
      identityOf(a) === identityOf(b))
  );
}
