import type { AddonFault } from './addonFile';
import { isErrorCode, type ErrorCode } from '../shared/fault';

export { errorCodes, type ErrorCode } from '../shared/fault';

/** The rule of an input that a refusal names; ui/phrases.ts has a sentence for each, translated. */
export type Rule =
  /** Keys. */
  | 'empty-key'
  | 'nul-in-key'
  | 'lone-surrogate'
  | 'key-too-long'
  | 'too-many-letters'
  | 'slash-in-posix-name'
  | 'dot-dot-in-posix-name'
  | 'backslash-in-windows-name'
  | 'not-a-native-key'
  | 'project-id-range'
  | 'key-number-range'
  | 'shmid-range'
  | 'relative-path'
  /** Sizes, offsets and typed values: `minimum` and `maximum` say the allowed range. */
  | 'not-a-size'
  | 'size-range'
  | 'not-an-offset'
  | 'offset-range'
  | 'past-the-end'
  | 'not-hex'
  | 'odd-hex-digits'
  | 'empty-bytes'
  | 'not-an-integer'
  | 'not-a-number'
  | 'number-range'
  | 'not-in-encoding'
  /** A file of the disk, and a segment that is only observed. */
  | 'not-a-file'
  | 'observing'
  | 'private'
  /** Moments: `maximum` bytes of data, of one and of all. */
  | 'moment-size'
  | 'moments-size'
  /** Breaks on change: `found` is an example that works. */
  | 'condition'
  | 'condition-width'
  | 'condition-bit'
  | 'condition-range'
  | 'break-exists'
  | 'breaks-many'
  /** Debug configurations: `example` is one that works. */
  | 'launch-property'
  | 'launch-form';

/** Where a failure happened and what is known of it. Everything is optional: no fact, no mention of it. */
export interface ErrorFacts {
  /** The system call and its errno. */
  readonly call?: string;
  readonly errno?: number;
  /** The rule that an input broke, and what is allowed instead (numbers as a person writes them). */
  readonly rule?: Rule;
  readonly minimum?: string;
  readonly maximum?: string;
  /** What in the input broke the rule: a character, or its name. */
  readonly found?: string;
  /** An input that breaks no rule. */
  readonly example?: string;
  /** Identity string of the segment that it is about, where nothing else says which. */
  readonly id?: string;
  /** Path of the file of the disk that it is about; without it, a failure is a segment's or a lock's. */
  readonly file?: string;
  /** Why the addon cannot be used; with `found`: the platform it was made for, or what the system says. */
  readonly addon?: AddonFault;
  /** Not found: identity strings that were tried, or files. */
  readonly tried?: readonly string[];
  /** Permission denied: who owns it and its permission bits. */
  readonly owner?: string;
  readonly mode?: number;
  /** Out of resources: bytes asked for and bytes free. */
  readonly size?: number;
  readonly free?: number;
  /** Busy: who holds the lock (null: unknown), or who is attached. */
  readonly holder?: { readonly pid: number; readonly name: string } | null;
  readonly attached?: readonly { readonly pid: number; readonly name: string }[];
  /** With `attached`: System V attaches of processes that we may not look into. */
  readonly unseen?: number;
  /** Milliseconds waited. */
  readonly waitedMs?: number;
  /** Bytes that were written before it happened; without it, nothing was. */
  readonly written?: number;
  /** Path of the file that keeps the bytes of a segment that could not be made again. */
  readonly rescued?: string;
}

/** A failure with its facts. `message` is for the log; ui/phrases.ts phrases it once for a person. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly facts: ErrorFacts = {},
  ) {
    super(message);
  }
}

/** What work ends with that the user gave up, as the addon's own waits do: nobody has to be told. */
export function cancelled(message: string): SegmentError {
  return new SegmentError('closed', message, { call: 'cancel' });
}

/** Any thrown thing as a SegmentError: the addon's errors keep code, call and errno; `facts` are added. */
export function segmentError(error: unknown, facts: ErrorFacts = {}): SegmentError {
  if (error instanceof SegmentError) {
    return Object.keys(facts).length === 0
      ? error
      : new SegmentError(error.code, error.message, { ...error.facts, ...facts });
  }
  if (!(error instanceof Error)) return new SegmentError('unknown', String(error), facts);
  const { code, call, errno } = error as { code?: unknown; call?: unknown; errno?: unknown };
  return new SegmentError(isErrorCode(code) ? code : 'unknown', error.message, {
    ...(typeof call === 'string' ? { call } : {}),
    ...(typeof errno === 'number' ? { errno } : {}),
    ...facts,
  });
}
