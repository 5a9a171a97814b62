/** What kind of lock belongs to a segment, if any. */
export const lockKinds = ['none', 'systemv', 'posix', 'windows'] as const;
export type LockKind = (typeof lockKinds)[number];

/**
 * - none: no lock belongs to the segment or nobody has made it yet
 * - free / held: as the words say; `held` names the holder where the system knows it
 * - ours: this window holds it
 * - stale: held by a process that is dead, or by one when it died
 * - damaged: its value is above one, so that two can hold it at once
 * - unreadable: it exists, but we may not read it, or nobody can (POSIX on macOS)
 */
export const lockStates = ['none', 'free', 'held', 'ours', 'stale', 'damaged', 'unreadable'] as const;
export type LockState = (typeof lockStates)[number];

/** A process as a badge names it. */
export interface ProcessName {
  readonly pid: number;
  /** Empty where it cannot be known any more. */
  readonly name: string;
}

/** The state of a segment's lock, judged: what is known, and only that. */
export interface LockStatus {
  readonly kind: LockKind;
  readonly state: LockState;
  /** Who holds it, or held it when it died; null: nobody, or unknown (POSIX keeps no holder). */
  readonly holder: ProcessName | null;
  /** Processes blocked on it; null: unknown. */
  readonly waiters: number | null;
  /** The semaphore's value; null: none or unreadable. */
  readonly value: number | null;
}
