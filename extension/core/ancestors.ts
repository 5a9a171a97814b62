import { readFileSync } from 'node:fs';

/** Deeper than any tree of processes; ends also what changes while it is read. */
const most = 64;
/** A child of a child of a child: no debugged program has more generations between it and what it runs. */
const mostGenerations = 16;

/** The parent of a process by proc_pid_stat(5), whose name field may hold spaces and parentheses; null: there is none to be seen. */
export function parentOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const parent = Number(text.slice(text.lastIndexOf(')')).split(' ')[2]);
    return Number.isInteger(parent) && parent > 0 ? parent : null;
  } catch {
    return null;
  }
}

/** The process of a thread that a debugger holds, by proc_pid_status(5); null: none, or nobody traces it. */
export function processOfTraced(tid: number): number | null {
  try {
    const text = readFileSync(`/proc/${String(tid)}/status`, 'latin1');
    const [, process = '', tracer = '0'] = /^Tgid:\s(\d+)[^]*^TracerPid:\s(\d+)/m.exec(text) ?? [];
    return tracer === '0' ? null : Number(process);
  } catch {
    return null;
  }
}

/** The process and those that started it, nearest first; a process that has ended has none. */
export function ancestors(pid: number): readonly number[] {
  return [...lineage(pid, most, parentOf)];
}

/** The one of `wanted` that `pid` is or descends from, the nearest; null: none of them. */
export function ancestorAmong(
  pid: number,
  wanted: Pick<ReadonlySet<number>, 'has' | 'size'>,
  parent: (pid: number) => number | null = parentOf,
): number | null {
  if (wanted.size === 0) return null;
  for (const one of lineage(pid, mostGenerations, parent)) if (wanted.has(one)) return one;
  return null;
}

/** Reads no further than it is asked. */
function* lineage(
  pid: number,
  length: number,
  parent: (pid: number) => number | null,
): Generator<number, void> {
  for (let at: number | null = pid, count = 0; at !== null && at > 0 && count < length; count++) {
    yield at;
    at = parent(at);
  }
}
