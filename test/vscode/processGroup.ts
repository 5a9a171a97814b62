import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Asks the leader of a process group to end, then ends what is left of the group: nothing of it may outlive a run. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const group = members(pid);
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([closed, new Promise((done) => setTimeout(done, 5000).unref())]);
  }
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let look = 0; look < 50 && group.some(alive); look++) {
      if (look === 0) signalGroup(pid, signal);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** The processes of a group, by /proc/PID/stat (proc(5)): the third field after the name in brackets. */
function members(group: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => processGroup(pid) === group);
}

function processGroup(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : Number(fields[2]);
  } catch {
    return null;
  }
}

function alive(pid: number): boolean {
  return processGroup(pid) !== null;
}
