import { chownSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { attachedOthers } from './attached';
import { copyBytes, rescue } from './copy';
import { checkSize, refuseBeyondMemory } from './create';
import { SegmentError, segmentError } from './errors';
import { identityOf } from './identity';
import { formatKey, hasQtName, lockAddress, segmentAddress, type NativeKey } from './key';
import type { HeldLock, Native, Segment, SegmentAddress, SegmentInfo } from './native';
import { fileError } from './save';
import { SegmentLock } from './segmentLock';
import type { OpenSegment, Segments } from './segments';

export interface RecreateOptions {
  /** Although others are attached: they keep the old memory until they leave. */
  readonly force: boolean;
  /** For the lock, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Makes the segment anew with another size under the same key, attached by us, with the bytes that fit, the mode
 * and (POSIX) the owner of the old one. The lock is held meanwhile. Throws `busy` with who is attached unless
 * forced, and leaves everything as it was when it fails:
 * - POSIX: the new one is made under a name of its own and then takes the place of the old one by rename(2), so
 *   that there is always the whole old or the whole new one, and nobody's mapping is ever truncated.
 * - System V cannot rename. The old memory is kept attached while its key changes hands; should the new one fail,
 *   the old size is made again with the old bytes; should even that fail, they are saved to a file that the error
 *   names. Attached peers cannot be carried over.
 */
export async function recreateSegment(
  segments: Segments,
  native: Native,
  key: NativeKey,
  size: number,
  options: RecreateOptions,
): Promise<OpenSegment> {
  const open = segments.checkout(key);
  try {
    return await open.exclusively(async () => {
      const before = inspect(native, key, size);
      if (!options.force) await refuseAttached(native, key);
      const lock = await takeLock(native, key, open, options.timeoutMs);
      try {
        const handle = await replace(native, key, before, size);
        return segments.adopt(key, handle, lock?.created ?? false);
      } finally {
        lock?.release();
      }
    });
  } finally {
    open.dispose();
  }
}

function inspect(native: Native, key: NativeKey, size: number): SegmentInfo {
  const address = segmentAddress(key);
  if ('shmid' in address) {
    throw new SegmentError('unsupported', 'A segment without key or name cannot be created again.');
  }
  if (process.platform === 'darwin' && key.type === 'posix') {
    throw new SegmentError('unsupported', 'macOS can neither rename nor resize a POSIX segment');
  }
  checkSize(native, address.mechanism, size);
  refuseBeyondMemory(native, address.mechanism, size);
  try {
    const info = native.info(address);
    if (info.mechanism === 'posix' || info.uid === process.getuid?.()) return info;
    throw new SegmentError('permission-denied', 'The new segment would be ours, and its owner locked out.', {
      owner: info.owner,
      mode: info.mode,
    });
  } catch (error) {
    throw segmentError(error);
  }
}

async function refuseAttached(native: Native, key: NativeKey): Promise<void> {
  const { attached, unseen } = await attachedOthers(native, key);
  if (attached.length === 0 && unseen === 0) return;
  throw new SegmentError('busy', `${formatKey(key)} is attached by others.`, { attached, unseen });
}

/** Held until released; null where there is none to hold, or we hold it already. */
async function takeLock(
  native: Native,
  key: NativeKey,
  open: OpenSegment,
  timeoutMs: number,
): Promise<HeldLock | null> {
  const lock = lockAddress(key);
  if (!lock || open.holdsLock) return null;
  const create = hasQtName(key);
  if (!create && !native.peekLock(lock).exists) return null;
  return native.acquireLock(lock, { timeoutMs, create }).catch((error: unknown) => {
    throw new SegmentLock(native, lock).explain(error, timeoutMs);
  });
}

function replace(native: Native, key: NativeKey, before: SegmentInfo, size: number): Promise<Segment> {
  return key.type === 'posix'
    ? replacePosix(native, key.name, before, size)
    : replaceSystemV(native, segmentAddress(key), before, size);
}

let count = 0;

async function replacePosix(
  native: Native,
  name: string,
  before: SegmentInfo,
  size: number,
): Promise<Segment> {
  const address = { mechanism: 'posix', name } as const;
  const temporary = {
    mechanism: 'posix',
    name: `/.segment-lens-${String(process.pid)}-${String(++count)}`,
  } as const;
  const old = await native.open(address, { access: 'observe', write: false });
  try {
    const made = await create(native, temporary, size, before.mode);
    try {
      await copyBytes(old, made, Math.min(size, before.size));
      chownSync(join('/dev/shm', temporary.name), before.uid, before.gid);
      if (identityOf(native.info(address)) !== old.identity) {
        throw new SegmentError('gone', `${name} was replaced by another process.`);
      }
      renameSync(join('/dev/shm', temporary.name), join('/dev/shm', name));
    } catch (error) {
      native.remove(temporary, made.identity);
      throw segmentError(fileError(error), { owner: before.owner, mode: before.mode });
    } finally {
      made.close();
    }
    return await native.open(address, { access: 'attach', write: true });
  } finally {
    old.close();
  }
}

async function replaceSystemV(
  native: Native,
  address: SegmentAddress,
  before: SegmentInfo,
  size: number,
): Promise<Segment> {
  const old = await native.open(address, { access: 'attach', write: false });
  try {
    native.remove({ mechanism: 'systemv', shmid: before.shmid ?? -1 }, old.identity);
    try {
      const made = await create(native, address, size, before.mode);
      await copyBytes(old, made, Math.min(size, before.size));
      return made;
    } catch (error) {
      await restore(native, address, before, old);
      throw segmentError(error);
    }
  } finally {
    old.close();
  }
}

/** Makes the old segment again. Nobody is attached to it then: its peers have the removed one. */
async function restore(
  native: Native,
  address: SegmentAddress,
  before: SegmentInfo,
  old: Segment,
): Promise<void> {
  try {
    const again = await create(native, address, before.size, before.mode);
    await copyBytes(old, again, before.size);
    again.close();
  } catch (error) {
    const file = await rescue(old, before.size);
    throw segmentError(error, { rescued: file });
  }
}

function create(native: Native, address: SegmentAddress, size: number, mode: number): Promise<Segment> {
  return native.create(address, { size, mode }).catch((error: unknown) => {
    const failure = segmentError(error);
    throw failure.code === 'out-of-resources' ? segmentError(failure, { size }) : failure;
  });
}
