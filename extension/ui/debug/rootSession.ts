import type { DebugSession } from 'vscode';

/** The session that the user started, of which this one is a part. */
export function rootSession(session: DebugSession): DebugSession {
  return session.parentSession === undefined ? session : rootSession(session.parentSession);
}

/** Its name and the names of those that it is a part of, itself first. The name of a part may tell its process, which is another the next time. */
export function namesOf(session: DebugSession): readonly string[] {
  const { name, parentSession } = session;
  return parentSession === undefined ? [name] : [name, ...namesOf(parentSession)];
}
