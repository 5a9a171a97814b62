import { open, type FileHandle } from 'node:fs/promises';
import { SegmentError } from './errors';
import { fileError } from './save';

/** A file of the disk, read by ranges and never as a whole. dispose() closes it. */
export class ComparedFile {
  /** Opens it for reading. Rejects with `not-found`, `permission-denied`, or `unsupported` for what is no plain file. */
  static async open(path: string): Promise<ComparedFile> {
    try {
      const file = await open(path, 'r');
      const stat = await file.stat();
      if (stat.isFile()) return new ComparedFile(path, stat.size, file);
      await file.close();
    } catch (error) {
      throw fileError(error);
    }
    throw new SegmentError('unsupported', `${path} is no file`);
  }

  private constructor(
    readonly path: string,
    /** Bytes when it was opened. */
    readonly size: number,
    private readonly file: FileHandle,
  ) {}

  /** Copies as many bytes as there are; 0 where it cannot be read any more. */
  async read(offset: number, target: Uint8Array): Promise<number> {
    let done = 0;
    try {
      while (done < target.length) {
        const { bytesRead } = await this.file.read(target, done, target.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch {
      // Closed or truncated meanwhile: what was read so far is all there is.
    }
    return done;
  }

  dispose(): void {
    this.file.close().catch(() => undefined);
  }
}
