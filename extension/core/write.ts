import { SegmentError, segmentError } from './errors';
import type { Native, Segment } from './native';
import type { SegmentLock } from './segmentLock';

/** Bytes written per hold of the lock: a few microseconds. */
const chunkBytes = 65536;
/** Exchanges tried before the lock is held across a turn of the event loop. */
const attempts = 16;

/** Refuses a range that does not lie within the segment, naming the last offset that works. */
export function checkRange(offset: number, length: number, size: number): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size) return;
  throw new SegmentError(
    'invalid-size',
    `${String(length)} bytes at ${String(offset)} do not fit into a segment of ${String(size)} bytes.`,
    { rule: 'past-the-end', minimum: '0', maximum: String(Math.max(0, size - length)), size },
  );
}

/**
 * Writes without regard to what is there, under the lock, in chunks of 64 KiB. Each is one native call: its
 * exchange expects what the one before found. Only a writer who ignores the lock can fail that again and again;
 * then the lock is taken here for one chunk.
 */
export async function overwrite(
  native: Native,
  segment: Segment,
  lock: SegmentLock,
  offset: number,
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<void> {
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const chunk = bytes.subarray(start, start + chunkBytes);
    await overwriteChunk(native, segment, lock, offset + start, chunk, timeoutMs);
  }
}

async function overwriteChunk(
  native: Native,
  segment: Segment,
  lock: SegmentLock,
  offset: number,
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<void> {
  const address = lock.toTake;
  if (!address) {
    segment.write(offset, bytes);
    return;
  }
  try {
    let expected: Uint8Array = new Uint8Array(bytes.length);
    segment.read(offset, expected);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const request = { segment, lock: address, offset, expected, bytes, timeoutMs };
      const { written, found } = await native.exchange(request);
      if (written) return;
      expected = found;
    }
    const held = await native.acquireLock(address, { timeoutMs, create: false });
    try {
      segment.write(offset, bytes);
    } finally {
      held.release();
    }
  } catch (error) {
    throw lock.explain(segmentError(error), timeoutMs);
  }
}
