import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { segmentAddress, type NativeKey } from '../../extension/core/key';
import { segmentError } from '../../extension/core/errors';
import { loadNative, type Native } from '../../extension/core/native';
import { removeSegment } from '../../extension/core/lifecycle';
import { identityOf } from '../../extension/core/identity';

/** The checkout. */
export const root = resolve(__dirname, '../../..');

/** The real addon. */
export function addon(): Native {
  const load = loadNative(root);
  if ('missing' in load) throw load.missing;
  return load.native;
}

let count = 0;

/** A name that no other test uses. */
export function unique(what: string): string {
  return `segment-lens-unit-${what}-${String(process.pid)}-${String(++count)}`;
}

const endings = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs at the end of the test; the last registered first, as what was made last goes first. */
export function atEnd(t: TestContext, work: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.push(work);
    return;
  }
  const all = [work];
  endings.set(t, all);
  t.after(async () => {
    for (const one of all.reverse()) await one();
  });
}

/** A folder that goes with the test. */
export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-unit-'));
  atEnd(t, () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Whether the key leads to a segment. */
export function exists(native: Native, key: NativeKey): boolean {
  try {
    return !native.info(segmentAddress(key)).removed;
  } catch (error) {
    if (segmentError(error).code === 'not-found') return false;
    throw error;
  }
}

/** Removes what a test may have left of a key: segment, lock and key files. */
export function removeAfter(t: TestContext, native: Native, key: NativeKey): void {
  atEnd(t, async () => {
    if (exists(native, key)) await removeSegment(native, key, identityOf(native.info(segmentAddress(key))));
  });
}

/** Another process that is attached to the segment until the test ends, or until it is told to leave. */
export async function attachElsewhere(t: TestContext, key: NativeKey): Promise<{ leave(): Promise<void> }> {
  const program = `
    const native = require(${JSON.stringify(join(root, 'out/segment_lens.node'))});
    native.open(${JSON.stringify(segmentAddress(key))}, { access: 'attach', write: true }).then((segment) => {
      process.stdin.on('end', () => segment.close()).resume();
      process.stdout.write('attached');
    });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const leave = async (): Promise<void> => {
    child.stdin?.end();
    await ended;
  };
  atEnd(t, leave);
  if (child.stdout) await once(child.stdout, 'data');
  return { leave };
}
