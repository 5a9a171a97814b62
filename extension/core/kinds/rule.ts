import type { NativeKey } from '../key';

/** What a segment means to the software that made it. */
export type Kind = 'qt' | 'python' | 'boost' | 'chromium' | 'x11' | 'raw';

/** What a kind may be told by, without reading a byte of the segment. */
export interface Subject {
  readonly key: NativeKey;
  /** key_t of a System V segment, 0 for a private or a removed one; null for POSIX. */
  readonly number: number | null;
  /** Removed, and alive in those who have it attached. */
  readonly removed: boolean;
}

/** One kind: a file in this folder and a line in index.ts. */
export interface KindRule {
  readonly kind: Kind;
  recognises(subject: Subject): boolean;
}
