import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cancelled, SegmentError, segmentError } from './errors';
import { Holes } from './holes';
import type { OpenSegment } from './segments';
import { checkRange } from './write';

const chunkBytes = 1024 * 1024;
/** Zeros of this length and alignment become holes of the file. */
const holeBytes = 4096;
const zeros = Buffer.alloc(holeBytes);

let count = 0;

/** Bytes of a segment to save. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/**
 * Saves the whole segment, or a part of it: a file beside `path` is written and takes its place at the end, so that
 * there is the whole or nothing. Zeros become holes, and holes are not read. Unlocked: bytes that a peer changes
 * meanwhile may be torn. Resolves with the bytes saved; rejects with `invalid-size` for a part past the end, with `gone`
 * where the segment went or shrank, with `closed` where `signal` aborted.
 */
export async function saveSegment(
  segment: OpenSegment,
  path: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
  only?: Part,
): Promise<number> {
  const part = join(
    dirname(path),
    `.${basename(path).slice(0, 200)}.${String(process.pid)}-${String(++count)}.part`,
  );
  try {
    if (only !== undefined && segment.presence === 'live') checkRange(only.offset, only.length, segment.size);
    const size = await writePart(segment, part, progress, signal, only);
    await rename(part, path);
    return size;
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw fileError(error, path);
  }
}

async function writePart(
  segment: OpenSegment,
  part: string,
  progress: (fraction: number) => void,
  signal: AbortSignal,
  only: Part | undefined,
): Promise<number> {
  const file = await open(part, 'wx', 0o644);
  try {
    const start = only?.offset ?? 0;
    const size = only?.length ?? segment.size;
    const holes = new Holes(segment);
    const chunk = Buffer.alloc(Math.min(chunkBytes, size));
    for (let offset = 0; offset < size;) {
      if (signal.aborted) throw cancelled('Saving was cancelled.');
      const hole = holes.after(start + offset);
      if (hole > 0) {
        offset = Math.min(size, offset + hole);
        progress(offset / size);
        continue;
      }
      const wanted = Math.min(chunk.length, size - offset);
      const bytes = chunk.subarray(0, wanted);
      if (segment.read(start + offset, bytes) !== wanted) {
        throw segment.fault ?? gone();
      }
      await writeSparse(file, bytes, offset);
      offset += wanted;
      progress(offset / size);
    }
    if (size === 0) throw segment.fault ?? new SegmentError('gone', 'There is no segment to save.');
    // What went while its holes were passed over was never read.
    if (segment.size < start + size) throw segment.fault ?? gone();
    if (signal.aborted) throw cancelled('Saving was cancelled.');
    await file.truncate(size);
    return size;
  } finally {
    await file.close();
  }
}

function gone(): SegmentError {
  return new SegmentError('gone', 'The segment went or shrank while it was saved.');
}

/** Writes the runs between blocks of zeros. */
async function writeSparse(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  let start = 0;
  for (let at = 0; at < bytes.length; at += holeBytes) {
    const block = bytes.subarray(at, at + holeBytes);
    if (!block.equals(zeros.subarray(0, block.length))) continue;
    if (at > start) await writeAll(file, bytes.subarray(start, at), offset + start);
    start = at + block.length;
  }
  if (start < bytes.length) await writeAll(file, bytes.subarray(start), offset + start);
}

async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

/** A file system's refusal in our codes. `path`: the file of the disk that a person should be told of. */
export function fileError(error: unknown, path?: string): SegmentError {
  if (error instanceof SegmentError || !(error instanceof Error)) return segmentError(error);
  const { code = '', errno, syscall } = error as NodeJS.ErrnoException;
  const facts = {
    ...(path === undefined ? {} : { file: path }),
    ...(syscall === undefined ? {} : { call: syscall }),
    ...(errno === undefined ? {} : { errno: Math.abs(errno) }),
  };
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SegmentError('not-found', error.message, facts);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SegmentError('permission-denied', error.message, facts);
  }
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new SegmentError('out-of-resources', error.message, facts);
  }
  return new SegmentError('unknown', error.message, facts);
}
