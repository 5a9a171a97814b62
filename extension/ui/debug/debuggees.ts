import {
  debug,
  DebugStackFrame,
  EventEmitter,
  type DebugAdapterTracker,
  type DebugSession,
  type LogOutputChannel,
} from 'vscode';
import { parentOf, processOfTraced } from '../../core/ancestors';
import { AdapterState, type AdapterMessage } from '../../core/debug/adapterState';
import type { Disposable } from '../../shared/disposable';
import { DebugNotes } from './debugNotes';
import { rootSession } from './rootSession';

/** The debug session that runs a process of this machine, by its number. */
export type DebugProcesses = ReadonlyMap<number, DebugSession>;

/** A debug session and what its adapter told of the program. */
export interface Debuggee {
  readonly session: DebugSession;
  readonly state: AdapterState;
}

/**
 * What runs under the debugger in this window. Listens to what the editor and the adapters say to each other; of its
 * own accord it asks only for the process id, at the first stop of a session that has not told it: once, and once more in a
 * frame where that answers nothing.
 */
export class Debuggees implements Disposable {
  readonly #all = new Map<string, Debuggee>();
  /** How each session was asked for its process, by its id. */
  readonly #asked = new Map<string, 'outside' | 'framed'>();
  readonly #notes: DebugNotes;
  /** Processes of a session and what it started, by the id of its root, as long as that is followed. */
  readonly #known = new Map<string, Set<number>>();
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

  /**
   * `processes` is kept to which session runs which process of this machine; it is ours alone to change. `log` takes what
   * a session cannot do.
   */
  constructor(
    private readonly processes: Map<number, DebugSession>,
    log: LogOutputChannel,
  ) {
    this.#notes = new DebugNotes(log);
  }

  /** Sessions that have not ended, as they began. */
  get all(): readonly Debuggee[] {
    return [...this.#all.values()];
  }

  /** Those that run a program: a session that only started others, as js-debug's first one does, has none of its own. */
  get programs(): readonly Debuggee[] {
    const parents = new Set(this.all.map(({ session }) => session.parentSession?.id));
    return this.all.filter(({ session, state }) => state.pid !== null || !parents.has(session.id));
  }

  /** Those whose process is known and of this machine, by its id. */
  get byPid(): ReadonlyMap<number, Debuggee> {
    return new Map(
      this.all.flatMap((one): [number, Debuggee][] => {
        const { pid } = one.state;
        return pid === null || !this.processes.has(pid) ? [] : [[pid, one]];
      }),
    );
  }

  /** Every process that ran under this session, or one that it is a part of, and of which we know; also when it has ended. */
  pidsOf(session: DebugSession): ReadonlySet<number> {
    return this.#known.get(rootSession(session).id) ?? new Set();
  }

  /** A process was seen that one of the session's has started. */
  saw(session: DebugSession, pid: number): void {
    this.#known.get(rootSession(session).id)?.add(pid);
  }

  /** Something that can be looked at stands at a stop. */
  get isStanding(): boolean {
    return this.all.some(({ state }) => state.standing === 'stopped');
  }

  /** Follows a session from before its program runs. */
  track(session: DebugSession): DebugAdapterTracker {
    const { processId } = session.configuration as Readonly<Record<string, unknown>>;
    const state = new AdapterState(session.name, processId);
    const debuggee = { session, state };
    const root = rootSession(session).id;
    if (root === session.id) this.#known.set(root, new Set());
    this.#asked.delete(session.id);
    this.#all.set(session.id, debuggee);
    this.#began.fire(debuggee);
    this.#tell(debuggee);
    return {
      onWillReceiveMessage: (message: AdapterMessage) => {
        const news = state.sent(message);
        if (news === 'dataBreakpoints') this.#retold.fire(debuggee);
        if (news === 'restarted') this.#asked.delete(session.id);
      },
      onDidSendMessage: (message: AdapterMessage) => {
        const news = state.received(message);
        if (news === null) return;
        if (news === 'frame') {
          void this.#identify(debuggee);
          return;
        }
        if (news === 'stopped' && this.#isGone(debuggee)) {
          this.#notes.gone(session);
          this.end(session);
          return;
        }
        if (news === 'ended') this.end(session);
        if (news === 'stopped') {
          this.#stopped.fire(debuggee);
          void this.#identify(debuggee);
        }
        this.#tell(debuggee);
      },
      onExit: () => {
        if (this.#all.get(session.id) === debuggee && !state.isLeaving) this.#notes.died(session);
        this.end(session);
      },
    };
  }

  /** The session is over; idempotent. */
  end({ id }: DebugSession): void {
    if (!this.#all.delete(id)) return;
    for (const [pid, { id: runner }] of this.processes) if (runner === id) this.processes.delete(pid);
    this.#changed.fire();
  }

  /** Asks the adapter to pause the program. Rejects with what it answers; nothing where it stands already. */
  async pause({ session, state }: Debuggee): Promise<void> {
    if (state.standing === 'running') await session.customRequest('pause', { threadId: state.thread });
  }

  /** Whether it stands, or has ended, within `patience` ms: an adapter may grant a pause long before the program stops. */
  stands({ state }: Debuggee, patience: number): Promise<boolean> {
    const stands = (): boolean => state.standing !== 'running';
    if (stands()) return Promise.resolve(true);
    return new Promise((done) => {
      const finish = (): void => {
        clearTimeout(limit);
        following.dispose();
        done(stands());
      };
      const following = this.onDidChange(() => {
        if (stands()) finish();
      });
      const limit = setTimeout(finish, patience);
    });
  }

  dispose(): void {
    this.#all.clear();
    for (const emitter of [this.#changed, this.#stopped, this.#began, this.#retold]) emitter.dispose();
  }

  /** Keeps to what is known of its process, and tells that something changed. */
  #tell({ session, state }: Debuggee): void {
    // It was told as ended: that its process is gone then says nothing of where it ran.
    if (!this.#all.has(session.id)) return;
    const { pid, isRemote } = state;
    for (const [known, { id }] of this.processes)
      if (id === session.id && known !== pid) this.processes.delete(known);
    if (isRemote || (pid !== null && !this.processes.has(pid) && parentOf(pid) === null))
      this.#notes.elsewhere(session);
    else if (pid !== null) {
      this.processes.set(pid, session);
      this.saw(session, pid);
    }
    this.#changed.fire();
  }

  /** Some adapters evaluate nothing outside of a frame, and the editor has one only later, or shows none. */
  async #identify(debuggee: Debuggee): Promise<void> {
    const { session, state } = debuggee;
    const { frame } = state;
    const before = this.#asked.get(session.id);
    const now = frame === null ? 'outside' : 'framed';
    // A number of another machine would be another process here.
    if (state.pid !== null || state.isRemote || before === 'framed' || before === now) return;
    this.#asked.set(session.id, now);
    if ((await this.#ask(debuggee, frame)) || frame === null) return;
    if (state.frame === frame && state.standing === 'stopped') this.#notes.unknown(session);
    // It went on meanwhile.
    else this.#asked.delete(session.id);
  }

  /** gdb's adapter tells of a program that a signal has ended as of one that stands. */
  #isGone({ session, state: { pid } }: Debuggee): boolean {
    return pid !== null && this.processes.get(pid)?.id === session.id && parentOf(pid) === null;
  }

  async #ask(debuggee: Debuggee, frameId: number | null): Promise<boolean> {
    const { session, state } = debuggee;
    const isGdb = /gdb|cppdbg/i.test(session.type) && process.arch === 'x64';
    const tid = isGdb ? await valueOf(session, ownTid, frameId) : null;
    const pid = (tid && processOfTraced(tid)) ?? (await valueOf(session, ownPid(session.type), frameId));
    if (pid === null) return false;
    state.found(pid);
    this.#tell(debuggee);
    return true;
  }
}

/** What an expression says, a number above 0; null where the adapter cannot say it. */
async function valueOf(
  session: DebugSession,
  expression: string,
  frameId: number | null,
): Promise<number | null> {
  try {
    const asked = { expression, context: 'repl', ...(frameId === null ? {} : { frameId }) };
    const { result } = (await session.customRequest('evaluate', asked)) as { readonly result?: unknown };
    const value = typeof result === 'string' ? Number(/\d+/.exec(result)?.[0]) : NaN;
    return Number.isInteger(value) && value > 0 ? value : null;
  } catch {
    return null;
  }
}

/** The frame of this session that the user looks at; null: none. */
export function frameOf({ id }: DebugSession): number | null {
  const item = debug.activeStackItem;
  return item instanceof DebugStackFrame && item.session.id === id ? item.frameId : null;
}

/**
 * The number of the thread that gdb looks at, where glibc keeps it (`tid` of `struct pthread`, nptl/descr.h): unlike a
 * call, reading it runs no code of the program. gdb 13 also cannot call a function where the processor has more state
 * than it knows.
 */
const ownTid = '*(int*)($fs_base+0x2d0)';

/** The expression for the id of one's own process, in the language that a debugger evaluates. */
function ownPid(type: string): string {
  if (/node|chrome|extensionhost/i.test(type)) return 'process.pid';
  return /python|debugpy/i.test(type) ? '__import__("os").getpid()' : '(int)getpid()';
}
