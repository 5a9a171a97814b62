/** Why a freeze ended. */
export type FreezeEnd =
  /** The user stopped it, or closed the view or let it show something else. */
  | 'stopped'
  /** The view was hidden, and with it the badge that says so. */
  | 'hidden'
  | 'limit'
  /** Not attached for writing any more, or the segment went. */
  | 'detached'
  | 'failed';

/** A range whose bytes are kept as they were; `ended` null while it goes on. */
export interface Frozen {
  readonly offset: number;
  readonly length: number;
  /** How often something else had changed the bytes and they were put back. */
  readonly writes: number;
  /** How often that had to be left because the lock was held. */
  readonly skips: number;
  /** Seconds after which it ends by itself. */
  readonly limit: number;
  readonly ended: FreezeEnd | null;
  /** Why it failed, for a person; else null. */
  readonly message: string | null;
}
