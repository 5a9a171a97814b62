import type { DebugSession } from 'vscode';

/** The session that the user started, of which this one is a part. */
export function rootSession(session: DebugSession): DebugSession {
  return session.parentSession === undefined ? session : rootSession(session.parentSession);
}
