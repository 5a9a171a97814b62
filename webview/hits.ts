/** What was found, as far as it is known: offsets in ascending order. */
export interface HitList {
  /** The first hit after `offset`, going on at the start; null: there is none. */
  next(offset: number): Hit | null;
  /** The last hit before `offset`, going on at the end; null: there is none. */
  previous(offset: number): Hit | null;
}

/** Bytes that were found. */
export interface Hit {
  readonly offset: number;
  readonly length: number;
}
