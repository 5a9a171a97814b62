import { l10n, type LogOutputChannel } from 'vscode';
import { BreakWatch, type BreakStanding, type Hit } from '../../core/debug/breakWatch';
import { pauses, type BreakBook, type ChangeBreak } from '../../core/debug/changeBreak';
import { parseCondition } from '../../core/debug/changeCondition';
import { keyLabel, parseKey } from '../../core/key';
import type { OpenSegment } from '../../core/segments';
import type { Disposable } from '../../shared/disposable';
import { phrase } from '../phrases';
import type { SystemDoor } from '../system';
import { bytesHex } from './breakText';
import type { Debuggee, Debuggees } from './debuggees';
import { namesOf } from './rootSession';

/** How long a program may run on after its adapter granted a pause, before that is said. */
const patienceMs = 5000;

/** What came of a hit. */
export interface Told {
  readonly broken: ChangeBreak;
  readonly hit: Hit;
  /** Sessions that were paused for it. */
  readonly paused: readonly Debuggee[];
  /** Those whose adapters granted the pause, and that still ran some seconds later. */
  readonly late: readonly Debuggee[];
  /** Those that would not, and why, as a sentence. */
  readonly refused: readonly { readonly debuggee: Debuggee; readonly why: string }[];
}

interface Running {
  readonly watch: BreakWatch;
  readonly segment: OpenSegment;
  readonly made: ChangeBreak;
}

/**
 * Watches the bytes of every break that is enabled: those that pause while something is debugged, those that log at any
 * time. Only looks at the segments; pauses sessions through their adapters.
 */
export class ChangeBreaks implements Disposable {
  readonly #running = new Map<string, Running>();
  readonly #hits = new Map<string, number>();
  readonly #subscriptions: readonly Disposable[];

  constructor(
    private readonly book: BreakBook,
    private readonly door: SystemDoor,
    private readonly debuggees: Debuggees,
    private readonly log: LogOutputChannel,
    private readonly told: (told: Told) => void,
    private readonly changed: () => void,
  ) {
    this.#subscriptions = [
      book.onDidChange(() => {
        this.follow();
      }),
      debuggees.onDidChange(() => {
        this.follow();
      }),
    ];
    this.follow();
  }

  /** How often it was hit since the window opened. */
  hits({ id }: ChangeBreak): number {
    return this.#hits.get(id) ?? 0;
  }

  /** null: it is not looked at, because it is disabled or nothing is debugged. */
  standing({ id }: ChangeBreak): BreakStanding | null {
    return this.#running.get(id)?.watch.standing ?? null;
  }

  /** Counts a hit that a debugger itself stopped at. */
  count({ id }: ChangeBreak): void {
    this.#hits.set(id, (this.#hits.get(id) ?? 0) + 1);
    this.changed();
  }

  /** Watches what is to be watched now, and nothing else. */
  follow(): void {
    const wanted = new Map(this.book.all.filter((one) => this.#isWanted(one)).map((one) => [one.id, one]));
    for (const [id, running] of this.#running) {
      if (JSON.stringify(wanted.get(id)) === JSON.stringify(running.made)) continue;
      this.#running.delete(id);
      running.watch.dispose();
      running.segment.dispose();
    }
    for (const made of wanted.values()) if (!this.#running.has(made.id)) this.#begin(made);
    this.changed();
  }

  dispose(): void {
    for (const { watch, segment } of this.#running.values()) {
      watch.dispose();
      segment.dispose();
    }
    this.#running.clear();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #isWanted({ enabled, logs }: ChangeBreak): boolean {
    return enabled && (logs || this.debuggees.all.length > 0);
  }

  #begin(made: ChangeBreak): void {
    const system = this.door.tryOpen();
    if (system === null) return;
    const segment = system.segments.checkout(parseKey(made.segment));
    const condition = parseCondition(made.condition, made.length);
    const watch = new BreakWatch(
      segment,
      made.offset,
      made.length,
      condition,
      (hit) => void this.#hit(made, hit),
    );
    this.#running.set(made.id, { watch, segment, made });
  }

  async #hit(made: ChangeBreak, hit: Hit): Promise<void> {
    this.count(made);
    const label = `${keyLabel(parseKey(made.segment))} 0x${made.offset.toString(16)}`;
    this.log.info(l10n.t('{0}: {1} → {2}', label, bytesHex(hit.before), bytesHex(hit.after)));
    const chosen = this.debuggees.programs.filter(
      ({ session, state }) => state.standing === 'running' && pauses(made, namesOf(session)),
    );
    // Everything stands: it was told what did that.
    if (chosen.length === 0) return;
    const paused: Debuggee[] = [];
    const late: Debuggee[] = [];
    const refused: { debuggee: Debuggee; why: string }[] = [];
    await Promise.all(
      chosen.map(async (debuggee) => {
        try {
          await this.debuggees.pause(debuggee);
          ((await this.debuggees.stands(debuggee, patienceMs)) ? paused : late).push(debuggee);
        } catch (error) {
          refused.push({ debuggee, why: phrase(error) });
        }
      }),
    );
    this.told({ broken: made, hit, paused, late, refused });
  }
}
