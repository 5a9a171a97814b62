import type { LockHolder } from '../../shared/lockReport';
import type { LayoutRefusal } from '../../shared/lockWords';
import type { Native, ProcessScan, SegmentInfo } from '../native';
import { findHolder } from './holder';
import { layoutOf, ownLayout, type LockLayout } from './layout';
import { mappersOf, type Mappers } from './mappers';

/** How long who an owner is counts as known: whether it lives is asked again then. */
const knownMs = 500;

interface Known {
  readonly holder: LockHolder;
  readonly askedMs: number;
  readonly sinceMs: number;
}

/**
 * Who the owners in the locks of one segment are, asked for at most twice a second each. An owner that was never seen
 * alive is called dead only after a scan that began later than the owner was first seen: one from another pid namespace
 * may have come since the last.
 */
export class Owners {
  readonly #known = new Map<string, Known>();
  #mappers: Mappers | null = null;
  #scannedMs = -Infinity;
  #layout: LockLayout | LayoutRefusal | null = null;
  #wantsScan = false;

  constructor(
    private readonly native: Pick<Native, 'threadEntry' | 'threadEntries' | 'processMappings' | 'programAbi'>,
  ) {}

  get wantsScan(): boolean {
    return this.#wantsScan;
  }

  /** Where the programs of this segment keep the words of their locks: as the first other one that has it mapped. */
  get layout(): LockLayout | LayoutRefusal {
    return (this.#layout ??= ownLayout());
  }

  /** A scan of processes that began at `startedMs`. */
  took(scan: Pick<ProcessScan, 'mappings' | 'denied'>, info: SegmentInfo, startedMs: number): void {
    this.#mappers = mappersOf(this.native, scan, info);
    this.#scannedMs = startedMs;
    this.#wantsScan = false;
    this.#layout = this.#programLayout();
    for (const [id, known] of this.#known) this.#known.set(id, { ...known, askedMs: -Infinity });
  }

  /** Who is `tid` in the lock called `id`. */
  of(id: string, tid: number, info: SegmentInfo | null, nowMs: number): LockHolder {
    const before = this.#known.get(id);
    const known = before?.holder.tid === tid ? before : null;
    if (known !== null && nowMs - known.askedMs < knownMs) return known.holder;
    const sinceMs = known?.sinceMs ?? nowMs;
    const found = info === null ? unknownHolder(tid) : findHolder(this.native, tid, this.#mappersNow(info));
    const isProved = found.life !== 'dead' || known?.holder.life === 'alive' || this.#scannedMs >= sinceMs;
    if (!isProved || (found.life === 'unknown' && this.#mappers === null)) this.#wantsScan = true;
    const holder = isProved ? named(found, known?.holder) : unknownHolder(tid);
    this.#known.set(id, { holder, askedMs: nowMs, sinceMs });
    return holder;
  }

  /** Nobody asks for this lock any more. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  #mappersNow(info: SegmentInfo): Mappers {
    return (
      this.#mappers ?? mappersOf(this.native, { mappings: [], denied: 0 }, { ...info, attachCount: null })
    );
  }

  #programLayout(): LockLayout | LayoutRefusal {
    for (const { pid } of this.#mappers?.mappings ?? []) {
      const abi = pid === process.pid ? null : this.native.programAbi(pid);
      if (abi !== null) return layoutOf(abi);
    }
    return ownLayout();
  }
}

/** Of the dead nothing tells the name; who was seen before it died keeps it. */
function named(found: LockHolder, before: LockHolder | undefined): LockHolder {
  if (found.life !== 'dead' || found.pid !== null || before === undefined) return found;
  return { ...before, life: found.life, certainty: found.certainty };
}

/** An owner of whom nothing is known. */
export function unknownHolder(tid: number): LockHolder {
  return { tid, pid: null, name: '', startedMs: null, life: 'unknown', certainty: 'unknown' };
}
