/**
 * The closed set of failures, the same in C++, here and on the wire. QSharedMemory's errors map onto them:
 * PermissionDenied, InvalidSize, KeyError → invalid-key, AlreadyExists, NotFound, LockError → busy,
 * OutOfResources, UnknownError → unknown.
 */
export const errorCodes = [
  'not-found',
  'permission-denied',
  'already-exists',
  'invalid-key',
  'invalid-size',
  'out-of-resources',
  'busy',
  'conflict',
  'gone',
  'unsupported',
  'closed',
  'unknown',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Where a failure happened: the system call and its errno, where there is one. */
export interface ErrorFacts {
  readonly call?: string;
  readonly errno?: number;
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
