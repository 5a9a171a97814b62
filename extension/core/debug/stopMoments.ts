import { rememberMoment, type Moment } from '../moment';
import type { OpenSegment } from '../segments';

/** A larger one is not copied under the lock: it would be held for longer than 0.2 ms. */
const mostLocked = 1024 * 1024;
/** How much data of one segment a stop remembers, in bytes; pages of zeros count nothing. */
export const mostOfAStop = 16 * 1024 * 1024;

/** What "changed since" can mean while programs are debugged. */
export type Since = 'stop' | 'step' | 'start';

/** What a segment held at a stop, or when a session started. */
export interface StopMoment {
  readonly moment: Moment;
  readonly label: string;
}

interface Known {
  readonly start: StopMoment | null;
  readonly before: StopMoment | null;
  readonly last: StopMoment | null;
  readonly step: StopMoment | null;
}

const nothing: Known = { start: null, before: null, last: null, step: null };

/** What segments held at the stops of debug sessions: of each the start, the last two stops and the last step. */
export class StopMoments {
  readonly #known = new Map<string, Known>();

  /** A session starts: what was remembered of sessions before is of no use. */
  begin(): void {
    this.#known.clear();
  }

  /** The first look at this segment while something is debugged; later ones change nothing. */
  started(segment: string, start: StopMoment): void {
    const known = this.#known.get(segment) ?? nothing;
    if (known.start === null) this.#known.set(segment, { ...known, start });
  }

  stopped(segment: string, stop: StopMoment, isStep: boolean): void {
    const known = this.#known.get(segment) ?? nothing;
    this.#known.set(segment, {
      start: known.start ?? stop,
      before: known.last,
      last: stop,
      step: isStep ? known.last : known.step,
    });
  }

  /** The last stop; null: there was none yet. */
  last(segment: string): StopMoment | null {
    return this.#known.get(segment)?.last ?? null;
  }

  /**
   * What to compare with. Since the last stop means, where something stands at a stop, the one before that: what
   * happened on the way there. null: there was none yet.
   */
  since(segment: string, since: Since, isStanding: boolean): StopMoment | null {
    const known = this.#known.get(segment) ?? nothing;
    if (since === 'start') return known.start;
    if (since === 'step') return known.step;
    return isStanding ? known.before : known.last;
  }
}

/**
 * What the segment holds now: under its lock where that is free at once, held for one native call; else beside it.
 * Rejects as rememberMoment.
 */
export async function takeStop(
  segment: Pick<OpenSegment, 'id' | 'size' | 'read' | 'holdsLock' | 'fault' | 'nextData' | 'copyLocked'>,
  mayLock: boolean,
  signal: AbortSignal,
): Promise<Moment> {
  const { size } = segment;
  const copy = new Uint8Array(mayLock && !segment.holdsLock && size <= mostLocked ? size : 0);
  const isLocked = copy.length > 0 && (await segment.copyLocked(0, copy, 0)) === copy.length;
  const source = isLocked ? copied(segment.id, copy) : segment;
  return rememberMoment(source, mostOfAStop, () => undefined, signal);
}

function copied(id: string, bytes: Uint8Array): Parameters<typeof rememberMoment>[0] {
  return {
    id,
    size: bytes.length,
    holdsLock: true,
    fault: null,
    read: (offset, target) => {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
    nextData: (offset) => (offset < bytes.length ? offset : null),
  };
}
