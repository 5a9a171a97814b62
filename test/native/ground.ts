import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as Face from '../../native/index';

export type Native = typeof Face;

/** The checkout, from out/test/native. */
export const root = resolve(__dirname, '../../..');

/** The addon under test: the built one, or the one that SEGMENT_LENS_ADDON names. */
export const addonPath = process.env['SEGMENT_LENS_ADDON'] ?? join(root, 'out/segment_lens.node');
export const native = createRequire(__filename)(addonPath) as Native;

/** Where a test may make a segment and its lock, as Qt pairs them; `folder` is for its key files. */
export interface Ground {
  readonly segment: Face.SegmentAddress;
  readonly lock: Face.LockAddress;
  readonly folder: string;
}

/** Takes back what a test made; node:test's context fits. */
interface Scope {
  after(done: () => void): void;
}

let count = 0;

/** Every way to say where a segment is that can create one. */
export const grounds: readonly { readonly name: string; readonly make: (scope: Scope) => Ground }[] = [
  { name: 'POSIX', make: posixGround },
  { name: 'System V by key file', make: fileGround },
  { name: 'System V by number', make: numberGround },
];

export function posixGround(scope: Scope): Ground {
  const name = `/lens-test-${String(process.pid)}-${String(++count)}`;
  return cleared(scope, { mechanism: 'posix', name }, { mechanism: 'posix', name });
}

/** Memory and lock have key files of their own, as with QSharedMemory::setKey. */
export function fileGround(scope: Scope, projectId = 0x51): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'lens-test-'));
  return cleared(
    scope,
    { mechanism: 'systemv', path: join(folder, 'qipc_sharedmemory_test'), projectId },
    { mechanism: 'systemv', path: join(folder, 'qipc_systemsem_test'), projectId },
    folder,
  );
}

export function numberGround(scope: Scope): Ground {
  const key = 0x4c000000 | ((process.pid & 0xffff) << 8) | (++count & 0xff);
  return cleared(scope, { mechanism: 'systemv', key }, { mechanism: 'systemv', key });
}

function cleared(
  scope: Scope,
  segment: Face.SegmentAddress,
  lock: Face.LockAddress,
  folder = mkdtempSync(join(tmpdir(), 'lens-test-')),
): Ground {
  scope.after(() => {
    const info = presentInfo(segment);
    if (info) native.remove(segment, identityOf(info));
    if (native.peekLock(lock).exists) native.removeLock(lock);
    rmSync(folder, { recursive: true, force: true });
  });
  return { segment, lock, folder };
}

/** What `info` says, or undefined where nothing is. */
export function presentInfo(address: Face.SegmentAddress): Face.SegmentInfo | undefined {
  try {
    return native.info(address);
  } catch (error) {
    if ((error as Face.NativeError).code === 'not-found') return undefined;
    throw error;
  }
}

export function identityOf(info: Face.SegmentInfo): string {
  return info.shmid === null ? `${String(info.device)}:${String(info.inode)}` : String(info.shmid);
}

/** Whether anything of a ground is left: segment, semaphore or key file. */
export function leftOf(ground: Ground): readonly string[] {
  const left: string[] = [];
  if (presentInfo(ground.segment)) left.push('segment');
  if (native.peekLock(ground.lock).exists) left.push('lock');
  for (const address of [ground.segment, ground.lock]) {
    if ('path' in address && existsSync(address.path)) left.push(address.path);
  }
  return left;
}

/** For assert.throws and assert.rejects: that code, and the call where it matters. */
export function failure(code: Face.NativeErrorCode, call?: string): (error: unknown) => boolean {
  return (error) => {
    const found = error as Face.NativeError;
    if (found.code !== code || (call !== undefined && found.call !== call)) {
      throw new Error(`Expected ${code} ${call ?? ''}, got ${found.code} ${found.call}: ${found.message}`, {
        cause: error,
      });
    }
    return true;
  };
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

/** Reads `length` bytes at `offset` as text. */
export function readText(segment: Face.Segment, offset: number, length: number): string {
  const target = new Uint8Array(length);
  return textOf(target.subarray(0, segment.read(offset, target)));
}
