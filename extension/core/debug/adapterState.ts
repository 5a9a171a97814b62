/** A message of the Debug Adapter Protocol, as it passes by; anything may be in it. */
export interface AdapterMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly command?: unknown;
  readonly success?: unknown;
  readonly arguments?: unknown;
  readonly body?: unknown;
}

/** Where a program stands. `ended`: there is nothing to pause any more. */
export type Standing = 'running' | 'stopped' | 'ended';

/** A `stopped` event. */
export interface Stop {
  /** As the adapter names it: "breakpoint", "step", "pause", "exception" and others. */
  readonly reason: string;
  readonly threadId: number | null;
  /** The user had asked for a step. */
  readonly isStep: boolean;
}

/** One of the breakpoints on data that the editor asked for, passed on as it is. */
export type DataBreakpoint = Readonly<Record<string, unknown>> & { readonly dataId: string };

/** What changed with a message; `null`: nothing that anybody has to know. */
export type AdapterNews =
  'stopped' | 'frame' | 'continued' | 'pid' | 'remote' | 'restarted' | 'ended' | 'dataBreakpoints';

const stepCommands: readonly unknown[] = ['next', 'stepIn', 'stepOut', 'stepBack'];
const goingCommands: readonly unknown[] = [...stepCommands, 'continue', 'reverseContinue'];

/**
 * What a debug adapter told of its program, read out of the messages between it and the editor. Sends nothing. Never
 * throws for what a message holds.
 *
 * Source: https://microsoft.github.io/debug-adapter-protocol/specification
 */
export class AdapterState {
  #pid: number | null;
  #isRemote = false;
  #isLeaving = false;
  #standing: Standing = 'running';
  #stop: Stop | null = null;
  #frame: number | null = null;
  #isStepping = false;
  /** It was asked to go on, and had not answered when it told the stop at the end of that: gdb's does so where a step is short. */
  #going: 'no' | 'asked' | 'stopped' = 'no';
  #canWatchData = false;
  #canReadMemory = false;
  #dataBreakpoints: readonly DataBreakpoint[] = [];
  readonly #threads = new Set<number>();
  readonly #ours = new Set<string>();

  /**
   * `name`: of the session; some adapters tell the process in it and nowhere else. `processId`: of its configuration,
   * which attaches to that process.
   */
  constructor(name: string, processId?: unknown) {
    const given = Number(processId);
    this.#pid = Number.isSafeInteger(given) && given > 0 ? given : pidInName(name);
  }

  /** The process that is debugged; null as long as nobody told. */
  get pid(): number | null {
    return this.#pid;
  }

  /** The adapter said that the program runs on another machine: its process id means nothing here. */
  get isRemote(): boolean {
    return this.#isRemote;
  }

  /** The editor asked the adapter to end. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** The last stop; null before the first. */
  get stop(): Stop | null {
    return this.#stop;
  }

  /** The first frame that the editor was told of since the last stop; null: none yet. */
  get frame(): number | null {
    return this.#frame;
  }

  /** `supportsDataBreakpoints`. */
  get canWatchData(): boolean {
    return this.#canWatchData;
  }

  /** `supportsReadMemoryRequest`. */
  get canReadMemory(): boolean {
    return this.#canReadMemory;
  }

  /** What the editor asked for last: a request of ours has to say it again, because each replaces the one before. */
  get dataBreakpoints(): readonly DataBreakpoint[] {
    return this.#dataBreakpoints.filter(({ dataId }) => !this.#ours.has(dataId));
  }

  /** These are not the editor's, although a request names them. */
  claim(dataIds: readonly string[]): void {
    for (const id of dataIds) this.#ours.add(id);
  }

  /** A thread to pause: one that was heard of, else the number that adapters with one thread give it. */
  get thread(): number {
    const [first = 1] = this.#threads;
    return first;
  }

  /** Somebody else found out who it is. */
  found(pid: number): void {
    this.#pid = pid;
  }

  /** A message from the editor to the adapter. */
  sent({ type, command, arguments: given }: AdapterMessage): AdapterNews | null {
    if (type !== 'request') return null;
    if (stepCommands.includes(command)) this.#isStepping = true;
    if (goingCommands.includes(command)) this.#going = 'asked';
    if (command === 'continue' || command === 'reverseContinue') this.#isStepping = false;
    if (command === 'disconnect' || command === 'terminate') this.#isLeaving = true;
    if (command === 'restart') {
      this.#pid = null;
      return 'restarted';
    }
    if (command !== 'setDataBreakpoints') return null;
    const list = member(given, 'breakpoints');
    this.#dataBreakpoints = Array.isArray(list) ? list.filter(isDataBreakpoint) : [];
    return 'dataBreakpoints';
  }

  /** A message from the adapter to the editor. */
  received({ type, event, command, success, body }: AdapterMessage): AdapterNews | null {
    if (type === 'event') return this.#happened(event, body);
    if (type !== 'response' || success === false) return null;
    if (command === 'initialize') this.#able(body);
    if (command === 'threads') this.#listed(member(body, 'threads'));
    if (command === 'stackTrace') return this.#framed(member(body, 'stackFrames'));
    if (!goingCommands.includes(command)) return null;
    const isOver = this.#going === 'stopped';
    this.#going = 'no';
    return isOver ? null : this.#go();
  }

  #happened(event: unknown, body: unknown): AdapterNews | null {
    const thread = whole(member(body, 'threadId'));
    switch (event) {
      case 'process': {
        const pid = whole(member(body, 'systemProcessId'));
        this.#isRemote = member(body, 'isLocalProcess') === false;
        if (this.#isRemote) {
          this.#pid = null;
          return 'remote';
        }
        if (pid === null || pid === 0) return null;
        this.#pid = pid;
        return 'pid';
      }
      case 'capabilities':
        this.#able(member(body, 'capabilities'));
        return null;
      case 'thread':
        if (thread !== null && member(body, 'reason') === 'exited') this.#threads.delete(thread);
        else if (thread !== null) this.#threads.add(thread);
        return null;
      case 'stopped': {
        if (thread !== null) this.#threads.add(thread);
        const reason = member(body, 'reason');
        this.#stop = {
          reason: typeof reason === 'string' ? reason : '',
          threadId: thread,
          isStep: this.#isStepping,
        };
        this.#isStepping = false;
        this.#frame = null;
        this.#standing = 'stopped';
        if (this.#going === 'asked') this.#going = 'stopped';
        return 'stopped';
      }
      case 'continued':
        return this.#go();
      case 'exited':
      case 'terminated':
        if (this.#standing === 'ended') return null;
        this.#standing = 'ended';
        return 'ended';
      default:
        return null;
    }
  }

  #go(): AdapterNews | null {
    if (this.#standing !== 'stopped') return null;
    this.#standing = 'running';
    return 'continued';
  }

  #framed(frames: unknown): AdapterNews | null {
    const id = Array.isArray(frames) ? whole(member(frames[0], 'id')) : null;
    if (id === null || this.#frame !== null || this.#standing !== 'stopped') return null;
    this.#frame = id;
    return 'frame';
  }

  /** What is told later adds to what was told first. */
  #able(capabilities: unknown): void {
    this.#canWatchData ||= member(capabilities, 'supportsDataBreakpoints') === true;
    this.#canReadMemory ||= member(capabilities, 'supportsReadMemoryRequest') === true;
  }

  #listed(threads: unknown): void {
    if (!Array.isArray(threads)) return;
    this.#threads.clear();
    for (const one of threads) {
      const id = whole(member(one, 'id'));
      if (id !== null) this.#threads.add(id);
    }
  }
}

/** js-debug names the session of a process "program.js [4711]" and sends no `process` event. */
function pidInName(name: string): number | null {
  const digits = /\[(\d{1,7})\]$/.exec(name.trim())?.[1];
  return digits === undefined || Number(digits) === 0 ? null : Number(digits);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

function isDataBreakpoint(value: unknown): value is DataBreakpoint {
  return typeof member(value, 'dataId') === 'string';
}
