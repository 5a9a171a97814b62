import { Attachments, scanFor } from '../core/attached';
import { Beginnings, formerProcesses } from '../core/formerProcesses';
import { segmentAddress, type NativeKey } from '../core/key';
import type { Native, ProcessScan, SegmentInfo } from '../core/native';
import type { Disposable } from '../shared/disposable';
import type { AttachedProcess } from '../shared/protocol';

/** Between two scans: at least this, and at least `share` times the length of the last: below 2 % of a core. */
const pauseMs = 2000;
const share = 50;

/** What is told of each scan. */
export interface ScanListener {
  readonly attached: (attached: readonly AttachedProcess[]) => void;
  /** The scan itself, which began at `startedMs` since the epoch; the next waits for what is done with it. */
  readonly scanned: (scan: ProcessScan, startedMs: number) => Promise<void>;
}

/** Who is attached to a segment on screen, looked up again and again until disposed. */
export class AttachedScan implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  #attachments: Attachments | null = null;
  #info: SegmentInfo | null = null;

  constructor(
    private readonly native: Native,
    private readonly key: NativeKey,
    private readonly listener: ScanListener,
  ) {
    this.soon(0);
  }

  /** Scans after that many milliseconds instead of when it would: something changed. */
  soon(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.#disposed) this.#timer = setTimeout(() => void this.#scan(), delayMs);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #ended(): readonly AttachedProcess[] {
    const { native } = this;
    const nobody = { processes: [], mappings: [], denied: 0 };
    this.#attachments = new Attachments(nobody, { native, attachments: this.#attachments });
    return this.#info === null ? [] : this.#attachments.of(this.#info);
  }

  async #scan(): Promise<void> {
    const start = performance.now();
    try {
      const { native } = this;
      const info = native.info(segmentAddress(this.key));
      const startedMs = Date.now();
      const scan = await scanFor(native, this.key);
      if (this.#disposed) return;
      this.#info = info;
      this.#attachments = new Attachments(scan, { native, attachments: this.#attachments });
      const attached = this.#attachments.ofKey(this.key, info);
      const former = formerProcesses(info, attached, new Beginnings(native));
      this.listener.attached([...attached, ...former]);
      await this.listener.scanned(scan, startedMs);
    } catch {
      // A segment that is not there has nobody attached, but who ended with it is still told of.
      if (!this.#disposed) this.listener.attached(this.#ended());
    }
    this.soon(Math.max(pauseMs, share * (performance.now() - start)));
  }
}
