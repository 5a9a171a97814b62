import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LockAddress, SegmentAddress } from '../../native/index';
import { root } from '../root';
import type { calls, Order, Reply } from './member';

type Calls = typeof calls;
type Answer<Name extends keyof Calls> = Awaited<ReturnType<Calls[Name]>>;

/** Takes back what a test made; node:test's context fits. */
export interface Scope {
  after(done: () => unknown): void;
}

/** A target of scripts/targets.mjs whose addon a process has loaded, on the processor that it is for. */
export class Member {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #count = 0;

  constructor(
    readonly target: string,
    segment: SegmentAddress,
    lock: LockAddress,
    scope: Scope,
  ) {
    const own = target === 'linux-x64';
    const execPath = own ? process.execPath : join(root, 'out/platforms', target, 'node');
    const env = {
      ...process.env,
      SEGMENT_LENS_ADDON: join(root, 'out/cross', target, 'segment_lens.node'),
    };
    const address = JSON.stringify([segment, lock]);
    this.#process = fork(join(__dirname, 'member.js'), [address], { execPath, execArgv: [], env });
    this.#process.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
    });
    this.#process.on('exit', () => {
      for (const [id, settle] of this.#waiting) settle({ id, failure: 'the process has ended' });
    });
    scope.after(() => this.end());
  }

  /** Rejects with an Error whose message is the code of the failure. */
  async do<Name extends keyof Calls>(call: Name, ...values: Parameters<Calls[Name]>): Promise<Answer<Name>> {
    const order: Order = { id: ++this.#count, call, with: values };
    const reply = await new Promise<Reply>((settle) => {
      this.#waiting.set(order.id, settle);
      this.#process.send(order);
    });
    this.#waiting.delete(order.id);
    if (reply.failure !== undefined) throw new Error(reply.failure);
    return reply.value as Answer<Name>;
  }

  /** Ends it as a crash does, or waits until it has ended. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }
}
