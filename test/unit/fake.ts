import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { overlap } from '../../extension/shared/extents';
import type {
  ExchangeRequest,
  ExchangeResult,
  LockAddress,
  LockPeek,
  Mapping,
  MechanismName,
  Native,
  OpenOptions,
  ProcessScan,
  Segment,
  SegmentAddress,
  SegmentInfo,
  SemaphoreMapping,
  ThreadEntry,
  ThreadWait,
  WatchRequest,
} from './face';
import { FakeWatch } from './fakeWatch';

class FakeError extends Error {
  constructor(
    readonly code: string,
    readonly call = 'fake',
    readonly errno = 0,
  ) {
    super(`${call}: ${code}`);
  }
}

interface Memory {
  readonly mechanism: MechanismName;
  readonly id: number;
  name: string | null;
  key: number;
  bytes: Uint8Array;
  mode: number;
  attached: number;
  removed: boolean;
  /** Code that every read and open of it is refused with. */
  refusal: string | null;
  /** Where it has no memory: pairs of first byte and length. */
  holes: readonly number[];
}

interface Semaphore {
  readonly id: number;
  value: number;
  waiters: number;
  lastPid: number;
  alive: boolean;
  readable: boolean;
}

/**
 * A machine in memory with the addon's face, for what a real one cannot do on demand: to fail, to refuse, to
 * count what is asked of it. Where the real addon can prove a thing, real.test.ts does.
 */
export class FakeMachine {
  /** Calls by name, since the last look. */
  readonly calls = new Map<string, number>();
  readonly semaphores = new Map<string, Semaphore>();
  /** What locks are looked at through and that was not closed. */
  readonly looks = new Set<object>();
  mappings: Mapping[] = [];
  threads: ThreadEntry[] = [];
  waits: ThreadWait[] = [];
  semaphoreMappings: SemaphoreMapping[] = [];
  failCreate: { code: string; from: number } | null = null;
  creations = 0;
  maximumSize: number | null = 1 << 20;
  readonly #memories: Memory[] = [];
  #ids = 100;

  /** Number of calls of a name so far. */
  called(name: string): number {
    return this.calls.get(name) ?? 0;
  }

  add(mechanism: MechanismName, nameOrKey: string | number, bytes: Uint8Array): Memory {
    const memory: Memory = {
      mechanism,
      id: ++this.#ids,
      name: typeof nameOrKey === 'string' ? nameOrKey : null,
      key: typeof nameOrKey === 'number' ? nameOrKey : 0,
      bytes,
      mode: 0o600,
      attached: 0,
      removed: false,
      refusal: null,
      holes: [],
    };
    this.#memories.push(memory);
    return memory;
  }

  posix(name: string): Memory | undefined {
    return this.#memories.find((memory) => memory.name === name && !memory.removed);
  }

  unlink(memory: Memory): void {
    memory.removed = true;
    memory.name = memory.mechanism === 'posix' ? null : memory.name;
    memory.key = 0;
  }

  addSemaphore(address: LockAddress, value = 1, lastPid = 0): Semaphore {
    const semaphore = { id: ++this.#ids, value, waiters: 0, lastPid, alive: lastPid > 0, readable: true };
    this.semaphores.set(place(address), semaphore);
    return semaphore;
  }

  readonly native: Native = {
    list: (mechanism: MechanismName) => {
      this.#count('list');
      return this.#memories
        .filter((memory) => memory.mechanism === mechanism && isListed(memory))
        .map(describe);
    },
    info: (address: SegmentAddress) => {
      this.#count('info');
      return describe(this.#find(address));
    },
    create: (address: SegmentAddress, options: { size: number; mode?: number; lock?: LockAddress }) =>
      this.#answer('create', () => {
        this.creations += 1;
        if (this.failCreate && this.creations >= this.failCreate.from)
          throw new FakeError(this.failCreate.code);
        if (this.#lookUp(address)) throw new FakeError('already-exists', 'shmget', 17);
        if (options.lock && !this.semaphores.has(place(options.lock))) this.addSemaphore(options.lock);
        const target = 'name' in address ? address.name : number(address);
        const memory = this.add(address.mechanism, target, new Uint8Array(options.size));
        memory.mode = options.mode ?? 0o600;
        return this.#handle(memory, { access: 'attach', write: true });
      }),
    open: (address: SegmentAddress, options: OpenOptions) =>
      this.#answer('open', () => this.#handle(this.#find(address), options)),
    remove: (address: SegmentAddress, identity: string) => {
      this.#count('remove');
      const memory = this.#find(address);
      if (identityOf(memory) !== identity) throw new FakeError('conflict');
      this.unlink(memory);
    },
    peekLock: (address: LockAddress): LockPeek => {
      this.#count('peekLock');
      const found = this.semaphores.get(place(address));
      const readable = found?.readable ?? false;
      const isSystemV = address.mechanism === 'systemv';
      return {
        exists: found !== undefined,
        readable,
        identity: found ? String(found.id) : null,
        value: readable ? (found?.value ?? null) : null,
        waiters: readable ? (found?.waiters ?? null) : null,
        lastPid: readable && isSystemV ? (found?.lastPid ?? null) : null,
        lastPidAlive: found?.alive ?? false,
        lastPidName: found?.alive ? 'peer' : null,
        mode: found ? 0o600 : null,
        owner: found ? 'root' : null,
        maximum: null,
        abandoned: false,
      };
    },
    LockLook: lookThrough(this.looks, (address) => this.native.peekLock(address)),
    acquireLock: (address: LockAddress, options: { create: boolean }) =>
      this.#answer('acquireLock', () => {
        const before = this.semaphores.get(place(address));
        if (!before && !options.create) throw new FakeError('not-found', 'semget', 2);
        const semaphore = before ?? this.addSemaphore(address);
        if (semaphore.value < 1) throw new FakeError('busy', 'semtimedop', 11);
        semaphore.value -= 1;
        semaphore.lastPid = process.pid;
        semaphore.alive = true;
        let held = true;
        return {
          created: before === undefined,
          release: () => {
            if (held) semaphore.value += 1;
            held = false;
          },
        };
      }),
    removeLock: (address: LockAddress) => {
      this.#count('removeLock');
      if (!this.semaphores.delete(place(address))) throw new FakeError('not-found');
    },
    exchange: (request: ExchangeRequest) => this.#answer('exchange', () => this.#exchange(request)),
    copyLocked: () => this.#answer('copyLocked', () => ({ count: 0, heldUs: 0 })),
    watch: (request: WatchRequest, changed: () => void) => {
      this.#count('watch');
      return new FakeWatch(this.native, request, changed);
    },
    // What they do is tried on the real addon.
    sweep: () => {
      throw new FakeError('unsupported');
    },
    search: () => {
      throw new FakeError('unsupported');
    },
    scanProcesses: () =>
      this.#answer('scanProcesses', (): ProcessScan => {
        const pids = [...new Set(this.mappings.map(({ pid }) => pid))];
        const entry = { name: 'peer', commandLine: 'peer --run', uid: 0, owner: 'root', start: 1 };
        return { processes: pids.map((pid) => ({ pid, ...entry })), mappings: this.mappings, denied: 0 };
      }),
    processEntry: () => null,
    processMemory: () => this.#answer('processMemory', () => ({ start: 1, objects: [] })),
    threadEntry: (tid: number) => this.threads.find((thread) => thread.tid === tid) ?? null,
    threadEntries: (pid: number) => this.threads.filter((thread) => thread.pid === pid),
    programAbi: () => null,
    processMappings: (pid: number) => this.mappings.filter((mapping) => mapping.pid === pid),
    resetLock: (address: LockAddress, seen: { readonly identity: string; readonly value: number }) => {
      this.#count('resetLock');
      const semaphore = this.semaphores.get(place(address));
      if (!semaphore || String(semaphore.id) !== seen.identity || semaphore.value !== seen.value)
        throw new FakeError('conflict');
      semaphore.value = 1;
      return 1;
    },
    wakeWaiters: () => 0,
    scanWaits: () => this.#answer('scanWaits', () => ({ waits: this.waits, denied: [] })),
    scanSemaphores: () =>
      this.#answer('scanSemaphores', () => ({ mappings: this.semaphoreMappings, denied: 0 })),
    ftok: (path: string, projectId: number) => {
      this.#count('ftok');
      const { dev, ino } = statSync(path);
      return (projectId << 24) | ((dev & 0xff) << 16) | (ino & 0xffff) | 0;
    },
    limits: () => ({ maximumSize: this.maximumSize, free: 4096, maximumSegments: null }),
    Hash: class {
      #sum = 0;
      update(bytes: Uint8Array): void {
        for (const byte of bytes) this.#sum = (this.#sum * 31 + byte) >>> 0;
      }
      digest(): string {
        return this.#sum.toString(16).padStart(8, '0');
      }
    },
    Cancel: class {
      cancel(): void {
        // Nothing here waits.
      }
    },
  };

  #exchange({ segment, lock, offset, expected, bytes }: ExchangeRequest): ExchangeResult {
    if (lock && (this.semaphores.get(place(lock))?.value ?? 0) < 1)
      throw new FakeError('busy', 'semtimedop', 11);
    const found = new Uint8Array(expected?.length ?? 0);
    segment.read(offset, found);
    const written = expected === null || Buffer.compare(found, expected) === 0;
    if (written) segment.write(offset, bytes);
    return { written, found, heldUs: 1 };
  }

  #handle(memory: Memory, { access, write }: OpenOptions): Segment {
    if (memory.refusal) throw new FakeError(memory.refusal, 'open', 13);
    let isOpen = true;
    if (access === 'attach') memory.attached += 1;
    const close = (): void => {
      if (isOpen && access === 'attach') memory.attached -= 1;
      isOpen = false;
    };
    const use = (name: string): Memory => {
      this.#count(name);
      if (!isOpen) throw new FakeError('closed');
      if (memory.refusal) throw new FakeError(memory.refusal, name);
      return memory;
    };
    return {
      access,
      writable: write,
      route: memory.mechanism === 'posix' ? 'file' : 'momentary',
      identity: identityOf(memory),
      info: () => describe(use('segment.info')),
      state: () => {
        const { bytes, removed, attached } = use('state');
        return { size: bytes.length, removed, attachCount: memory.mechanism === 'posix' ? null : attached };
      },
      read: (offset, target) => {
        const source = use('read').bytes.subarray(offset, offset + target.length);
        target.set(source);
        return source.length;
      },
      holes: (offset, length) => overlap(use('holes').holes, offset, offset + length),
      nextData: (offset) => (offset < use('nextData').bytes.length ? offset : null),
      write: (offset, bytes) => {
        const { bytes: target } = use('write');
        if (!write) throw new FakeError('permission-denied');
        if (offset + bytes.length > target.length) throw new FakeError('invalid-size');
        target.set(bytes, offset);
      },
      resize: () => this.#answer('resize', () => undefined),
      findRoute: () => this.#answer('findRoute', () => 'file' as const),
      detach: ({ removeIfLast }) =>
        this.#answer('detach', () => {
          use('detach');
          close();
          const removedSegment = removeIfLast && memory.attached === 0;
          if (removedSegment) this.unlink(memory);
          return { remaining: memory.attached, removedSegment };
        }),
      close,
    };
  }

  #find(address: SegmentAddress): Memory {
    const memory = this.#lookUp(address);
    if (!memory) throw new FakeError('not-found', 'open', 2);
    return memory;
  }

  #lookUp(address: SegmentAddress): Memory | undefined {
    if ('name' in address) return this.posix(address.name);
    const memories = this.#memories.filter(({ mechanism }) => mechanism === 'systemv');
    if ('shmid' in address) return memories.find(({ id }) => id === address.shmid);
    const key = number(address);
    return memories.find((memory) => memory.key === key && !memory.removed);
  }

  #count(name: string): void {
    this.calls.set(name, this.called(name) + 1);
  }

  #answer<T>(name: string, work: () => T): Promise<T> {
    this.#count(name);
    return new Promise((resolve) => {
      resolve(work());
    });
  }
}

/** As of the addon: what is the same is told by the same object. */
function lookThrough(open: Set<object>, peek: (address: LockAddress) => LockPeek): Native['LockLook'] {
  return class {
    #told: LockPeek | null = null;
    constructor(private readonly address: LockAddress) {
      open.add(this);
    }
    peek(): LockPeek {
      if (!open.has(this)) throw new FakeError('closed');
      const seen = peek(this.address);
      if (this.#told === null || !isDeepStrictEqual(this.#told, seen)) this.#told = seen;
      return this.#told;
    }
    close(): void {
      open.delete(this);
    }
  };
}

function isListed(memory: Memory): boolean {
  return memory.mechanism === 'systemv' ? !memory.removed || memory.attached > 0 : !memory.removed;
}

function identityOf({ mechanism, id }: Memory): string {
  return mechanism === 'posix' ? `1:${String(id)}` : String(id);
}

function describe(memory: Memory): SegmentInfo {
  const isPosix = memory.mechanism === 'posix';
  return {
    mechanism: memory.mechanism,
    name: memory.name,
    device: isPosix ? 1 : null,
    inode: isPosix ? memory.id : null,
    shmid: isPosix ? null : memory.id,
    key: isPosix ? null : memory.key,
    size: memory.bytes.length,
    allocated: memory.bytes.length,
    mode: memory.mode,
    uid: process.getuid?.() ?? 0,
    gid: 0,
    owner: 'root',
    creatorPid: isPosix ? null : 1,
    lastPid: isPosix ? null : 1,
    attachCount: isPosix ? null : memory.attached,
    removed: memory.removed,
    accessedMs: null,
    modifiedMs: null,
    changedMs: null,
    detachedMs: null,
  };
}

function number(address: SegmentAddress | LockAddress): number {
  if ('key' in address) return address.key;
  if (!('path' in address)) throw new FakeError('invalid-key');
  try {
    const { dev, ino } = statSync(address.path);
    return (address.projectId << 24) | ((dev & 0xff) << 16) | (ino & 0xffff) | 0;
  } catch {
    throw new FakeError('not-found', 'ftok', 2);
  }
}

function place(address: LockAddress): string {
  if ('name' in address) return address.name;
  return 'path' in address ? `${address.path} ${String(address.projectId)}` : JSON.stringify(address);
}
