import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './stage';

/** So many processes that have the files mapped by turns, until end(). */
export async function crowd(
  count: number,
  files: readonly string[],
): Promise<{ readonly end: () => Promise<void> }> {
  const child = spawn(join(root, 'out/programs/crowd'), [String(count), ...files]);
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  return {
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
