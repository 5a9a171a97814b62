import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition, and says which one never came. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`It never came that ${what}.`);
    await pause(2);
  }
}
