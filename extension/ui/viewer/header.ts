import type { NativeKey } from '../../core/key';
import type { AttachedProcess, Description } from '../../shared/protocol';
import { AttachedScan, type ScanListener } from '../attachedScan';
import { describe } from '../description';
import type { System } from '../system';
import type { Shown } from './shown';

/** What the header of a view says, and who is attached to what it shows: looked up only for what is on screen. */
export class Header {
  #attached: readonly AttachedProcess[] = [];
  #described = '';
  #scan: AttachedScan | null = null;

  constructor(
    private readonly shown: Shown,
    private readonly system: () => System | null,
    private readonly changed: () => void,
    private readonly scanned: ScanListener['scanned'],
  ) {}

  get description(): Description | null {
    const { content } = this.shown;
    if (content === null) return null;
    if ('failure' in content) return content.failure;
    const kind = this.system()?.catalog.find(content.document.segment.id)?.kind ?? null;
    return describe(content.document, kind, this.#attached);
  }

  /** What it says is told with this. */
  take(): Description | null {
    const { description } = this;
    this.#described = JSON.stringify(description);
    return description;
  }

  /** Whether it says something else than was taken last. */
  get stale(): boolean {
    return JSON.stringify(this.description) !== this.#described;
  }

  /** Looks again who is attached, soon: something changed. */
  soon(): void {
    this.#scan?.soon(250);
  }

  /** Looks who is attached from now on, in place of the segment before; null: nobody looks. */
  scan(key: NativeKey | null): void {
    this.#scan?.dispose();
    this.#scan = null;
    const system = this.system();
    if (key === null || system === null) return;
    this.#scan = new AttachedScan(system.native, key, {
      attached: (attached) => {
        this.#attached = attached;
        this.changed();
      },
      scanned: this.scanned,
    });
  }

  /** Another segment is shown: nothing is known of it. */
  forget(): void {
    this.scan(null);
    this.#attached = [];
    this.#described = '';
  }
}
