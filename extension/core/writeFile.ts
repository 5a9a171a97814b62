import { open } from 'node:fs/promises';
import { fileError } from './save';
import type { OpenSegment } from './segments';
import { invalidValue } from './typed';
import { afterWriting, checkRange } from './write';

const chunkBytes = 1024 * 1024;

/**
 * Writes a whole file into the segment from `offset` on, under the lock. A file that does not fit is refused
 * before the first byte. Resolves with the bytes written.
 */
export async function writeFileInto(
  segment: OpenSegment,
  path: string,
  offset: number,
  timeoutMs: number,
): Promise<number> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, path);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw invalidValue('not-a-file', `${path} is not a regular file.`, { file: path });
    checkRange(offset, stat.size, segment.size);
    const chunk = Buffer.alloc(Math.min(chunkBytes, stat.size));
    let done = 0;
    while (done < stat.size) {
      const wanted = Math.min(chunk.length, stat.size - done);
      const { bytesRead } = await file.read(chunk, 0, wanted, done);
      if (bytesRead === 0) break;
      await segment.write(offset + done, chunk.subarray(0, bytesRead), timeoutMs).catch((error: unknown) => {
        throw afterWriting(error, done);
      });
      done += bytesRead;
    }
    return done;
  } catch (error) {
    throw fileError(error, path);
  } finally {
    await file.close();
  }
}
