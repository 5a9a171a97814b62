// Work that programs do side by side.
import { spawn } from 'node:child_process';

/** Runs a program to its end, its output into ours. Rejects where it ends with another status than 0. */
export function run(command, args, options = {}) {
  return new Promise((done, failed) => {
    spawn(command, args, { ...options, stdio: 'inherit' }).on('close', (status) => {
      if (status === 0) done();
      else failed(new Error(`${command} ended with status ${status} for ${args.at(-3)}`));
    });
  });
}

/** Does `work` for each item, `workers` of them at a time, in the order of the items. Rejects with the first failure. */
export async function forEachInParallel(items, workers, work) {
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
