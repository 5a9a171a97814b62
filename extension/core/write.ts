import { SegmentError, segmentError } from './errors';
import type { Native, Segment } from './native';
import type { SegmentLock } from './segmentLock';

/** Bytes written per hold of the lock: a few microseconds. */
const chunkBytes = 65536;
/** Refuses a range that does not lie within the segment, naming its size and, where there is one, the last offset that works. */
export function checkRange(offset: number, length: number, size: number): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size) return;
  throw new SegmentError(
    'invalid-size',
    `${String(length)} bytes at ${String(offset)} do not fit into a segment of ${String(size)} bytes.`,
    {
      rule: 'past-the-end',
      size,
      ...(length <= size ? { minimum: '0', maximum: String(size - length) } : {}),
    },
  );
}

/** Writes without regard to what is there, under the lock, in chunks of 64 KiB: each is one native call. */
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
    const request = {
      segment,
      lock: lock.toTake,
      offset: offset + start,
      expected: null,
      bytes: chunk,
      timeoutMs,
    };
    await native.exchange(request).catch((error: unknown) => {
      throw afterWriting(lock.explain(error, timeoutMs), start);
    });
  }
}

/** A failure that says how much had been written when it happened. */
export function afterWriting(error: unknown, bytes: number): SegmentError {
  const failure = segmentError(error);
  const written = bytes + (failure.facts.written ?? 0);
  return written === 0 ? failure : segmentError(failure, { written });
}
