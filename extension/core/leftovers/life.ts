import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, the same on every Linux that Node runs on (proc_pid_stat(5)). */
const ticks = 100;
/** The times of System V objects are cut to whole seconds, and a process's start to ticks. */
const slackMs = 1100;
/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const kernelThread = 0x00200000;

/** Fields of proc_pid_stat(5). */
interface Stat {
  readonly state: string;
  readonly flags: number;
  readonly threads: number;
  readonly startMs: number;
}

/**
 * Whether the process that the system has on record lives: one that started after `recordedMs` (since the epoch) only
 * has its number, and one that has ended and waits for its parent does nothing any more.
 */
export function lives(pid: number, recordedMs: number): boolean {
  const stat = pid > 0 ? statOf(pid) : null;
  if (stat === null || stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1)) return false;
  return stat.startMs <= recordedMs + slackMs;
}

/** A thread of the kernel has no files and no maps. False where there is no such process. */
export function isKernelThread(pid: number): boolean {
  return ((statOf(pid)?.flags ?? 0) & kernelThread) !== 0;
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name before may hold spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    const startMs = bootMs() + (field(22) / ticks) * 1000;
    return { state: fields[0] ?? '', flags: field(9), threads: field(20), startMs };
  } catch {
    return null;
  }
}

function bootMs(): number {
  return Date.now() - Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
}
