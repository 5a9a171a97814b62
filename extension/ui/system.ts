import type { LogOutputChannel } from 'vscode';
import type { SegmentInfo } from '../core/native';
import { accessFacts } from '../core/attached';
import { Catalog } from '../core/catalog';
import { segmentError } from '../core/errors';
import { segmentAddress, type NativeKey } from '../core/key';
import { loadNative, type Native } from '../core/native';
import { Segments } from '../core/segments';
import { Documents } from './documents';
import type { KeyMemory } from './keyMemory';
import { phrase } from './phrases';
import { lockTimeout, temporaryDirectories } from './settings';

/** What the system says of a segment. Throws with the facts that a person needs: names tried, owner and mode. */
export function infoOf({ native }: System, key: NativeKey): SegmentInfo {
  try {
    return native.info(segmentAddress(key));
  } catch (error) {
    throw segmentError(error, accessFacts(native, key, error));
  }
}

/** What everything else is built on: the addon, the open segments, the listing. */
export interface System {
  readonly native: Native;
  readonly segments: Segments;
  readonly catalog: Catalog;
  readonly documents: Documents;
}

/** The system, loaded at first use so that activation stays short. */
export class SystemDoor {
  #loaded: System | undefined;
  #missing: Error | undefined;

  constructor(
    private readonly extensionPath: string,
    private readonly memory: KeyMemory,
    private readonly log: LogOutputChannel,
  ) {}

  /** Throws, every time with the same error, where the addon is missing: it says what was tried. */
  open(): System {
    if (this.#missing !== undefined) throw this.#missing;
    return (this.#loaded ??= this.#load());
  }

  /** As open(); null where the addon is missing. */
  tryOpen(): System | null {
    try {
      return this.open();
    } catch {
      return null;
    }
  }

  /** Why there is no system, for a person; null where there is one. */
  get missing(): string | null {
    return this.tryOpen() === null && this.#missing !== undefined ? phrase(this.#missing) : null;
  }

  /** Releases locks, detaches, closes; nothing where nothing was loaded. */
  async dispose(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.segments.dispose();
  }

  #load(): System {
    const load = loadNative(this.extensionPath);
    if ('missing' in load) {
      this.#missing = load.missing;
      this.log.error(load.missing.message);
      throw load.missing;
    }
    const { native } = load;
    const segments = new Segments(native);
    const catalog = new Catalog(native, {
      temporaryDirectories,
      rememberedQtKeys: () => this.memory.qtKeys,
      rememberedKeys: () => this.memory.keys,
    });
    return { native, segments, catalog, documents: new Documents(segments, lockTimeout) };
  }
}
