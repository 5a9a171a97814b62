import type { DebugSession } from 'vscode';

/** The session that the user started, of which this one is a part. */
export function rootSession(session: DebugSession): DebugSession {
  return session.parentSession === undefined ? session : rootSession(session.parentSession);
}

/** Whether it, or a session that it is a part of, has one of these names. The name of a part may tell its process, which is another the next time. */
export function isNamed(session: DebugSession, names: readonly string[]): boolean {
  const { name, parentSession } = session;
  return names.includes(name) || (parentSession !== undefined && isNamed(parentSession, names));
}
