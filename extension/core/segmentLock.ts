import { unlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { LockStatus } from '../shared/lock';
import { SegmentError, segmentError } from './errors';
import { parseLegacyName } from './legacyName';
import { judgeLock, noLock, sameLock } from './lock';
import type { Cancel, HeldLock, LockAddress, LockPeek, Native } from './native';

export interface LockWait {
  readonly timeoutMs: number;
  /** Make the lock where it does not exist. */
  readonly create: boolean;
  readonly cancel?: Cancel;
}

/** The lock of one open segment: its state, and our hold of it. */
export class SegmentLock {
  #held: HeldLock | null = null;
  #created = false;
  #status: LockStatus = noLock;

  constructor(
    private readonly native: Native,
    readonly address: LockAddress | null,
  ) {}

  /** We hold it, because the user asked for it. */
  get held(): boolean {
    return this.#held !== null;
  }

  /** We made its semaphore. */
  get created(): boolean {
    return this.#created;
  }

  /** Peeked now, up to 40 us. The same object as long as nothing changes. */
  get status(): LockStatus {
    if (!this.address) return noLock;
    const status = judgeLock(this.native.peekLock(this.address), this.address.mechanism, this.held);
    if (!sameLock(status, this.#status)) this.#status = status;
    return this.#status;
  }

  /** What a native call has to lock: nothing where we hold it already, or where there is none. */
  get toTake(): LockAddress | null {
    return this.address && !this.held && this.native.peekLock(this.address).exists ? this.address : null;
  }

  /** Takes it and keeps it until release(). Throws `busy` naming the holder, `not-found`, `unsupported`. */
  async acquire(wait: LockWait): Promise<void> {
    if (this.held) return;
    const { address } = this;
    if (!address) throw new SegmentError('unsupported', 'Nothing says which lock belongs to this segment.');
    const held = await this.native.acquireLock(address, wait).catch((error: unknown) => {
      throw this.explain(error, wait.timeoutMs);
    });
    this.#held = held;
    this.#created ||= held.created;
  }

  /** Gives it back. Idempotent; a lock that was removed meanwhile is as good as given back. */
  release(): void {
    const held = this.#held;
    this.#held = null;
    try {
      held?.release();
    } catch (error) {
      if (segmentError(error).code !== 'gone') throw segmentError(error);
    }
  }

  /** Creating the segment made the semaphore too. */
  markCreated(): void {
    this.#created = true;
  }

  /** Adds who holds the lock, and how long we waited, to a `busy`. */
  explain(error: unknown, waitedMs: number): SegmentError {
    const failure = segmentError(error);
    if (failure.code !== 'busy' || failure.facts.call === 'cancel' || !this.address) return failure;
    return segmentError(failure, { holder: this.status.holder, waitedMs });
  }

  /**
   * Removes the semaphore that we made, and its key file, where nobody holds it or waits for it: to be called
   * once nobody is attached any more. The key file of a native key is never touched.
   */
  removeIfOurs(): void {
    const { address } = this;
    if (!this.#created || !address || this.held) return;
    const peek = this.native.peekLock(address);
    if (!peek.exists || !isIdle(peek)) return;
    removeLock(this.native, address);
    this.#created = false;
  }

  /**
   * Removes the System V semaphore that we made although others may use it, as QSystemSemaphore's destructor does:
   * otherwise nobody ever would. It is taken first, so that nobody is inside; Qt makes it anew at its next lock.
   * Left alone where somebody keeps it for longer than `timeoutMs`.
   */
  async abandon(timeoutMs: number): Promise<void> {
    const { address } = this;
    if (!this.#created || this.held || !address || !('path' in address)) return;
    const held = await this.native.acquireLock(address, { timeoutMs, create: false }).catch(() => null);
    if (!held) return;
    removeLock(this.native, address);
    this.#created = false;
    try {
      held.release();
    } catch (error) {
      if (segmentError(error).code !== 'gone') throw error;
    }
  }
}

/** Removes a semaphore and, where Qt's naming made it, its key file. Names what went. */
export function removeLock(native: Native, address: LockAddress): readonly string[] {
  const removed: string[] = [];
  if (native.peekLock(address).exists) {
    native.removeLock(address);
    removed.push(lockText(address));
  }
  if ('path' in address && parseLegacyName(basename(address.path))?.role === 'lock' && unlink(address.path)) {
    removed.push(address.path);
  }
  return removed;
}

/** Whether it was there. */
export function unlink(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function isIdle(peek: LockPeek): boolean {
  return peek.value !== null && peek.value > 0 && (peek.waiters ?? 0) === 0;
}

/** The semaphore as the system's own tools name it. */
function lockText(address: LockAddress): string {
  if ('name' in address)
    return process.platform === 'linux' ? `/dev/shm/sem.${address.name.slice(1)}` : `sem ${address.name}`;
  if ('path' in address) return `sem ftok:${address.path}`;
  return 'key' in address ? `sem key:${String(address.key)}` : `sem id:${String(address.semid)}`;
}
