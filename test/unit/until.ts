import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds that anything may take; under an emulator, ten times as many. */
const patience = process.env['SEGMENT_LENS_LAUNCHER'] === undefined ? 10_000 : 100_000;

/** Waits for a condition, and says which one never came. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`It never came that ${what}.`);
    await pause(2);
  }
}
