import { freemem, totalmem } from 'node:os';
import { attachedAll, describedInListing } from './attached';
import { SegmentError, segmentError } from './errors';
import { formatKey, hasQtName, lockAddress, segmentAddress, type NativeKey } from './key';
import type { MechanismName, Native } from './native';
import type { OpenSegment, Segments } from './segments';
import { invalidValue } from './typed';

/**
 * Creates and attaches, read-write, in Qt's order without Qt's hazards: a Qt key's lock is made where it does not
 * exist and held while creating; a live one is never reset. For other keys a lock is held where one exists, and
 * none is made. Throws `invalid-size` and `out-of-resources` with the limits, `already-exists` with size, owner
 * and who is attached, `busy` naming the lock's holder. On failure nothing is left behind.
 */
export async function createSegment(
  segments: Segments,
  native: Native,
  key: NativeKey,
  size: number,
  timeoutMs: number,
): Promise<OpenSegment> {
  const address = segmentAddress(key);
  if ('shmid' in address)
    throw new SegmentError('invalid-key', 'The system chooses the shmid of a new segment.');
  checkSize(native, address.mechanism, size);
  await refuseExisting(native, key);
  refuseBeyondMemory(native, address.mechanism, size);
  const lock = lockAddress(key);
  const lockExists = lock !== null && native.peekLock(lock).exists;
  const needsLock = lock !== null && (lockExists || hasQtName(key));
  const handle = await native
    .create(address, { size, timeoutMs, ...(needsLock ? { lock } : {}) })
    .catch(async (error: unknown) => {
      const failure = segmentError(error);
      if (failure.code === 'already-exists') await refuseExisting(native, key);
      throw segmentError(failure, failureFacts(native, key, size, timeoutMs, failure));
    });
  return segments.adopt(key, handle, needsLock && !lockExists);
}

/** The most bytes that the system could give a segment. */
export function largestSize(native: Native, mechanism: MechanismName): number {
  return Math.min(native.limits(mechanism).maximumSize ?? Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

/** Throws `invalid-size` unless it is a whole number of bytes that the system can give. */
export function checkSize(native: Native, mechanism: MechanismName, size: number): void {
  const largest = largestSize(native, mechanism);
  if (Number.isSafeInteger(size) && size >= 1 && size <= largest) return;
  throw invalidValue('size-range', `A size is from 1 to ${String(largest)} bytes.`, {
    minimum: '1',
    maximum: String(largest),
  });
}

/**
 * Throws `out-of-resources` where the memory that a POSIX segment reserves is not there. /dev/shm may be larger
 * than what is free: reserving that much would set the kernel to killing processes.
 */
export function refuseBeyondMemory(native: Native, mechanism: MechanismName, size: number): void {
  if (mechanism !== 'posix') return;
  const free = freeMemory(native);
  if (size <= free) return;
  throw new SegmentError('out-of-resources', `${String(size)} bytes asked for, ${String(free)} free.`, {
    size,
    free,
  });
}

/** Bytes that a POSIX segment can still have. */
function freeMemory(native: Native): number {
  const { free } = native.limits('posix');
  // macOS calls free only what it keeps nothing in at all, and takes the rest back as it is needed.
  if (process.platform === 'darwin') return free ?? totalmem();
  return Math.min(free ?? Infinity, freemem(), process.availableMemory());
}

async function refuseExisting(native: Native, key: NativeKey): Promise<void> {
  const info = existing(native, key);
  if (!info) return;
  const { attached, unseen } = await attachedAll(native, key).catch(() => ({ attached: [], unseen: 0 }));
  const id = formatKey(key);
  throw new SegmentError('already-exists', `${id} exists: ${String(info.size)} bytes, of ${info.owner}.`, {
    size: info.size,
    owner: info.owner,
    mode: info.mode,
    attached,
    unseen,
  });
}

function existing(native: Native, key: NativeKey): { size: number; owner: string; mode: number } | null {
  try {
    const info = native.info(segmentAddress(key));
    return info.removed ? null : info;
  } catch (error) {
    const failure = segmentError(error);
    if (failure.code === 'permission-denied') return describedInListing(native, key);
    if (failure.code === 'not-found' || failure.code === 'gone') return null;
    throw failure;
  }
}

function failureFacts(
  native: Native,
  key: NativeKey,
  size: number,
  timeoutMs: number,
  { code }: SegmentError,
): SegmentError['facts'] {
  if (code === 'out-of-resources') {
    return segmentAddress(key).mechanism === 'posix' ? { size, free: freeMemory(native) } : { size };
  }
  const lock = lockAddress(key);
  if (code !== 'busy' || !lock) return {};
  const { lastPid, lastPidName } = native.peekLock(lock);
  const holder = lastPid === null || lastPid === 0 ? null : { pid: lastPid, name: lastPidName ?? '' };
  return { holder, waitedMs: timeoutMs };
}
