import { commands, l10n, window, type DebugSession } from 'vscode';
import type { BreakBook, ChangeBreak } from '../../core/debug/changeBreak';
import { meantKey, readLaunch, type LaunchOptions } from '../../core/debug/launchOptions';
import { parseKey, type NativeKey } from '../../core/key';
import { checkRange } from '../../core/write';
import type { Disposable } from '../../shared/disposable';
import { visibleName } from '../../shared/visibleName';
import { showBeside } from '../commands/open';
import { existingSegment } from '../keyPick';
import type { KeyMemory } from '../keyMemory';
import { phrase } from '../phrases';
import { temporaryDirectories } from '../settings';
import type { System, SystemDoor } from '../system';
import { breakLabel } from './breakText';
import type { Debuggee, Debuggees } from './debuggees';
import { rootSession } from './rootSession';

interface Running {
  readonly options: LaunchOptions;
  /** The one that the user started with it. */
  readonly session: DebugSession;
  /** Breaks whose range nobody could check yet, because there is no such segment. */
  unchecked: readonly ChangeBreak[];
}

/** Does what debug configurations ask for under `segmentLens`, from the start of their session to its end. */
export class Launches implements Disposable {
  readonly #running = new Map<string, Running>();
  readonly #subscriptions: readonly Disposable[];
  #watching: Disposable | null = null;

  constructor(
    private readonly book: BreakBook,
    private readonly door: SystemDoor,
    private readonly debuggees: Debuggees,
    private readonly memory: KeyMemory,
  ) {
    this.#subscriptions = [
      debuggees.onDidBegin((debuggee) => {
        this.#begin(debuggee);
      }),
      debuggees.onDidChange(() => {
        this.#follow();
      }),
    ];
  }

  /** Whether what segments hold at the stops of this session is to be remembered. */
  remembersStops(session: DebugSession): boolean {
    return this.#running.get(rootSession(session).id)?.options.snapshotOnStop !== false;
  }

  dispose(): void {
    this.#watching?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #begin({ session }: Debuggee): void {
    const given: unknown = session.configuration['segmentLens'];
    const system = this.door.tryOpen();
    if (session.parentSession !== undefined || given === undefined || system === null) return;
    const { native } = system;
    const options = readLaunch(given, (text) =>
      meantKey(text, temporaryDirectories(), (key) => existingSegment(native, key) !== null),
    );
    const { id, name } = session;
    const running: Running = { options, session, unchecked: options.breaks };
    this.#running.set(id, running);
    this.memory.suggest([...options.open, ...options.breaks.map(({ segment }) => parseKey(segment))]);
    const faults = options.faults.map(({ place, error }) => `${place}: ${phrase(error)}`);
    if (faults.length > 0) complain(name, faults);
    this.#check(system, running);
    void this.#open(options.open);
    this.#watching ??= system.segments.onDidChange(() => {
      for (const one of this.#running.values()) this.#check(system, one);
    });
  }

  async #open(keys: readonly NativeKey[]): Promise<void> {
    for (const key of keys) await showBeside(key);
  }

  /** Tells of each range once that does not lie within its segment. */
  #check({ native }: System, running: Running): void {
    const faults: string[] = [];
    running.unchecked = running.unchecked.filter((one) => {
      const size = existingSegment(native, parseKey(one.segment))?.size ?? 0;
      // A POSIX segment has no size until its maker gave it one.
      if (size === 0) return true;
      try {
        checkRange(one.offset, one.length, size);
      } catch (error) {
        faults.push(`${breakLabel(one)}: ${phrase(error)}`);
      }
      return false;
    });
    if (faults.length > 0) complain(running.session.name, faults);
  }

  /** Their breaks are there exactly as long as their sessions. */
  #follow(): void {
    const roots = new Set(this.debuggees.all.map(({ session }) => rootSession(session).id));
    for (const id of this.#running.keys()) if (!roots.has(id)) this.#running.delete(id);
    if (this.#running.size === 0) {
      this.#watching?.dispose();
      this.#watching = null;
    }
    this.book.lend([...this.#running.values()].flatMap(breaksOf));
  }
}

/** Its breaks, which pause the session that was started with them and what is a part of it, unless they say otherwise. */
function breaksOf({ options, session }: Running): readonly ChangeBreak[] {
  return options.breaks.map((one) => (one.sessions === null ? one : { ...one, sessions: [session.name] }));
}

/** Says what of a debug configuration cannot be done; everything else of it is done, and the session runs. */
function complain(session: string, faults: readonly string[]): void {
  const open = l10n.t('Open launch.json');
  const text = l10n.t('Debug configuration “{0}”: {1}', visibleName(session), faults.join(' '));
  void window.showWarningMessage(text, open).then((chosen) => {
    if (chosen === open) void commands.executeCommand('workbench.action.debug.configure');
  });
}
