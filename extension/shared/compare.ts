/** What the segment on show is compared with. Sent when it changes, never per frame. */
export interface Compared {
  readonly kind: 'moment' | 'segment' | 'file';
  /** What a person calls it, localised: "Moment 14:03:12", a segment's label, a file's name. */
  readonly title: string;
  /** Where it comes from, a sentence for the tooltip. */
  readonly detail: string;
  /** Bytes when this was said; frames tell what it is now. */
  readonly size: number;
  /**
   * What a person calls the stop at which a program stands, where that is later than the moment of this; frames of it
   * come as `stopFrame`. null: none.
   */
  readonly stop: string | null;
  /** A sentence why its bytes cannot be had now; else null. */
  readonly notice: string | null;
}

/** Asks for the difference after, or before, the one at `from`. */
export interface DifferenceRequest {
  readonly from: number;
  readonly direction: 'next' | 'previous';
}

/** A run of bytes that differ; what only one side has is part of it. */
export interface Difference {
  readonly offset: number;
  /** Bytes; longer runs than 1 MiB are told in part. */
  readonly length: number;
  /** The search went past an end and found this from the other one on. */
  readonly wrapped: boolean;
}

/** How many bytes differ, those that only one side has included. */
export interface DifferenceCount {
  readonly bytes: number;
  /** Bytes that only one side has. */
  readonly unpaired: number;
}
