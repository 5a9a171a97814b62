let standing: ReadonlySet<number> = new Set();

/** Whether a process stands at a stop of a debug session of this window: a lock that it holds is not given back before it goes on. */
export function standsAtStop(pid: number | null): boolean {
  return pid !== null && standing.has(pid);
}

/** Keeps which processes stand, in place of those before; whether others do now. Called by who follows the sessions. */
export function keepStanding(pids: ReadonlySet<number>): boolean {
  const isOther = pids.size !== standing.size || [...pids].some((pid) => !standing.has(pid));
  standing = pids;
  return isOther;
}
