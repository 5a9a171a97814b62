import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SegmentError } from './errors';
import type { Segment } from './native';

const chunkBytes = 1024 * 1024;

/** Copies the first `length` bytes, giving way to the event loop after every MiB. Throws `gone` when it is short. */
export async function copyBytes(from: Segment, to: Segment, length: number): Promise<void> {
  const chunk = new Uint8Array(Math.min(chunkBytes, length));
  for (let offset = 0; offset < length; offset += chunk.length) {
    const wanted = Math.min(chunk.length, length - offset);
    const bytes = chunk.subarray(0, wanted);
    if (from.read(offset, bytes) !== wanted)
      throw new SegmentError('gone', 'The segment shrank while it was copied.');
    to.write(offset, bytes);
    if (offset + wanted < length) await setImmediate();
  }
}

/** Saves bytes that have no other place left to a file that only we can read; resolves with its path. */
export async function rescue(from: Segment, length: number): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'segment-lens-')), 'rescued.bin');
  const file = await open(path, 'wx', 0o600);
  try {
    const chunk = new Uint8Array(Math.min(chunkBytes, length));
    for (let offset = 0; offset < length; offset += chunk.length) {
      const count = from.read(offset, chunk.subarray(0, Math.min(chunk.length, length - offset)));
      await file.write(chunk, 0, count, offset);
    }
    return path;
  } finally {
    await file.close();
  }
}
