import type { Entry } from '../core/catalog';
import { hiddenKinds } from '../core/kinds/index';
import type { NativeKey } from '../core/key';
import type { OpenSegment } from '../core/segments';
import type { AttachedProcess } from '../shared/protocol';

export type GroupId = 'debugged' | 'opened' | 'qt' | 'posix' | 'systemv' | 'windows' | 'hidden';

export interface Group {
  readonly type: 'group';
  readonly id: GroupId;
  readonly leaves: readonly Leaf[];
}

/** A segment in the tree: as listed, as opened by us, or both. */
export interface Leaf {
  readonly type: 'segment';
  /** Identity string of the key. */
  readonly id: string;
  readonly group: GroupId;
  readonly key: NativeKey;
  readonly entry: Entry | null;
  readonly open: OpenSegment | null;
  /** Who is attached, ourselves included, then those of whom it is known that they have ended. */
  readonly processes: readonly AttachedProcess[];
  /** Those of them that debug sessions of this window run, or that one of these has started. */
  readonly debugged: readonly AttachedProcess[];
}

/** A process below the segment that it has, had or made. */
export interface ProcessRow {
  readonly type: 'process';
  readonly segment: Leaf;
  readonly process: AttachedProcess;
}

const order: readonly GroupId[] = ['debugged', 'opened', 'qt', 'posix', 'systemv', 'windows', 'hidden'];

/** Sorts what the system lists and what we have open into groups, what is debugged on top; empty groups are left out. */
export function groups(
  entries: readonly Entry[],
  opened: readonly OpenSegment[],
  same: (a: NativeKey, b: NativeKey) => boolean,
  showHidden: boolean,
  processesOf: (leaf: Pick<Leaf, 'entry' | 'open'>) => readonly AttachedProcess[],
  isDebugged: (pid: number) => boolean,
): readonly Group[] {
  const known = (leaf: Pick<Leaf, 'entry' | 'open'>): Pick<Leaf, 'processes' | 'debugged'> => {
    const processes = processesOf(leaf);
    return {
      processes,
      debugged: processes.filter(({ alive, pid, us }) => alive && !us && isDebugged(pid)),
    };
  };
  const left = [...opened];
  const leaves = entries.map((entry): Leaf => {
    const at = left.findIndex((segment) => segment.id === entry.id || same(segment.key, entry.key));
    const open = at < 0 ? null : (left.splice(at, 1)[0] ?? null);
    const { id, key } = open ?? entry;
    const members = known({ entry, open });
    const usual = open === null ? groupOf(entry) : 'opened';
    const group = members.debugged.length > 0 ? 'debugged' : usual;
    return { type: 'segment', id, group, key, entry, open, ...members };
  });
  for (const open of left) {
    const { id, key } = open;
    leaves.push({
      type: 'segment',
      id,
      group: 'opened',
      key,
      entry: null,
      open,
      ...known({ entry: null, open }),
    });
  }
  return order
    .filter((id) => id !== 'hidden' || showHidden)
    .map((id): Group => ({ type: 'group', id, leaves: leaves.filter(({ group }) => group === id) }))
    .filter((group) => group.leaves.length > 0);
}

function groupOf({ kind, info }: Entry): GroupId {
  if (hiddenKinds.includes(kind)) return 'hidden';
  if (kind === 'qt') return 'qt';
  return info.mechanism === 'process' ? 'posix' : info.mechanism;
}
