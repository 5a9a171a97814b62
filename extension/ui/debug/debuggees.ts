import { debug, DebugStackFrame, EventEmitter, type DebugAdapterTracker, type DebugSession } from 'vscode';
import { AdapterState, type AdapterMessage } from '../../core/debug/adapterState';
import type { Disposable } from '../../shared/disposable';

/** A debug session and what its adapter told of the program. */
export interface Debuggee {
  readonly session: DebugSession;
  readonly state: AdapterState;
}

/**
 * What runs under the debugger in this window. Listens to what the editor and the adapters say to each other; of its
 * own accord it asks only for the process id, once, at the first stop of a session that has not told it.
 */
export class Debuggees implements Disposable {
  readonly #all = new Map<string, Debuggee>();
  readonly #asked = new Set<string>();
  readonly #subscriptions: Disposable[] = [];
  readonly #changed = new EventEmitter<void>();
  /** A session began, ended, stopped or went on, or told its process. */
  readonly onDidChange = this.#changed.event;
  readonly #stopped = new EventEmitter<Debuggee>();
  readonly onDidStop = this.#stopped.event;
  readonly #began = new EventEmitter<Debuggee>();
  readonly onDidBegin = this.#began.event;
  readonly #retold = new EventEmitter<Debuggee>();
  /** The editor asked its adapter for other breakpoints on data than before: ours are not among them any more. */
  readonly onDidReplaceDataBreakpoints = this.#retold.event;

  /** Sessions that have not ended, as they began. */
  get all(): readonly Debuggee[] {
    return [...this.#all.values()];
  }

  /** Those whose process is known, by its id. */
  get byPid(): ReadonlyMap<number, Debuggee> {
    return new Map(
      this.all.flatMap((one): [number, Debuggee][] => (one.state.pid === null ? [] : [[one.state.pid, one]])),
    );
  }

  /** Something that can be looked at stands at a stop. */
  get isStanding(): boolean {
    return this.all.some(({ state }) => state.standing === 'stopped');
  }

  /** Follows a session from before its program runs. */
  track(session: DebugSession): DebugAdapterTracker {
    const state = new AdapterState(session.name);
    const debuggee = { session, state };
    this.#all.set(session.id, debuggee);
    this.#began.fire(debuggee);
    this.#changed.fire();
    return {
      onWillReceiveMessage: (message: AdapterMessage) => {
        if (state.sent(message) === 'dataBreakpoints') this.#retold.fire(debuggee);
      },
      onDidSendMessage: (message: AdapterMessage) => {
        const news = state.received(message);
        if (news === null) return;
        if (news === 'ended') this.end(session);
        if (news === 'stopped') {
          this.#stopped.fire(debuggee);
          void this.#identify(debuggee);
        }
        this.#changed.fire();
      },
    };
  }

  /** The session is over; idempotent. */
  end({ id }: DebugSession): void {
    if (this.#all.delete(id)) this.#changed.fire();
  }

  /** Asks the adapter to pause the program. Rejects with what it answers; nothing where it stands already. */
  async pause({ session, state }: Debuggee): Promise<void> {
    if (state.standing === 'running') await session.customRequest('pause', { threadId: state.thread });
  }

  dispose(): void {
    this.#all.clear();
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const emitter of [this.#changed, this.#stopped, this.#began, this.#retold]) emitter.dispose();
  }

  /** Some adapters evaluate nothing outside of a frame: asked again once the editor has one of this session. */
  async #identify(debuggee: Debuggee): Promise<void> {
    const { session, state } = debuggee;
    if (state.pid !== null || this.#asked.has(session.id)) return;
    this.#asked.add(session.id);
    if (await this.#ask(debuggee, frameOf(session))) return;
    const following = debug.onDidChangeActiveStackItem(() => {
      const frame = frameOf(session);
      if (frame === null && this.#all.has(session.id)) return;
      following.dispose();
      if (frame !== null && state.pid === null) void this.#ask(debuggee, frame);
    });
    this.#subscriptions.push(following);
  }

  async #ask({ session, state }: Debuggee, frameId: number | null): Promise<boolean> {
    try {
      const answer: unknown = await session.customRequest('evaluate', {
        expression: ownPid(session.type),
        context: 'repl',
        ...(frameId === null ? {} : { frameId }),
      });
      const { result } = answer as { readonly result?: unknown };
      const pid = typeof result === 'string' ? Number(/\d+/.exec(result)?.[0]) : NaN;
      if (!Number.isInteger(pid) || pid <= 0) return false;
      state.found(pid);
      this.#changed.fire();
      return true;
    } catch {
      // An adapter that cannot say it leaves the process unknown, as it was.
      return false;
    }
  }
}

/** The frame of this session that the user looks at; null: none. */
function frameOf({ id }: DebugSession): number | null {
  const item = debug.activeStackItem;
  return item instanceof DebugStackFrame && item.session.id === id ? item.frameId : null;
}

/** The expression for the id of one's own process, in the language that a debugger evaluates. */
function ownPid(type: string): string {
  if (/node|chrome|extensionhost/i.test(type)) return 'process.pid';
  return /python|debugpy/i.test(type) ? '__import__("os").getpid()' : '(int)getpid()';
}
