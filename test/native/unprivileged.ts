import { fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a task of child.ts answered, and how its process ended. */
export interface Outcome {
  readonly answer: unknown;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Runs a task of child.ts in a process of its own, as a user without privileges where we are root. */
export function runUnprivileged(task: string, argument: unknown = null): Promise<Outcome> {
  return runChild(task, argument, process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {});
}

/** Runs a task of child.ts in a process of its own. */
export async function runChild(task: string, argument: unknown, options: ForkOptions = {}): Promise<Outcome> {
  const child = fork(join(__dirname, 'child.js'), [task, JSON.stringify(argument)], options);
  let answer: unknown = null;
  child.on('message', (message) => {
    answer = message;
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { answer, exitCode, signal };
}
