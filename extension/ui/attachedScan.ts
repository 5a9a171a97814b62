import { attachedTo } from '../core/attached';
import type { NativeKey } from '../core/key';
import type { Native } from '../core/native';
import type { Disposable } from '../shared/disposable';
import type { AttachedProcess } from '../shared/protocol';

/** Between two scans: at least this, and at least `share` times the length of the last: below 2 % of a core. */
const pauseMs = 2000;
const share = 50;

/** Who is attached to a segment on screen, looked up again and again until disposed. */
export class AttachedScan implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(
    private readonly native: Native,
    private readonly key: NativeKey,
    private readonly report: (attached: readonly AttachedProcess[]) => void,
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

  async #scan(): Promise<void> {
    const start = performance.now();
    // A segment that is not there has nobody attached.
    const attached = await attachedTo(this.native, this.key).catch(() => []);
    if (this.#disposed) return;
    this.report(attached);
    this.soon(Math.max(pauseMs, share * (performance.now() - start)));
  }
}
