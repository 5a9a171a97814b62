import type { LockHolder } from './lockReport';
import type { LockCertainty, LockWaiters } from './lockWords';

/** Who has one semaphore open. */
export interface SemaphoreUsers {
  /** "dev:inode". */
  readonly identity: string;
  readonly pids: readonly number[];
}

/**
 * What is wrong with a lock.
 * - holder-dead: a dead holder has it, and nobody else will give it back
 * - owner-died: the same of a robust mutex, whose next holder is told
 * - not-recoverable: a robust mutex that was given back broken
 * - above-one: a value of more than one, so that two hold it at once
 * - abandoned: at 0, and nobody has the semaphore open
 * - all-wait: at 0, and in every process that has it open a thread waits for it
 * - replaced: `old` ones that processes of this segment still use, who never meet those of the `current` one; null:
 *   none has the name now
 */
export type LockFinding =
  | { readonly code: 'holder-dead'; readonly holder: LockHolder; readonly certainty: LockCertainty }
  | { readonly code: 'owner-died'; readonly holder: LockHolder | null; readonly certainty: LockCertainty }
  | { readonly code: 'not-recoverable'; readonly certainty: LockCertainty }
  | { readonly code: 'above-one'; readonly value: number; readonly certainty: LockCertainty }
  | { readonly code: 'abandoned'; readonly certainty: LockCertainty }
  | { readonly code: 'all-wait'; readonly pids: readonly number[]; readonly certainty: LockCertainty }
  | {
      readonly code: 'replaced';
      readonly current: SemaphoreUsers | null;
      readonly old: readonly SemaphoreUsers[];
      readonly certainty: LockCertainty;
    };

/**
 * Why a finding is not repaired here.
 * - programs-do: the next holder is told, and repairs what the lock protects
 * - restart-needed: only programs that open the lock anew come together again
 * - waited-for: threads wait in a way that no write can end
 * - uncertain: it is not proved that nobody holds it
 */
export type RepairRefusal = 'programs-do' | 'restart-needed' | 'waited-for' | 'uncertain';

/** What a repair would do, and to whom. */
export interface RepairEffect {
  /** make-one: sets the semaphore to 1; write-free: writes the bytes of the lock as those of a free one. */
  readonly act: 'make-one' | 'write-free';
  /** Who had it; null: not known, or nobody. */
  readonly holder: LockHolder | null;
  /** Who waits: the first of them has the lock right afterwards. */
  readonly waiters: LockWaiters;
}

/**
 * How a repair ended.
 * - free / taken: done, and nobody has it now, or one who waited or came
 * - changed: the lock was not as it was shown any more, and nothing was done
 * - still-wrong: done, and something is still wrong with it
 */
export type RepairOutcome = 'free' | 'taken' | 'changed' | 'still-wrong';
