import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../root';

const run = promisify(execFile);

/** How often something is done: here, or in `npm run test:soak`, which has hours. */
export function times(here: number, soak: number): number {
  return process.env['SEGMENT_LENS_SOAK'] === '1' ? soak : here;
}

/** A figure, for whoever reads the output of a soak. */
export function tell(what: string): void {
  console.log(what);
}

/** Path of a program that scripts/programs.mjs compiled. */
export function program(name: string): string {
  return join(root, 'out/programs', name);
}

/** What a program printed that ended with 0; its output is the message where it ended otherwise. */
export async function output(name: string, ...args: readonly (string | number)[]): Promise<string> {
  // What libc does under its own lock in sem_open and sem_close looks like a race where libc is not instrumented.
  const suppressions = join(root, 'test/proof/tsan.supp');
  const env = { ...process.env, TSAN_OPTIONS: `halt_on_error=1:suppressions=${suppressions}` };
  try {
    return (await run(program(name), args.map(String), { env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${name} ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
}

/** A program that works beside us, from its first line on. */
export async function started(
  name: string,
  ...args: readonly (string | number)[]
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(program(name), args.map(String));
  child.stdin.on('error', () => undefined);
  await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  return child;
}
