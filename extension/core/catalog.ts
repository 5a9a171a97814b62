import { Attachments } from './attached';
import { sameEntry, type Entry } from './entry';
import { type SegmentError, segmentError } from './errors';
import { Emitter, type Disposable, type Event } from './event';
import { KeyFiles } from './keyFiles';
import { objectId, parseKey, type NativeKey } from './key';
import { indexEntries, Listing } from './listing';
import type { Native } from './native';

export type { Entry } from './entry';

/** Between two listings while watched. */
const listMs = 400;
/** Between two scans of the processes while watched: at least this, and at least `scanShare` times their length. */
const scanMs = 2000;
const scanShare = 25;

export interface CatalogOptions {
  /** Where Qt's key files may be; asked at every listing. */
  readonly temporaryDirectories: () => readonly string[];
  /** Qt keys that the user has typed: a segment's hash is tested against them. */
  readonly rememberedQtKeys: () => readonly string[];
  /** Keys whose key files no listing can find, because only the user knows their path. */
  readonly rememberedKeys?: () => readonly NativeKey[];
}

/** The segments of the machine as a listing with events. Costs nothing while nobody watches. */
export class Catalog {
  readonly #listing: Listing;
  #entries: readonly Entry[] = [];
  #index: ReadonlyMap<string, Entry> | null = null;
  #attachments: Attachments | null = null;
  #fault: SegmentError | null = null;
  #watchers = 0;
  #listTimer: NodeJS.Timeout | undefined;
  #scanTimer: NodeJS.Timeout | undefined;
  #scanning: Promise<void> | null = null;
  readonly #changed = new Emitter<void>();
  /** Something appeared, went or changed in what a tree shows. */
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(
    private readonly native: Native,
    options: CatalogOptions,
  ) {
    this.#listing = new Listing(native, new KeyFiles(native, options.temporaryDirectories), {
      qtKeys: options.rememberedQtKeys,
      keys: options.rememberedKeys ?? (() => []),
    });
  }

  /** As of the last listing. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Why the last listing failed; its entries are those of the one before. */
  get fault(): SegmentError | null {
    return this.#fault;
  }

  /** Whether it lists and scans by itself. */
  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** Lists now and again while at least one token is held. */
  watch(): Disposable {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#start();
    let isHeld = true;
    return {
      dispose: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#watchers -= 1;
        if (this.#watchers === 0) this.#stop();
      },
    };
  }

  /** Lists now. Throws where the system refuses the listing. */
  refresh(): Promise<readonly Entry[]> {
    return new Promise((resolve) => {
      this.#list();
      if (this.#fault) throw this.#fault;
      resolve(this.#entries);
    });
  }

  /** Looks through the processes now; afterwards every entry knows who is attached. */
  scan(): Promise<void> {
    this.#scanning ??= this.#scanOnce().finally(() => (this.#scanning = null));
    return this.#scanning;
  }

  /** By identity string, with or without the Qt key in it; undefined where it is not listed. */
  find(id: string): Entry | undefined {
    this.#index ??= indexEntries(this.#entries);
    const known = this.#index.get(id);
    if (known) return known;
    try {
      return this.#index.get(objectId(parseKey(id)));
    } catch {
      return undefined;
    }
  }

  #start(): void {
    const list = (): void => {
      this.#list();
      this.#listTimer = setTimeout(list, listMs).unref();
    };
    const scan = (): void => {
      const start = performance.now();
      this.scan()
        .catch(() => undefined)
        .finally(() => {
          if (this.#watchers === 0) return;
          clearTimeout(this.#scanTimer);
          const pause = Math.max(scanMs, scanShare * (performance.now() - start));
          this.#scanTimer = setTimeout(scan, pause).unref();
        });
    };
    list();
    scan();
  }

  #stop(): void {
    clearTimeout(this.#listTimer);
    clearTimeout(this.#scanTimer);
  }

  #list(): void {
    const faultBefore = this.#fault;
    const before = this.#entries;
    try {
      this.#entries = this.#listing.take(this.#attachments);
      this.#index = null;
      this.#fault = null;
    } catch (error) {
      this.#fault = segmentError(error);
    }
    if ((faultBefore === null) !== (this.#fault === null) || !sameEntries(this.#entries, before)) {
      this.#changed.fire();
    }
  }

  async #scanOnce(): Promise<void> {
    const { native } = this;
    const scan = await native.scanProcesses();
    this.#attachments = new Attachments(scan, { native, attachments: this.#attachments });
    this.#list();
  }
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return a === b || (a.length === b.length && a.every((entry, i) => sameEntry(entry, b[i] ?? entry)));
}
