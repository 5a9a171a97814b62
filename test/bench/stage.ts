import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadNative, type Native } from '../../extension/core/native';

/** The checkout. */
export const root = resolve(__dirname, '../../..');

/** The addon, or an error that says what is missing. */
export function addon(): Native {
  const load = loadNative(root);
  if ('missing' in load) throw load.missing;
  return load.native;
}

let count = 0;

/** A name that no other bench or test uses. */
export function uniqueName(what: string): string {
  count += 1;
  return `segment-lens-bench-${what}-${String(process.pid)}-${String(count)}`;
}

/** A folder of our own and how to remove it. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'segment-lens-bench-'));
  return {
    path,
    remove: () => {
      // What has just ended may still write its last.
      rmSync(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Nanoseconds per call of `work`, over `calls` calls. */
export function nanosecondsPerCall(calls: number, work: () => void): number {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) work();
  return Number(process.hrtime.bigint() - start) / calls;
}
