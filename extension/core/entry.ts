import type { LockStatus } from '../shared/lock';
import type { AttachedProcess } from '../shared/protocol';
import type { Kind } from './kinds/index';
import type { NativeKey } from './key';
import { sameLock } from './lock';
import type { SegmentInfo } from './native';

/** A segment of the machine in the listing. */
export interface Entry {
  readonly key: NativeKey;
  /** Identity string: formatKey. */
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly info: SegmentInfo;
  readonly lock: LockStatus;
  /** Processes that have it mapped and that we may look into; null: not scanned yet. */
  readonly attached: readonly AttachedProcess[] | null;
  /** System V: attaches; POSIX: processes that have it mapped, null before the first scan. */
  readonly attachCount: number | null;
}

/** Whether a tree would show the same of both. */
export function sameEntry(a: Entry, b: Entry): boolean {
  return (
    a.id === b.id &&
    a.kind === b.kind &&
    a.attachCount === b.attachCount &&
    a.info.size === b.info.size &&
    a.info.mode === b.info.mode &&
    a.info.uid === b.info.uid &&
    a.info.shmid === b.info.shmid &&
    a.info.inode === b.info.inode &&
    a.info.removed === b.info.removed &&
    sameLock(a.lock, b.lock) &&
    sameAttached(a.attached, b.attached)
  );
}

function sameAttached(a: Entry['attached'], b: Entry['attached']): boolean {
  if (a === b) return true;
  if (a?.length !== b?.length) return false;
  return (a ?? []).every(({ pid, name, writable, alive }, index) => {
    const other = b?.[index];
    return other?.pid === pid && other.name === name && other.writable === writable && other.alive === alive;
  });
}
