import type { DebugSession, LogOutputChannel } from 'vscode';
import { Attachments } from '../../core/attached';
import type { AdapterState, DataBreakpoint } from '../../core/debug/adapterState';
import { pauses, type BreakBook, type ChangeBreak } from '../../core/debug/changeBreak';
import { parseCondition } from '../../core/debug/changeCondition';
import { addressOf, dataQuestion, isDataStop, isWatchable } from '../../core/debug/dataRequest';
import { parseKey, segmentAddress } from '../../core/key';
import type { Disposable } from '../../shared/disposable';
import type { SystemDoor } from '../system';
import type { Debuggee, Debuggees } from './debuggees';
import { topFrame } from './evaluation';
import { namesOf } from './rootSession';

interface Ours {
  readonly broken: ChangeBreak;
  readonly request: DataBreakpoint;
}

/**
 * Sets the watchpoints of the processor for the breaks on change, in every debuggee that stands at a stop and has the
 * bytes mapped, where its adapter can. A request replaces all breakpoints on data of a session, so those of the editor
 * are said with ours, and again after each of its own.
 */
export class Watchpoints implements Disposable {
  readonly #set = new Map<string, readonly Ours[]>();
  readonly #busy = new Set<string>();
  readonly #subscriptions: readonly Disposable[];

  constructor(
    private readonly book: BreakBook,
    private readonly door: SystemDoor,
    debuggees: Debuggees,
    private readonly log: LogOutputChannel,
    stopped: (broken: ChangeBreak, debuggee: Debuggee) => void,
  ) {
    const followAll = (): void => {
      for (const debuggee of debuggees.all) void this.#follow(debuggee);
    };
    this.#subscriptions = [
      book.onDidChange(followAll),
      debuggees.onDidChange(followAll),
      debuggees.onDidReplaceDataBreakpoints((debuggee) => {
        if (this.#busy.has(debuggee.session.id)) return;
        this.#set.delete(debuggee.session.id);
        // After the editor's own request has gone out.
        setTimeout(() => void this.#follow(debuggee), 0);
      }),
      debuggees.onDidStop((debuggee) => {
        const [first] = this.#set.get(debuggee.session.id) ?? [];
        const { type } = debuggee.session;
        if (first !== undefined && isDataStop(type, debuggee.state.stop?.reason ?? ''))
          stopped(first.broken, debuggee);
      }),
    ];
  }

  /** Breaks that the processor watches in this session. */
  of({ session }: Debuggee): readonly ChangeBreak[] {
    return (this.#set.get(session.id) ?? []).map(({ broken }) => broken);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#set.clear();
  }

  async #follow(debuggee: Debuggee): Promise<void> {
    const { session, state } = debuggee;
    if (!state.canWatchData || state.standing !== 'stopped' || state.pid === null) return;
    if (this.#busy.has(session.id)) return;
    this.#busy.add(session.id);
    try {
      await this.#tell(debuggee, state.pid);
    } catch (error) {
      this.log.warn(`watchpoints of ${session.name}: ${String(error)}`);
    } finally {
      this.#busy.delete(session.id);
    }
  }

  async #tell({ session, state }: Debuggee, pid: number): Promise<void> {
    const before = this.#set.get(session.id) ?? [];
    const wanted = this.book.all.filter(
      (one) =>
        one.enabled &&
        // The processor stops at every write.
        parseCondition(one.condition, one.length).when === 'change' &&
        pauses(one, namesOf(session)),
    );
    const isSame =
      before.length === wanted.length && before.every(({ broken }, at) => broken.id === wanted[at]?.id);
    if (isSame) return;
    const places = await this.#places(pid, wanted);
    const ours: Ours[] = [];
    for (const { broken, address } of places) {
      const request = await this.#ask(session, state.stop?.threadId ?? state.thread, broken, address);
      if (request !== null) ours.push({ broken, request });
    }
    if (ours.length === 0 && before.length === 0) return;
    state.claim(ours.map(({ request }) => request.dataId));
    const all = merged(state, ours);
    const answer: unknown = await session.customRequest('setDataBreakpoints', { breakpoints: all });
    this.#set.set(
      session.id,
      ours.filter(({ request }) => isTaken(answer, all, request)),
    );
  }

  async #places(
    pid: number,
    wanted: readonly ChangeBreak[],
  ): Promise<readonly { readonly broken: ChangeBreak; readonly address: bigint }[]> {
    if (wanted.length === 0) return [];
    const { native } = this.door.open();
    const attachments = new Attachments(await native.scanProcesses());
    return wanted.flatMap((broken) => {
      try {
        const info = native.info(segmentAddress(parseKey(broken.segment)));
        const mappings = attachments.of(info).find((one) => one.pid === pid)?.mappings ?? [];
        const address = addressOf(mappings, broken.offset, broken.length);
        return address !== null && isWatchable(address, broken.length) ? [{ broken, address }] : [];
      } catch {
        return [];
      }
    });
  }

  async #ask(
    session: DebugSession,
    threadId: number,
    broken: ChangeBreak,
    address: bigint,
  ): Promise<DataBreakpoint | null> {
    const question = dataQuestion(session.type, address, broken.length);
    const frame = question.needsFrame ? { frameId: await topFrame(session, threadId) } : {};
    const answer = (await session.customRequest('dataBreakpointInfo', { ...question.info, ...frame })) as
      { readonly dataId?: unknown } | undefined;
    const dataId = answer?.dataId;
    if (typeof dataId === 'string') return { dataId, accessType: 'write' };
    this.log.info(`no watchpoint for ${broken.segment}: ${JSON.stringify(answer)}`);
    return null;
  }
}

/** Whether the adapter took it; one that answers with another list than it was given says nothing of each. */
function isTaken(answer: unknown, asked: readonly DataBreakpoint[], one: DataBreakpoint): boolean {
  const { breakpoints } = answer as { readonly breakpoints?: readonly { readonly verified?: unknown }[] };
  return breakpoints?.length !== asked.length || breakpoints[asked.indexOf(one)]?.verified !== false;
}

/** Those of the editor first, as it said them. */
function merged({ dataBreakpoints }: AdapterState, ours: readonly Ours[]): readonly DataBreakpoint[] {
  const added = ours.map(({ request }) => request);
  const ids = new Set(added.map(({ dataId }) => dataId));
  return [...dataBreakpoints.filter(({ dataId }) => !ids.has(dataId)), ...added];
}
