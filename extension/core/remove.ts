import { accessFacts } from './attached';
import { SegmentError, segmentError } from './errors';
import { formatKey, legacyNameOf, lockAddress, segmentAddress, type NativeKey } from './key';
import type { Native } from './native';
import { removeLock, unlink } from './segmentLock';

/**
 * Removes a segment, its lock and, where Qt's naming made them, their key files; a file that a native key of the
 * user's points at is left alone. Processes that are attached keep the memory until they leave. `identity` as
 * Segment.identity: throws `gone` where the name leads to another segment now. Names everything that went.
 */
export async function removeSegment(
  native: Native,
  key: NativeKey,
  identity: string,
): Promise<{ readonly removed: readonly string[] }> {
  await Promise.resolve();
  try {
    native.remove(segmentAddress(key), identity);
  } catch (error) {
    const failure = segmentError(error, accessFacts(native, key, error));
    throw failure.code === 'conflict' ? new SegmentError('gone', failure.message, failure.facts) : failure;
  }
  const removed = [formatKey(key)];
  if (key.type === 'systemv' && legacyNameOf(key)?.role === 'memory' && unlink(key.path))
    removed.push(key.path);
  const lock = lockAddress(key);
  return { removed: lock ? [...removed, ...removeLock(native, lock)] : removed };
}
