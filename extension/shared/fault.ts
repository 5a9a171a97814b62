/**
 * The closed set of failures, the same in C++, in core and on the wire. QSharedMemory's errors map onto them:
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

/** Whether a text from outside is one of the codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return (errorCodes as readonly unknown[]).includes(value);
}

/** A failure as it crosses the wire: what a call is rejected with on the other side. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Any thrown thing as a fault: its own code where it has one of the set, else `unknown`. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) return new Fault('unknown', String(error));
  const code: unknown = 'code' in error ? error.code : undefined;
  return new Fault(isErrorCode(code) ? code : 'unknown', error.message);
}
