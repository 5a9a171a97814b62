import { readFileSync } from 'node:fs';

/** A child of a child of a child: no debugged program has more generations between it and what it runs. */
const mostGenerations = 16;

/** The parent of a process by proc_pid_stat(5), whose name field may hold spaces and parentheses; null: there is none to be seen. */
export function parentOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    return Number.isInteger(parent) && parent > 0 ? parent : null;
  } catch {
    return null;
  }
}

/** The one of `ancestors` that `pid` is or descends from, the nearest; null: none of them. */
export function ancestorAmong(
  pid: number,
  ancestors: Pick<ReadonlySet<number>, 'has' | 'size'>,
  parent: (pid: number) => number | null = parentOf,
): number | null {
  let at: number | null = pid;
  for (let generation = 0; at !== null && generation < mostGenerations; generation++) {
    if (ancestors.has(at)) return at;
    at = ancestors.size === 0 ? null : parent(at);
  }
  return null;
}
