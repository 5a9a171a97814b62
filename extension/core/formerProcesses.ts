import type { AttachedProcess } from '../shared/protocol';
import type { Native, SegmentInfo } from './native';

/** Of a segment's times, System V keeps whole seconds. */
const granularityMs = 1000;

/** When the process of each number that was asked for began: asked once, as long as this is kept. */
export class Beginnings {
  readonly #known = new Map<number, number | null>();

  constructor(private readonly native: Native) {}

  /** Milliseconds since the epoch; null: no such process runs. */
  of(pid: number): number | null {
    const known = this.#known.get(pid);
    if (known !== undefined) return known;
    const found = this.native.threadEntry(pid);
    const began = found === null || found.ended ? null : found.startedMs;
    this.#known.set(pid, began);
    return began;
  }
}

/**
 * The creator of a System V segment and who attached or detached last, where they have ended: the system keeps their
 * numbers, not their names. A number that a later process has by now counts as ended.
 */
export function formerProcesses(
  info: SegmentInfo,
  attached: readonly { readonly pid: number }[],
  beginnings: Beginnings,
): readonly AttachedProcess[] {
  const lastUse = Math.max(info.accessedMs ?? 0, info.detachedMs ?? 0);
  const former = [
    { part: 'creator', pid: info.creatorPid, sinceMs: info.changedMs ?? 0 },
    { part: 'last', pid: info.lastPid, sinceMs: lastUse },
  ] as const;
  return former.flatMap(({ part, pid, sinceMs }, index): readonly AttachedProcess[] => {
    const isTold = index > 0 && pid === info.creatorPid;
    if (pid === null || pid <= 0 || isTold || attached.some((one) => one.pid === pid)) return [];
    const began = beginnings.of(pid);
    if (began !== null && began <= sinceMs + granularityMs) return [];
    const nameless = { name: '', commandLine: '', owner: '', writable: false, mappings: [], us: false };
    return [{ ...nameless, pid, part, alive: false }];
  });
}
