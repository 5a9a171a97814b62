import { Worker } from 'node:worker_threads';
import { segmentError, SegmentError } from './errors';
import type { FoundPart } from './find';
import type { RegexAnswer, RegexQuestion } from './regexQuestion';
import type { OpenSegment } from './segments';

/** Bytes in which matches of one step begin. */
const chunk = 1024 * 1024;
/** The longest match that is found whole; of a longer one so much. */
export const longestMatch = 64 * 1024;
/** What an expression may look back at. */
const context = 1024;
/** So often it says how far it is. */
const sayMs = 100;

interface RegexScope {
  readonly source: string;
  readonly flags: string;
  readonly start: number;
  readonly end: number;
  readonly alignment: number;
  readonly most: number;
}

/**
 * An expression over bytes, one character each, run in a thread that is ended where it takes too long. A match is found
 * whole up to 64 KiB; ^ and $ are the ends of what is searched. Stretches of holes are skipped where the expression
 * finds nothing in zeros.
 */
export class RegexSearch {
  readonly #worker: Worker;
  #answered: ((answer: RegexAnswer | null) => void) | null = null;
  #stopped = false;
  /** Goes to and fro: making a buffer for each step would cost more than reading into it. */
  #buffer = new Uint8Array(context + chunk + longestMatch);
  #work: Promise<unknown>;

  constructor(
    private readonly segment: OpenSegment,
    private readonly scope: RegexScope,
    script: string,
    private readonly send: (part: FoundPart) => Promise<void>,
    failed: (error: SegmentError) => void,
  ) {
    const { source, flags } = scope;
    this.#worker = new Worker(script, { workerData: { source, flags } });
    this.#worker.on('message', (answer: RegexAnswer) => {
      this.#settle(answer);
    });
    this.#worker.on('error', (error) => {
      this.#settle(null);
      if (!this.#stopped) failed(segmentError(error));
    });
    this.#work = this.#run().catch((error: unknown) => {
      if (!this.#stopped) failed(segmentError(error));
    });
  }

  /** Ends the thread, whatever it is doing. */
  stop(): void {
    this.#stopped = true;
    void this.#worker.terminate();
    this.#settle(null);
  }

  /** Whether hits still are matches, once the search is over. */
  async recheck(offsets: readonly number[], lengths: readonly number[]): Promise<readonly boolean[]> {
    const places = offsets.map((offset, index) => {
      const length = lengths[index] ?? 0;
      const from = Math.max(this.scope.start, offset - context);
      const target = new Uint8Array(Math.max(0, Math.min(this.scope.end, offset + length + context) - from));
      const bytes = this.#read(from, target);
      return { bytes, at: offset - from, length };
    });
    const asking = this.#work.then(() => this.#ask({ ask: 'still', places }));
    this.#work = asking;
    const answer = await asking;
    return answer !== null && 'still' in answer ? answer.still : offsets.map(() => false);
  }

  async #run(): Promise<void> {
    const { start, end, alignment, most } = this.scope;
    const probe = await this.#ask({ ask: 'zeros', length: 2 * longestMatch });
    const skips = probe !== null && 'zeros' in probe && !probe.zeros;
    let [at, total, saidAt] = [start, 0, 0];
    let hits: { offsets: number[]; lengths: number[] } = { offsets: [], lengths: [] };
    let capped = false;
    while (at < end && !capped && !this.#stopped) {
      if (skips) {
        const data = this.segment.nextData(at);
        at = data === null ? end : Math.max(at, Math.min(end, data - longestMatch));
        if (at === end) break;
      }
      const from = Math.max(start, at - context);
      const to = Math.min(end, at + chunk);
      const bytes = this.#read(from, this.#buffer.subarray(0, Math.min(end, to + longestMatch) - from));
      // Before they are handed over: this side has no bytes then.
      const until = from + bytes.length;
      const isLast = until < Math.min(end, to + longestMatch) || to + longestMatch >= end;
      const wanted = most - total + 1;
      const question = {
        bytes,
        offset: from,
        from: at - from,
        to: to - from,
        alignment,
        most: wanted,
        isLast,
      };
      const answer = await this.#ask({ ask: 'find', ...question });
      if (answer === null || !('starts' in answer)) return;
      this.#buffer = answer.buffer;
      capped = answer.starts.length === wanted;
      const count = capped ? wanted - 1 : answer.starts.length;
      for (let index = 0; index < count; index++) {
        hits.offsets.push(from + (answer.starts[index] ?? 0));
        hits.lengths.push(answer.lengths[index] ?? 0);
      }
      total += count;
      at = until < to ? end : from + answer.next;
      if (hits.offsets.length === 0 && performance.now() < saidAt + sayMs) continue;
      saidAt = performance.now();
      await this.#say({
        ...hits,
        total,
        capped,
        done: false,
        progress: (at - start) / Math.max(1, end - start),
      });
      hits = { offsets: [], lengths: [] };
    }
    await this.#say({ ...hits, total, capped, done: true, progress: 1 });
  }

  async #say(part: FoundPart): Promise<void> {
    if (!this.#stopped)
      await this.send({ ...part, progress: Math.min(1, part.progress) }).catch(() => undefined);
  }

  #read(from: number, target: Uint8Array): Uint8Array {
    const count = this.segment.read(from, target);
    if (count === 0 && this.segment.presence !== 'live')
      throw new SegmentError('gone', 'The segment is gone.');
    return target.subarray(0, count);
  }

  #ask(question: RegexQuestion): Promise<RegexAnswer | null> {
    if (this.#stopped) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#answered = resolve;
      const moved = question.ask === 'find' ? [question.bytes.buffer as ArrayBuffer] : [];
      this.#worker.postMessage(question, moved);
    });
  }

  #settle(answer: RegexAnswer | null): void {
    const answered = this.#answered;
    this.#answered = null;
    answered?.(answer);
  }
}
