import { readFileSync } from 'node:fs';

/** Deeper than any tree of processes; ends also what changes while it is read. */
const most = 64;

/** The process and those that started it, nearest first (proc_pid_stat(5)); a process that has ended has none. */
export function ancestors(pid: number): readonly number[] {
  const found: number[] = [];
  for (let next = pid; next > 0 && found.length < most; next = parentOf(next)) found.push(next);
  return found;
}

/** 0: nobody, or it has ended. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name before it may have spaces and parentheses of its own.
    return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
  } catch {
    return 0;
  }
}
