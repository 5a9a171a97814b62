import { symlinkSync } from 'node:fs';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../root';

export { root };

/** What a peer answered with "no": its error number (or Python's exception) and text. */
export class Refusal extends Error {
  constructor(
    request: string,
    readonly code: string,
    readonly text: string,
  ) {
    super(`${request}: ${code} ${text}`);
  }
}

/** A real program that shares memory, driven line by line. */
export class Peer {
  readonly #outstanding: {
    readonly request: string;
    readonly settle: (reply: string) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #ended = false;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const call = this.#outstanding.shift();
      if (!call) return;
      const [verdict = '', ...rest] = line.split(' ');
      if (verdict === 'ok') call.settle(rest.join(' '));
      else call.reject(new Refusal(call.request, rest[0] ?? '', rest.slice(1).join(' ')));
    });
    child.on('close', () => {
      this.#ended = true;
      for (const call of this.#outstanding.splice(0)) {
        call.reject(new Error(`The peer ended before it answered ${call.request}`));
      }
    });
    child.stdin.on('error', () => undefined);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with what follows "ok"; rejects with a Refusal. Stays open while the peer is blocked. */
  ask(...words: readonly (string | number)[]): Promise<string> {
    const request = words.join(' ');
    return new Promise((settle, reject) => {
      if (this.#ended) {
        reject(new Error(`The peer has ended: ${request}`));
        return;
      }
      this.#outstanding.push({ request, settle, reject });
      this.child.stdin.write(`${request}\n`);
    });
  }

  /** Bytes of the peer's own view of the segment. */
  async read(offset: number, length: number): Promise<Buffer> {
    return Buffer.from(await this.ask('read', offset, length), 'hex');
  }

  /** Through the peer's own mapping, without its lock. */
  async write(offset: number, bytes: string | Uint8Array): Promise<void> {
    await this.ask('write', offset, Buffer.from(bytes as Uint8Array).toString('hex'));
  }

  /** Leaves as a program does that ends by itself. Idempotent. Rejects, killed, where something keeps it for 10 s. */
  async quit(): Promise<void> {
    const state = { stuck: false };
    const limit = setTimeout(() => {
      state.stuck = true;
      this.child.kill('SIGKILL');
    }, 10_000);
    await this.#end(() => this.child.stdin.end('quit\n'));
    clearTimeout(limit);
    if (state.stuck) throw new Error(`Peer ${String(this.pid)} could not leave: does it wait for a lock?`);
  }

  /** kill -9: no destructor runs. */
  async crash(): Promise<void> {
    await this.#end(() => this.child.kill('SIGKILL'));
  }

  async #end(how: () => void): Promise<void> {
    if (this.#ended) return;
    const closed = once(this.child, 'close');
    how();
    await closed;
  }
}

/** A text as the Qt peer takes it. */
export function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

export type QtVersion = 5 | 6;

/** A QSharedMemory (and a QSystemSemaphore) of that Qt, with more environment where asked. */
export function qtPeer(version: QtVersion, environment: Readonly<Record<string, string>> = {}): Peer {
  return start(join(root, `out/programs/qt${String(version)}-peer`), [], environment);
}

/** The plain peer; of another processor where SEGMENT_LENS_PROGRAMS names a folder of such programs. */
export const plain = join(process.env['SEGMENT_LENS_PROGRAMS'] ?? join(root, 'out/programs'), 'plain-peer');

/** Plain C: shm_open, shmget, semop, sem_open. `program`: another path to it, by whose last part the process is called. */
export function plainPeer(program = plain): Peer {
  return start(program, []);
}

/** A link to the plain peer in a folder. */
export function linkPlainPeer(folder: string, name: string): string {
  const link = join(folder, name);
  symlinkSync(plain, link);
  return link;
}

/** The same where /dev/shm and the System V segments are others, as in a container. Needs root. */
export function plainPeerElsewhere(): Peer {
  return start('unshare', ['--mount', '--ipc', 'sh', '-c', `mount -t tmpfs tmpfs /dev/shm && exec ${plain}`]);
}

/** Mutexes, rwlocks and semaphores in POSIX memory. */
export function lockPeer(): Peer {
  return start(join(root, 'out/programs/lock-peer'), []);
}

/** The same where process ids begin at 1 again, with a /proc of its own. Needs root. */
export function lockPeerElsewhere(): Peer {
  const program = join(root, 'out/programs/lock-peer');
  return start('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', program]);
}

/** Boost.Interprocess: managed segments, its locks in one, and its named mutex. */
export function boostPeer(): Peer {
  return start(join(root, 'out/programs/boost-peer'), []);
}

/** multiprocessing.shared_memory. */
export function pythonPeer(): Peer {
  return start('python3', ['-u', join(root, 'test/peers/python.py')]);
}

function start(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Peer {
  const env = { ...process.env, ...environment };
  return new Peer(spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
}
