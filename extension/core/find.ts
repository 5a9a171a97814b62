import type { NumberRange } from '../shared/numberQuery';
import { checkScope, mostHits, soughtOf, type Query, type Sought } from '../shared/query';
import { segmentError, SegmentError } from './errors';
import { matchesAt } from './matches';
import type { SearchBatch, SearchNumbers } from './native';
import { RegexSearch } from './regexSearch';
import type { SegmentSearch } from './segmentSearch';
import type { OpenSegment } from './segments';
import type { SweepMap } from './sweepMap';

/** Hits since the part before, and how far the search is. */
export interface FoundPart {
  /** By offset. */
  readonly offsets: readonly number[];
  /** Bytes of each. */
  readonly lengths: readonly number[];
  /** Hits so far; for what changed the bytes, those beyond the cap too. */
  readonly total: number;
  /** There are more than are listed. */
  readonly capped: boolean;
  readonly done: boolean;
  /** 0..1 of the bytes that are searched. */
  readonly progress: number;
}

/** What a search needs besides the segment. */
export interface FindContext {
  /** The script of the worker that runs expressions. */
  readonly regexWorker: string;
  readonly map: SweepMap;
}

/**
 * One search of one segment. Hits come in parts in the order of offsets, one part under way at a time, at most
 * `mostHits` in all. What fails ends it: `failed`.
 */
export class Find {
  readonly #sought: Sought;
  #search: SegmentSearch | null = null;
  #regex: RegexSearch | null = null;
  #inFlight = false;
  #told = false;
  #stopped = false;

  /**
   * Begins at once. Throws a QueryFault for what cannot be looked for and for a scope past the end, a SegmentError for a
   * segment that is not there.
   */
  constructor(
    private readonly segment: OpenSegment,
    private readonly query: Query,
    private readonly context: FindContext,
    private readonly send: (part: FoundPart) => Promise<void>,
    private readonly failed: (error: SegmentError) => void,
  ) {
    this.#sought = soughtOf(query);
    const { size } = segment;
    if (segment.presence !== 'live') throw new SegmentError('gone', 'There is no segment to search.');
    const past = checkScope(query, size);
    if (past) throw past;
    this.#begin(size);
  }

  /** Ends it within 50 ms, whatever it is doing; nothing is sent any more. */
  stop(): void {
    this.#stopped = true;
    this.#search?.stop();
    this.#regex?.stop();
  }

  /**
   * Whether hits still are what was looked for, by the bytes now. At most 1000 at a time. What changed since a mark
   * stays so.
   */
  async recheck(offsets: readonly number[], lengths: readonly number[]): Promise<readonly boolean[]> {
    const sought = this.#sought;
    if (sought.kind === 'changed') return offsets.map(() => true);
    if (sought.kind === 'regex')
      return (await this.#regex?.recheck(offsets, lengths)) ?? offsets.map(() => false);
    return offsets.map((offset, at) => {
      const bytes = new Uint8Array(lengths[at] ?? 0);
      return matchesAt(sought, bytes.subarray(0, this.segment.read(offset, bytes)));
    });
  }

  #begin(size: number): void {
    const { start, length, alignment } = this.query;
    const sought = this.#sought;
    const end = length === null ? null : start + length;
    const scope = { start, end, alignment, most: mostHits };
    switch (sought.kind) {
      case 'patterns':
        this.#search = this.segment.search({ ...scope, patterns: sought.patterns }, this.#hasNews);
        break;
      case 'numbers':
        this.#search = this.segment.search({ ...scope, numbers: wordsOf(sought.numbers) }, this.#hasNews);
        break;
      case 'regex':
        this.#regex = new RegexSearch(
          this.segment,
          { ...sought, ...scope, end: end ?? size },
          this.context.regexWorker,
          this.send,
          (error) => {
            this.#fail(error);
          },
        );
        return;
      case 'changed':
        this.#sendChanged(sought.since, start, end ?? Infinity);
        return;
    }
    if (!this.#search) throw new SegmentError('gone', 'There is no segment to search.');
  }

  readonly #hasNews = (): void => {
    this.#told = true;
    this.#deliver();
  };

  #deliver(): void {
    if (!this.#search || this.#stopped || this.#inFlight || !this.#told) return;
    this.#told = false;
    let batch: SearchBatch;
    try {
      batch = this.#search.take();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#inFlight = true;
    const answered = (): void => {
      this.#inFlight = false;
      this.#deliver();
    };
    this.send(partOf(batch, this.query.start)).then(answered, answered);
  }

  #sendChanged(since: number, start: number, end: number): void {
    const changes = this.context.map.changedSince(since, mostHits);
    if (!changes) throw new SegmentError('closed', 'Nothing was marked.');
    const runs = [...changes.offsets]
      .map((offset, at) => ({ offset, end: offset + (changes.lengths[at] ?? 0) }))
      .map((run) => ({ offset: Math.max(run.offset, start), end: Math.min(run.end, end) }))
      .filter((run) => run.offset < run.end);
    const lengths = runs.map((run) => run.end - run.offset);
    const capped = changes.offsets.length === mostHits;
    const part = { offsets: runs.map(({ offset }) => offset), lengths, total: runs.length, capped };
    void this.send({ ...part, done: true, progress: 1 }).catch(() => undefined);
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    this.failed(segmentError(error));
  }
}

function partOf(
  { offsets, lengths, total, capped, done, position, end }: SearchBatch,
  start: number,
): FoundPart {
  const progress = done ? 1 : Math.min(1, (position - start) / Math.max(1, end - start));
  return { offsets: [...offsets], lengths: [...lengths], total, capped, done, progress };
}

/** As the addon takes them: two's complement. */
function wordsOf(numbers: NumberRange): SearchNumbers {
  if (numbers.fraction) return numbers;
  const { width, endian, minimum, maximum } = numbers;
  const word = (value: bigint): bigint => BigInt.asUintN(width * 8, value);
  return { width, endian, fraction: false, minimum: word(minimum), maximum: word(maximum) };
}
