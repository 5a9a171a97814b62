import { SegmentError } from '../../core/errors';
import { hashRange } from '../../core/hashing';
import type { HashReply, HashRequest } from '../../shared/hashes';
import type { Host } from '../../shared/protocol';
import { parts, phrase } from '../phrases';
import type { System } from '../system';
import type { Shown } from './shown';

/** Between two reports of progress. */
const progressMs = 200;

/** The one hash that a view may have running. */
export class Hashes {
  #running: AbortController | null = null;
  readonly answers: Pick<Host, 'hash' | 'stopHash'> = {
    hash: (request) => this.#hash(request),
    stopHash: () => {
      this.stop();
      return Promise.resolve();
    },
  };

  constructor(
    private readonly shown: Shown,
    private readonly system: () => System | null,
    private readonly progress: (fraction: number) => void,
  ) {}

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #hash(request: HashRequest): Promise<HashReply> {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    const { document } = this.shown;
    const system = this.system();
    try {
      if (document === null || system === null) throw new SegmentError('closed', 'no segment is shown');
      let told = performance.now();
      const progress = (fraction: number): void => {
        const now = performance.now();
        if (now - told < progressMs) return;
        told = now;
        this.progress(fraction);
      };
      return await hashRange(system.native, document.segment, request, progress, running.signal);
    } catch (error) {
      throw new SegmentError(parts(error).code, phrase(error));
    }
  }
}
