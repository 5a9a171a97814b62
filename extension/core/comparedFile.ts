import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { SegmentError } from './errors';
import { fileError } from './save';

/** A file of the disk, read by ranges and never as a whole. dispose() closes it. */
export class ComparedFile {
  #isThere = true;
  #disposed = false;

  /** Opens it for reading. Rejects with `not-found`, `permission-denied`, or `unsupported` for what is no plain file. */
  static async open(path: string): Promise<ComparedFile> {
    try {
      const { file, facts } = await openPlain(path);
      return new ComparedFile(path, file, facts);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  private constructor(
    readonly path: string,
    private file: FileHandle,
    private facts: BigIntStats,
  ) {}

  /** Bytes when it was looked at last. */
  get size(): number {
    return Number(this.facts.size);
  }

  /** Whether its path led to a file when it was looked at last. Where not, the bytes that it had can still be read. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /**
   * Looks again what the path leads to: a file that was replaced, as editors do when they save, is opened anew.
   * Resolves with whether size, bytes or isThere changed since the look before, as far as the system tells.
   */
  async look(): Promise<boolean> {
    const wasThere = this.#isThere;
    try {
      const now = await stat(this.path, { bigint: true });
      const isSame = now.dev === this.facts.dev && now.ino === this.facts.ino;
      if (isSame && now.size === this.facts.size && now.mtimeNs === this.facts.mtimeNs) {
        this.#isThere = true;
        return !wasThere;
      }
      if (isSame) this.facts = now;
      else await this.#replace();
      this.#isThere = true;
      return true;
    } catch {
      this.#isThere = false;
      return wasThere;
    }
  }

  /** Copies as many bytes as there are; 0 where it cannot be read any more. */
  async read(offset: number, target: Uint8Array): Promise<number> {
    const { file } = this;
    let done = 0;
    try {
      while (done < target.length) {
        const { bytesRead } = await file.read(target, done, target.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch {
      // Closed or truncated meanwhile: what was read so far is all there is.
    }
    return done;
  }

  dispose(): void {
    this.#disposed = true;
    this.file.close().catch(() => undefined);
  }

  async #replace(): Promise<void> {
    const { file, facts } = await openPlain(this.path);
    const before = this.#disposed ? file : this.file;
    if (!this.#disposed) [this.file, this.facts] = [file, facts];
    before.close().catch(() => undefined);
  }
}

async function openPlain(path: string): Promise<{ readonly file: FileHandle; readonly facts: BigIntStats }> {
  const file = await open(path, 'r');
  try {
    const facts = await file.stat({ bigint: true });
    if (facts.isFile()) return { file, facts };
    throw new SegmentError('unsupported', `${path} is no file`);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}
