import { workspace, type LogOutputChannel } from 'vscode';
import { SegmentError } from '../../core/errors';
import { restrictedText } from '../description';
import type { LiveDocument } from '../documents';
import { parts, phrase } from '../phrases';
import type { Content } from './content';

/** What a view shows now, for whatever answers its messages: work on it fails in words for a person. */
export class Shown {
  content: Content | null = null;

  constructor(private readonly log: LogOutputChannel) {}

  /** The segment on show; null where there is none. */
  get document(): LiveDocument | null {
    return this.content !== null && 'document' in this.content ? this.content.document : null;
  }

  /** What needs a segment: rejects with `closed` where none is shown. A failure is logged under that name and phrased. */
  async work<T>(name: string, work: (document: LiveDocument) => Promise<T>): Promise<T> {
    const { document } = this;
    try {
      if (document === null) throw new SegmentError('closed', 'no segment is shown');
      return await work(document);
    } catch (error) {
      const { code, message } = parts(error);
      this.log.warn(`${name}: ${code}: ${message}`);
      throw new SegmentError(code, phrase(error));
    }
  }

  /** What changes the segment: as work(), and refused in a workspace that is not trusted. */
  async change<T>(work: (document: LiveDocument) => Promise<T>): Promise<T> {
    requireTrust();
    return this.work('edit', work);
  }
}

/** Throws `permission-denied` in a workspace that is not trusted. */
export function requireTrust(): void {
  if (!workspace.isTrusted) throw new SegmentError('permission-denied', restrictedText());
}
