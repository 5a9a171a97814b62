import { workspace, type LogOutputChannel } from 'vscode';
import { Find, type FoundPart } from '../core/find';
import { SegmentError, segmentError } from '../core/errors';
import type { OpenSegment } from '../core/segments';
import { SweepMap } from '../core/sweepMap';
import type { Disposable } from '../shared/disposable';
import type { Host, Viewer as Remote } from '../shared/protocol';
import type { Query } from '../shared/query';
import { QueryFault } from '../shared/queryFault';
import { phrase } from './phrases';
import { section, sweepBudget } from './settings';

/** What a view may ask about the whole of its segment: searches, its map, and what changed. One search at a time. */
export class Finder implements Disposable {
  readonly #map: SweepMap;
  readonly #configuring: Disposable;
  #find: Find | null = null;
  #id = 0;

  constructor(
    private readonly segment: OpenSegment,
    private readonly remote: () => Pick<Remote, 'found' | 'map'>,
    private readonly regexWorker: string,
    private readonly log: LogOutputChannel,
  ) {
    this.#map = new SweepMap(segment, (map) => remote().map(map), sweepBudget);
    this.#configuring = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${section}.sweepBudget`)) this.#map.refresh();
    });
  }

  /** Nothing is read while false; what is known of changes is kept. A view that was hidden asks anew. */
  visible(visible: boolean): void {
    if (!visible) {
      this.stopFind();
      this.#map.want(0);
    }
    this.#map.visible(visible);
  }

  wantMap(buckets: number): void {
    this.#map.want(buckets);
  }

  mark(): { readonly since: number | null } {
    return { since: this.#map.mark() };
  }

  /** Begins a search in place of the one before. */
  find(query: Query): { readonly id: number } {
    this.stopFind();
    this.#id += 1;
    const id = this.#id;
    const context = { regexWorker: this.regexWorker, map: this.#map };
    const send = (part: FoundPart): Promise<void> => this.remote().found({ id, ...part, error: null });
    const failed = (error: SegmentError): void => {
      this.log.warn(`find: ${error.code}: ${error.message}`);
      const none = { offsets: [], lengths: [], total: 0, capped: false, done: true, progress: 1 };
      void this.remote()
        .found({ id, ...none, error: phrase(error) })
        .catch(() => undefined);
    };
    try {
      this.#find = new Find(this.segment, query, context, send, failed);
    } catch (error) {
      // The view says by its rule what is wrong with a query.
      if (error instanceof QueryFault) throw error;
      throw new SegmentError(segmentError(error).code, phrase(error));
    }
    return { id };
  }

  stopFind(): void {
    // Kept: what it found is still looked at again.
    this.#find?.stop();
  }

  /** Of another search than the last, nothing is. */
  async recheck({
    id,
    offsets,
    lengths,
  }: Parameters<Host['recheck']>[0]): Promise<{ readonly still: readonly boolean[] }> {
    const find = id === this.#id ? this.#find : null;
    return { still: (await find?.recheck(offsets, lengths)) ?? offsets.map(() => false) };
  }

  dispose(): void {
    this.#configuring.dispose();
    this.stopFind();
    this.#map.dispose();
  }
}
